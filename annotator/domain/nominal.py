"""Estimate agreement on values of any number, such as names: no table of patterns has a column for each of them.

Units are what is judged (a claim, or a claim under one label); each lies in one article, which is the interval's unit.
"""

from typing import NamedTuple

import numpy as np

from annotator.domain.coefficients import ratio
from annotator.domain.intervals import Estimate, coefficient_estimate, proportion_estimate
from annotator.domain.patterns import Floats, Integers


class Cells(NamedTuple):
    """Count the answers that can be paired, by article, stratum and value; a value may stand in several rows."""

    article: Integers  # (cells,): article ids
    stratum: Integers  # (cells,): chance is reckoned within a stratum: answers of two of them are never compared
    value: Integers  # (cells,)
    answers: Floats  # (cells,)


class Answers(NamedTuple):
    """Hold one row an answer; all of a unit's lie in one article and one stratum."""

    article: Integers  # (answers,): article ids
    unit: Integers  # (answers,)
    stratum: Integers  # (answers,)
    value: Integers  # (answers,)


class Units(NamedTuple):
    """Hold one row for each unit that two or more answered."""

    article: Integers  # (units,): article ids
    agreeing: Floats  # (units,): share of pairs of answers that are the same
    discord: Floats  # (units,): coincidences of different values, each pair in both orders and weighted 1/(m - 1)


def agreement_on(answers: Answers) -> tuple[Estimate, Estimate]:
    """Estimate raw agreement (each unit weighs the same) and Krippendorff's nominal alpha."""
    units, cells = paired(answers)
    return mean_estimate(units.agreeing, units.article), alpha_estimate(units.discord, units.article, cells)


def paired(answers: Answers) -> tuple[Units, Cells]:
    """Count the answers on the units that have two or more."""
    _, unit, made = np.unique(answers.unit, return_inverse=True, return_counts=True)
    kept = made[unit] > 1
    _, first, unit = np.unique(unit[kept], return_index=True, return_inverse=True)
    _, value = np.unique(answers.value[kept], return_inverse=True)
    article, stratum = answers.article[kept][first], answers.stratum[kept][first]
    width = int(value.max(initial=0)) + 1
    keys, same = np.unique(unit * width + value, return_counts=True)
    of, count = keys // width, same.astype(np.float64)
    verdicts = np.bincount(of, count, len(first))
    discord = np.bincount(of, count * (verdicts[of] - count), len(first)) / (verdicts - 1.0)
    cells = Cells(article[of], stratum[of], keys % width, count)
    return Units(article, 1.0 - discord / verdicts, discord), cells


def mean_estimate(shares: Floats, article: Integers, claims: Integers | None = None) -> Estimate:
    """Estimate the mean over units of a share, 0 to 1; all are (units,). `claims` says how many each stands for."""
    names, place = np.unique(article, return_inverse=True)
    weight = (np.ones_like(article) if claims is None else claims).astype(np.float64)
    sums, units = np.bincount(place, shares * weight, len(names)), np.bincount(place, weight, len(names))
    value = ratio(sums.sum(), units.sum())
    left_out = ratio(sums.sum() - sums, units.sum() - units)
    return proportion_estimate(float(value), left_out, int(weight.sum()), len(names))


def alpha_estimate(discord: Floats, article: Integers, cells: Cells, n: int | None = None) -> Estimate:
    """Estimate Krippendorff's nominal alpha = 1 - observed / expected disagreement (2011) over units.

    With several strata both disagreements are added up over them, so that what can't meet raises no expectation. `n`
    is how many claims the estimate says that it rests on, if these are not the units.
    """
    names, place = np.unique(article, return_inverse=True)
    observed = np.bincount(place, discord, len(names))
    expected, expected_without = _expected(cells, names)
    value = 1.0 - ratio(observed.sum(), expected)
    left_out = 1.0 - ratio(observed.sum() - observed, expected_without)
    return coefficient_estimate(float(value), left_out, len(article) if n is None else n, len(names))


def _expected(cells: Cells, articles: Integers) -> tuple[Floats, Floats]:
    """Give the coincidences of different values that chance would make, in all and without each article."""
    whole, without = np.zeros(()), np.zeros(len(articles))
    for stratum in np.unique(cells.stratum):
        here = cells.stratum == stratum
        _, value = np.unique(cells.value[here], return_inverse=True)
        width = int(value.max(initial=0)) + 1
        keys, place = np.unique(np.searchsorted(articles, cells.article[here]) * width + value, return_inverse=True)
        article, value, count = keys // width, keys % width, np.bincount(place, cells.answers[here])
        total = np.bincount(value, count)
        squares = np.square(total).sum()
        # Without an article, the square of a value's count t becomes (t - c)^2 = t^2 - (2t - c)c.
        lost = np.bincount(article, (2.0 * total[value] - count) * count, len(articles))
        left = total.sum() - np.bincount(article, count, len(articles))
        whole = whole + _chance(total.sum(), squares)
        without = without + _chance(left, squares - lost)
    return whole, without


def _chance(answers: Floats | np.float64, squares: Floats | np.float64) -> Floats:
    """Give (n^2 - sum of n_c^2) / (n - 1): the coincidences of different values among n answers (Krippendorff)."""
    return np.asarray((answers * answers - squares) / np.maximum(answers - 1.0, 1.0))
