"""Tell what kind a file is, from its name and its first bytes, and refuse it where they disagree.

The last extension counts (`a.pdf.txt` is a text file, and so may not begin as a PDF does); a name without one is
judged by content alone.
"""

import re

from annotator.domain.extraction.extracted import NotReadable

START = 4_096
"""Bytes that are looked at."""
EXTENSIONS = {
    "txt": "text",
    "text": "text",
    "md": "markdown",
    "markdown": "markdown",
    "html": "html",
    "htm": "html",
    "xhtml": "html",
    "docx": "docx",
    "pdf": "pdf",
    "csv": "csv",
    "tsv": "tsv",
    "tab": "tsv",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "zip": "zip",
}
MEDIA_TYPES = {
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/x-ndjson": "jsonl",
    "application/zip": "zip",
}
NAMES = {
    "text": "plain text",
    "markdown": "Markdown",
    "html": "a web page (HTML)",
    "docx": "a Word document (DOCX)",
    "pdf": "a PDF",
    "csv": "a table (CSV)",
    "tsv": "a table (TSV)",
    "jsonl": "JSON Lines",
    "zip": "a zip archive",
}
TABLES = frozenset({"csv", "tsv", "jsonl"})
"""Kinds that hold an article in each row."""
_EXTENSION = re.compile(r"\.([^./\\]*)\Z")
_BINARY = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (DOC, XLS or PPT)"),
    (b"{\\rtf", "rich text (RTF)"),
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF87a", "a picture (GIF)"),
    (b"GIF89a", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"\x7fELF", "a program"),
    (b"\xfe\xed\xfa\xce", "a program"),
    (b"\xfe\xed\xfa\xcf", "a program"),
    (b"\xce\xfa\xed\xfe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"\xfd7zXZ\0", "a compressed file (xz)"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)"),
    (b"Rar!\x1a\x07", "an archive (RAR)"),
    (b"SQLite format 3\0", "a database"),
    (b"%!PS", "PostScript"),
    (b"PAR1", "a table (Parquet)"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OFFICE = ((b"word/", "docx"), (b"xl/", "a spreadsheet (XLSX)"), (b"ppt/", "slides (PPTX)"))
_PAGE = re.compile(
    rb"(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,1000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_FEED = re.compile(rb"(?:<\?xml[^>]{0,200}\?>\s*)?<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
_XML = re.compile(rb"<(?:\?xml|svg|!doctype)\b", re.IGNORECASE)
_MARKUP = re.compile(rb"<[a-z!?]", re.IGNORECASE)


def kind_of(name: str, content_start: bytes) -> str:
    """Return the kind of a file as a key of `NAMES`; raises NotReadable if name and content disagree."""
    found = _EXTENSION.search(name.strip())
    extension = found[1].lower() if found else ""
    seems = _seems(content_start[:START])
    if not extension:
        return _by_content(seems)
    kind = EXTENSIONS.get(extension)
    if kind is None:
        raise NotReadable(f"Files named .{extension[:20]} are not read; {_but(seems)}.")
    return _agreed(kind, seems, content_start[:START], f"It is named .{extension}")


def kind_of_page(media_type: str, name: str, content_start: bytes) -> str:
    """Return the kind of what a server sent as `media_type`; its name counts only if the type says nothing."""
    kind = MEDIA_TYPES.get(media_type.partition(";")[0].strip().lower())
    if kind is None:
        return kind_of(name, content_start)
    return _agreed(kind, _seems(content_start[:START]), content_start[:START], f"It was sent as {NAMES[kind]}")


def _agreed(kind: str, seems: str, start: bytes, said: str) -> str:
    """Return `kind` if the content can be of it; a text may be any kind of text."""
    texts = {"text", "csv", "tsv", "jsonl", "markdown"}
    fits = (
        seems == kind
        or (kind in texts and seems in {"text", "empty"})
        or (kind == "html" and (seems == "empty" or (seems in {"text", "XML"} and _MARKUP.search(_narrow(start)))))
        or (kind == "docx" and seems == "zip")
        or (kind == "zip" and seems == "docx" and not _is_word(start))
        or (kind == "pdf" and b"%PDF-" in start[:1_024])
    )
    if not fits:
        raise NotReadable(f"{said}, but seems to be {NAMES.get(seems, seems)}.")
    return kind


def _by_content(seems: str) -> str:
    """Return the kind of a file whose name has no extension."""
    if seems == "empty":
        return "text"
    if seems in NAMES:
        return seems
    raise NotReadable(f"It cannot be read; {_but(seems)}.")


def _but(seems: str) -> str:
    return f"it seems to be {'an empty file' if seems == 'empty' else NAMES.get(seems, seems)}"


def _seems(start: bytes) -> str:
    """Return the kind that the first bytes show, or in words what they seem to be."""
    if not start:
        return "empty"
    if start.startswith(_ZIP):
        return next((kind for mark, kind in _OFFICE if mark in start), _open_document(start) or "zip")
    if start.startswith(b"%PDF-"):
        return "pdf"
    binary = next((words for magic, words in _BINARY if start.startswith(magic)), None)
    return binary or _riskier_magic(start) or _text_kind(_narrow(start).lstrip())


def _is_word(start: bytes) -> bool:
    return b"[Content_Types].xml" in start


def _open_document(start: bytes) -> str | None:
    """Name the zip files whose first member says what they are (OpenDocument, EPUB)."""
    return "an OpenDocument or EPUB file" if start[30:38] == b"mimetype" else None


def _riskier_magic(start: bytes) -> str | None:
    """Name files whose marks are letters that a text may begin with as well; a zero byte tells them apart."""
    if b"\0" not in start:
        return None
    if start.startswith(b"MZ"):
        return "a program"
    if start.startswith(b"BM"):
        return "a picture (BMP)"
    if start.startswith((b"ID3", b"OggS", b"RIFF")) or start[4:8] == b"ftyp":
        return "sound, a picture or a film"
    return None


def _text_kind(start: bytes) -> str:
    if _PAGE.match(start):
        return "html"
    if _FEED.match(start):
        return "a news feed (RSS or Atom)"
    return "XML" if _XML.match(start) else "text"


def _narrow(start: bytes) -> bytes:
    """Return the start of a text with one byte for each ASCII character, whatever its Unicode form."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start[2:].replace(b"\0", b"")
    return start.removeprefix(b"\xef\xbb\xbf")
