"""Numbers as the viewer's language writes them: its decimal sign, its groups of thousands, a real minus."""

from babel.numbers import format_decimal, get_decimal_symbol
from flask_babel import get_locale

MARK = "\u200e"
"""Keeps a sign before its number on right-to-left pages."""


def fixed(value: float, digits: int = 2) -> str:
    """Return a number with so many decimals, rounded as Python does, so that page, command and export agree."""
    return f"{value:.{digits}f}".replace(".", get_decimal_symbol(get_locale())).replace("-", f"{MARK}−")


def whole(value: int) -> str:
    """Return a whole number with its thousands apart."""
    return str(format_decimal(value, locale=get_locale()))
