"""Forecast when the work will be done, from how much each reviewer decided on the days before today.

A reviewer's window goes from the first of their last ACTIVE_DAYS active days to yesterday, idle days included: whoever
stopped slows the team down. The team's pace is the sum of the reviewers' means per calendar day. The range takes both
into account that the pace is estimated (variance of the mean) and that days differ (variance of a day): it holds the
days D for which D * pace lies within t standard errors of the work that is left, with Student's t at LEVEL and the
degrees of freedom of Welch and Satterthwaite.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, sqrt
from statistics import mean, variance

ACTIVE_DAYS = 14
"""Active days of a reviewer that the pace is taken from, the newest ones."""
LEAST_ACTIVE = 3
LEAST_WINDOW = 7
"""Active days, and calendar days since the first of them, that a reviewer's pace needs to rest on."""
LEVEL = 0.9
FURTHEST = 3650
"""Days from today beyond which no date is named."""


@dataclass(frozen=True, slots=True)
class DailyPace:
    """Decisions per calendar day: mean, and variance from day to day, over so many days."""

    mean: float
    variance: float
    days: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """When `left` decisions will be given at `pace` a day: dates, None for one too far away to be named."""

    left: int
    pace: float
    reviewers: int
    expected: date | None
    earliest: date | None
    latest: date | None


def daily_pace(active: Mapping[date, int], today: date) -> DailyPace | None:
    """Return a reviewer's pace from their decisions by active day; None if that is too little to say."""
    days = sorted(day for day in active if day < today)[-ACTIVE_DAYS:]
    window = (today - days[0]).days if days else 0
    if len(days) < LEAST_ACTIVE or window < LEAST_WINDOW:
        return None
    counts = [active[day] for day in days] + [0] * (window - len(days))
    return DailyPace(mean(counts), variance(counts), window)


def forecast(left: int, by_reviewer: Sequence[Mapping[date, int]], today: date) -> Forecast | None:
    """Return when the work will be done if all go on as before; None if no reviewer's pace is known."""
    paces = [pace for active in by_reviewer if (pace := daily_pace(active, today))]
    if not paces or left <= 0:
        return None
    together = sum(one.mean for one in paces)
    earliest, latest = _range(left, paces)
    return Forecast(
        left,
        together,
        len(paces),
        expected=_after(today, left / together),
        earliest=_after(today, earliest),
        latest=_after(today, latest) if latest is not None else None,
    )


def _range(left: int, paces: Sequence[DailyPace]) -> tuple[float, float | None]:
    """Solve (left - D * pace)^2 = t^2 * (D^2 * error + D * spread) for the days D; the later end may not exist."""
    pace, spread = sum(one.mean for one in paces), sum(one.variance for one in paces)
    errors = [one.variance / one.days for one in paces]
    reach = _student(errors, paces) ** 2
    a, b = pace**2 - reach * sum(errors), 2 * left * pace + reach * spread
    root = sqrt(max(b * b - 4 * a * left**2, 0.0))
    return 2 * left**2 / (b + root), (b + root) / (2 * a) if a > 0 else None


def _student(errors: Sequence[float], paces: Sequence[DailyPace]) -> float:
    from scipy.special import stdtrit  # Slow to load, and only the dashboard and reports need it.

    total = sum(errors)
    parts = sum(error**2 / (one.days - 1) for error, one in zip(errors, paces, strict=True))
    freedom = total**2 / parts if parts else max(sum(one.days - 1 for one in paces), 1)
    return float(stdtrit(freedom, (1 + LEVEL) / 2))


def _after(today: date, days: float) -> date | None:
    return today + timedelta(days=ceil(days)) if days <= FURTHEST else None
