"""Compute the coefficients that need to know who gave which verdict: Cohen, Scott, Light and Conger."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import Self

import numpy as np

from annotator.domain.coefficients import NOTHING
from annotator.domain.patterns import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """Cross the labels two reviewers gave to the claims both saw; rows are the first one's, cells are shares."""

    cells: Floats
    claims: int

    @classmethod
    def of(cls, first: Integers, second: Integers, labels: int) -> Self:
        """Count the pairs of label numbers; -1 in either means that reviewer gave no verdict."""
        both = (first >= 0) & (second >= 0)
        counts = np.bincount(first[both] * labels + second[both], minlength=labels**2)
        claims = int(counts.sum())
        return cls(counts.reshape(labels, labels) / max(claims, 1), claims)

    def cohen_kappa(self) -> float | None:
        """Compute Cohen's kappa (1960): chance keeps each reviewer's own label frequencies."""
        rows, columns = self.cells.sum(axis=1), self.cells.sum(axis=0)
        return self._kappa(float(rows @ columns))

    def scott_pi(self) -> float | None:
        """Compute Scott's pi (1955): chance takes the frequencies of both reviewers together."""
        shared = (self.cells.sum(axis=1) + self.cells.sum(axis=0)) / 2.0
        return self._kappa(float(shared @ shared))

    def cohen_error(self) -> float | None:
        """Compute the standard error of Cohen's kappa over claims (Fleiss, Cohen and Everitt 1969, eq. 13)."""
        kappa = self.cohen_kappa()
        if kappa is None:
            return None
        rows, columns = self.cells.sum(axis=1), self.cells.sum(axis=0)
        chance = float(rows @ columns)
        weights = -(1.0 - kappa) * np.add.outer(columns, rows)
        weights[np.diag_indices_from(weights)] += 1.0
        spread = float((self.cells * weights**2).sum()) - (kappa - chance * (1.0 - kappa)) ** 2
        return sqrt(max(spread, 0.0) / self.claims) / (1.0 - chance)

    def _kappa(self, chance: float) -> float | None:
        return corrected(float(np.trace(self.cells)), chance) if self.claims else None


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Hold one label number for each claim and reviewer, -1 where there is no verdict."""

    given: Integers  # (claims, reviewers)
    labels: int

    def pairs(self) -> Iterator[Confusion]:
        """Yield the confusion of each pair of reviewers."""
        for first, second in combinations(self.given.T, 2):
            yield Confusion.of(first, second, self.labels)

    def conger_kappa(self, agreement: float | None) -> float | None:
        """Correct the percent agreement for two different reviewers drawing from their own label frequencies.

        Conger 1980; with missing verdicts as Gwet 2014, a reviewer's frequencies come from all of his verdicts.
        """
        reviewers = self.given.shape[1]
        if agreement is None or reviewers <= 1:
            return None
        counts = np.stack([(self.given == label).sum(axis=0) for label in range(self.labels)], axis=1)
        shares = counts / counts.sum(axis=1, keepdims=True)
        chance = float(np.square(shares.sum(axis=0)).sum() - np.square(shares).sum())
        return corrected(agreement, chance / (reviewers * (reviewers - 1)))


def light_kappa(pairs: Iterable[Confusion]) -> float | None:
    """Average Cohen's kappa over the pairs of reviewers for which it is defined (Light 1971)."""
    kappas = [kappa for pair in pairs if (kappa := pair.cohen_kappa()) is not None]
    return sum(kappas) / len(kappas) if kappas else None


def corrected(agreement: float, chance: float) -> float | None:
    """Correct agreement for chance; None when chance alone agrees always."""
    return (agreement - chance) / (1.0 - chance) if 1.0 - chance > NOTHING else None
