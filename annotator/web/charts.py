"""Geometry of the report's charts: plain numbers for the macros in templates/macros/charts.html.

A chart is 400 units wide. On a right-to-left page x runs the other way, the text with it; `Axis` knows how. No colours
and no style stand here: the stylesheet themes the classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose, log

from annotator.domain.agreement import Agreement, Estimate
from annotator.web.numbers import fixed

WIDTH = 400
CLOSE_TICKS = (-0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
THRESHOLDS = (0.667, 0.8)
HEAT_STEPS = 7
FLIPPED_FROM = 4
"""From this step on the ground is dark (in the light theme), so the text is light."""
STRONGEST = 4.0
"""Observed ÷ expected at which the shade ends; its inverse is the palest."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A horizontal axis from `low` to `high` between `left` and `right`, mirrored on right-to-left pages."""

    low: float
    high: float
    left: float
    right: float
    rtl: bool = False

    def at(self, value: float) -> float:
        """Return the x of a value; one beyond an end is drawn at the end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return mirrored(self.left + share * (self.right - self.left), rtl=self.rtl)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis with its text."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the heat map; `step` is its shade, from 0 (rarer than by chance) to 6."""

    x: float
    y: float
    middle_x: float
    middle_y: float
    observed: float
    expected: float
    ratio: float | None
    step: int
    flipped: bool
    largest: bool


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The coincidences of labels. Labels are given by their place among the report's labels."""

    height: float
    cell_width: float
    cell_height: float
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    names_x: float
    cells: tuple[tuple[Cell, ...], ...]


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
    """Estimates on an axis from -0.2 to 1, with thin marks at the thresholds."""

    height: float
    top: float
    base: float
    names_x: float
    values_x: float
    middle: float
    ticks: tuple[Tick, ...]
    thresholds: tuple[Tick, ...]
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the overlap histogram: how many claims have this many labels."""

    verdicts: int
    claims: int
    x: float
    y: float
    width: float
    middle: float
    value_x: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars from one side to the other, longest at full width."""

    height: float
    bar_height: float
    names_x: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class ReportCharts:
    """The charts of one report."""

    heat: HeatMap
    alpha: DotPlot
    overlap: Histogram


def report_charts(agreement: Agreement, *, rtl: bool = False) -> ReportCharts:
    """Lay out the charts of a report."""
    rows = [("", agreement.alpha), *((label.label, label.alpha) for label in agreement.by_label)]
    return ReportCharts(
        heat=heat_map(agreement.coincidences, agreement.expected_coincidences, rtl=rtl),
        alpha=dot_plot(rows, rtl=rtl),
        overlap=histogram(sorted(agreement.overlap.items()), rtl=rtl),
    )


def mirrored(x: float, *, rtl: bool, width: float = 0) -> float:
    """Return where something `width` wide that starts at `x` starts on this page, to a tenth of a unit."""
    return round(WIDTH - x - width if rtl else x, 1)


def heat_map(observed: Sequence[Sequence[float]], expected: Sequence[Sequence[float]], *, rtl: bool = False) -> HeatMap:
    """Lay out the label × label table, shaded by observed ÷ expected; the largest dispute is outlined."""
    size, left, top, gap = len(observed), 92.0, 30.0, 4.0
    pitch, tall = (WIDTH - left) / max(size, 1), 62.0
    dispute = max((observed[i][j] for i in range(size) for j in range(i)), default=0.0)

    def cell(i: int, j: int) -> Cell:
        seen, chance = observed[i][j], expected[i][j]
        ratio = seen / chance if chance > 0 else None
        step = shade(ratio)
        x, y = left + j * pitch, top + i * tall
        return Cell(
            x=mirrored(x + gap / 2, rtl=rtl, width=pitch - gap),
            y=y + gap / 2,
            middle_x=mirrored(x + pitch / 2, rtl=rtl),
            middle_y=y + tall / 2,
            observed=seen,
            expected=chance,
            ratio=ratio,
            step=step,
            flipped=step >= FLIPPED_FROM,
            largest=i != j and dispute > 0 and isclose(seen, dispute),
        )

    return HeatMap(
        height=top + size * tall,
        cell_width=round(pitch - gap, 1),
        cell_height=tall - gap,
        columns=tuple(mirrored(left + (j + 0.5) * pitch, rtl=rtl) for j in range(size)),
        rows=tuple(top + (i + 0.5) * tall for i in range(size)),
        names_x=mirrored(left - 10, rtl=rtl),
        cells=tuple(tuple(cell(i, j) for j in range(size)) for i in range(size)),
    )


def shade(ratio: float | None) -> int:
    """Return the shade of observed ÷ expected, in equal steps of its logarithm; the middle is chance."""
    if ratio is None or ratio <= 0:
        return 0
    share = (log(ratio) / log(STRONGEST) + 1) / 2
    return min(max(int(share * HEAT_STEPS), 0), HEAT_STEPS - 1)


def dot_plot(rows: Sequence[tuple[str, Estimate]], *, rtl: bool = False) -> DotPlot:
    """Lay out estimates under each other; the key "" stands for all claims."""
    top, pitch = 30.0, 44.0
    axis = Axis(CLOSE_TICKS[0], CLOSE_TICKS[-1], left=96.0, right=WIDTH - 52.0, rtl=rtl)

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
        ticks=tuple(Tick(axis.at(value), fixed(value, 1)) for value in CLOSE_TICKS),
        thresholds=tuple(Tick(axis.at(value), fixed(value, 3)) for value in THRESHOLDS),
        dots=tuple(
            Dot(key, top + (i + 0.5) * pitch, place(found.value), place(found.low), place(found.high), found)
            for i, (key, found) in enumerate(rows)
        ),
    )


def histogram(overlap: Sequence[tuple[int, int]], *, rtl: bool = False) -> Histogram:
    """Lay out how many claims have one label, two labels, and so on; a gap between numbers stays empty."""
    left, right, pitch, bar = 92.0, WIDTH - 52.0, 34.0, 18.0
    most = max((claims for _, claims in overlap), default=1) or 1
    found = dict(overlap)
    numbers = range(1, max(found, default=0) + 1)

    def lay_out(i: int, verdicts: int) -> Bar:
        claims = found.get(verdicts, 0)
        width = round((right - left) * claims / most, 1)
        y = 4 + i * pitch
        return Bar(
            verdicts=verdicts,
            claims=claims,
            x=mirrored(left, rtl=rtl, width=width),
            y=y + (pitch - bar) / 2,
            width=width,
            middle=y + pitch / 2,
            value_x=mirrored(left + width + 8, rtl=rtl),
        )

    return Histogram(
        height=8 + pitch * len(numbers),
        bar_height=bar,
        names_x=mirrored(left - 12, rtl=rtl),
        bars=tuple(lay_out(i, verdicts) for i, verdicts in enumerate(numbers)),
    )
