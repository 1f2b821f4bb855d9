"""Say what a Dawid-Skene model makes of each reviewer, with intervals.

An interval is the wider of two. One is the infinitesimal jackknife over articles on Fisher's z scale, which knows that
the true labels are estimated, that claims of an article belong together, and how far the prior pulls. The other is of
the Beta distribution of expected counts and prior, which is wider for a reviewer of few verdicts. As everywhere, there
is no interval for who labelled in one article alone.
"""

import numpy as np
from numpy.typing import NDArray

from annotator.domain.fitted_model import Model
from annotator.domain.intervals import CONFIDENCE, Estimate
from annotator.domain.many_estimates import LeftOut, many_proportions
from annotator.domain.patterns import Floats
from annotator.domain.report import ModelReviewer
from annotator.domain.votes import Votes

FEWEST_EXPECTED = 1.0
"""A row of a confusion matrix on which fewer verdicts are expected is not defined: it would show the prior alone."""


def competence(model: Model) -> tuple[Estimate, ...]:
    """Estimate how often each reviewer finds the true label: the diagonal weighed by how often each label is true.

    Not defined for a reviewer without a verdict, nor where nothing can be learnt from agreement.
    """
    cells = model.expected + model.prior
    rows = cells.sum(axis=2)
    share = np.diagonal(model.confusion, axis1=1, axis2=2)
    value = np.where(model.is_defined, share @ model.prevalence, np.nan)
    verdicts = model.expected.sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (np.square(model.prevalence) * share * (1.0 - share) / (rows + 1.0)).sum(axis=1)
        size = value * (1.0 - value) / variance - 1.0  # of the Beta with this mean and variance
    bounds = _beta_bounds(value * size, (1.0 - value) * size)
    if model.influence is not None:
        moved = np.diagonal(model.influence.confusion, axis1=2, axis2=3) @ model.prevalence
        moved = moved + model.influence.prevalence @ share.T
        bounds = _wider(bounds, _jackknife_bounds(value, moved, model.influence.verdicts > 0.0))
    return tuple(
        _estimate(value[r], (bounds[0][r], bounds[1][r]), verdicts[r], int(model.articles[r]))
        for r in range(len(value))
    )


def model_reviewers(model: Model, votes: Votes) -> tuple[ModelReviewer, ...]:
    """Give every reviewer's confusion matrix; n are the verdicts expected on the row's true label."""
    cells = model.expected + model.prior
    low, high = _beta_bounds(cells, cells.sum(axis=2, keepdims=True) - cells)
    n = model.expected.sum(axis=2)
    value = np.where(model.is_defined & (n >= FEWEST_EXPECTED)[:, :, np.newaxis], model.confusion, np.nan)
    if model.influence is not None:
        is_seen = np.repeat(model.influence.verdicts > 0.0, len(votes.labels) ** 2, axis=1)
        moved = model.influence.confusion.reshape(len(is_seen) + 1, -1)
        jackknife = _jackknife_bounds(value.ravel(), moved, is_seen)
        low, high = (bound.reshape(value.shape) for bound in _wider((low.ravel(), high.ravel()), jackknife))
    labels = range(len(votes.labels))

    def cell(*place: int) -> Estimate:
        return _estimate(value[place], (low[place], high[place]), n[place[:2]], int(model.articles[place[0]]))

    return tuple(
        ModelReviewer(r, tuple(tuple(cell(r, true, said) for said in labels) for true in labels))
        for r in range(len(votes.reviewers))
    )


def _jackknife_bounds(value: Floats, moved: Floats, is_seen: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Give the bounds from what each part, the prior last, adds to the numbers; (parts + 1, numbers).

    Only parts that hold a verdict of the reviewer count, and the prior where there are two of them.
    """
    moving = np.vstack((is_seen, is_seen.sum(axis=0) > 1)).T
    nothing = np.zeros(len(value), dtype=np.int64)
    found = many_proportions(value, LeftOut.where(moving, (value - moved).T), nothing, nothing)
    low = np.array([np.nan if one.low is None else one.low for one in found])
    high = np.array([np.nan if one.high is None else one.high for one in found])
    is_one = is_seen.sum(axis=0) <= 1
    return np.where(is_one, np.nan, low), np.where(is_one, np.nan, high)


def _wider(beta: tuple[Floats, Floats], jackknife: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Join two intervals; NaN where the jackknife has none."""
    return np.minimum(jackknife[0], np.fmin(beta[0], 1.0)), np.maximum(jackknife[1], np.fmax(beta[1], 0.0))


def _beta_bounds(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Give the central interval of Beta distributions; NaN where one of the two parameters is not above 0."""
    from scipy.special import betaincinv  # Slow to load, and only a report needs it.

    is_proper = np.isfinite(first) & np.isfinite(second) & (first > 0.0) & (second > 0.0)
    a, b = np.where(is_proper, first, 1.0), np.where(is_proper, second, 1.0)
    tail = (1.0 - CONFIDENCE) / 2.0
    low, high = (np.where(is_proper, betaincinv(a, b, share), np.nan) for share in (tail, 1.0 - tail))
    return low, high


def _estimate(value: float, bounds: tuple[float, float], n: float, clusters: int) -> Estimate:
    """Build the estimate; not defined where the value is NaN, and without an interval where a bound is."""
    claims = round(float(n))
    if claims < 1 or not np.isfinite(value):
        return Estimate(None, None, None, claims, clusters)
    if not np.isfinite(bounds).all():
        return Estimate(float(value), None, None, claims, clusters)
    return Estimate(float(value), float(min(bounds[0], value)), float(max(bounds[1], value)), claims, clusters)
