"""A measure week by week: a line through the values, a band for their intervals, lines for days to know of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from annotator.domain.intervals import Estimate
from annotator.web.charts.axes import WIDTH, Axis
from annotator.web.charts.ranges import Mark

if TYPE_CHECKING:
    from annotator.domain.report import Milestone

HEIGHT, TOP, BASE = 254.0, 30.0, 216.0
MOST_DATES = 5


@dataclass(frozen=True, slots=True)
class Spot:
    """A week's value."""

    x: float
    y: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Day:
    """A date on the axis."""

    x: float
    day: date


@dataclass(frozen=True, slots=True)
class Event:
    """A day to know of: `kind` and `number` are the milestone's."""

    x: float
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Weekly:
    """The chart of one measure; a week that is not defined interrupts `lines`, one without interval the `bands`."""

    height: float
    top: float
    base: float
    start: float
    end: float
    names_x: float
    ticks: tuple[Mark, ...]
    days: tuple[Day, ...]
    events: tuple[Event, ...]
    lines: tuple[str, ...]
    bands: tuple[str, ...]
    spots: tuple[Spot, ...]


def weekly(
    weeks: Sequence[tuple[date, Estimate]],
    milestones: Sequence["Milestone"],
    ticks: Sequence[float],
    *,
    rtl: bool = False,
) -> Weekly:
    """Lay out (Monday, estimate) of each week, the oldest first; `ticks` are the values from the base to the top."""
    first = min((monday for monday, _found in weeks), default=date.min)
    last = max((monday for monday, _found in weeks), default=first)
    span = max((last - first).days, 7)
    across = Axis(-0.04 * span, 1.04 * span, left=52.0, right=WIDTH - 14.0, rtl=rtl)
    rise = Axis(ticks[0], ticks[-1], left=BASE, right=TOP)

    def spot(monday: date, found: Estimate) -> Spot | None:
        if found.value is None:
            return None
        ends = [None if end is None else rise.at(end) for end in (found.low, found.high)]
        return Spot(across.at((monday - first).days), rise.at(found.value), ends[0], ends[1])

    spots = [spot(monday, found) for monday, found in weeks]
    return Weekly(
        height=HEIGHT,
        top=TOP,
        base=BASE,
        start=across.at(across.low),
        end=across.at(across.high),
        names_x=across.at(across.low) + (8 if rtl else -8),
        ticks=tuple(Mark(rise.at(value), value) for value in ticks),
        days=tuple(Day(across.at((day - first).days), day) for day in chosen_days([week for week, _found in weeks])),
        events=tuple(
            Event(across.at((one.day - first).days), one.kind, one.number)
            for one in milestones
            if first - timedelta(days=7) <= one.day < last + timedelta(days=7)
        ),
        lines=tuple(path(run) for run in runs(spots)),
        bands=tuple(area(run) for run in runs([one if one and one.low is not None else None for one in spots])),
        spots=tuple(one for one in spots if one),
    )


def chosen_days(mondays: Sequence[date]) -> list[date]:
    """Return a few of the Mondays to write under the chart, the first and the last among them."""
    every = max(-(-(len(mondays) - 1) // (MOST_DATES - 1)), 1)
    chosen = list(mondays[::every])
    if mondays and chosen[-1] != mondays[-1]:
        chosen[-1 if len(chosen) == MOST_DATES else len(chosen) :] = [mondays[-1]]
    return chosen


def runs(spots: Sequence[Spot | None]) -> Iterator[list[Spot]]:
    """Yield the stretches of two weeks or more without a gap."""
    run = list[Spot]()
    for one in [*spots, None]:
        if one is not None:
            run.append(one)
            continue
        if len(run) > 1:
            yield run
        run = []


def path(run: Sequence[Spot]) -> str:
    """Return the corners of a line."""
    return " ".join(f"{one.x},{one.y}" for one in run)


def area(run: Sequence[Spot]) -> str:
    """Return the corners of a band, there along the upper ends, back along the lower."""
    there = [f"{one.x},{one.high}" for one in run]
    return " ".join([*there, *(f"{one.x},{one.low}" for one in reversed(run))])
