"""Lines of a text, hard-wrapped ones joined: where a text was wrapped at one width, a line break ends nothing.

A break is a wrap if the next line's first word would not have fitted into the widest line of its block, and if the
block shows by a small letter behind a break that sentences go on there. Lists, headings and asides are never joined.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from annotator.domain.sentences import asides

BREAKS = r"\n\r\x0b\x0c\x85\u2028\u2029"
FINAL = re.compile(r"[.!?…؟۔。！？।][\"'”’»›)\]」』]*$")

NARROWEST = 40
WIDEST = 130
FULL_WITHOUT_CASE = 3
"""Full lines that show wrapping where no small letter can show it."""

_LINE = re.compile(f"[^{BREAKS}]+")
_FIRST_WORD = re.compile(r"\s*+(\S++)")
_LIST_ITEM = re.compile(r"\s*+(?:[•‣▪●◦⁃·*+>|–—-]\s|(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]\s|#|\(\w{1,3}\)\s)")
_INDENT = re.compile(r"[ \t\u00a0\u3000]*+")
_AS_SPACES = str.maketrans("\n\r", "  ")


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of the article without a break that counts; `text` has spaces where it was wrapped."""

    start: int
    text: str


def unwrapped(text: str) -> Iterator[Line]:
    """Yield the lines of `text` that hold more than white space, wrapped ones as one."""
    blocks = list(_blocks(text))
    wrapped = [_shows_wrapping(block) for block in blocks]
    width = max((_width(block) for block, shown in zip(blocks, wrapped, strict=True) if shown), default=0)
    for block, shown in zip(blocks, wrapped, strict=True):
        here = _width(block) if shown else width
        yield from (
            _join(text, block, here, is_first=block is blocks[0])
            if here
            else (Line(line.start, line.text) for line in block)
        )


def _blocks(text: str) -> Iterator[list[Line]]:
    """Yield runs of lines with single line breaks between them."""
    block: list[Line] = []
    end = 0
    for match in _LINE.finditer(text):
        line = Line(match.start(), match.group())
        if block and text[end : line.start] not in {"\n", "\r\n", "\r"}:
            yield block
            block = []
        end = match.end()
        if line.text.isspace():
            if block:
                yield block
            block = []
            continue
        block.append(line)
    if block:
        yield block


def _width(block: list[Line]) -> int:
    return max(len(line.text.rstrip()) for line in block)


def _shows_wrapping(block: list[Line]) -> bool:
    """Tell whether a sentence visibly goes on behind a break, and most breaks are where a full line ends."""
    if not block[1:] or not NARROWEST <= (width := _width(block)) <= WIDEST:
        return False
    full = [(line, after) for line, after in pairwise(block) if _is_full(line, after, width)]
    goes_on = any(_goes_on(line, after) for line, after in full)
    caseless = (
        len(full) >= FULL_WITHOUT_CASE
        and len(full) == len(block) - 1
        and all(line.text.upper() == line.text.lower() for line in block)
    )
    return 2 * len(full) >= len(block) - 1 and (goes_on or caseless)


def _goes_on(line: Line, after: Line) -> bool:
    """Tell whether a sentence goes on behind the break: no final mark before it, a small letter behind it."""
    return after.text.lstrip()[0].islower() and not FINAL.search(line.text.rstrip()[-8:]) and not _ends(line, after)


def _is_full(line: Line, after: Line, width: int) -> bool:
    """Tell whether the next line's first word had no room in `line`."""
    word = _FIRST_WORD.match(after.text)
    length = len(line.text.rstrip())
    return word is not None and 2 * length > width and length + 1 + len(word.group(1)) > width


def _join(text: str, block: list[Line], width: int, *, is_first: bool) -> Iterator[Line]:
    """Yield the lines of a block, those joined that are one line wrapped at `width`; the first may be a headline."""
    start, end = block[0].start, _end(block[0])
    for line, after in pairwise(block):
        is_top = is_first and line is block[0] and not (_goes_on(line, after) or _is_caseless(after.text.lstrip()[0]))
        if is_top or not _is_full(line, after, width) or _ends(line, after) or len(line.text) > WIDEST:
            yield Line(start, text[start:end].translate(_AS_SPACES))
            start = after.start
        end = _end(after)
    yield Line(start, text[start:end].translate(_AS_SPACES))


def _is_caseless(letter: str) -> bool:
    return letter.isalpha() and letter.lower() == letter.upper()


def _end(line: Line) -> int:
    return line.start + len(line.text)


def _ends(line: Line, after: Line) -> bool:
    """Tell whether the break counts although the line is full: before a list item, an indent, a heading, an aside."""
    if _LIST_ITEM.match(after.text) or line.text.isupper() != after.text.isupper():
        return True
    indents = [len(match.group()) for each in (line, after) if (match := _INDENT.match(each.text))]
    if indents[1] > indents[0] + 1 and not _LIST_ITEM.match(line.text):
        return True
    if after.text.lstrip()[0].islower():
        return False
    return asides.of_line(line.text) is not None or asides.of_line(after.text) is not None
