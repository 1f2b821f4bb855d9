"""What a sentence is in its article: headline, repeated headline, body, or suggested as no claim."""

import re
from collections.abc import Iterator

from annotator.domain.sentences import asides
from annotator.domain.sentences.lines import BREAKS, FINAL
from annotator.domain.sentences.spans import Aside, Sentence, Span

HEADLINE_WORDS = 25
HEADLINE_CHARACTERS = 200

_BREAK = re.compile(f"[{BREAKS}]")


def classify(text: str, spans: list[Span]) -> list[Sentence]:
    """Give the spans their kinds; a line that stands there again as the headline did is a repeated headline."""
    lines = list(_lines(text, spans))
    reasons = [asides.of_line(text[line[0].start : line[-1].end]) for line in lines]
    top = _headline(text, lines, reasons)
    words = _words(text, lines[top][0]) if top is not None else None
    found: list[Sentence] = []
    for number, (line, reason) in enumerate(zip(lines, reasons, strict=True)):
        if len(line) == 1 and words is not None and number >= (top or 0) and _words(text, line[0]) == words:
            start, end = line[0]
            found.append(Sentence(start, end, text[start:end], "headline", None, number != top))
        else:
            found += _body(text, line, reason)
    return found


def _body(text: str, line: list[Span], reason: Aside | None) -> Iterator[Sentence]:
    """Make the sentences of a line; a picture credit at its end is an aside by itself."""
    for start, end in line:
        quote = text[start:end]
        credit: Aside | None = "caption" if reason is None and len(line) > 1 and asides.is_credit(quote) else reason
        yield Sentence(start, end, quote, "body", credit)


def _lines(text: str, spans: list[Span]) -> Iterator[list[Span]]:
    """Group the spans that stand in one line."""
    line: list[Span] = []
    for span in spans:
        if line and _BREAK.search(text, line[-1].end, span.start):
            yield line
            line = []
        line.append(span)
    if line:
        yield line


def _headline(text: str, lines: list[list[Span]], reasons: list[Aside | None]) -> int | None:
    """Find the line that is the headline: the first that is no aside, short, without a final mark, and not alone."""
    top = next((number for number, reason in enumerate(reasons) if reason is None), None)
    if top is None or len(lines[top]) > 1:
        return None
    quote = text[lines[top][0].start : lines[top][0].end]
    words = _words(text, lines[top][0])
    if FINAL.search(quote) or len(words) > HEADLINE_WORDS or len(quote) > HEADLINE_CHARACTERS:
        return None
    is_alone = all(len(line) == 1 and _words(text, line[0]) == words for line in lines[top:])
    return None if is_alone else top


def _words(text: str, span: Span) -> list[str]:
    return text[span.start : span.end].casefold().split() if span.end - span.start <= 2 * HEADLINE_CHARACTERS else []
