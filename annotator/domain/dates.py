"""Read dates as people write them, in tables and at the head of texts; one that could be two days is none."""

import re
from datetime import date, datetime
from types import MappingProxyType

_LONGEST = 60
_DIGITS = re.compile(r"(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,4})\Z", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z", re.ASCII)
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_MONTHS = (
    "january jan janvier januar enero ene jänner janv",
    "february feb février février februar febrero févr fevrier",
    "march mar mars märz marzo mrz",
    "april apr avril abril abr avr",
    "may mai mayo",
    "june jun juin juni junio",
    "july jul juillet juli julio juil",
    "august aug août agosto ago aout",
    "september sep septembre septiembre sept",
    "october oct octobre oktober octubre okt",
    "november nov novembre noviembre",
    "december dec décembre dezember diciembre dez déc dic decembre",
)
_MONTH = MappingProxyType({word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()})
_SMALL_WORDS = frozenset({"of", "de", "del", "the", "st", "nd", "rd", "th", "er", "le", "den"})
_DAYS_OF_THE_WEEK = (
    "mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday",
    "mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miércoles jueves viernes sábado domingo",
)
_DAYS = frozenset(word for words in _DAYS_OF_THE_WEEK for word in words.split())
_TIME = re.compile(r"[ T,]{1,2}\d{1,2}:\d{2}")


class NotADate(ValueError):
    """The words are no date, or could be two; the message says which."""


def read_date(words: str) -> date:
    """Return the date that `words` say: ISO, 3.4.2024, 25/12/2024, 3 March 2024, March 3, 2024; raises NotADate."""
    words = words.strip()
    if len(words) > _LONGEST or not words.isprintable():
        raise NotADate(f"“{words[:_LONGEST]}” is no date")
    try:
        return datetime.fromisoformat(words).date()
    except ValueError:
        pass
    day = _TIME.split(words, maxsplit=1)[0].strip(" ,")
    try:
        if found := _DIGITS.match(day):
            return _from_digits(words, int(found[1]), found[2], int(found[3]), int(found[4]), found[1], found[4])
        if found := _COMPACT.match(day):
            return date(int(found[1]), int(found[2]), int(found[3]))
        return _from_words(words, day)
    except ValueError as error:
        raise error if isinstance(error, NotADate) else NotADate(f"“{words}” is no date") from error


def _from_digits(  # noqa: PLR0913 (three numbers, and how two of them are written)
    words: str, first: int, sign: str, middle: int, last: int, first_digits: str, last_digits: str
) -> date:
    """Read three numbers: the year has four digits; dots put the day first; else the month must be told by its size."""
    if len(first_digits) == 4:  # noqa: PLR2004
        return date(first, middle, last)
    if len(last_digits) != 4:  # noqa: PLR2004
        raise NotADate(f"“{words}” has no year of four digits")
    if sign == "." or first > 12 or first == middle:  # noqa: PLR2004
        return date(last, middle, first)
    if middle > 12:  # noqa: PLR2004
        return date(last, first, middle)
    raise NotADate(
        f"“{words}” could be two days; write {last:04}-{middle:02}-{first:02} or {last:04}-{first:02}-{middle:02}"
    )


def _from_words(words: str, day: str) -> date:
    """Read a date whose month is a word: the day is the short number, the year that of four digits."""
    parts = [part.casefold() for part in _WORDS.findall(day)]
    parts = [part for part in parts if part not in _SMALL_WORDS and part not in _DAYS]
    months = [_MONTH[part] for part in parts if part in _MONTH]
    numbers = [part for part in parts if part.isascii() and part.isdigit()]
    years = [int(part) for part in numbers if len(part) == 4]  # noqa: PLR2004
    days = [int(part) for part in numbers if len(part) <= 2]  # noqa: PLR2004
    if len(parts) != 3 or not (len(months) == len(years) == len(days) == 1):  # noqa: PLR2004
        raise NotADate(f"“{words}” is no date")
    return date(years[0], months[0], days[0])
