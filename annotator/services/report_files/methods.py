"""The methods paragraph: what a paper has to say of how the report's numbers were made, written from the report."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from annotator.domain.article_groups import GROUPS, is_grouped
from annotator.services.report_files.figures import bounds, counted, decimal
from annotator.services.report_files.names import Names, limits

if TYPE_CHECKING:  # numpy comes with it
    from annotator.domain.report import Report

REFERENCES = (
    "Krippendorff, K. (2004). Content Analysis: An Introduction to Its Methodology (2nd ed.). Sage.",
    "Efron, B. and Stein, C. (1981). The jackknife estimate of variance. Annals of Statistics 9(3), 586–596.",
    (
        "Dawid, A. P. and Skene, A. M. (1979). Maximum likelihood estimation of observer error-rates using the EM "
        "algorithm. Applied Statistics 28(1), 20–28."
    ),
)
MOST_LABELS = 12
"""Labels that the paragraph names; of more it gives the number alone."""


def paragraph(report: "Report") -> str:
    """Return the methods paragraph."""
    return " ".join((*data(report), *measures(report), *intervals(report), *extras(report), *provenance(report)))


def data(report: "Report") -> Iterator[str]:
    """Yield who labelled how much."""
    scope, names = report.scope, Names.of(report)
    labels = f" ({', '.join(names.label(label.key) for label in report.labels)})"
    yield (
        f"{counted(scope.reviewers, 'reviewer')} gave {counted(scope.verdicts, 'verdict')} on "
        f"{counted(scope.labelled_claims, 'claim')} of {counted(report.agreement.articles, 'article')}, with one of "
        f"{counted(len(report.labels), 'label')}{labels if len(report.labels) <= MOST_LABELS else ''} a verdict, under "
        f"codebook version {report.identity.codebook_version}."
    )
    yield (
        f"{counted(scope.pairable_claims, 'claim')} had two verdicts or more; "
        f"{counted(scope.single_claims, 'claim')} had one, which says nothing about agreement."
    )
    parts = list(limits(report))
    if parts:
        yield f"The analysis is limited to {'; '.join(parts)}."


def measures(report: "Report") -> Iterator[str]:
    """Yield which coefficients were used, how missing verdicts were treated, and what came out."""
    found = report.agreement
    yield (
        "Labels were treated as nominal. Raw agreement is the chance that two verdicts on one claim, drawn at random, "
        "carry the same label; Krippendorff’s alpha for nominal data (Krippendorff 2004) corrects it for the agreement "
        "expected from how often each label is used."
    )
    yield (
        f"{counted(report.scope.skips, 'skip')} and absent verdicts were treated as missing: they were left out, and "
        "nothing was filled in. Within a claim of m verdicts each pair of verdicts has the weight 1/(m-1)."
    )
    yield (
        f"Raw agreement was {decimal(found.percent_agreement.value)} ({bounds(found.percent_agreement)}) and alpha "
        f"{decimal(found.alpha.value)} ({bounds(found.alpha)}), from {counted(found.alpha.n, 'claim')} in "
        f"{counted(found.alpha.clusters, 'article')}."
    )


def intervals(report: "Report") -> Iterator[str]:
    """Yield how the intervals were made."""
    articles = report.agreement.alpha.clusters
    scale = "on the Fisher z scale (for proportions the logit scale), with Student’s t"
    left_out = (
        f"by the delete-a-group jackknife ({GROUPS} groups of articles) {scale} of {GROUPS - 1} degrees of freedom"
        if is_grouped(articles)
        else f"by the delete-one-article jackknife {scale} of one degree of freedom fewer than there are articles"
        f"{f', here {articles - 1:,}' if articles > 1 else ''}"
    )
    yield (
        "Claims of one article are not independent, so intervals treat the article as the unit: they are 95 % "
        f"intervals {left_out}. What cannot be computed is given as not defined."
    )
    if report.checks:
        yield (
            "As a check, intervals were also made by drawing articles with replacement, and by drawing claims as if "
            f"they were independent (BCa), with the seed {report.identity.seed}."
        )


def extras(report: "Report") -> Iterator[str]:
    """Yield how labels were aggregated and what the desk settled, if there is such a block."""
    made = report.aggregation
    if made:
        ending = "converged" if made.is_converged else "had not converged when it was stopped"
        yield (
            f"Aggregated labels are those of the majority ({counted(made.ties, 'claim')} without one) and those of the "
            "model of Dawid and Skene (1979) with priors, fitted by expectation maximisation, which "
            f"{ending} after {counted(made.iterations, 'iteration')}."
        )
    if report.adjudicated:
        yield f"The desk adjudicated {counted(report.adjudicated.claims, 'claim')}."


def provenance(report: "Report") -> Iterator[str]:
    """Yield what makes the numbers repeatable."""
    made = report.identity
    yield (
        f"Computed on {made.made_at:%Y-%m-%d at %H:%M} UTC by Claim Annotator {made.software} from the data of project "
        f"{made.project_name} ({made.project}) up to event {made.last_event}, SHA-256 {made.data_hash}, "
        f"seed {made.seed}."
    )
