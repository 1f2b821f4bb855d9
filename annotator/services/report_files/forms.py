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
    """How a form is written, what a browser is told it is, and how its file's name ends."""

    write: "Callable[[Report], Iterable[bytes]]"
    media_type: str
    ending: str
    is_binary: bool = False


def whole(write: "Callable[[Report], str]") -> "Callable[[Report], Iterator[bytes]]":
    """Return a writer of bytes for a writer of text."""
    return lambda report: iter([write(report).encode()])


def elsewhere(_report: "Report") -> Iterator[bytes]:
    """Refuse: templates are the web's."""
    raise NotImplementedError("web/report_html.py writes it")


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "text": Form(whole(text.text), text.MEDIA_TYPE, ".txt"),
        "json": Form(whole(json.text), json.MEDIA_TYPE, ".json"),
        "csv": Form(csv.write, csv.MEDIA_TYPE, "-csv.zip", is_binary=True),
        "latex": Form(latex.write, latex.MEDIA_TYPE, "-latex.zip", is_binary=True),
        "html": Form(elsewhere, "text/html", ".html"),
    }
)
