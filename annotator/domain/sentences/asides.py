"""Lines that are no claim: bylines, captions, links to other stories, and what else a page puts around a story.

Only whole lines are judged, and only by forms that a sentence of a story does not have.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from annotator.domain.sentences import aside_words as words
from annotator.domain.sentences.spans import Aside

LONGEST = 300
LONGEST_CREDIT = 100
MOST_BYLINE_WORDS = 14
MOST_AGENCY_WORDS = 5
MOST_DATE_WORDS = 16


def _any_of(phrases: Iterable[str]) -> str:
    """Return a pattern for one of the phrases, the longest first."""
    return "(?:" + "|".join(map(re.escape, sorted(phrases, key=len, reverse=True))) + ")"


_LEAD = r"[>»→►•*\[( ]*"
_CAPTION = re.compile(rf"{_LEAD}{_any_of(words.CAPTIONS)} ?[:：©]|{_LEAD}{_any_of(words.PICTURES_BY)}\b")
_PICTURE_AGENCY = re.compile(
    rf"[(\[]?(?:[\w'’.-]+[ /]){{0,6}}?{_any_of(words.PICTURE_AGENCIES)}"
    r"[ /](?:photos?|images?|pool|via|stock)?\b[\w .'’,&/-]*[)\]]?"
)
_LINK = re.compile(
    rf"{_LEAD}(?:{_any_of(words.LINKS_WITH_COLON)}\s*[:：|>»→…]|{_any_of(words.LINKS_ALONE)}[.!… >»→\])]*$"
    rf"|{_any_of(words.LINKS_LEADING)}\b[^?]*$|(?:https?://|www\.)\S+$|\S+@\S+\.\w+$)"
)
_COPYRIGHT = re.compile(
    r"©|\(c\) ?(?:copyright )?\d{4}|copyright (?:©|\(c\)|\d{4})"
    rf"|[\w\s.,-]{{0,60}}\b{_any_of(words.RIGHTS_RESERVED)}[.!]?$"
)
_NUMBER = re.compile(r"[\d:./h-]+(?:st|nd|rd|th|am|pm|z)?")
_EDGES = ".,:;()[]\"'|،"
# Arabic is written with or without its vowel signs.
_VOWELS = dict.fromkeys((*range(0x064B, 0x0653), 0x0640))
_INK = re.compile(r"\w")


@lru_cache(maxsize=8)
def of_line(line: str) -> Aside | None:
    """Say why a whole line is no claim; None if it may be one."""
    line = line.strip()
    if not line or len(line) > LONGEST:
        return None
    lower = line.lower().translate(_VOWELS)
    if _CAPTION.match(lower) or is_credit(line):
        return "caption"
    if _LINK.match(lower):
        return "link"
    if _is_byline(line):
        return "byline"
    is_furniture = not _INK.search(line) or lower.strip(" *.-–—#:[]()>»") in words.FURNITURE
    return "other" if is_furniture or _COPYRIGHT.match(lower) or _is_date(lower) else None


def is_credit(quote: str) -> bool:
    """Tell whether a piece is a picture credit alone: (AP Photo/Jane Doe), Jane Doe/Getty Images."""
    lower = quote.strip().lower()
    in_brackets = lower[:1] in {"(", "["} and lower[-1:] in {")", "]"}
    return (in_brackets or "/" in lower) and len(lower) <= LONGEST_CREDIT and bool(_PICTURE_AGENCY.fullmatch(lower))


def _is_byline(line: str) -> bool:
    """Tell whether a line is By and names, names and a news agency, or an agency alone."""
    if line[-1] in "!?…؟":
        return False
    spaced = line.strip("()[]*_|—–- ").replace(":", ": ").replace("/", " / ").replace(";", " ; ")
    tokens = spaced.split(maxsplit=MOST_BYLINE_WORDS)
    if not 1 <= len(tokens) <= MOST_BYLINE_WORDS:
        return False
    rest, by = _without_by(tokens)
    names = [token.strip(_EDGES) for token in rest]
    agency = any(token.lower() in words.AGENCIES for token in names)
    if not by:
        is_short = len(names) == 1 or (len(names) <= MOST_AGENCY_WORDS and ("," in line or "/" in line))
        return agency and is_short and _are_names(names)
    if len(names) == 1 and by not in words.BY_IN_ENGLISH and not agency:
        return False  # "Von Trapp", "Di Stefano": a name by itself
    is_phrase = names[0].lower() in words.ARTICLES and names[1:2] != ["Associated"]
    return not is_phrase and _are_names(names)


def _without_by(tokens: list[str]) -> tuple[list[str], str]:
    """Take the words for By from the front, and return the names and those words."""
    for count in (2, 1):
        lead = "-".join(tokens[:count]).lower()
        word = lead.rstrip(":")
        has_colon = lead.endswith(":") or tokens[count : count + 1] in ([":"], ["/"])
        if len(tokens) > count and (word in words.BY or (word in words.BY_WITH_COLON and has_colon)):
            return tokens[count:], word
    return tokens, ""


def _are_names(tokens: list[str]) -> bool:
    """Tell whether every word is a name, or one of those that stand between names; one at least is a name."""
    named = [token for token in tokens if token[:1].isalpha() and token.lower() not in words.BETWEEN_NAMES]
    cased = [token for token in named if token[0].lower() != token[0].upper() and token.lower() not in words.AGENCIES]
    is_date = all(token.lower() in words.DATE_WORDS for token in named)
    has_number = any(token[:1].isdigit() for token in tokens)
    return not is_date and not has_number and all(token[0].isupper() for token in cased)


def _is_date(lower: str) -> bool:
    """Tell whether a line says a date or a time and nothing else."""
    tokens = [bare for token in lower.split(maxsplit=MOST_DATE_WORDS) if (bare := token.strip(_EDGES))]
    if len(tokens) > MOST_DATE_WORDS:
        return False
    dated = {token for token in tokens if token in words.DATE_WORDS or _NUMBER.fullmatch(token)}
    return bool(dated) and all(token in dated or token in words.DATE_COMPANY for token in tokens)
