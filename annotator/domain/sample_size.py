"""How many shared claims Krippendorff's alpha needs: its error falls with the square root of their number.

n = (z / h)^2 * v * d, where h is half the width of the 95 % interval, z = 1.96, v the variance that one claim brings,
and d the design effect 1 + (m - 1) * r of m claims in an article whose influences are correlated by r (Kish 1965).

From a pilot, v * d is the squared jackknife error, with the article left out as a whole, times the pilot's claims: it
holds the design effect already. From an assumption, v is the variance of a claim's influence on alpha (delta method)
where each verdict is the claim's own label with probability sqrt(alpha), and else one drawn by the labels' shares, so
that two verdicts agree beyond chance exactly in a share alpha.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, comb, isfinite, sqrt

Z = 1.959964
MOST_LABELS, MOST_READERS = 8, 10
LEAST_CLAIMS = 10
"""Under so many, the rule holds no longer: the interval is not symmetric, and an article decides it."""


@dataclass(frozen=True, slots=True)
class Variance:
    """The variance that one claim brings, what the clustering makes of it, and how many pilot claims it rests on."""

    one_claim: float
    design_effect: float = 1.0
    pilot_claims: int | None = None
    pilot_error: float | None = None

    @property
    def whole(self) -> float:
        """Return both together."""
        return self.one_claim * self.design_effect


def claims_for(half_width: float, variance: Variance) -> int:
    """Return how many claims an interval of value ± `half_width` needs."""
    return max(ceil((Z / half_width) ** 2 * variance.whole - 1e-9), LEAST_CLAIMS)


def half_width_with(claims: int, variance: Variance) -> float:
    """Return half the width of the interval that so many claims give."""
    return Z * sqrt(variance.whole / claims)


def from_pilot(error: float, claims: int) -> Variance | None:
    """Take the variance from the jackknife error of alpha in `claims` pilot claims; None if that is not defined."""
    if not isfinite(error) or error <= 0 or claims <= 0:
        return None
    return Variance(error * error * claims, 1.0, claims, error)


def from_assumption(
    alpha: float, shares: Sequence[float], readers: int, per_article: float = 1.0, correlation: float = 0.0
) -> Variance | None:
    """Work the variance out for `readers` verdicts a claim and labels with these shares; None if it is not defined."""
    total = sum(shares)
    if not (0 <= alpha < 1 and 2 <= len(shares) <= MOST_LABELS and 2 <= readers <= MOST_READERS and total > 0):  # noqa: PLR2004
        return None
    prevalence = [share / total for share in shares]
    chance = 1 - sum(share * share for share in prevalence)
    if chance <= 0 or min(prevalence) < 0:
        return None
    effect = 1 + max(per_article - 1, 0) * correlation
    return Variance(_influence_variance(alpha, prevalence, chance, readers), effect)


def _influence_variance(alpha: float, prevalence: Sequence[float], chance: float, readers: int) -> float:
    """Return the variance of a claim's influence on alpha = 1 - observed / expected disagreement, exactly."""
    first = second = 0.0
    for weight, counts in _patterns(sqrt(alpha), prevalence, readers):
        agreeing = sum(count * (count - 1) for count in counts) / (readers * (readers - 1))
        observed = (1 - agreeing) - chance * (1 - alpha)
        expected = -2 * sum(p * (count / readers - p) for p, count in zip(prevalence, counts, strict=True))
        influence = (-observed + (1 - alpha) * expected) / chance
        first += weight * influence
        second += weight * influence * influence
    return second - first * first


def _patterns(knowing: float, prevalence: Sequence[float], readers: int) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Give each way in which labels can fall on a claim of each own label, with its probability."""
    for own, share in enumerate(prevalence):
        chances = [(1 - knowing) * p + (knowing if place == own else 0.0) for place, p in enumerate(prevalence)]
        for counts in _counts(len(prevalence), readers):
            yield share * _probability(counts, chances), counts


def _counts(labels: int, readers: int) -> Iterator[tuple[int, ...]]:
    if labels == 1:
        yield (readers,)
        return
    for first in range(readers + 1):
        for rest in _counts(labels - 1, readers - first):
            yield (first, *rest)


def _probability(counts: Sequence[int], chances: Sequence[float]) -> float:
    left, found = sum(counts), 1.0
    for count, chance in zip(counts, chances, strict=True):
        found *= comb(left, count) * chance**count
        left -= count
    return found
