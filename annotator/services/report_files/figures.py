"""How the report's numbers are written where people read them without the product: text, LaTeX, methods paragraph.

JSON and CSV have the same values in full precision; the page writes as many decimals, in the viewer's language.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # numpy comes with it
    from annotator.domain.intervals import Estimate

NOT_DEFINED = "not defined"
LEAST = 0.005
"""Below this, and above 1 minus this, two decimals of a probability would say 0 and 1."""


def decimal(value: float | None, digits: int = 2) -> str:
    """Return a number with so many decimals, rounded as on the page; what rounds to zero has no sign."""
    return NOT_DEFINED if value is None else f"{value:z.{digits}f}"


def percent(value: float | None) -> str:
    """Return a share of 1 in whole percent."""
    return NOT_DEFINED if value is None else f"{100 * value:z.0f} %"


def probability(value: float | None) -> str:
    """Return a probability, which is never written as 0 or 1 unless it is."""
    if value is None or LEAST <= value <= 1 - LEAST:
        return decimal(value)
    return f"below {decimal(2 * LEAST)}" if value < LEAST else f"above {decimal(1 - 2 * LEAST)}"


def bounds(found: "Estimate", written: Callable[[float | None], str] = decimal) -> str:
    """Return the two ends of an interval."""
    if found.value is None or found.low is None or found.high is None:
        return "interval not defined"
    return f"{written(found.low)} to {written(found.high)}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun, `one` in the singular."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def size(found: "Estimate") -> str:
    """Return what an estimate rests on."""
    return f"n = {counted(found.n, 'claim')} in {counted(found.clusters, 'article')}"


def estimate(found: "Estimate", written: Callable[[float | None], str] = decimal) -> str:
    """Return an estimate with its 95 % interval and what it rests on."""
    if found.value is None:
        return f"{NOT_DEFINED} ({size(found)})"
    return f"{written(found.value)} ({interval(found, written)}; {size(found)})"


def interval(found: "Estimate", written: Callable[[float | None], str] = decimal) -> str:
    """Return the two ends of an interval with its name."""
    said = bounds(found, written)
    return said if found.low is None or found.high is None else f"95 % interval {said}"
