"""Whether the stop behind an English abbreviation ends a sentence too: the U.S. President, but Inc. The firm."""

import re

from annotator.domain.sentences import words
from annotator.domain.sentences.places import Place

_LETTERS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_ROMAN = re.compile(r"[IVXLC]+\b")
_DETERMINER = re.compile(
    r"[ \u00a0](?:the|a|an|it|they|he|she|we|you|this|that|these|those|his|her|its|our|your|not)\b"
)
_NAME_AND_VERB = re.compile(
    r"[A-Z][\w'’&-]*(?: (?:[A-Z][\w'’&-]*|&|of|and)){0,4},?"
    r" (?:said|says|is|was|are|were|has|had|have|will|would|plans?|rose|fell|gained|lost|declined|closed|also|could"
    r"|may|did)\b"
)
_FRONTED = re.compile(
    r"\W*(?:At|By|Around|About|Before|After|Shortly|Just|Until|Till|Since|From|On|In|Between|Every|Nearly|Almost)\b"
)
_VERB = re.compile(r"\b(?:is|was|were|are|be|been|had|has|have|will|would|\w+ed|said|began|came|went|left|ran|met)\b")
_PLACE_TIME = re.compile(r"(?: [A-Z][a-z]+)? time\b| Year|$")
_OPENING = "\"'“‘([«-–—/"
_CLAUSE = 6
"""Words without which a clause is seldom whole."""


def judge(place: Place) -> bool | None:
    """Say whether a sentence ends behind the word before the stop; None leaves it to the library."""
    token = place.chunk.lstrip(_OPENING).rpartition("—")[2]
    bare = token.rpartition("-")[2]
    if not bare:
        return None
    if place.is_quoted:
        return (begins(place) or None) if place.is_before_capital and bare not in words.TITLES else None
    if place.is_bracketed and is_known(bare) and place.is_before_capital:
        return _starts_anew(place)
    for rule in (_title, _points_forward, _clock):
        if (ruling := rule(place, token, bare)) is not None:
            return ruling
    return _behind_name(place, token, bare) if place.is_before_capital else None


def is_known(chunk: str) -> bool:
    """Tell whether the stop behind `chunk` may be that of an abbreviation."""
    bare = chunk.lstrip(_OPENING).rpartition("-")[2]
    lists = (words.TITLES, words.COMPANIES, words.CONDITIONAL, words.STATES, words.MONTHS, words.WEEKDAYS)
    is_short = len(bare) < 2  # noqa: PLR2004 - a single letter
    lower = bare.lower()
    is_small = lower in words.FORWARD or lower in words.NUMBERED or lower in words.SMALL_ABBREVIATIONS
    return is_short or "." in bare or is_small or any(bare in known for known in lists)


def begins(place: Place) -> bool:
    """Tell whether the next word is one that begins sentences."""
    base, _, rest = place.word.replace("’", "'").partition("'")
    if rest and (base in words.STARTERS or base in {"I", "Let"} or rest == "t"):
        return True
    if base == "Under" and place.behind.startswith(" Secretary"):
        return False
    if base in words.AUXILIARIES:
        return _DETERMINER.match(place.behind) is not None
    if base in words.NEEDS_LOWER:
        return place.is_before_lower
    return base in words.STARTERS


def _starts_anew(place: Place) -> bool:
    """Tell whether a sentence begins with the next word, which may also be Mr., or a noun as in "Analysts said"."""
    is_person = place.word in words.PERSONS and place.behind[:1] == "."
    return is_person or begins(place) or (place.word in words.NOUNS and place.is_before_lower)


def _title(place: Place, token: str, bare: str) -> bool | None:
    """End no sentence behind a title, but where it is the end of a street's name: on Mill St. The crowd."""
    if bare not in words.TITLES:
        return None
    street = place.previous(token)
    named = bool(street) and (street[0].isupper() or street[0].isdigit()) and street[-1].isalnum()
    return bare in words.STREET_TITLES and named and place.word in words.STARTERS and place.word != "Who"


def _points_forward(place: Place, token: str, bare: str) -> bool | None:
    """End no sentence behind what needs its sequel: vs., No. 5, Vol. II, Jan. 3, Fri. Jan., PS."""
    lower, is_number = bare.lower(), place.sign.isdigit()
    if lower in words.FORWARD and bare not in {"Ca", "Approx"}:
        return False
    is_whole = token in {"PS", "P.S", "NB", "N.B"} and not place.text[place.begin : place.stop - len(token)].strip()
    is_numbered = lower in words.NUMBERED and (bare[0].isupper() or lower not in words.NUMBERED_CAPITAL_ONLY)
    if is_whole or (is_numbered and (is_number or (len(lower) > 1 and _ROMAN.match(place.text, place.at)))):
        return False
    is_date = bare in words.WEEKDAYS and place.word in words.FULL_DATES
    return False if is_date or (is_number and (bare in words.MONTHS or bare in words.WEEKDAYS)) else None


def _clock(place: Place, token: str, bare: str) -> bool | None:
    """End the sentence behind a.m. or p.m. before a capital, but not before a day or a time zone."""
    lower = bare.lower()
    is_clock = lower in {"a.m", "p.m"} or (lower in {"am", "pm"} and place.previous(token)[-1:].isdigit())
    if not is_clock or not place.is_before_capital:
        return None
    if place.word in words.FULL_DATES or place.word in words.ZONES or _PLACE_TIME.match(place.behind):
        return False
    if begins(place):
        return True
    so_far = place.so_far(80)
    length = len(so_far.split())
    # "At 5 a.m. Mr. Holm left" is one sentence: what stands before the clock is no clause.
    is_fronted = length <= _CLAUSE + 1 and _FRONTED.match(so_far) and not _VERB.search(so_far)
    return not is_fronted and length >= _CLAUSE - 2


def _behind_name(place: Place, token: str, bare: str) -> bool | None:
    """Judge the abbreviations that end names; a capital follows."""
    if len(bare) == 1:
        return _letter(place, token, bare)
    is_office = place.word in words.OFFICES and place.behind[:1] == "."
    if bare in words.STATES and (is_office or place.word in words.STATE_GOES_ON):
        return False
    if bare in words.COMPANIES:
        return _company(place, token, bare)
    if _LETTERS.fullmatch(bare):
        return False if is_office else _starts_anew(place) or None
    return _starts_anew(place) if bare in words.CONDITIONAL else None


def _letter(place: Place, token: str, bare: str) -> bool | None:
    """End the sentence behind vitamin D. and World War I., but not behind an initial."""
    previous = place.previous(token)
    is_numeral = bare in "IVX" and previous in words.NUMERALS_AFTER
    return True if token == bare and (is_numeral or previous in words.LETTERED) else None


def _company(place: Place, token: str, bare: str) -> bool | None:
    """End the sentence behind Inc. before a new subject, but not before Chairman or another part of the name."""
    if place.word in words.COMPANY_GOES_ON or place.word in words.FULL_DATES:
        return False
    if _starts_anew(place):
        return True
    if bare in {"Pvt", "PVT"} or (bare == "Co" and place.previous(token)[:1].islower()):
        return False
    if bare in {"Bros", "Mfg", "Intl", "Assn"} or place.opener:
        return None
    is_clause = len(place.so_far(400).split()) > _CLAUSE
    return True if is_clause and _NAME_AND_VERB.match(place.text[place.at : place.at + 90]) else None
