"""Make paragraphs of printed lines: what repeats on each page is left out, hyphens at line ends are joined."""

import re
from collections import Counter
from itertools import pairwise
from statistics import quantiles

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W{0,5}(?:page|p\.|seite|pagina|página|صفحة)?\s{0,5}(\d{1,4})(?:\s{0,3}(?:of|/|von|de|من)\s{0,3}\d{1,4})?\W{0,5}\Z",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…:؟。！？][\"'”’»)\]]{0,3}\Z")
_HYPHEN = re.compile(r"[^\W\d_]{2,}[-\u2010\xad]\Z")
_ITEM = re.compile(r"(?:[•‣▪◦–—*-]|\d{1,3}[.)])\s")
_EDGE = 2
"""Lines at the head and foot of a page in which a running title may stand."""
_OFTEN = 3
_HEADING = 0.6
_FULL = 0.8
"""A line of this share of the usual length goes on in the next one."""


def paragraphs(pages: list[str]) -> str:
    """Return the text of printed pages, one paragraph in a line, with empty lines between them."""
    lines: list[str] = []
    running = _running_lines(pages)
    numbers = _page_numbers(pages)
    for page in pages:
        lines += _without_running(_lines(page), running, numbers)
    width = _usual_width(lines)
    blocks: list[list[str]] = [[]]
    for line in lines:
        if blocks[-1] and _begins_anew(blocks[-1][-1], line, width):
            blocks.append([])
        if line:
            blocks[-1].append(line)
    return "\n\n".join(_joined(block) for block in blocks if block)


def _lines(page: str) -> list[str]:
    return [" ".join(line.split()) for line in page.replace("\0", "").splitlines()]


def _edges(lines: list[str]) -> list[str]:
    """Return the first and last lines of a page."""
    said = [line for line in lines if line]
    return said[:_EDGE] + said[max(_EDGE, len(said) - _EDGE) :]


def _key(line: str) -> str:
    return _DIGITS.sub("#", line).casefold()


def _running_lines(pages: list[str]) -> frozenset[str]:
    """Return the running titles: lines at the edges that stand on at least three and on half of the pages."""
    counts = Counter(key for page in pages for key in {_key(line) for line in _edges(_lines(page))})
    return frozenset(key for key, count in counts.items() if count >= max(_OFTEN, len(pages) / 2))


def _page_numbers(pages: list[str]) -> frozenset[str]:
    """Return the lines that number the pages: at the edges, and one more on each page; a year alone is none."""
    found = [(number, line) for number, page in enumerate(pages, 1) for line in _edges(_lines(page))]
    counted = [(int(match[1]) - page, line) for page, line in found if (match := _PAGE_NUMBER.match(line))]
    usual, times = Counter(offset for offset, _ in counted).most_common(1)[0] if counted else (0, 0)
    if times < max(2, len(pages) / 2) and (len(pages) > 1 or usual != 0):
        return frozenset()
    return frozenset(line for offset, line in counted if offset == usual)


def _without_running(lines: list[str], running: frozenset[str], numbers: frozenset[str]) -> list[str]:
    """Return a page's lines without its running titles and its number."""
    said = [place for place, line in enumerate(lines) if line]
    outer = set(said[:_EDGE] + said[-_EDGE:])
    return [
        line
        for place, line in enumerate(lines)
        if place not in outer or (_key(line) not in running and line not in numbers)
    ]


def _usual_width(lines: list[str]) -> float:
    """Return how long a full line is: most are, except headings and the ends of paragraphs."""
    lengths = [len(line) for line in lines if line]
    return quantiles(lengths, n=4)[2] if len(lengths) > 1 else 0


def _begins_anew(before: str, line: str, width: float) -> bool:
    """Tell whether a line begins a paragraph: after an empty line, an item's mark, or a line that ended early."""
    if not line or _ITEM.match(line):
        return True
    if _HYPHEN.search(before) and line[0].islower():
        return False
    is_short = len(before) < _FULL * width
    if _SENTENCE_END.search(before):
        return is_short
    return is_short and not line[0].islower() and len(before) < _HEADING * width


def _joined(lines: list[str]) -> str:
    """Join the lines of a paragraph; a word that was parted at a line's end is made whole."""
    pieces = [lines[0]]
    for before, line in pairwise(lines):
        if _HYPHEN.search(before) and line[0].islower():
            pieces[-1] = pieces[-1][:-1]
            pieces.append(line)
        else:
            pieces += [" ", line]
    return "".join(pieces)
