"""What a file or page gives: its text and what is known about it, with where each piece is known from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

LINE_LIMITS = {"title": 500, "byline": 300, "outlet": 200, "url": 2_000}
"""Code points of what is told about a text; the rest of a longer line is left out, for it is no evidence."""
_LINE_ENDS = re.compile(r"\r\n|[\r\f\v]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9-_.]*)?\Z")


class NotReadable(ValueError):
    """The file or page cannot be read; the message is one clear sentence."""


@dataclass(frozen=True)
class Extracted:
    """A text and what its file says about it; `sources` tells for each field how it is known."""

    text: str
    title: str = ""
    byline: str = ""
    outlet: str = ""
    published_on: date | None = None
    language: str | None = None
    """As the document declares it: the main subtag, such as `ar`."""
    url: str = ""
    media_type: str = "text/plain"
    charset: str = "utf-8"
    charset_reason: str = ""
    method: str = ""
    version: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)


def plain_text(text: str) -> str:
    """Return the text with line feeds as its only line ends and otherwise unchanged; refuse what is no character."""
    if "\0" in text:
        raise NotReadable("It contains NUL characters, which no text has.")
    if _SURROGATE.search(text):
        raise NotReadable("It contains half of a surrogate pair, which is not a character.")
    return _LINE_ENDS.sub("\n", text)


def one_line(value: object, limit: int) -> str:
    """Return what a document says about itself as one line of at most `limit` code points; anything odd is left out."""
    if not isinstance(value, str):
        return ""
    line = " ".join(_SURROGATE.sub("", value).replace("\0", " ").split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def main_language(tag: object) -> str | None:
    """Return the main subtag of a language tag (`en` of `en-GB`), or None for what is no tag."""
    found = _LANGUAGE.match(tag.strip()) if isinstance(tag, str) else None
    return found[1].lower() if found else None
