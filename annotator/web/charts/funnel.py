"""Articles by how many claims they have and how far reviewers agree there, between the limits that chance sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from annotator.web.charts.axes import SHARE_TICKS, WIDTH, Axis
from annotator.web.charts.ranges import Mark

if TYPE_CHECKING:
    from annotator.domain.report import ArticleAgreement

HEIGHT, TOP, BASE = 292.0, 16.0, 236.0
MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class Point:
    """An article; those outside the limits are numbered from 1, and named under the chart."""

    article_id: int
    x: float
    y: float
    number: int | None
    number_x: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """The articles with the 99.8 % control limits (`band`, the corners of an area) about the pooled agreement."""

    height: float
    top: float
    base: float
    start: float
    end: float
    middle: float
    names_x: float
    pooled: float | None
    band: str
    x_ticks: tuple[Mark, ...]
    y_ticks: tuple[Mark, ...]
    points: tuple[Point, ...]
    outside: tuple[int, ...]


def funnel(articles: Sequence["ArticleAgreement"], pooled: float | None, *, rtl: bool = False) -> Funnel:
    """Lay out the articles that have a paired claim."""
    shown = [article for article in articles if article.percent_agreement is not None and article.paired_claims]
    numbers = whole_ticks(max((article.paired_claims for article in shown), default=1))
    across = Axis(0, numbers[-1], left=52.0, right=WIDTH - 12.0, rtl=rtl)
    outside = [article.article_id for article in shown if article.is_outside]
    return Funnel(
        height=HEIGHT,
        top=TOP,
        base=BASE,
        start=across.at(0),
        end=across.at(numbers[-1]),
        middle=across.at(numbers[-1] / 2),
        names_x=across.at(0) + (8 if rtl else -8),
        pooled=None if pooled is None else up(pooled),
        band=band(shown, across),
        x_ticks=tuple(Mark(across.at(value), value) for value in numbers),
        y_ticks=tuple(Mark(up(value), value) for value in SHARE_TICKS),
        points=tuple(point(article, across, outside, rtl=rtl) for article in shown),
        outside=tuple(outside),
    )


def up(share: float) -> float:
    """Return the y of a share: 0 at the base, 1 at the top."""
    return round(BASE - min(max(share, 0.0), 1.0) * (BASE - TOP), 1)


def point(article: "ArticleAgreement", across: Axis, outside: Sequence[int], *, rtl: bool) -> Point:
    """Place an article."""
    x = across.at(article.paired_claims)
    number = outside.index(article.article_id) + 1 if article.article_id in outside else None
    return Point(article.article_id, x, up(article.percent_agreement or 0.0), number, x + (-12 if rtl else 12))


def band(articles: Sequence["ArticleAgreement"], across: Axis) -> str:
    """Return the corners of the area between the limits, there along the upper, back along the lower."""
    limits = {article.paired_claims: article.limits for article in articles if article.limits}
    sizes = sorted(limits)
    there = [f"{across.at(size)},{up(limits[size][1])}" for size in sizes]
    back = [f"{across.at(size)},{up(limits[size][0])}" for size in reversed(sizes)]
    return " ".join(there + back) if len(sizes) > 1 else ""


def whole_ticks(most: int) -> tuple[int, ...]:
    """Return round whole numbers from 0 to the first that is not below `most`."""
    step = 10 ** floor(log10(max(most, 1)))
    steps = [max(step * part // 10, 1) for part in (1, 2, 5, 10, 20, 50)]
    step = next(one for one in steps if ceil(most / one) < MOST_TICKS)
    return tuple(range(0, step * ceil(most / step) + 1, step))
