"""Cut a text into sentences, as spans of code points, and tell headlines from body text.

English goes through `tokenizesentences`, every other language through `sentencex`. Only the places where a library
ends a sentence are taken from it; the spans are built here, so that no library can lose or repeat a character.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["headline", "body"]

HEADLINE_WORDS = 25
HEADLINE_CHARACTERS = 200
# sentencex takes quadratic time on runs of quotation marks (65,536 of them: 3 s), so it never sees a longer piece.
WINDOW = 4_000

_BREAKS = r"\n\r\x0b\x0c\x85\u2028\u2029"
_LINE = re.compile(f"[^{_BREAKS}]+")
_BREAK = re.compile(f"[{_BREAKS}]")
# Zero-width space, non-joiner and joiner, word joiner, byte order mark and soft hyphen show nothing on their own.
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_FINAL = re.compile(r"[.!?\u2026\u061f\u06d4\u3002\uff01\uff1f\u0964][\"'\u201d\u2019\u00bb\u203a)\]\u300d\u300f]*$")


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
    """A span with its quote and its place in the article."""

    start: int
    end: int
    text: str
    kind: Kind


def split(text: str, lang: str = "en") -> list[Span]:
    """Find the sentences of `text` in order: trimmed, never empty, never over a line break, without overlap."""
    ends = _ends_by_language(lang)
    spans = []
    for line in _LINE.finditer(text):
        start = line.start()
        for end in _windowed_ends(line.group(), ends):
            span = _trim(text, start, line.start() + end)
            start = line.start() + end
            if span.start < span.end:
                spans.append(span)
    return spans


def sentences(text: str, lang: str = "en") -> list[Sentence]:
    """Find the sentences of `text` with their kind; a first line that is repeated at once is a headline each time."""
    spans = split(text, lang)
    headlines = _count_headlines(text, spans)
    return [
        Sentence(span.start, span.end, text[span.start : span.end], "headline" if i < headlines else "body")
        for i, span in enumerate(spans)
    ]


def _ends_by_language(lang: str) -> Callable[[str], list[int]]:
    """Choose the splitter; the libraries are imported here because most commands never split anything."""
    code = lang.replace("_", "-").split("-")[0].strip().lower()
    if code in {"", "en"}:
        from tokenizesentences import tokenize_spans

        return lambda piece: [end for _, end in tokenize_spans(piece)]
    from sentencex import get_sentence_boundaries

    return lambda piece: [boundary["end_index"] for boundary in get_sentence_boundaries(code, piece)]


def _windowed_ends(line: str, ends: Callable[[str], list[int]]) -> Iterator[int]:
    """Yield where sentences end in `line`, the last being its length, in windows of bounded length.

    The last sentence of a window may go on behind it, so the next window begins where that sentence began.
    """
    start = 0
    while len(line) - start > WINDOW:
        piece = line[start : start + WINDOW]
        cuts = [end for end in ends(piece) if 0 < end < len(piece.rstrip())] or [_gap(piece)]
        yield from (start + end for end in cuts)
        start += cuts[-1]
    rest = line[start:]
    yield from (start + end for end in ends(rest) if 0 < end < len(rest))
    yield len(line)


def _gap(piece: str) -> int:
    """Find where a piece without a sentence end may be cut: behind its last white space, else at its end."""
    return max((i + 1 for i, character in enumerate(piece) if character.isspace()), default=len(piece))


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and _is_blank(text[start]):
        start += 1
    while start < end and _is_blank(text[end - 1]):
        end -= 1
    return Span(start, end)


def _is_blank(character: str) -> bool:
    return character.isspace() or character in _INVISIBLE


def _count_headlines(text: str, spans: list[Span]) -> int:
    """Count the spans at the top that are the headline or repeat it; none if nothing else follows."""
    if not spans[1:]:
        return 0
    first = text[spans[0].start : spans[0].end]
    shares_line = not _BREAK.search(text, spans[0].end, spans[1].start)
    words = first.split()
    if shares_line or _FINAL.search(first) or len(words) > HEADLINE_WORDS or len(first) > HEADLINE_CHARACTERS:
        return 0
    for count, span in enumerate(spans):
        if text[span.start : span.end].split() != words:
            return count
    return 0
