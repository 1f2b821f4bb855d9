"""What splitting gives: spans of code points, and sentences with their place in the article."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["headline", "body"]
Aside = Literal["byline", "caption", "link", "other"]

# Zero-width space, non-joiner and joiner, word joiner, byte order mark and soft hyphen show nothing on their own.
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points: `text[start:end]` is the quote."""

    start: int
    end: int

    def __iter__(self) -> Iterator[int]:
        """Unpack as `start, end = span`."""
        return iter((self.start, self.end))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A span with its quote and its place in the article.

    `aside` says why it is suggested as no claim; `is_repeat` marks a headline that stood there before.
    """

    start: int
    end: int
    text: str
    kind: Kind
    aside: Aside | None = None
    is_repeat: bool = False


def trim(text: str, start: int, end: int) -> Span:
    """Leave out what shows nothing at both ends; the span is empty if nothing is left."""
    while start < end and _is_blank(text[start]):
        start += 1
    while start < end and _is_blank(text[end - 1]):
        end -= 1
    return Span(start, end)


def _is_blank(character: str) -> bool:
    return character.isspace() or character in _INVISIBLE
