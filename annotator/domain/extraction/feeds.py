"""Read RSS and Atom feeds from bytes; nothing is fetched and no entity is expanded."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from annotator.domain.extraction.charsets import declared_in, decode
from annotator.domain.extraction.extracted import NotReadable, one_line
from annotator.domain.extraction.page_text import PAGE, words_of

MAX_BYTES = 10_000_000
MAX_ENTRIES = 500
TITLE_LIMIT = 500
SUMMARY_LIMIT = 500
ADDRESS_LIMIT = 2_000
_XML_DECLARATION = re.compile(r"\s{0,100}<\?xml\b[^<>]{0,500}\?>")
_ADDRESS = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#]\S*)?\Z", re.IGNORECASE)
_MARKUP = re.compile(r"[<&]")
_HEAD = 20_000


@dataclass(frozen=True)
class FeedEntry:
    """One article that a feed offers."""

    url: str
    title: str
    published_on: date | None
    summary: str


@dataclass(frozen=True)
class Feed:
    """A feed's title and its entries, in the feed's order."""

    title: str
    entries: tuple[FeedEntry, ...]


def read(content: bytes, url: str = "", header_charset: str | None = None) -> Feed:
    """Read a feed of at most 500 entries; links that are not to web pages are left out. Raises NotReadable."""
    if len(content) > MAX_BYTES:
        raise NotReadable(f"The feed is larger than {MAX_BYTES:,} bytes.")
    markup = decode(content, header_charset, declared_in(content)).text
    _refuse_declarations(markup)
    parsed = _parse(_XML_DECLARATION.sub("", markup, count=1), url)
    if not parsed.get("version"):
        raise NotReadable("It is no RSS or Atom feed.")
    entries: dict[str, FeedEntry] = {}
    for raw in parsed.entries[:MAX_ENTRIES]:
        entry = _entry(raw)
        if entry is not None:
            entries.setdefault(entry.url, entry)
    return Feed(_words(parsed.feed.get("title", ""), TITLE_LIMIT), tuple(entries.values()))


def _parse(markup: str, url: str) -> Any:
    """Let feedparser read the text as UTF-8 bytes; it resolves links against `url`, and loads nothing."""
    import io

    import feedparser

    said = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    # A stream: bytes could be taken for the name of a file.
    return feedparser.parse(io.BytesIO(markup.encode()), response_headers=said, sanitize_html=False)


def _refuse_declarations(markup: str) -> None:
    """Refuse a document type that declares entities; the old plain one of RSS 0.91 may stand."""
    if "<!ENTITY" in markup.upper():
        raise NotReadable("The feed declares XML entities, which are not read.")
    start = markup[:_HEAD].upper().find("<!DOCTYPE")
    if start >= 0 and "[" in markup[start : start + _HEAD].partition(">")[0]:
        raise NotReadable("The feed declares a document type of its own, which is not read.")


def _entry(raw: Any) -> FeedEntry | None:
    address = str(raw.get("link", "")).strip()
    if not _ADDRESS.match(address) or len(address) > ADDRESS_LIMIT:
        return None
    return FeedEntry(
        url=address,
        title=_words(raw.get("title", ""), TITLE_LIMIT),
        published_on=_day(raw.get("published_parsed") or raw.get("updated_parsed")),
        summary=_words(raw.get("summary", ""), SUMMARY_LIMIT),
    )


def _words(value: object, limit: int) -> str:
    """Return the words of a title or summary, in which feeds may put HTML."""
    words = value if isinstance(value, str) else ""
    if _MARKUP.search(words):
        from lxml import etree, html

        try:
            words = words_of(html.fragment_fromstring(f"<div>{words[:20_000]}</div>"), PAGE)
        except (etree.ParserError, ValueError):
            words = ""
    return one_line(words, limit)


def _day(parsed: Any) -> date | None:
    try:
        return date(*parsed[:3]) if parsed else None
    except (TypeError, ValueError):
        return None
