"""Searching as people expect it: every word has to be there, in capital or small letters of any script."""

from collections.abc import Iterable

MOST_WORDS = 12
"""Words of a search that are looked for one by one; what comes after them counts as one."""


def words_of(text: str) -> list[str]:
    """Return the words that a search asks for."""
    return text.strip().split(None, MOST_WORDS)


def holds(text: str, words: Iterable[str]) -> bool:
    """Tell whether every one of `words` stands in `text`."""
    low = text.lower()
    return all(word.lower() in low for word in words)


def hits(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Return where in `text` one of `words` stands, in order; those that touch are one."""
    low, places = _lowered(text)
    found = []
    for word in {word.lower() for word in words} - {""}:
        at = low.find(word)
        while at >= 0:
            found.append((places[at], places[at + len(word) - 1] + 1))
            # The last one that this one touches: what lies between them is within the two, and may be thousands.
            touching = low.rfind(word, at + 1, at + 2 * len(word))
            at = touching if touching >= 0 else low.find(word, at + len(word))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _lowered(text: str) -> tuple[str, list[int]]:
    """Return `text` in small letters, and for each of them where it came from: İ becomes two."""
    low = text.lower()
    if len(low) == len(text):
        return low, list(range(len(text)))
    letters = [(small, place) for place, letter in enumerate(text) for small in letter.lower()]
    return "".join(small for small, _place in letters), [place for _small, place in letters]
