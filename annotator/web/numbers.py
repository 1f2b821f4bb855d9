"""Numbers as the viewer's language writes them: its decimal sign, its groups of thousands, a real minus."""

from functools import cache

from babel.numbers import format_decimal, get_decimal_symbol
from flask_babel import get_locale

MARK = "\u200e"
"""Keeps a sign before its number on right-to-left pages."""

# A report's page writes a thousand numbers, and Babel looks a language's sign up anew each time.
_decimal_sign = cache(get_decimal_symbol)


def fixed(value: float, digits: int = 2) -> str:
    """Return a number with so many decimals, rounded as Python does, so that page, command and export agree.

    What rounds to zero has no sign.
    """
    return f"{value:z.{digits}f}".replace(".", _decimal_sign(get_locale())).replace("-", f"{MARK}−")


def whole(value: int) -> str:
    """Return a whole number with its thousands apart."""
    return str(format_decimal(value, locale=get_locale()))
