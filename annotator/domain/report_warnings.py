"""Say what a reader has to know before believing the numbers: codes, for which a page has the words."""

from collections.abc import Sequence

from annotator.domain.agreement import Agreement
from annotator.domain.report import Coefficient, PairBlock

FEW_CLAIMS, FEW_ARTICLES = 30, 10
"""Paired claims and articles below which there is too little to conclude from; the interval is printed all the same."""
PREVALENT = 0.80
"""Share of all verdicts from which one label makes agreement by chance high (Feinstein and Cicchetti 1990)."""
ALPHA_GAP = 0.20
"""Distance of AC1 above alpha from which it is the prevalence that a reader sees."""
CONGER_GAP = 0.02
"""Distance of Conger's kappa above Fleiss's from which reviewers use the labels at different rates."""
BIASED = 0.001
"""Probability of Bhapkar's test below which two reviewers do."""


def warnings(
    agreement: Agreement, coefficients: Sequence[Coefficient], pairs: Sequence[PairBlock] = ()
) -> tuple[str, ...]:
    """Return the codes that apply: no-pairs, one-label, one-article, too-little, prevalence, bias, in this order."""
    values = {coefficient.key: coefficient.estimate.value for coefficient in coefficients}
    shares = [label.prevalence.value or 0.0 for label in agreement.by_label]
    claims, articles = agreement.pairable_claims, agreement.percent_agreement.clusters
    is_uneven = max(shares, default=0.0) > PREVALENT or _gap(values, "ac1", "alpha") > ALPHA_GAP
    is_single = claims > 0 and sum(share > 0 for share in shares) == 1
    is_biased = _gap(values, "conger_kappa", "fleiss_kappa") > CONGER_GAP or any(
        pair.p_bias is not None and pair.p_bias < BIASED for pair in pairs
    )
    applies = {
        "no-pairs": not claims,
        "one-label": is_single,
        "one-article": articles == 1,
        "too-little": claims > 0 and (claims < FEW_CLAIMS or articles < FEW_ARTICLES),
        "prevalence": claims > 0 and is_uneven and not is_single,  # it compares alpha, which is not defined then
        "bias": is_biased,
    }
    return tuple(code for code, is_true in applies.items() if is_true)


def _gap(values: dict[str, float | None], higher: str, lower: str) -> float:
    """Tell how far one coefficient lies above another; 0 where either is not defined."""
    first, second = values.get(higher), values.get(lower)
    return first - second if first is not None and second is not None else 0.0
