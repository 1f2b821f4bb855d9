"""How long work will take, in the viewer's language, and no more exactly than anybody can know."""

from babel.units import format_unit
from flask_babel import get_locale

MINUTE, HOUR = 60, 3600
LONGEST_IN_MINUTES = 90


def roughly(seconds: float) -> str:
    """Return a duration in whole minutes or, from an hour and a half on, in hours: "35 minutes", "2.5 hours"."""
    minutes = max(round(seconds / MINUTE), 1)
    if minutes < LONGEST_IN_MINUTES:
        return str(format_unit(minutes, "duration-minute", locale=get_locale()))
    hours = seconds / HOUR
    return str(format_unit(round(hours) if hours >= 10 else round(2 * hours) / 2, "duration-hour", locale=get_locale()))  # noqa: PLR2004


def in_seconds(seconds: float) -> str:
    """Return a duration in whole seconds: "21 seconds"."""
    return str(format_unit(max(round(seconds), 1), "duration-second", locale=get_locale()))
