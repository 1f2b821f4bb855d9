"""Put intervals around coefficients with the article as the unit: claims of one article are not independent.

The standard error is the delete-one-article jackknife; among many articles, the delete-a-group jackknife of
`article_groups` (Kott 2001). The interval is symmetric on Fisher's z = atanh(value), where its width is the error
divided by 1 - value^2 (delta method), with Student's t of articles (or groups) - 1 degrees of freedom, and is taken
back, so that no bound leaves the range of the value. A proportion p goes through 2p - 1, which makes it the usual
interval on the logit scale: logit(p) = 2 atanh(2p - 1). benchmarks/coverage.py measures how often it holds the truth.

There is no interval, rather than one of no width, where the data cannot give an error: fewer than two articles, a
value at an end of its scale (all or no pairs agree), no variation between articles, or a value that is not defined
once a certain article is left out.
"""

from dataclasses import dataclass, replace
from math import atanh, isfinite, sqrt, tanh

import numpy as np

from annotator.domain.patterns import Floats

CONFIDENCE = 0.95
# Differences below this come from rounding, not from the data.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Estimate:
    """Hold a number with its 95 % interval; None is "not defined", and a number may lack an interval."""

    value: float | None
    low: float | None
    high: float | None
    n: int  # claims it was computed on
    clusters: int  # articles they stand in

    def of_articles(self, articles: int) -> "Estimate":
        """Return the estimate with the true number of articles, where it was made from groups of them."""
        return replace(self, clusters=articles)


@dataclass(frozen=True, slots=True)
class FisherZ:
    """Hold a coefficient on the z scale with its error there."""

    centre: float
    error: float
    freedom: int  # degrees of freedom of Student's t

    def interval(self) -> tuple[float, float]:
        """Give the bounds on the scale of the coefficient."""
        from scipy.special import stdtrit  # Slow to load, and only a report needs it.

        reach = float(stdtrit(self.freedom, (1.0 + CONFIDENCE) / 2.0)) * self.error
        return tanh(self.centre - reach), tanh(self.centre + reach)

    def probability_below(self, threshold: float) -> float:
        """Give the probability that the coefficient lies below `threshold`, in -1..1."""
        from scipy.special import stdtr  # Slow to load, and only a report needs it.

        return float(stdtr(self.freedom, (atanh(threshold) - self.centre) / self.error))


def jackknife_error(left_out: Floats) -> float | None:
    """Compute the standard error from the values without each article or group in turn; None as the module says."""
    parts = len(left_out)
    if parts <= 1:
        return None
    error = sqrt((parts - 1) / parts * float(np.square(left_out - left_out.mean()).sum()))
    # A value that is not defined without some article makes the error NaN, which is not above anything.
    return error if error > ROUNDING else None


def on_fisher_scale(value: float, left_out: Floats, parts: int) -> FisherZ | None:
    """Take a coefficient in -1..1 to the z scale; None if it has no interval.

    `left_out` may hold more than `parts` articles: those without a pair move Fleiss's kappa and AC1 a little, but
    lend no degree of freedom.
    """
    error = jackknife_error(left_out)
    if error is None or not abs(value) < 1.0 - ROUNDING:
        return None
    return FisherZ(atanh(value), error / (1.0 - value * value), parts - 1)


def coefficient_estimate(value: float, left_out: Floats, n: int, clusters: int, floor: float = -1.0) -> Estimate:
    """Build the estimate of a coefficient that cannot be lower than `floor`; t has `clusters` - 1 degrees of freedom.

    Where groups of articles were left out, `clusters` are the groups (`Estimate.of_articles` puts the articles back).
    """
    if not isfinite(value):
        return Estimate(None, None, None, n, clusters)
    scaled = on_fisher_scale(value, left_out, clusters)
    if scaled is None:
        return Estimate(value, None, None, n, clusters)
    low, high = scaled.interval()
    return Estimate(value, max(low, floor), high, n, clusters)


def proportion_estimate(value: float, left_out: Floats, n: int, clusters: int) -> Estimate:
    """Build the estimate of a proportion in 0..1."""
    whole = coefficient_estimate(2.0 * value - 1.0, 2.0 * left_out - 1.0, n, clusters)
    if whole.value is None:
        return whole
    value = min(max(value, 0.0), 1.0)
    if whole.low is None or whole.high is None:
        return Estimate(value, None, None, n, clusters)
    return Estimate(value, (1.0 + whole.low) / 2.0, (1.0 + whole.high) / 2.0, n, clusters)
