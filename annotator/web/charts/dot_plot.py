"""Estimates as points with whiskers on one axis: a row for each label, or for each coefficient of the headline."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain.agreement import THRESHOLDS
from annotator.domain.intervals import Estimate
from annotator.web.charts.axes import CLOSE_TICKS, WIDTH, Axis, Tick, mirrored
from annotator.web.numbers import fixed


@dataclass(frozen=True, slots=True)
class Dot:
    """An estimate as a point with whiskers; x is None if it is not defined, the ends if there is no interval."""

    key: str
    y: float
    x: float | None
    low: float | None
    high: float | None
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class DotPlot:
    """Estimates on one axis, with thin marks at the thresholds."""

    height: float
    top: float
    base: float
    names_x: float
    values_x: float
    middle: float
    ticks: tuple[Tick, ...]
    thresholds: tuple[Tick, ...]
    dots: tuple[Dot, ...]


def dot_plot(
    rows: Sequence[tuple[str, Estimate]],
    ticks: Sequence[float] = CLOSE_TICKS,
    *,
    left: float = 104.0,
    rtl: bool = False,
) -> DotPlot:
    """Lay out estimates under each other, by their keys; only the axis of coefficients has the thresholds' marks."""
    top, pitch = 30.0, 40.0
    axis = Axis(ticks[0], ticks[-1], left=left, right=WIDTH - 52.0, rtl=rtl)

    def place(value: float | None) -> float | None:
        return None if value is None else axis.at(value)

    base = top + pitch * len(rows) + 4
    return DotPlot(
        height=base + 26,
        top=top,
        base=base,
        names_x=mirrored(axis.left - 14, rtl=rtl),
        values_x=mirrored(axis.right + 14, rtl=rtl),
        middle=axis.at((axis.low + axis.high) / 2),
        ticks=tuple(Tick(axis.at(value), fixed(value, 1), value) for value in ticks),
        thresholds=tuple(Tick(axis.at(value), fixed(value, 3), value) for value in THRESHOLDS if ticks is CLOSE_TICKS),
        dots=tuple(
            Dot(key, top + (i + 0.5) * pitch, place(found.value), place(found.low), place(found.high), found)
            for i, (key, found) in enumerate(rows)
        ),
    )
