"""The pilot: what a project's own labels say about how many shared claims its agreement needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh
from typing import TYPE_CHECKING

from annotator.services.projects import codebook_in_force
from annotator.services.reports import label_names
from annotator.storage import hand_outs, tallies

if TYPE_CHECKING:
    from annotator.domain.sample_size import Variance

LEAST_ARTICLES = 5
"""Articles that a jackknife of a pilot needs to tell anything."""


@dataclass(frozen=True, slots=True)
class Pilot:
    """Alpha of the project's own labels with the variance that it shows, the labels' shares, and its size.

    `per_article` are the claims of an article of the project, 0 if it has none.
    """

    alpha: float | None
    variance: "Variance | None"
    claims: int
    articles: int
    shares: Sequence[float]
    per_article: float


def pilot_of(project_id: int) -> Pilot:
    """Read the pilot from a project's standing labels; what they cannot tell is None."""
    from annotator.domain.agreement import PatternTable, summarise

    keys = [label.key for label in label_names(project_id, codebook_in_force(project_id).id)]
    agreement = summarise(PatternTable.from_rows(list(tallies.pattern_rows(project_id, keys)), len(keys)), keys)
    estimate, size = agreement.alpha, hand_outs.coverage(project_id)
    return Pilot(
        alpha=estimate.value,
        variance=_variance(estimate.value, estimate.high, estimate.n, estimate.clusters),
        claims=estimate.n,
        articles=estimate.clusters,
        shares=[label.prevalence.value or 0.0 for label in agreement.by_label],
        per_article=size.claims / size.articles if size.articles else 0.0,
    )


def _variance(value: float | None, high: float | None, claims: int, articles: int) -> "Variance | None":
    """Take the jackknife error back out of the report's interval, which lies on Fisher's z."""
    from scipy.special import stdtrit

    from annotator.domain.sample_size import from_pilot

    if value is None or high is None or high >= 1 or articles < LEAST_ARTICLES:
        return None  # an interval that spans the scale tells nothing of its error any more
    reach = float(stdtrit(articles - 1, 0.975))
    return from_pilot((atanh(high) - atanh(value)) / reach * (1 - value * value), claims)
