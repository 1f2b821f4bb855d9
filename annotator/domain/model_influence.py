"""Say how far each part of the data moves the estimates of a Dawid-Skene model: the infinitesimal jackknife.

The estimates are a fixed point of expectation and maximisation. Weighing one part up moves the maximised estimates at
once, by what its expected counts differ, and then again through every posterior: with J the derivative of one round by
the estimates, what comes of it is (I - J)⁻¹ times the first move (Efron 1982 on the jackknife; Meng and Rubin 1991 on
what expectation and maximisation hide). So intervals know that the true labels are estimated. The prior is one more
part, so that they also know how far it pulls.
"""

from typing import NamedTuple

import numpy as np

from annotator.domain.dawid_skene import Fitted, Given, Prior
from annotator.domain.patterns import Floats, Integers
from annotator.domain.single_votes import runs, summed

MOST_ESTIMATES = 2_000
"""Numbers that are estimated together: the equations for more would take seconds."""


class Parts(NamedTuple):
    """Say which claims of which rows make up a part (an article, or a group of articles), by entry."""

    part: Integers  # (entries,)
    row: Integers  # (entries,)
    claims: Integers  # (entries,)


class Influence(NamedTuple):
    """Hold what each part adds to the estimates, the prior last; `is_seen` says whose verdicts a part holds."""

    prevalence: Floats  # (parts + 1, labels)
    confusion: Floats  # (parts + 1, reviewers, labels, labels): true labels as rows
    verdicts: Floats  # (parts, reviewers)


def influence(given: Given, fitted: Fitted, before: Prior, parts: Parts) -> Influence | None:
    """Compute the influence of each part; None without a prior, for too many estimates, or a flat likelihood."""
    labels, cells = given.labels, given.reviewers * given.labels
    if (cells + 1) * labels > MOST_ESTIMATES or not len(parts.part) or not before.confusion.all():
        return None
    counts, verdicts = _counts(given, fitted, parts)
    prior = np.column_stack((np.tile(before.confusion, given.reviewers), before.prevalence))
    first = _maximised(given, fitted, before, np.concatenate((counts, prior[np.newaxis])))
    feedback = _feedback(given, fitted, before)
    try:
        moved = np.linalg.solve(np.eye(len(feedback)) - feedback, first.reshape(len(first), -1).T).T
    except np.linalg.LinAlgError:
        return None
    by_label = np.asarray(moved, dtype=np.float64).reshape(-1, labels, cells + 1)
    confusion = by_label[:, :, :cells].reshape(-1, labels, given.reviewers, labels).transpose(0, 2, 1, 3)
    return Influence(by_label[:, :, cells], confusion, verdicts)


def _counts(given: Given, fitted: Fitted, parts: Parts) -> tuple[Floats, Floats]:
    """Count the verdicts that are expected in each part: (parts, labels, cells + 1), claims last; and by reviewer."""
    many, cells = int(parts.part.max()) + 1, given.reviewers * given.labels
    starts = given.counts.indptr.astype(np.int64)
    entry, place = runs(starts[:-1][parts.row], np.diff(starts)[parts.row])
    cell = given.counts.indices[place].astype(np.int64)
    target = parts.part[entry] * cells + cell
    weight = parts.claims[entry] * given.counts.data[place]
    claims = parts.claims * (given.weight > 0.0)[parts.row]
    counts = np.zeros((many, given.labels, cells + 1))
    for k, posterior in enumerate(fitted.posterior.T):
        counts[:, k, :cells] = summed(target, weight * posterior[parts.row][entry], many * cells).reshape(many, cells)
        counts[:, k, cells] = summed(parts.part, claims * posterior[parts.row], many)
    by_reviewer = summed(parts.part[entry] * given.reviewers + cell // given.labels, weight, many * given.reviewers)
    return counts, by_reviewer.reshape(many, given.reviewers)


def _maximised(given: Given, fitted: Fitted, before: Prior, counts: Floats) -> Floats:
    """Turn changes of expected counts, (…, labels, cells + 1), into changes of the maximised probabilities."""
    labels, people = given.labels, given.reviewers
    by_cell = counts[..., :-1].reshape(*counts.shape[:-1], people, labels)
    confusion = fitted.confusion.transpose(1, 0, 2)  # (labels, reviewers, labels given)
    size = (fitted.expected + before.confusion).sum(axis=2).T[..., np.newaxis]
    cells = (by_cell - confusion * by_cell.sum(axis=-1, keepdims=True)) / size
    claims = counts[..., -1]
    whole = float(given.weight.sum() + before.prevalence.sum())
    shares = (claims - fitted.prevalence * claims.sum(axis=-1, keepdims=True)) / whole
    return np.concatenate((cells.reshape(*counts.shape[:-1], -1), shares[..., np.newaxis]), axis=-1)


def _feedback(given: Given, fitted: Fitted, before: Prior) -> Floats:
    """Give the derivative of one round by the estimates: how far the posteriors pass a move on."""
    labels, size = given.labels, given.reviewers * given.labels + 1
    row, pair, weight = _pairs(given, size)
    moved = np.zeros((labels, size, labels, size))
    for k in range(labels):
        for j in range(k, labels):
            share = given.weight * fitted.posterior[:, k] * ((k == j) - fitted.posterior[:, j])
            block = summed(pair, weight * share[row], size * size).reshape(size, size)
            moved[k, :, j] = block
            moved[j, :, k] = block.T
    # So far the columns are moves of the estimates' logarithms.
    estimates = np.column_stack((fitted.confusion.transpose(1, 0, 2).reshape(labels, -1), fitted.prevalence))
    counts = np.moveaxis((moved / estimates).reshape(labels, size, -1), -1, 0)
    return _maximised(given, fitted, before, counts).reshape(len(counts), -1).T


def _pairs(given: Given, size: int) -> tuple[Integers, Integers, Floats]:
    """List the pairs of cells that meet in a row, as (row, cell × size + cell, weight); the last cell is in each."""
    starts = given.counts.indptr.astype(np.int64)
    made = np.diff(starts)
    rows = np.repeat(np.arange(len(made)), made)
    cell, data = given.counts.indices.astype(np.int64), given.counts.data
    first, second = runs(starts[:-1][rows], made[rows])
    every = np.flatnonzero(made)
    last = size - 1
    return (
        np.concatenate((rows[first], rows, rows, every)),
        np.concatenate(
            (cell[first] * size + cell[second], cell * size + last, last * size + cell, every * 0 + last * size + last)
        ),
        np.concatenate((data[first] * data[second], data, data, np.ones(len(every)))),
    )
