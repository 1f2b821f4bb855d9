"""Estimates with their intervals on one common axis, a row for each outlet, reviewer, field or version."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain.intervals import Estimate
from annotator.web.charts.axes import CLOSE_TICKS, WIDTH, Axis, mirrored

PITCH, APART = 30.0, 20.0
"""The height of a row, and what each further estimate in it adds."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A value of the axis and where it stands."""

    x: float
    value: float


@dataclass(frozen=True, slots=True)
class Range:
    """An estimate as a point with whiskers; x is None if it is not defined, the ends if there is no interval."""

    y: float
    x: float | None
    low: float | None
    high: float | None
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class RangeRow:
    """The estimates of one row, under each other."""

    key: str
    y: float
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class RangePlot:
    """Rows of estimates under one axis."""

    height: float
    top: float
    base: float
    names_x: float
    values_x: float
    middle: float
    ticks: tuple[Mark, ...]
    rows: tuple[RangeRow, ...]


def range_plot(
    rows: Sequence[tuple[str, Sequence[Estimate]]], ticks: Sequence[float] = CLOSE_TICKS, *, rtl: bool = False
) -> RangePlot:
    """Lay out rows of (key, estimates): as many estimates in each row."""
    top, each = 8.0, max((len(estimates) for _key, estimates in rows), default=1)
    pitch = PITCH + APART * (each - 1)
    axis = Axis(ticks[0], ticks[-1], left=138.0, right=WIDTH - 56.0, rtl=rtl)
    base = top + pitch * len(rows) + 4

    def place(value: float | None) -> float | None:
        return None if value is None else axis.at(value)

    def lay_out(key: str, estimates: Sequence[Estimate], y: float) -> RangeRow:
        first = y - APART * (len(estimates) - 1) / 2
        ranges = tuple(
            Range(first + APART * i, place(found.value), place(found.low), place(found.high), found)
            for i, found in enumerate(estimates)
        )
        return RangeRow(key, y, ranges)

    return RangePlot(
        height=base + 24,
        top=top,
        base=base,
        names_x=mirrored(axis.left - 12, rtl=rtl),
        values_x=mirrored(axis.right + 12, rtl=rtl),
        middle=axis.at((axis.low + axis.high) / 2),
        ticks=tuple(Mark(axis.at(value), value) for value in ticks),
        rows=tuple(lay_out(key, found, top + (i + 0.5) * pitch) for i, (key, found) in enumerate(rows)),
    )
