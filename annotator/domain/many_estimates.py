"""Put the intervals of `intervals` around many numbers at once: hundreds of pairs, reviewers or weeks.

Each number is the same as one by one (delete-one-article jackknife on Fisher's z scale); arrays only make it fast.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from annotator.domain.intervals import CONFIDENCE, ROUNDING, Estimate
from annotator.domain.patterns import Floats, Integers


class LeftOut(NamedTuple):
    """Hold the numbers without each unit (an article, or a group of articles) that can move them."""

    owner: Integers  # (values,): to which number each belongs
    values: Floats  # (values,): NaN where the number is not defined without that unit

    @classmethod
    def where(cls, moving: NDArray[np.bool_], values: Floats) -> Self:
        """Take from (numbers, units) those values whose unit can move the number."""
        return cls(np.nonzero(moving)[0], values[moving])


def many_coefficients(values: Floats, left_out: LeftOut, n: Integers, clusters: Integers) -> list[Estimate]:
    """Build the estimates of coefficients in -1..1; `values`, `n` and `clusters` have one entry a number."""
    low, high = _bounds(values, left_out)
    return _estimates(values, low, high, n, clusters)


def many_proportions(values: Floats, left_out: LeftOut, n: Integers, clusters: Integers) -> list[Estimate]:
    """Build the estimates of proportions in 0..1, by way of 2p - 1."""
    low, high = _bounds(2.0 * values - 1.0, LeftOut(left_out.owner, 2.0 * left_out.values - 1.0))
    return _estimates(np.clip(values, 0.0, 1.0), (1.0 + low) / 2.0, (1.0 + high) / 2.0, n, clusters)


def many_differences(values: Floats, left_out: LeftOut, n: Integers, clusters: Integers) -> list[Estimate]:
    """Build the estimates of differences of coefficients, in -2..2: value ± t times the error, as no end is near."""
    error, reach = _errors(values, left_out)
    low, high = np.maximum(values - reach * error, -2.0), np.minimum(values + reach * error, 2.0)
    return _estimates(values, low, high, n, clusters)


def _bounds(values: Floats, left_out: LeftOut) -> tuple[Floats, Floats]:
    """Give the bounds on the scale of the coefficients; NaN where there is no interval."""
    error, reach = _errors(values, left_out)
    inside = np.where(np.abs(values) < 1.0 - ROUNDING, values, np.nan)
    centre, width = np.arctanh(inside), reach * error / (1.0 - inside * inside)
    return np.tanh(centre - width), np.tanh(centre + width)


def _errors(values: Floats, left_out: LeftOut) -> tuple[Floats, Floats]:
    """Give the jackknife's errors, NaN where there is none, and the quantiles of t with units - 1 degrees."""
    from scipy.special import stdtrit  # Slow to load, and only a report needs it.

    many = len(values)
    units = np.bincount(left_out.owner, minlength=many).astype(np.float64)
    mean = np.bincount(left_out.owner, left_out.values, many) / np.maximum(units, 1.0)
    squares = np.bincount(left_out.owner, np.square(left_out.values - mean[left_out.owner]), many)
    error = np.sqrt(np.maximum(units - 1.0, 0.0) / np.maximum(units, 1.0) * squares)
    freedom = np.where(units > 1.0, units - 1.0, np.nan)
    reach = np.asarray(stdtrit(freedom, (1.0 + CONFIDENCE) / 2.0), dtype=np.float64)
    return np.asarray(np.where(error > ROUNDING, error, np.nan), dtype=np.float64), reach


def _estimates(values: Floats, low: Floats, high: Floats, n: Integers, clusters: Integers) -> list[Estimate]:
    facts = zip(values.tolist(), low.tolist(), high.tolist(), n.tolist(), clusters.tolist(), strict=True)
    return [_estimate(*one) for one in facts]


def _estimate(value: float, low: float, high: float, n: float, clusters: float) -> Estimate:
    """Turn NaN, the only number unequal to itself, into None."""
    if value != value:  # noqa: PLR0124
        return Estimate(None, None, None, int(n), int(clusters))
    if low != low or high != high:  # noqa: PLR0124
        return Estimate(value, None, None, int(n), int(clusters))
    return Estimate(value, low, high, int(n), int(clusters))
