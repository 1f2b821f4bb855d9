"""Rules for English news on top of the library: each says of one place that a sentence ends there, or does not.

Where no rule speaks, the library decides. A rule is for a phenomenon of news text, and in doubt it is silent.
"""

import re
from functools import lru_cache

from annotator.domain.sentences import abbreviations, words
from annotator.domain.sentences.places import Place, place_of, stops

_SAID = re.compile(r"(?:[A-Z][a-z]{0,5}\. ){0,2}(?:[A-Z][\w.'’-]*+ ){1,4}(?:" + "|".join(sorted(words.SAYING)) + r")\b")
_GLUED_WORD = re.compile(r"(?:[A-Z][a-z]+|[IA])(?:['’][a-z]+)?(?=[\s,;:!?”\"’'–—-]|\.(?!\w)|$)")
_GLUED_LOWER = re.compile(r"[a-z]{2,}(?=[\s,;!?]|$)")
_NEVER_BEGINS = frozenset("-\u2010\u2011'’%&+/")
_MONEY_AND_TAGS = frozenset("$€£#@")
_DASHES = frozenset("-–—")
_IN_ADDRESSES = re.compile(r"[@/\\_=&#<>|]|www\.")
_SMALL_NAME = re.compile(r"(?:[a-z]{1,2}|al-)[A-Z]")
_SAYS_I = re.compile(r"(?:^|[\s(])i(?:['’](?:m|ve|ll|d))?[ ]")
_CREDIT = re.compile(
    r"(?<=\S)[ \u00a0](?=(?:Image|Photo|Video|Audio|Photograph|Picture|Graphic|Screenshot|Credit"
    r"|Image credit|Photo credit|Picture credit):[ ])"
)
_CREDIT_LENGTH = 100
_PULL_QUOTE = re.compile(
    r"\s*+[\"“][^\"“”]++[\"”]\s*+(?:--|[–—-])\s*+"
    r"(?:[A-Z][\w.'’-]*+,?[ ]?|(?:of|the|de|and|at),?[ ]){1,10}\s*+"
)
_PULL_QUOTE_LENGTH = 300
_ENUMERATOR = re.compile(r"\W*(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})[.)]\W*")
_ENUMERATOR_LENGTH = 10
_INK = re.compile(r"\w")


def refine(piece: str, known: list[int]) -> list[int]:
    """Return where sentences of the English `piece` end, from where the library ends them."""
    if len(piece) <= _PULL_QUOTE_LENGTH and _PULL_QUOTE.fullmatch(piece):
        return []
    ends, begin, cuts = set(known), 0, []
    for found in stops(piece):
        place = place_of(piece, begin, found)
        if place is None:
            break
        ruling = judge(place)
        if ruling or (ruling is None and not ends.isdisjoint(place.ends)):
            begin = place.end
            cuts.append(begin)
    return joined(piece, _with_credits(piece, cuts))


def judge(place: Place) -> bool | None:
    """Say whether a sentence ends at `place`; None leaves it to the library."""
    if place.is_glued:
        return False if place.sign in _NEVER_BEGINS else _glued(place)
    if place.sign in _DASHES:
        return _before_dash(place)
    if place.sign.islower():
        return _before_small_letter(place)
    return _by_mark(place)


def joined(piece: str, cuts: list[int]) -> list[int]:
    """Join what is no sentence by itself: signs go with what is before them, an enumerator with what follows."""
    kept: list[int] = []
    begin = 0
    for end in cuts:
        if not _INK.search(piece, begin, end):
            kept[-1:] = [end] if kept else []
        elif end - begin > _ENUMERATOR_LENGTH or not _ENUMERATOR.fullmatch(piece, begin, end):
            kept.append(end)
        begin = end
    if kept and kept[-1] < len(piece) and not _INK.search(piece, kept[-1]):
        kept.pop()
    return kept


