"""The forms of a report by name, with the endings of their files; HTML is written where the pages are."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from annotator.services.report_files import csv, json, latex, text

if TYPE_CHECKING:  # numpy comes with it
    from annotator.domain.report import Report


@dataclass(frozen=True)
class Form:
    """What a browser is told that a form is, and how its file's name ends."""

    media_type: str
    ending: str
    is_binary: bool = False


def whole(write: "Callable[[Report], str]") -> "Callable[[Report], Iterator[bytes]]":
    """Return a writer of bytes for a writer of text."""
    return lambda report: iter([write(report).encode()])


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "text": Form(text.MEDIA_TYPE, ".txt"),
        "json": Form(json.MEDIA_TYPE, ".json"),
        "csv": Form(csv.MEDIA_TYPE, "-csv.zip", is_binary=True),
        "latex": Form(latex.MEDIA_TYPE, "-latex.zip", is_binary=True),
        "html": Form("text/html", ".html"),
    }
)
WRITERS: "Mapping[str, Callable[[Report], Iterable[bytes]]]" = MappingProxyType(
    {"text": whole(text.text), "json": whole(json.text), "csv": csv.write, "latex": latex.write}
)
"""How each form but HTML is written: that is made of the page's templates, in web/report_html.py."""
