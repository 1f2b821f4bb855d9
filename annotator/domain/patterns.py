"""Count patterns of verdicts, and add up for each article what the agreement coefficients need of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

# Numbers that count patterns stay below this, far enough from where 64 bits end.
LARGEST = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class PatternTable:
    """Hold one row for each article and pattern; a pattern says how many reviewers gave a claim each label."""

    patterns: Integers  # (rows, labels): verdicts for each label
    claims: Integers  # (rows,): how many claims show the pattern
    articles: Integers  # (rows,): the article they stand in

    def __post_init__(self) -> None:
        """Refuse shapes that do not fit together and counts below zero with a ValueError."""
        if not self.patterns.shape[:-1] == self.claims.shape == self.articles.shape:
            raise ValueError("patterns, claims and articles must have the same rows")
        if (self.patterns < 0).any() or (self.claims < 0).any():
            raise ValueError("counts of verdicts and claims cannot be negative")

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[int, Sequence[int], int]], labels: int) -> Self:
        """Build the table from (article, pattern, number of claims) as a query delivers them; no rows are fine."""
        kept = list(rows)
        return cls(
            patterns=np.array([pattern for _, pattern, _ in kept], dtype=np.int64).reshape(len(kept), labels),
            claims=np.array([claims for _, _, claims in kept], dtype=np.int64),
            articles=np.array([article for article, _, _ in kept], dtype=np.int64),
        )

    def verdicts(self) -> Integers:
        """Count the verdicts on one claim of each row."""
        return np.asarray(self.patterns.sum(axis=1), dtype=np.int64)

    def without_empty_rows(self) -> Self:
        """Drop the rows that stand for no claim, so that an article counts only if it has one."""
        if self.claims.all():
            return self
        return self.where(self.claims > 0)

    def where(self, kept: NDArray[np.bool_]) -> Self:
        """Return the rows for which `kept` is true."""
        return type(self)(self.patterns[kept], self.claims[kept], self.articles[kept])

    def merged(self, parts: Integers) -> Self:
        """Join the rows of the same part (an article, or a group of them) and pattern, sorted by both.

        Sums of the result are the same to the last digit, however the rows were ordered and split before.
        """
        _, code = np.unique(parts, return_inverse=True)
        for column in self.patterns.T:
            code = _both(code, column)
        _, first, place = np.unique(code, return_index=True, return_inverse=True)
        claims = np.bincount(place, weights=self.claims, minlength=len(first)).astype(np.int64)
        return type(self)(self.patterns[first], claims, parts[first])


def _both(code: Integers, column: Integers) -> Integers:
    """Give the pairs of two columns numbers in their order; numbers that would grow too large are closed up first."""
    base = int(column.max(initial=0)) + 1
    if int(code.max(initial=0)) * base >= LARGEST:
        _, code = np.unique(code, return_inverse=True)
    return np.asarray(code * base + column, dtype=np.int64)


class Sums(NamedTuple):
    """Hold what every coefficient is a function of: one row an article, or no article axis for a total.

    A claim is rated with one verdict and paired with two. With c of a claim's m verdicts on a label, the label's
    coincidences with other labels are c(m-c)/(m-1). "Shares" give every claim the weight 1 instead of m.
    Disagreements are added up, not agreements, so that no small difference of large numbers is ever taken.
    """

    rated: Floats  # (articles,) claims
    paired: Floats  # (articles,) claims
    verdicts: Floats  # (articles, labels), as all below: verdicts
    shares: Floats  # c/m over rated claims
    paired_verdicts: Floats  # c over paired claims
    paired_shares: Floats  # c/m over paired claims
    paired_users: Floats  # paired claims to which someone gave the label
    discord: Floats  # coincidences with other labels
    discord_shares: Floats  # the same, divided by m

    def total(self) -> "Sums":
        """Add the articles up."""
        return Sums._make(part.sum(axis=0) for part in self)

    def without_each(self) -> "Sums":
        """Give the totals that remain when one article is left out, for each article."""
        return Sums._make(part.sum(axis=0) - part for part in self)


def sums_by_article(table: PatternTable) -> Sums:
    """Add the table up for each article, one column at a time so that a million rows need little memory."""
    names, article = np.unique(table.articles, return_inverse=True)
    made = table.verdicts()
    weight = table.claims.astype(np.float64)
    paired = weight * (made > 1)

    def add(column: Floats) -> Floats:
        return np.bincount(article, weights=column, minlength=len(names)).astype(np.float64, copy=False)

    labels = np.zeros((7, len(names), table.patterns.shape[1]))
    for k, on_label in enumerate(table.patterns.T):
        for place, column in enumerate(_label_columns(on_label, made, weight, paired)):
            labels[place, :, k] = add(column)
    return Sums(add(weight * (made > 0)), add(paired), *labels)


def _label_columns(on_label: Integers, made: Integers, weight: Floats, paired: Floats) -> Iterator[Floats]:
    """Yield the columns of `Sums` that one label has, in their order there."""
    verdicts = weight * on_label
    yield verdicts
    yield verdicts / np.maximum(made, 1)
    paired_verdicts = paired * on_label
    yield paired_verdicts
    yield paired_verdicts / np.maximum(made, 1)
    yield paired * (on_label > 0)
    discord = paired_verdicts * (made - on_label) / np.maximum(made - 1, 1)
    yield discord
    yield discord / np.maximum(made, 1)


def coincidences(table: PatternTable) -> Floats:
    """Cross the labels of all pairs of verdicts on the same claim, each pair in both orders and weighted 1/(m-1).

    The table is symmetric and adds up to the number of verdicts on claims with at least two (Krippendorff).
    """
    made = table.verdicts()
    weight = table.claims * (made > 1) / np.maximum(made - 1, 1)
    columns = table.patterns.T
    crossed = np.zeros((len(columns), len(columns)))
    for i, first in enumerate(columns):
        weighted = weight * first
        for j in range(i, len(columns)):
            crossed[i, j] = crossed[j, i] = weighted @ (columns[j] - (i == j))
    return crossed


def entropies(patterns: Integers) -> Floats:
    """Measure in bits how far the verdicts on a claim of each pattern are spread, as `agreement.entropy` of one."""
    share = patterns / np.maximum(patterns.sum(axis=1, keepdims=True), 1)
    return np.asarray(-(share * np.log2(np.where(patterns > 0, share, 1.0))).sum(axis=1))


def overlap(table: PatternTable) -> dict[int, int]:
    """Count the claims by their number of verdicts."""
    made, place = np.unique(table.verdicts(), return_inverse=True)
    claims = np.zeros(len(made), dtype=np.int64)
    np.add.at(claims, place, table.claims)
    return dict(zip(made.tolist(), claims.tolist(), strict=True))