def _by_mark(place: Place) -> bool | None:
    """Judge a place before a capital, a number or a sign."""
    if place.mark == "…" or ".." in place.mark or _is_spaced_ellipsis(place):
        return _ellipsis(place)
    if place.mark[-1] in "!?":
        return _exclaimed(place)
    if place.note:
        return (place.chunk[-3:].isalpha() and place.chunk[-3:].islower()) or None
    return abbreviations.judge(place)


def _glued(place: Place) -> bool | None:
    """Cut "the war.The people", but no address, file name, newsgroup or number."""
    if place.closers or place.opener or place.note:
        return None
    chunk = place.chunk
    right = place.text[place.end : place.end + 40].split(maxsplit=1)[0]
    is_word = chunk[-2:].isalpha() and chunk[-2:].islower() and "." not in chunk
    if not is_word or abbreviations.is_known(chunk) or _IN_ADDRESSES.search(chunk + right):
        return None
    if found := _GLUED_WORD.match(right):
        return (found.group() not in words.ADDRESS_ENDINGS and chunk + place.mark not in words.WITH_MARK) or None
    if place.mark[-1] in "!?" and _GLUED_LOWER.match(right) and _is_casual(place.text):
        return True
    return None


def _before_dash(place: Place) -> bool | None:
    """Keep a dateline (LONDON, Ont. — A bridge) and the name behind a quotation ("…" - Jane Doe) with it."""
    is_long = place.sign != "-" or place.text.startswith("--", place.at)
    return False if place.mark == "." and (place.is_quoted or is_long) else None


def _before_small_letter(place: Place) -> bool | None:
    """Cut before a small letter only where the writer uses no capitals, or before a name such as iPhone."""
    chunk = place.chunk
    if place.is_quoted or place.opener or place.mark == "…" or ".." in place.mark or abbreviations.is_known(chunk):
        return None
    return True if _SMALL_NAME.match(place.text, place.at) or _is_casual(place.text) else None


@lru_cache(maxsize=4)
def _is_casual(text: str) -> bool:
    """Tell whether the line is written without capitals: it begins with a small letter, or says "i"."""
    first = _INK.search(text)
    begins_small = first is not None and first.group().islower() and not text[first.end() : first.end() + 1].isupper()
    return begins_small or _SAYS_I.search(text) is not None


def _is_spaced_ellipsis(place: Place) -> bool:
    """Tell whether the mark is the last of ". . ."."""
    return place.mark == "." and place.so_far(2) == ". "


def _ellipsis(place: Place) -> bool | None:
    """End a sentence at an ellipsis before a capital, but not where it stands for words left out before a name."""
    if place.opener in {"(", "["} or not place.is_before_capital or place.is_bracketed:
        return None
    if place.so_far(1).isspace():
        ends_before = place.so_far(6).replace(" ", "").endswith("...")
        return None if ends_before or abbreviations.begins(place) else False
    if place.mark == "…":
        return place.word != "I" or None
    return None


def _exclaimed(place: Place) -> bool | None:
    """Keep "Stop!" Mr. Smith said. and Yahoo! Finance together; cut before a sum of money or a hashtag."""
    if place.sign in _MONEY_AND_TAGS:
        return True
    if not place.is_before_capital:
        return None
    if place.is_quoted and not place.opener and place.word not in words.STARTERS:
        return False if _SAID.match(place.text[place.at : place.at + 80]) else None
    if not place.closers and place.chunk + place.mark in words.WITH_MARK and not abbreviations.begins(place):
        return False
    return None


def _with_credits(piece: str, cuts: list[int]) -> list[int]:
    """Cut before a picture credit at the end of a caption: A view of the port Image: J. Doe."""
    for found in _CREDIT.finditer(piece, max(0, len(piece) - _CREDIT_LENGTH)):
        before = piece[max(0, found.start() - 40) : found.start()].split()
        if before and before[-1].strip("([") not in words.BEFORE_NO_CREDIT and found.start() not in cuts:
            return sorted([*cuts, found.start()])
    return cuts
