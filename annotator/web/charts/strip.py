"""The heat strip: a cell for each article in the order of import, darker the further its reviewers part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.web.charts.heat_map import FLIPPED_FROM, HEAT_STEPS

if TYPE_CHECKING:
    from annotator.domain.report import ArticleAgreement

MOST = 200
"""How many articles the strip and the table under it hold."""
DARKEST = 1.0
"""Bits of mean entropy from which a cell is darkest: as if on every claim two reviewers parted."""


@dataclass(frozen=True, slots=True)
class StripCell:
    """An article's cell; `step` is its shade from 0 to 6, None if no claim of it has two labels."""

    article_id: int
    bits: float | None
    claims: int
    step: int | None
    flipped: bool


def strip(articles: Sequence["ArticleAgreement"]) -> tuple[StripCell, ...]:
    """Return the cells of the articles that the report lists first, the one that came first at the beginning."""
    return tuple(cell(article) for article in sorted(articles[:MOST], key=lambda article: article.article_id))


def cell(article: "ArticleAgreement") -> StripCell:
    """Shade one article."""
    step = None if article.heat is None else shade_of(article.heat)
    return StripCell(
        article_id=article.article_id,
        bits=article.heat,
        claims=article.paired_claims,
        step=step,
        flipped=step is not None and step >= FLIPPED_FROM,
    )


def shade_of(bits: float) -> int:
    """Return the shade of a mean entropy, in equal steps."""
    return min(max(int(bits / DARKEST * HEAT_STEPS), 0), HEAT_STEPS - 1)
