"""Compare how sure the model is of its most probable label with how often the desk decided for that label.

The desk mostly decides claims on which reviewers part, so what is seen here holds for those, not for all claims.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from annotator.domain.dawid_skene import Given
from annotator.domain.fitted_model import Model
from annotator.domain.intervals import CONFIDENCE, Estimate
from annotator.domain.patterns import Floats, Integers
from annotator.domain.report import Calibration
from annotator.domain.votes import NOBODY, Votes

BANDS = (0.0, 0.5, 0.7, 0.9, 0.99, 1.0)
"""Bounds of the bands of probability; the last band includes 1. Narrow where most claims lie."""
JEFFREYS = 0.5
"""Added to successes and failures: the Beta prior under which the interval of a proportion covers best (Brown, Cai and
DasGupta 2001)."""


class _Decided(NamedTuple):
    given: Integers  # (rows, reviewers of the model)
    label: Integers  # (rows,) that the desk decided
    claims: Integers  # (rows,)


def calibration(model: Model, votes: Votes, decided: Iterable[tuple[str, str, int]]) -> tuple[Calibration, ...]:
    """Count, by the probability of the most probable label, how often the desk decided so; empty if it decided nothing.

    `decided` are (signature, label, claims); bands without a claim are left out. The interval is Jeffreys' and takes
    claims as independent, so `right.clusters` is 0: which articles they stand in is not known here.
    """
    rows = _read(votes, decided)
    if not (model.is_defined and rows.claims.sum()):
        return ()
    reviewers, labels = len(votes.reviewers), len(votes.labels)
    row, reviewer = np.nonzero(rows.given != NOBODY)
    given = Given.of(row, reviewer, rows.given[row, reviewer], rows.claims.astype(np.float64), (reviewers, labels))
    posterior = given.posterior(model.prevalence, model.confusion)
    return tuple(_bands(posterior, rows))


def _read(votes: Votes, decided: Iterable[tuple[str, str, int]]) -> _Decided:
    """Read the rows into the columns of `votes`; a label or reviewer that it does not know is left out."""
    column = {reviewer: place for place, reviewer in enumerate(votes.reviewers)}
    place = {label: number for number, label in enumerate(votes.labels)}
    kept = [row for row in decided if row[1] in place and row[2] > 0]
    read = Votes.from_rows([(0, 0, signature, claims) for signature, _, claims in kept], votes.labels)
    given = np.full((len(kept), len(votes.reviewers)), NOBODY, dtype=np.int64)
    for here, reviewer in enumerate(read.reviewers):
        if reviewer in column:
            given[:, column[reviewer]] = read.given[read.signature, here]
    label = np.array([place[label] for _, label, _ in kept], dtype=np.int64)
    return _Decided(given, label, np.array([claims for _, _, claims in kept], dtype=np.int64))


def _bands(posterior: Floats, rows: _Decided) -> Iterator[Calibration]:
    """Yield the bands that have a claim, lowest first."""
    sure = posterior.max(axis=1)
    is_right = posterior.argmax(axis=1) == rows.label
    band = np.clip(np.searchsorted(BANDS, sure, side="right") - 1, 0, len(BANDS) - 2)
    for number, (low, high) in enumerate(pairwise(BANDS)):
        here = np.where(band == number, rows.claims, 0)
        if claims := int(here.sum()):
            yield Calibration(low, high, claims, float(here @ sure) / claims, _share(int(here @ is_right), claims))


def _share(right: int, claims: int) -> Estimate:
    """Estimate a proportion, with Jeffreys' interval."""
    from scipy.special import betaincinv  # Slow to load, and only a report needs it.

    tail = (1.0 - CONFIDENCE) / 2.0
    cell = right + JEFFREYS, claims - right + JEFFREYS
    low = float(betaincinv(*cell, tail)) if right else 0.0
    high = float(betaincinv(*cell, 1.0 - tail)) if right < claims else 1.0
    return Estimate(right / claims, low, high, claims, 0)
