"""What the charts share: their width, axes that know on which side a page begins, and the marks on them."""

from dataclasses import dataclass

WIDTH = 400
CLOSE_TICKS = (-0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""The axis of coefficients: few of them fall below."""
SHARE_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""The axis of proportions."""


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
    value: float


def mirrored(x: float, *, rtl: bool, width: float = 0) -> float:
    """Return where something `width` wide that starts at `x` starts on this page, to a tenth of a unit."""
    return round(WIDTH - x - width if rtl else x, 1)
