"""Count the articles of a table, and say which parts of it the jackknife leaves out: articles, or groups of them."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from annotator.domain.article_groups import GROUPS, is_grouped
from annotator.domain.patterns import Integers, PatternTable


@dataclass(frozen=True, slots=True)
class Articles:
    """Count the articles that have a claim, one with a verdict, one with two, and one of these with each label."""

    all: int
    rated: int
    paired: int
    using: tuple[int, ...]  # (labels,)

    @classmethod
    def of(cls, table: PatternTable) -> Self:
        """Count those of a table without empty rows."""
        names, article = np.unique(table.articles, return_inverse=True)
        made = table.verdicts()

        def count(rows: NDArray[np.bool_]) -> int:
            return int(np.count_nonzero(np.bincount(article[rows], minlength=1)))

        using = tuple(count((made > 1) & (column > 0)) for column in table.patterns.T)
        return cls(len(names), count(made > 0), count(made > 1), using)

    def parts(self, table: PatternTable) -> Integers:
        """Return for each row the part that is left out with it."""
        return parts_of(table.articles, self.paired)


def parts_of(articles: Integers, paired: int) -> Integers:
    """Return what is left out with each row: its article, or the article's group where so many are paired."""
    return articles % GROUPS if is_grouped(paired) else articles
