"""Take a table of votes apart: who gave which label in which signature, and which unit each row is left out with."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from annotator.domain.article_parts import parts_of
from annotator.domain.patterns import Floats, Integers
from annotator.domain.votes import NOBODY, Votes


@dataclass(frozen=True, slots=True, eq=False)
class SingleVotes:
    """Hold one entry for each reviewer in each signature, by signature and then by reviewer."""

    signature: Integers  # (entries,)
    reviewer: Integers  # (entries,): columns of `Votes.given`
    label: Integers  # (entries,)
    made: Integers  # (signatures,): entries of each signature
    starts: Integers  # (signatures,): place of the first of them

    @classmethod
    def of(cls, votes: Votes) -> Self:
        """Take the signatures apart."""
        (said,) = np.nonzero(votes.given.ravel() != NOBODY)
        signature, reviewer = np.divmod(said, max(len(votes.reviewers), 1))
        made = np.bincount(signature, minlength=len(votes.given))
        return cls(signature, reviewer, votes.given[signature, reviewer], made, np.cumsum(made) - made)


def runs(starts: Integers, lengths: Integers) -> tuple[Integers, Integers]:
    """Write out runs of places: for each place, the number of its run and the place itself."""
    run = np.repeat(np.arange(len(starts)), lengths)
    before = np.cumsum(lengths) - lengths
    return run, np.arange(len(run)) + (starts - before)[run]


def summed(place: Integers, weights: Floats | Integers, size: int) -> Floats:
    """Add the weights up at their places, 0 to size - 1."""
    return np.bincount(place, weights=weights, minlength=size).astype(np.float64, copy=False)


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Hold what is left out together, and how many articles there truly are.

    An article is left out alone, or with its group where there are too many (`article_groups`).
    """

    unit: Integers  # (rows,)
    units: int
    article: Integers  # (rows,): articles numbered from 0
    articles: int

    @classmethod
    def of(cls, votes: Votes, made: Integers) -> Self:
        """Give numbers to the articles and what is left out; `made` counts the verdicts of each signature."""
        names, article = np.unique(votes.article, return_inverse=True)
        paired = (made[votes.signature] > 1) & (votes.claims > 0)
        many = int(np.count_nonzero(np.bincount(article[paired], minlength=1)))
        groups, unit = np.unique(parts_of(votes.article, many), return_inverse=True)
        return cls(unit, len(groups), article, len(names))

    def spread(self, owner: Integers, rows: Integers, many: int) -> Integers:
        """Count the articles of each owner, from the (owner, row) that belong together."""
        seen = np.zeros(many * self.articles, dtype=np.bool_)
        seen[owner * self.articles + self.article[rows]] = True
        return np.asarray(seen.reshape(many, self.articles).sum(axis=1), dtype=np.int64)
