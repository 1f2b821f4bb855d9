"""Read the text of a PDF, page by page; scripts, actions, forms and attachments in it are never looked at."""

import io
import re
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from annotator.domain.extraction.extracted import (
    LINE_LIMITS,
    Extracted,
    NotReadable,
    main_language,
    one_line,
    plain_text,
)
from annotator.domain.extraction.printed_lines import paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PageObject, PdfReader

MAX_PAGES = 500
MAX_STREAM = 30_000_000
"""Bytes of one unpacked stream."""
MAX_PARSED = 1_000_000
MAX_CHARACTERS = 3_000_000
_DAMAGED = "It is no PDF, or a damaged one."
_UNKNOWN_LETTER = re.compile("[\ufffd\ue000-\uf8ff\x01-\x08\x0e-\x1f]")
_GARBLED_SHARE = 0.1
_NO_TITLE = re.compile(
    r"microsoft \w+ - |(?:untitled|slide 1|print|layout 1|document\d{0,4})\b"
    r"|.{0,300}\.(?:docx?|odt|indd|qxp|qxd|pdf|rtf|tex|dvi)\Z",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    r"(?:microsoft|windows|user|admin|administrator|owner|unknown|anonymous|author)\b", re.IGNORECASE
)


def read(content: bytes, _header_charset: str | None = None, url: str = "") -> Extracted:
    """Read a PDF; raises NotReadable."""
    import pypdf

    with _limits():
        reader = _open(content)
        pages = _pages(reader)
        values, sources = _metadata(reader)
    text = plain_text(paragraphs(pages))
    _check_letters(text, len(pages))
    return Extracted(
        text=text,
        **values,
        url=url,
        media_type="application/pdf",
        charset_reason="the letters of a PDF are known from its fonts",
        method="pypdf",
        version=pypdf.__version__,
        sources=sources,
    )


@contextmanager
def _limits() -> "Iterator[None]":
    """Tell pypdf how much to unpack, and turn what it raises into one sentence."""
    import pypdf
    from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

    try:
        with pypdf.apply_configuration(
            zlib_maximum_output_length=MAX_STREAM,
            lzw_maximum_output_length=MAX_STREAM,
            run_length_maximum_output_length=MAX_STREAM,
            brotli_maximum_output_length=MAX_STREAM,
            maximum_declared_stream_length=MAX_STREAM,
            array_based_stream_maximum_output_length=MAX_STREAM,
            stream_parsing_work_maximum_count=MAX_PARSED,
            page_tree_maximum_entries=10 * MAX_PAGES,
            page_tree_maximum_page_entries=100 * MAX_PAGES,
            jbig2dec_binary=None,
        ):
            yield
    except LimitReachedError as error:
        raise NotReadable("A page of the PDF holds far more than a page of text does.") from error
    except DependencyError as error:
        raise NotReadable("The PDF is encrypted or packed in a way that is not read.") from error
    except (PyPdfError, KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, OSError) as error:
        if isinstance(error, NotReadable):
            raise
        raise NotReadable(_DAMAGED) from error


def _open(content: bytes) -> "PdfReader":
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise NotReadable("The PDF is encrypted; save it without a password.")
    return reader


def _pages(reader: "PdfReader") -> list[str]:
    """Return the text of each page."""
    from pypdf.generic import DictionaryObject

    tree = reader.root_object["/Pages"].get_object()
    stated = tree.get("/Count", 0) if isinstance(tree, DictionaryObject) else 0
    if stated > MAX_PAGES or len(reader.pages) > MAX_PAGES:
        raise NotReadable(f"The PDF has more than {MAX_PAGES:,} pages; split it into single articles.")
    pages: list[str] = []
    size = 0
    for page in reader.pages:
        pages.append(_text_of(page))
        size += len(pages[-1])
        if size > MAX_CHARACTERS:
            raise NotReadable(f"The PDF has more than {MAX_CHARACTERS:,} characters; split it into single articles.")
    return pages


def _text_of(page: "PageObject") -> str:
    """Return the text of a page; raises LimitReachedError also for a form on it, which pypdf leaves out with a warning.

    The warning is caught where it is given: whether it would be logged is the business of the process.
    """
    from importlib import import_module

    from pypdf.errors import LimitReachedError

    speaker: Any = import_module("pypdf._page")

    faults: list[LimitReachedError] = []
    warn = speaker.logger_warning

    def notice(message: str, *, source: str, **values: Any) -> None:
        faults.extend(value for value in values.values() if isinstance(value, LimitReachedError))
        warn(message, source=source, **values)

    speaker.logger_warning = notice
    try:
        text = page.extract_text()
    finally:
        speaker.logger_warning = warn
    if faults:
        raise faults[0]
    return text


def _check_letters(text: str, page_count: int) -> None:
    """Refuse a PDF that holds pictures of pages, and one whose fonts do not say which letters they show."""
    letters = sum(character.isalnum() for character in text)
    unknown = len(_UNKNOWN_LETTER.findall(text))
    if unknown > _GARBLED_SHARE * (letters + unknown) and unknown:
        raise NotReadable("The fonts of the PDF do not say which letters they show, so its text cannot be read.")
    if letters < page_count or not text.strip():
        raise NotReadable("The PDF has no text; it seems to be scanned pictures.")


def _metadata(reader: "PdfReader") -> tuple[dict[str, Any], dict[str, str]]:
    about = reader.metadata
    title = one_line(about.title if about else "", LINE_LIMITS["title"])
    byline = one_line(about.author if about else "", LINE_LIMITS["byline"])
    values: dict[str, Any] = {
        "title": "" if _NO_TITLE.match(title) else title,
        "byline": "" if _NO_PERSON.match(byline) else byline,
        "published_on": _created(reader),
        "language": main_language(reader.root_object.get("/Lang")),
    }
    sources = {name: "document properties" for name, value in values.items() if value}
    if values["published_on"]:
        sources["published_on"] = "document properties (created)"
    return values, sources


def _created(reader: "PdfReader") -> date | None:
    try:
        created = reader.metadata.creation_date if reader.metadata else None
    except ValueError:
        return None
    return created.date() if isinstance(created, datetime) else None
