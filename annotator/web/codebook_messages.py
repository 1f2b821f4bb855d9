"""The shipped codebook for translators: its names and rules are data, and the pages ask the catalogues for them."""

import tomllib
from collections.abc import Iterator
from typing import BinaryIO

SHOWN = ("name", "short", "definition", "question", "text", "hint")
Message = tuple[int, None, str, list[str]]


def extract(file: BinaryIO, _keywords: object, _comment_tags: object, **_options: object) -> Iterator[Message]:
    """Yield what templates/macros/labels.html translates, the way Babel asks: line, function, text, comments."""
    for text in shown_texts(tomllib.load(file)):
        yield 0, None, text.replace("%", "%%"), []


def shown_texts(codebook: dict[str, object]) -> Iterator[str]:
    """Yield the title, and the texts of labels, kinds and skip reasons; guidance and examples stay as they are."""
    yield str(codebook["title"])
    yield from _texts_of(codebook)


def _texts_of(entry: dict[str, object]) -> Iterator[str]:
    yield from (str(entry[name]) for name in SHOWN if entry.get(name))
    for inner in entry.values():
        if isinstance(inner, list):
            for part in inner:
                if isinstance(part, dict):
                    yield from _texts_of(part)
