"""How many claims have one label, two labels, and so on, as bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.web.charts.axes import WIDTH, mirrored


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
