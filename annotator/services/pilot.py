"""The pilot: what a project's own labels say about how many shared claims its agreement needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.services.reports import label_names, labels_in
from annotator.storage import hand_outs, tallies

if TYPE_CHECKING:
    from annotator.domain.intervals import Estimate
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
    from annotator.domain.agreement import summarise
    from annotator.domain.votes import Votes

    rows = list(tallies.vote_rows(project_id))
    keys = [label.key for label in label_names(project_id, labels_in(rows))]
    agreement = summarise(Votes.from_rows(rows, keys).table(), keys)
    estimate, size = agreement.alpha, hand_outs.coverage(project_id)
    return Pilot(
        alpha=estimate.value,
        variance=_variance(estimate, agreement.alpha_error),
        claims=estimate.n,
        articles=estimate.clusters,
        shares=[label.prevalence.value or 0.0 for label in agreement.by_label],
        per_article=size.claims / size.articles if size.articles else 0.0,
    )


def _variance(alpha: "Estimate", error: float | None) -> "Variance | None":
    """Return the variance that the jackknife error of alpha shows, where there are articles enough for one."""
    from annotator.domain.sample_size import from_pilot

    if error is None or alpha.high is None or alpha.high >= 1 or alpha.clusters < LEAST_ARTICLES:
        return None  # an interval that spans the scale tells nothing of its error any more
    return from_pilot(error, alpha.n)
