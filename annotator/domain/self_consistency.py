"""Say how often a reviewer who was asked about a claim a second time gave it the same label again."""

from collections.abc import Iterable

import numpy as np

from annotator.domain.article_parts import parts_of
from annotator.domain.coefficients import ratio
from annotator.domain.gold import FEWEST_REPEATS
from annotator.domain.intervals import Estimate
from annotator.domain.many_estimates import LeftOut, many_proportions


def self_consistency(repeats: Iterable[tuple[int, bool, int]]) -> Estimate | None:
    """Estimate the share of repeats with the same label, from (article id, same or not, repeats).

    The article is the unit, as in the headline. None if nothing was repeated; not defined from too few, as on the page
    of a reviewer's own results.
    """
    rows = np.array([(article, same, count) for article, same, count in repeats if count], dtype=np.int64)
    if not rows.size:
        return None
    article, same, count = rows.T
    repeats_in_all, articles = int(count.sum()), len(np.unique(article))
    if repeats_in_all < FEWEST_REPEATS:
        return Estimate(None, None, None, repeats_in_all, articles)
    _, unit = np.unique(parts_of(article, articles), return_inverse=True)
    asked, kept = np.bincount(unit, count), np.bincount(unit, count * same)
    left = ratio(kept.sum() - kept, asked.sum() - asked)
    value = np.array([kept.sum() / asked.sum()])
    size = np.array([repeats_in_all]), np.array([articles])
    return many_proportions(value, LeftOut(np.zeros(len(left), dtype=np.int64), left), *size)[0]
