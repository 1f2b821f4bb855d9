"""Choose the reader for a kind of file; the readers' libraries are loaded only when a file needs them."""

from collections.abc import Callable

from annotator.domain.extraction import kinds
from annotator.domain.extraction.extracted import Extracted, NotReadable

READ_HERE = frozenset({"text", "markdown"})
"""Kinds that are read without a library and so need no child process."""
MAX_BYTES = {"text": 5_000_000, "markdown": 5_000_000, "html": 10_000_000, "docx": 50_000_000, "pdf": 50_000_000}
Reader = Callable[[bytes, str | None, str], Extracted]
"""Takes a file's bytes, the charset that a server said, and its address."""


def article_kind(name: str, content: bytes, media_type: str | None = None) -> str:
    """Return the kind of a file that holds one article; raises NotReadable for other kinds and for one too large."""
    start = content[: kinds.START]
    kind = kinds.kind_of_page(media_type, name, start) if media_type else kinds.kind_of(name, start)
    if kind in kinds.TABLES:
        raise NotReadable("It is a table of articles; import it with a choice of columns.")
    if kind == "zip":
        raise NotReadable("It is an archive; import it as one, so that each file in it becomes an article.")
    if len(content) > MAX_BYTES[kind]:
        raise NotReadable(f"It is larger than {MAX_BYTES[kind]:,} bytes, the limit for {kinds.NAMES[kind]}.")
    return kind


def extract(
    name: str, content: bytes, *, media_type: str | None = None, header_charset: str | None = None, url: str = ""
) -> Extracted:
    """Read one file or page, in this process; raises NotReadable.

    Bytes from outside go through `annotator.services.extraction`, which sets limits.
    """
    kind = article_kind(name, content, media_type)
    return _reader(kind)(content, header_charset, url)


def _reader(kind: str) -> Reader:
    from annotator.domain.extraction.docx import read as read_docx
    from annotator.domain.extraction.html import read as read_html
    from annotator.domain.extraction.markdown import read as read_markdown
    from annotator.domain.extraction.pdf import read as read_pdf
    from annotator.domain.extraction.plain import read as read_plain

    readers: dict[str, Reader] = {
        "text": read_plain,
        "markdown": read_markdown,
        "html": read_html,
        "docx": read_docx,
        "pdf": read_pdf,
    }
    return readers[kind]
