"""Say how far reviewers agree within each of many parts of the data, such as weeks or outlets, in one go.

Within a part the article is the unit, as in the headline: an article that stands in two parts is one in each.
"""

from typing import NamedTuple

import numpy as np

from annotator.domain.article_groups import GROUPS, is_grouped
from annotator.domain.coefficients import COEFFICIENTS, percent_agreement
from annotator.domain.intervals import Estimate
from annotator.domain.many_estimates import LeftOut, many_coefficients, many_proportions
from annotator.domain.patterns import Floats, Integers, PatternTable, Sums, sums_by_article
from annotator.domain.votes import Votes


class Within(NamedTuple):
    """Hold the numbers of one part; `claims` have at least one verdict."""

    claims: int
    verdicts: int
    percent_agreement: Estimate
    alpha: Estimate


def agreement_within(votes: Votes, part: Integers, parts: int) -> list[Within]:
    """Describe each part, `part` being the number of the one that each row belongs to."""
    table = votes.table()
    clusters = _articles(table, part, parts)
    grouped = np.array([is_grouped(articles) for articles in clusters.tolist()], dtype=np.bool_)[part]
    unit = np.where(grouped, table.articles % GROUPS, np.unique(table.articles, return_inverse=True)[1])
    width = int(unit.max(initial=0)) + 1
    names, place = np.unique(part * width + unit, return_inverse=True)
    sums, owner = sums_by_article(PatternTable(table.patterns, table.claims, place)), names // width
    total = Sums._make(_total(column, owner, parts) for column in sums)
    left = Sums._make(whole[owner] - column for whole, column in zip(total, sums, strict=True))
    moving = sums.paired > 0
    raw, alpha = percent_agreement, COEFFICIENTS["alpha"].value
    facts = total.paired.astype(np.int64), clusters
    return [
        Within(claims, verdicts, *estimates)
        for claims, verdicts, *estimates in zip(
            total.rated.astype(np.int64).tolist(),
            total.verdicts.sum(axis=1).astype(np.int64).tolist(),
            many_proportions(raw(total), LeftOut(owner[moving], raw(left)[moving]), *facts),
            many_coefficients(alpha(total), LeftOut(owner[moving], alpha(left)[moving]), *facts),
            strict=True,
        )
    ]


def _articles(table: PatternTable, part: Integers, parts: int) -> Integers:
    """Count the articles of each part that have a claim with two verdicts."""
    paired = (table.verdicts() > 1) & (table.claims > 0)
    names, article = np.unique(table.articles[paired], return_inverse=True)
    return np.bincount(np.unique(part[paired] * max(len(names), 1) + article) // max(len(names), 1), minlength=parts)


def _total(column: Floats, owner: Integers, parts: int) -> Floats:
    """Add up (units,) or (units, labels) for each part."""
    if column.ndim == 1:
        return np.bincount(owner, weights=column, minlength=parts).astype(np.float64)
    return np.stack([_total(each, owner, parts) for each in column.T], axis=1)
