"""Hold who gave which label to how many claims: all that the report knows of agreement follows from it.

A signature is the set of (reviewer, label) on one claim. Claims of an article that show the same signature in the same
week are one row, so that a million verdicts become a table that fits a page's time and memory.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from annotator.domain.patterns import Integers, PatternTable

Truths: TypeAlias = NDArray[np.bool_]

NOBODY = -1
"""Stands in `Votes.given` where a reviewer gave no label."""


class VoteRow(NamedTuple):
    """One row as a query delivers it; `signature` is "12=sourced,15=editorial", by the ids of reviewers."""

    article_id: int
    week: int
    signature: str
    claims: int


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Hold the rows; `given[s, r]` is the number of the label that reviewer r gave in signature s, or NOBODY."""

    reviewers: tuple[int, ...]  # ids, ascending: the columns of `given`
    labels: tuple[str, ...]  # keys, in the codebook's order
    given: Integers  # (signatures, reviewers)
    article: Integers  # (rows,): article ids
    week: Integers  # (rows,): days from 1970-01-01 to the Monday of the week in which the newest label came
    signature: Integers  # (rows,): places in `given`
    claims: Integers  # (rows,)
    spelled: tuple[str, ...] = ()  # the signatures as they came, where they did; one for each row of `given`

    @classmethod
    def from_rows(cls, rows: Iterable[VoteRow | tuple[int, int, str, int]], labels: Sequence[str]) -> Self:
        """Build the table from (article id, week, signature, claims); a label not among `labels` is a ValueError."""
        kept = list(rows)
        places = {text: number for number, text in enumerate(dict.fromkeys(row[2] for row in kept))}
        reviewers, given = _parsed(list(places), labels)
        article, week, claims = (np.array([row[part] for row in kept], dtype=np.int64) for part in (0, 1, 3))
        signature = np.array([places[row[2]] for row in kept], dtype=np.int64)
        return cls(reviewers, tuple(labels), given, article, week, signature, claims, tuple(places))

    def patterns(self) -> Integers:
        """Count how many reviewers gave each label, for each signature: (signatures, labels)."""
        signatures, labels = len(self.given), len(self.labels)
        label = self.given.ravel()
        (said,) = np.nonzero(label != NOBODY)
        cell = said // max(len(self.reviewers), 1) * labels + label[said]
        return np.bincount(cell, minlength=signatures * labels).astype(np.int64).reshape(signatures, labels)

    def table(self) -> PatternTable:
        """Return the rows as patterns, without who gave what."""
        return PatternTable(self.patterns()[self.signature], self.claims, self.article)

    def rows_where(self, kept: Truths) -> Self:
        """Return the table with only the rows for which `kept` is true."""
        facts = (self.article[kept], self.week[kept], self.signature[kept], self.claims[kept])
        return type(self)(self.reviewers, self.labels, self.given, *facts, self.spelled)

    def without_reviewer(self, column: int) -> Self:
        """Return the table as if the reviewer in this column had given nothing."""
        given = self.given.copy()
        given[:, column] = NOBODY
        return type(self)(self.reviewers, self.labels, given, self.article, self.week, self.signature, self.claims)


def _parsed(signatures: Sequence[str], labels: Sequence[str]) -> tuple[tuple[int, ...], Integers]:
    """Return the reviewers and the table of labels that the signatures spell; each vote is taken apart once."""
    said = [text for text in signatures if text]
    votes = ",".join(said).split(",") if said else []
    known = {vote: number for number, vote in enumerate(dict.fromkeys(votes))}
    pairs = [vote.split("=", 1) for vote in known]
    place = {label: number for number, label in enumerate(labels)}
    unknown = [label for _, label in pairs if label not in place]
    if unknown:
        raise ValueError(f"not among the labels: {unknown[0]}")
    reviewers = sorted({int(reviewer) for reviewer, _ in pairs})
    column = {reviewer: number for number, reviewer in enumerate(reviewers)}
    columns = np.array([column[int(reviewer)] for reviewer, _ in pairs], dtype=np.int64)
    numbers = np.array([place[label] for _, label in pairs], dtype=np.int64)
    vote = np.array([known[text] for text in votes], dtype=np.int64)
    sizes = [text.count(",") + 1 if text else 0 for text in signatures]
    given = np.full((len(signatures), len(reviewers)), NOBODY, dtype=np.int64)
    given[np.repeat(np.arange(len(signatures)), sizes), columns[vote]] = numbers[vote]
    return tuple(reviewers), given
