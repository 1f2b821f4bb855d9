"""Read Markdown as its author would read it out: headings, paragraphs and items, without the marks.

It is read line by line with rules that take linear time; a library would take quadratic time on some inputs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from annotator.domain.dates import NotADate, read_date
from annotator.domain.extraction.charsets import decode
from annotator.domain.extraction.extracted import LINE_LIMITS, Extracted, main_language, one_line, plain_text
from annotator.domain.extraction.inline_marks import without_marks

_FIELD = re.compile(r"([A-Za-z_-]{1,30})[ \t]*:[ \t]*(\S.*)?\Z")
_FRONT_LINES = 100
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|\Z)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*\Z")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})\Z")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BULLET = re.compile(r"[ \t]{0,20}[-*+][ \t]+(?:\[[ xX]\][ \t]+)?")
_NUMBER = re.compile(r"[ \t]{0,20}\d{1,9}[.)][ \t]+")
_QUOTED = re.compile(r" {0,3}(?:>[ \t]?)+")
_REFERENCE = re.compile(r" {0,3}\[(?!\^)[^\[\]\n]{1,200}\]:[ \t]*\S")
_TABLE_RULE = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?\Z")
_AUTHORS = ("author", "authors", "byline", "by")
_OUTLETS = ("outlet", "publication", "source", "site", "publisher")


@dataclass
class _Reading:
    """The blocks so far and the paragraph that is being gathered."""

    blocks: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    title: str = ""

    def end_paragraph(self) -> None:
        """Finish the paragraph: its lines are one, except where a hard break was marked."""
        if self.lines:
            paragraph = "".join(self.lines).strip()
            self.blocks.append(without_marks(paragraph))
            self.lines = []

    def heading(self, words: str) -> None:
        """Add a heading; the first one is the title."""
        self.end_paragraph()
        if words := without_marks(words).strip():
            self.title = self.title or words
            self.blocks.append(words)


def read(content: bytes, header_charset: str | None = None, url: str = "") -> Extracted:
    """Read a Markdown file and the simple fields of its front matter."""
    decoded = decode(content, header_charset)
    front, body = _front_matter(plain_text(decoded.text))
    reading = _read_blocks(body)
    title = _first(front, ("title", "headline")) or reading.title
    values = {
        "title": one_line(title, LINE_LIMITS["title"]),
        "byline": one_line(_first(front, _AUTHORS), LINE_LIMITS["byline"]),
        "outlet": one_line(_first(front, _OUTLETS), LINE_LIMITS["outlet"]),
        "url": one_line(_first(front, ("url", "link", "canonical")) or url, LINE_LIMITS["url"]),
    }
    published_on, language = (
        _date(_first(front, ("date", "published"))),
        main_language(_first(front, ("lang", "language"))),
    )
    known = {**values, "published_on": published_on, "language": language}
    sources = {name: "front matter" for name, value in known.items() if value and (name != "url" or value != url)}
    if reading.title and not _first(front, ("title", "headline")):
        sources["title"] = "first heading"
    return Extracted(
        text="\n\n".join(block for block in reading.blocks if block),
        **values,
        published_on=published_on,
        language=language,
        media_type="text/markdown",
        charset=decoded.charset,
        charset_reason=decoded.reason,
        method="Markdown",
        sources=sources,
    )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return the simple fields between two lines of dashes at the head, and the rest of the text."""
    lines = text.split("\n", _FRONT_LINES)
    if lines[0].rstrip() != "---":
        return {}, text
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."}), 0)
    fields = [_FIELD.match(line.rstrip()) for line in lines[1:end]]
    if not any(fields):
        return {}, text
    front = {found[1].lower(): (found[2] or "").strip().strip("\"'[]") for found in fields if found}
    return front, "\n".join(lines[end + 1 :])


def _first(front: dict[str, str], names: tuple[str, ...]) -> str:
    return next((front[name] for name in names if front.get(name)), "")


def _date(words: str) -> date | None:
    try:
        return read_date(words)
    except NotADate:
        return None


def _read_blocks(text: str) -> _Reading:
    reading = _Reading()
    lines = iter(text.split("\n"))
    for line in lines:
        if fence := _FENCE.match(line):
            reading.end_paragraph()
            reading.blocks += ["\n".join(_fenced(lines, fence[1]))]
        else:
            _read_line(reading, line)
    reading.end_paragraph()
    return reading


def _fenced(lines: Iterator[str], fence: str) -> Iterator[str]:
    for line in lines:
        if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            return
        yield line


def _read_line(reading: _Reading, line: str) -> None:
    if found := _QUOTED.match(line):
        line = line[found.end() :]
    if not line.strip():
        reading.end_paragraph()
    elif found := _HEADING.match(line):
        reading.heading(line[found.end() :].rstrip().rstrip("#"))
    elif _UNDERLINE.match(line) and reading.lines:
        words, reading.lines = "".join(reading.lines), []
        reading.heading(words)
    elif _RULE.match(line) or _TABLE_RULE.match(line) or _REFERENCE.match(line):
        reading.end_paragraph()
    else:
        _read_words(reading, line)


def _read_words(reading: _Reading, line: str) -> None:
    """Add a line of words; an item or a table row begins a paragraph of its own, and a number stays."""
    bullet = _BULLET.match(line)
    if bullet or _NUMBER.match(line) or line.lstrip().startswith("|"):
        reading.end_paragraph()
    words = line[bullet.end() :] if bullet else line
    if words.lstrip().startswith("|"):
        words = " | ".join(cell.strip() for cell in words.strip().strip("|").split("|"))
    is_hard_break = words.endswith(("  ", "\\"))
    reading.lines.append(words.strip().removesuffix("\\") + ("\n" if is_hard_break else " "))
