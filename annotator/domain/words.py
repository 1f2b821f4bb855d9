"""Say what the words of a text are, and which of them a mark touches: the page and the report cut alike.

It stands by itself, since a start of the program loads no numpy.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

Span = tuple[int, int]
"""Start and end of a word in code points, half open."""

# Signs that belong to a letter and are none themselves: accents, vowels of Hebrew, Arabic, Indic and Thai letters.
_SIGNS = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06ed"
    r"\u0900-\u0963\u0971-\u0df3\u0e31-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe20-\ufe2f"
)
# A word with its inner apostrophes, hyphens and points.
WORD = re.compile(rf"\w[\w{_SIGNS}]*(?:['’.\u2010\u2011-]\w[\w{_SIGNS}]*)*")
_GOES_ON = re.compile(rf"[\w{_SIGNS}'’.\u2010\u2011-]")
"""What may stand within a word, or between its parts."""


def spans(text: str) -> list[Span]:
    """Return where the words of a text stand, in reading order."""
    return [match.span() for match in WORD.finditer(text)]


def around(text: str, start: int, end: int) -> Sequence[Span]:
    """Return where the words stand that `[start, end)` touches, without cutting the whole text if it need not be."""
    if start == 0 or (0 < start <= len(text) and not _GOES_ON.match(text, start - 1)):
        word = WORD.match(text, start)  # the sign before can be in no word, so that none reaches over the start
        if word is not None and end <= word.end():
            return [word.span()]
    words = spans(text)
    return [words[place] for place in touched(words, start, end)]


def touched(words: Sequence[Span], start: int, end: int) -> range:
    """Return the places in `words` of those that `[start, end)` touches."""
    first = bisect_right(words, start, key=lambda word: word[1])
    return range(first, bisect_left(words, end, lo=first, key=lambda word: word[0]))
