"""Read Word documents: paragraphs, headings and tables in their order, with what is inserted, without what is deleted.

python-docx opens the file; the text is gathered here, for it leaves out tracked insertions and content controls. XML
that declares a document type is refused before it is parsed, and no outside part is ever looked up.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from annotator.domain.extraction.archives import open_archive, read_member
from annotator.domain.extraction.extracted import (
    LINE_LIMITS,
    Extracted,
    NotReadable,
    main_language,
    one_line,
    plain_text,
)

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_MEMBERS = 5_000
MAX_TOTAL = 200_000_000
MAX_MEMBER = 100_000_000
MAX_XML = 50_000_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = frozenset(
    {_FALLBACK} | {_W + name for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sectPr", "tblPr")}
)
_SIGNS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "\u2011", _W + "softHyphen": "\xad"}
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"encoding\s{0,20}=\s{0,20}[\"']([^\"']{1,40})")
_TEMPLATE_MADE = datetime(2013, 12, 23, 23, 15)  # noqa: DTZ001 - as it stands in python-docx's own template
_PROGRAMS = re.compile(r"(?:python-docx|microsoft|windows|user|admin|administrator|owner|author)\b", re.IGNORECASE)
_NO_TITLE = re.compile(
    r"(?:untitled|microsoft word\b|document\d{0,4}\Z|word document\Z)|.{0,200}\.(?:docx?|odt|dotx?)\Z", re.IGNORECASE
)


def read(content: bytes, _header_charset: str | None = None, url: str = "") -> Extracted:
    """Read a Word document; raises NotReadable."""
    import docx

    document = _open(content)
    text = plain_text("\n\n".join(_Gathering().lines_of(document.element.body)))
    if not text.strip():
        raise NotReadable("The document has no text.")
    values, sources = _metadata(document)
    return Extracted(
        text=text,
        **values,
        url=url,
        media_type=MEDIA_TYPE,
        charset_reason="Word documents are XML, which names its charset",
        method="python-docx",
        version=docx.__version__,
        sources=sources,
    )


def _open(content: bytes) -> "Document":
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import ErrorTypes, LxmlError

    _check(content)
    try:
        return docx.Document(io.BytesIO(content))
    except (OpcError, LxmlError, KeyError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        if isinstance(error, LxmlError) and getattr(error, "code", 0) == ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise NotReadable("It is no Word document, or a damaged one.") from error


def _check(content: bytes) -> None:
    """Look at the archive and at each XML file in it before any of it is parsed."""
    archive = open_archive(io.BytesIO(content), max_members=MAX_MEMBERS, max_total=MAX_TOTAL, max_member=MAX_MEMBER)
    names = set(archive.namelist())
    if "word/document.xml" not in names:
        what = next(
            (words for mark, words in _OTHERS if any(name.startswith(mark) for name in names)), "another archive"
        )
        raise NotReadable(f"It is named as a Word document, but seems to be {what}.")
    for info in archive.infolist():
        if info.filename.endswith((".xml", ".rels", ".vml")):
            if info.file_size > MAX_XML:
                raise NotReadable(f"A part of it would be {info.file_size:,} bytes unpacked; the limit is {MAX_XML:,}.")
            _check_xml(read_member(archive, info))


_OTHERS = (
    ("xl/", "a spreadsheet (XLSX)"),
    ("ppt/", "slides (PPTX)"),
    ("META-INF/", "an OpenDocument or EPUB file"),
)


def _check_xml(xml: bytes) -> None:
    """Refuse XML with a document type, also where UTF-16 hides it, and a charset in which it could hide."""
    encoding = _ENCODING.search(xml[:400].replace(b"\0", b""))
    if encoding and encoding[1].upper() not in {b"UTF-8", b"UTF-16", b"US-ASCII", b"ISO-8859-1"}:
        raise NotReadable("A part of it is in a charset that Word does not write.")
    narrow = xml.replace(b"\0", b"") if xml.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in xml[:4] else xml
    if _DECLARATION.search(narrow):
        raise NotReadable("It declares XML entities or a document type, which no Word document does.")


@dataclass
class _Gathering:
    """The paragraphs and rows that are open while the document's tree is walked through."""

    paragraphs: list[list[str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)

    def lines_of(self, body: Any) -> Iterator[str]:
        """Yield the text of each paragraph and each table row."""
        from lxml.etree import iterwalk

        walk = iterwalk(body, events=("start", "end"))
        for event, element in walk:
            if event == "start" and element.tag in _SKIPPED:
                walk.skip_subtree()
            elif event == "start":
                self._start(element)
            elif line := self._end(element.tag):
                yield line

    def _start(self, element: "_Element") -> None:
        opened = {_W + "p": self.paragraphs, _W + "tr": self.rows, _W + "tc": self.cells}.get(str(element.tag))
        if opened is not None:
            opened.append([])
        elif self.paragraphs and element.tag == _W + "t":
            self.paragraphs[-1].append(element.text or "")
        elif self.paragraphs and element.tag in _SIGNS:
            self.paragraphs[-1].append(_SIGNS[str(element.tag)])

    def _end(self, tag: Any) -> str:
        """Close a paragraph, cell or row; return what is a line of the document."""
        if tag == _W + "p" and self.paragraphs:
            return self._placed("".join(self.paragraphs.pop()).strip())
        if tag == _W + "tc" and self.cells:
            cell = " ".join(" ".join(self.cells.pop()).split())
            if self.rows:
                self.rows[-1].append(cell)
        if tag == _W + "tr" and self.rows:
            return self._placed(" | ".join(cell for cell in self.rows.pop() if cell))
        return ""

    def _placed(self, line: str) -> str:
        """Put a line into the cell that it stands in; outside of tables it is returned."""
        if not self.cells:
            return line
        if line:
            self.cells[-1].append(line)
        return ""


def _metadata(document: "Document") -> tuple[dict[str, Any], dict[str, str]]:
    properties = document.core_properties
    title, title_source = _title(document, properties.title)
    byline = "" if _PROGRAMS.match(properties.author or "") else one_line(properties.author, LINE_LIMITS["byline"])
    values: dict[str, Any] = {
        "title": title,
        "byline": byline,
        "published_on": _created(document),
        "language": main_language(properties.language),
    }
    sources = {name: "document properties" for name, value in values.items() if value}
    if title:
        sources["title"] = title_source
    if values["published_on"]:
        sources["published_on"] = "document properties (created)"
    return values, sources


def _created(document: "Document") -> date | None:
    try:
        created = document.core_properties.created
    except ValueError:
        return None
    is_known = isinstance(created, datetime) and created.replace(tzinfo=None) != _TEMPLATE_MADE
    return created.date() if created and is_known else None


def _title(document: "Document", property_title: str) -> tuple[str, str]:
    """Return the document's title: the paragraph of that style, else the property, else the first heading."""
    titled = next(_styled(document, "Title"), "")
    if titled:
        return one_line(titled, LINE_LIMITS["title"]), "paragraph in the style “Title”"
    if property_title.strip() and not _NO_TITLE.match(property_title.strip()):
        return one_line(property_title, LINE_LIMITS["title"]), "document properties"
    return one_line(next(_styled(document, "heading 1"), ""), LINE_LIMITS["title"]), "first heading"


def _styled(document: "Document", name: str) -> Iterator[str]:
    """Yield the paragraphs in a style; its name is English in every language's Word, its key is not."""
    wanted = {
        style.get(_W + "styleId")
        for style in document.styles.element.iter(_W + "style")
        if any(named.get(_W + "val", "").lower() == name.lower() for named in style.iter(_W + "name"))
    }
    for paragraph in document.element.body.iter(_W + "p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        if style is not None and style.get(_W + "val") in wanted:
            yield "".join(piece.text or "" for piece in paragraph.iter(_W + "t"))
