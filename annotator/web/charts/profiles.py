"""Shares of the labels as bars, each with a mark where another share stands: a reviewer beside the others."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, LEFT, RIGHT = 260.0, 84.0, 44.0
PITCH, BAR = 26.0, 13.0


@dataclass(frozen=True, slots=True)
class ShareBar:
    """A label's share as a bar, and the other share as a line across it; None if not defined."""

    y: float
    middle: float
    x: float
    width: float
    mark: float | None
    value_x: float
    share: float | None


@dataclass(frozen=True, slots=True)
class Profile:
    """The bars of all labels, from 0 to the whole."""

    height: float
    bar_height: float
    names_x: float
    base_x: float
    bars: tuple[ShareBar, ...]


def profile(shares: Sequence[float | None], others: Sequence[float | None], *, rtl: bool = False) -> Profile:
    """Lay out shares in 0..1 beside others, label by label."""
    room = WIDTH - LEFT - RIGHT

    def flipped(x: float, width: float = 0.0) -> float:
        return round(WIDTH - x - width if rtl else x, 1)

    def bar(i: int, share: float | None, other: float | None) -> ShareBar:
        width = round(room * (share or 0.0), 1)
        longest = max(width, room * (other or 0.0))
        return ShareBar(
            y=4 + i * PITCH + (PITCH - BAR) / 2,
            middle=4 + (i + 0.5) * PITCH,
            x=flipped(LEFT, width),
            width=width,
            mark=None if other is None else flipped(LEFT + room * other),
            value_x=flipped(LEFT + longest + 7),
            share=share,
        )

    return Profile(
        height=8 + PITCH * len(shares),
        bar_height=BAR,
        names_x=flipped(LEFT - 8),
        base_x=flipped(LEFT),
        bars=tuple(bar(i, share, other) for i, (share, other) in enumerate(zip(shares, others, strict=True))),
    )
