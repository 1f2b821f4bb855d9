"""The coincidences of labels as a heat map, shaded by how often two labels meet for every time that chance would."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose, log

from annotator.web.charts.axes import WIDTH, mirrored

HEAT_STEPS = 7
FLIPPED_FROM = 4
"""From this step on the ground is dark (in the light theme), so the text is light."""
NARROW = 60.0
"""Below this width of a column its name stands upright, and its numbers are small."""
LETTER = 7.5
"""How wide a letter of a name is, about, on a phone."""
LONGEST = 10
"""Letters of a name that fit beside a row, or upright above a column."""
STRONGEST = 4.0
"""Observed ÷ expected at which the shade ends; its inverse is the palest."""


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
    """The coincidences of labels. Labels are given by their place among the report's labels.

    `is_narrow`: the names of columns stand upright, and numbers are small. Of a column's name so many letters fit as
    `head` says, of a row's as `side`.
    """

    height: float
    top: float
    is_narrow: bool
    head: int
    side: int
    cell_width: float
    cell_height: float
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    names_x: float
    cells: tuple[tuple[Cell, ...], ...]


def heat_map(observed: Sequence[Sequence[float]], expected: Sequence[Sequence[float]], *, rtl: bool = False) -> HeatMap:
    """Lay out the label × label table, shaded by observed ÷ expected; the largest dispute is outlined."""
    size, left, gap = len(observed), 92.0, 4.0
    pitch = (WIDTH - left) / max(size, 1)
    is_narrow = pitch < NARROW
    top, tall = (104.0, 44.0) if is_narrow else (30.0, 62.0)
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
        top=top,
        is_narrow=is_narrow,
        head=LONGEST if is_narrow else int(pitch / LETTER),
        side=LONGEST,
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
