"""Estimate the true labels and every reviewer's errors at once (Dawid and Skene 1979, Applied Statistics 28, 20–28).

Each claim has one true label, drawn with the prevalences; given it, reviewers answer independently, each by the row of
their own confusion matrix. Expectation and maximisation take turns, from the shares of the votes (their equation 3.1).
Claims on which the same people said the same are one row with a weight, so that cost does not grow with claims.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from annotator.domain.patterns import Floats, Integers

if TYPE_CHECKING:
    from scipy.sparse import csr_array

TOLERANCE = 1e-6
"""The largest change of a probability in one round at which the estimates count as settled: pages show two digits."""
ROUNDS = 500
PREVALENCE_PRIOR = 1.0
"""Claims of each label that are added to those seen (Laplace's rule), so that no label becomes impossible."""
CONFUSION_PRIOR = 6.0
"""Verdicts that are added to those seen of each reviewer on each true label: `benchmarks/recovery.py` finds more true
labels with 6 than with 2, and intervals of competence that hold more often than with 8."""
PRIOR_RIGHT = 0.7
"""Share of the added verdicts that is right: a reviewer who has said little is taken to be better than chance."""
_SMALLEST = 1e-300  # its logarithm is a number: what cannot happen stays out without infinities.


class Prior(NamedTuple):
    """Say what is added to the counts before they become probabilities: Dirichlet priors with 1 less in each cell."""

    prevalence: Floats  # (labels,) claims
    confusion: Floats  # (labels, labels) verdicts, true labels as rows


def prior(labels: int, *, is_used: bool = True) -> Prior:
    """Give the prior for so many labels; not used, it is nothing and the estimates are of maximum likelihood."""
    if not is_used:
        return Prior(np.zeros(labels), np.zeros((labels, labels)))
    wrong = CONFUSION_PRIOR * (1.0 - PRIOR_RIGHT) / max(labels - 1, 1)
    confusion = np.full((labels, labels), wrong)
    np.fill_diagonal(confusion, CONFUSION_PRIOR * PRIOR_RIGHT)
    return Prior(np.full(labels, PREVALENCE_PRIOR), confusion)


class Given(NamedTuple):
    """Hold verdicts by row: `counts` are (rows, reviewers × labels given), a row standing for `weight` claims."""

    counts: "csr_array"
    weight: Floats  # (rows,)
    reviewers: int
    labels: int

    @classmethod
    def of(cls, row: Integers, reviewer: Integers, label: Integers, weight: Floats, shape: tuple[int, int]) -> "Given":
        """Build it from verdicts as (row, reviewer, label), which may repeat; `shape` is (reviewers, labels)."""
        from scipy.sparse import csr_array  # Slow to load, and only a report needs it.

        reviewers, labels = shape
        wide = (len(weight), reviewers * labels)
        counts = csr_array((np.ones(len(row)), (row, reviewer * labels + label)), shape=wide)
        has_verdict = np.diff(counts.indptr) > 0
        return cls(counts, np.where(has_verdict, weight, 0.0), reviewers, labels)

    def shares(self) -> Floats:
        """Give each label's share of a row's verdicts; without a verdict, the same for all."""
        votes = self.counts @ np.tile(np.eye(self.labels), (self.reviewers, 1))
        made = votes.sum(axis=1, keepdims=True)
        return np.asarray(np.where(made > 0.0, votes / np.maximum(made, 1.0), 1.0 / max(self.labels, 1)))

    def expected(self, posterior: Floats) -> Floats:
        """Count verdicts by (reviewer, true label, label given), true labels as probable as `posterior` says."""
        by_cell = self.counts.T @ (posterior * self.weight[:, np.newaxis])
        return np.asarray(by_cell).reshape(self.reviewers, self.labels, self.labels).transpose(0, 2, 1)

    def posterior(self, prevalence: Floats, confusion: Floats) -> Floats:
        """Give the probability of each true label for each row: (rows, labels)."""
        by_cell = np.log(np.maximum(confusion, _SMALLEST)).transpose(0, 2, 1).reshape(-1, self.labels)
        # Label by label, because numpy reduces long rows many times faster than short ones.
        scores = np.ascontiguousarray((self.counts @ by_cell).T)
        scores += np.log(np.maximum(prevalence, _SMALLEST))[:, np.newaxis]
        scores -= scores.max(axis=0, initial=-np.inf)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=0)
        return scores.T


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Hold the estimates of one run; `expected` counts verdicts without the prior, by true label and label given."""

    prevalence: Floats  # (labels,)
    confusion: Floats  # (reviewers, labels, labels): true labels as rows; a row of zeros where nothing is known
    posterior: Floats  # (rows, labels)
    expected: Floats  # (reviewers, labels, labels)
    iterations: int
    is_converged: bool


def estimate(given: Given, before: Prior) -> Fitted:
    """Take turns at the true labels and the errors until no probability moves by more than TOLERANCE."""
    posterior = given.shares()
    prevalence, confusion, expected = _maximised(given, posterior, before)
    rounds, is_converged = 0, False
    while rounds < ROUNDS and not is_converged:
        posterior = given.posterior(prevalence, confusion)
        last = prevalence, confusion
        prevalence, confusion, expected = _maximised(given, posterior, before)
        rounds += 1
        moved = (np.abs(now - old).max(initial=0.0) for now, old in zip((prevalence, confusion), last, strict=True))
        is_converged = bool(max(moved) <= TOLERANCE)
    posterior = given.posterior(prevalence, confusion)
    return Fitted(prevalence, confusion, posterior, expected, rounds, is_converged)


def _maximised(given: Given, posterior: Floats, before: Prior) -> tuple[Floats, Floats, Floats]:
    """Give prevalences and confusions that are most probable for these true labels, and the counts of verdicts."""
    expected = given.expected(posterior)
    prevalence = _shares(given.weight @ posterior + before.prevalence)
    return prevalence, _shares(expected + before.confusion), expected


def _shares(counts: Floats) -> Floats:
    """Divide by the sums along the last axis; zeros where there is nothing to divide."""
    return np.asarray(counts / np.maximum(counts.sum(axis=-1, keepdims=True), _SMALLEST))


def dawid_skene(triples: Iterable[tuple[str, str, str]], categories: Sequence[str]) -> dict[str, object]:
    """Estimate by maximum likelihood from (reviewer, claim, label) triples, as Dawid and Skene did, without a prior.

    A reviewer may have labelled a claim more than once. What nothing is known of is None.
    """
    reviewers: dict[str, int] = {}
    claims: dict[str, int] = {}
    place = {category: number for number, category in enumerate(categories)}
    numbers = [
        (claims.setdefault(claim, len(claims)), reviewers.setdefault(reviewer, len(reviewers)), place[label])
        for reviewer, claim, label in triples
    ]
    row, reviewer, label = np.array(numbers, dtype=np.int64).reshape(-1, 3).T
    given = Given.of(row, reviewer, label, np.ones(len(claims)), (len(reviewers), len(categories)))
    fitted = estimate(given, prior(len(categories), is_used=False))
    return _named(fitted, list(reviewers), list(claims), categories)


def _named(
    fitted: Fitted, reviewers: Sequence[str], claims: Sequence[str], categories: Sequence[str]
) -> dict[str, object]:
    """Put names to the estimates."""
    known = fitted.expected.sum(axis=2) > 0.0
    errors: dict[str, Any] = {
        f"{reviewer}|{true}|{said}": float(fitted.confusion[r, j, k]) if known[r, j] else None
        for r, reviewer in enumerate(reviewers)
        for j, true in enumerate(categories)
        for k, said in enumerate(categories)
    }
    shares = fitted.prevalence.tolist() if claims else [None] * len(categories)
    return {
        "ds_prevalence": dict(zip(categories, shares, strict=True)),
        "ds_error": errors,
        "ds_posterior": {
            f"{claim}|{label}": probability
            for claim, row in zip(claims, fitted.posterior.tolist(), strict=True)
            for label, probability in zip(categories, row, strict=True)
        },
        "ds_labels": {claims[n]: categories[k] for n, k in enumerate(fitted.posterior.argmax(axis=1).tolist())}
        if claims
        else {},
    }
