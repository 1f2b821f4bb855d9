"""The works that the report's numbers come from, as its methods list them."""

REFERENCES = (
    (
        "Bhapkar, V. P. (1966). A note on the equivalence of two test criteria for hypotheses in categorical "
        "data. Journal of the American Statistical Association 61, 228–235."
    ),
    (
        "Brennan, R. L. and Prediger, D. J. (1981). Coefficient kappa: some uses, misuses, and alternatives. "
        "Educational and Psychological Measurement 41, 687–699."
    ),
    (
        "Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological "
        "Measurement 20, 37–46."
    ),
    (
        "Conger, A. J. (1980). Integration and generalization of kappas for multiple raters. Psychological "
        "Bulletin 88, 322–328."
    ),
    (
        "Dawid, A. P. and Skene, A. M. (1979). Maximum likelihood estimation of observer error-rates using "
        "the EM algorithm. Applied Statistics 28, 20–28."
    ),
    (
        "Efron, B. (1987). Better bootstrap confidence intervals. Journal of the American Statistical "
        "Association 82, 171–185."
    ),
    (
        "Feinstein, A. R. and Cicchetti, D. V. (1990). High agreement but low kappa: I. The problems of two "
        "paradoxes. Journal of Clinical Epidemiology 43, 543–549."
    ),
    "Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological Bulletin 76, 378–382.",
    "Gwet, K. L. (2014). Handbook of Inter-Rater Reliability (4th ed.). Advanced Analytics.",
    "Kott, P. S. (2001). The delete-a-group jackknife. Journal of Official Statistics 17, 521–526.",
    "Krippendorff, K. (2004). Content Analysis: An Introduction to Its Methodology (2nd ed.). Sage.",
    (
        "Scott, W. A. (1955). Reliability of content analysis: the case of nominal scale coding. Public "
        "Opinion Quarterly 19, 321–325."
    ),
    (
        "Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics in "
        "Medicine 24, 1185–1202."
    ),
)
