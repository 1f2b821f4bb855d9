"""Read web pages: the article's paragraphs, and what the page's own metadata say about it.

trafilatura finds the article among menus and advertisements. Nothing is fetched, and no entity that a page declares
is ever expanded. A page that is nested too deeply or too large is refused whole.
"""

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from annotator.domain.extraction.charsets import declared_in, decode
from annotator.domain.extraction.extracted import (
    LINE_LIMITS,
    Extracted,
    NotReadable,
    main_language,
    one_line,
    plain_text,
)
from annotator.domain.extraction.page_text import ARTICLE, PAGE, words_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement, HTMLParser
    from trafilatura.settings import Document

MAX_ELEMENTS = 100_000
MAX_ATTRIBUTES = 2_000
_DOCTYPE_WITHIN = 20_000
_XML_DECLARATION = re.compile(r"\s{0,100}<\?xml\b[^<>]{0,500}\?>")
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{3000,}")
_NOT_WORDS = re.compile(r"\W+")
_HEAD_LINES = 5
"""The title is looked for in so many lines at the start of the text."""


def read(content: bytes, header_charset: str | None = None, url: str = "") -> Extracted:
    """Read a web page; raises NotReadable for one without text and for one that is no page."""
    decoded = decode(content, header_charset, declared_in(content))
    tree = parse(decoded.text)
    is_xhtml = decoded.text[:2_000].lstrip().startswith("<?xml") or "xhtml" in decoded.text[:500].lower()
    found, sources = _metadata(tree, url)
    text, method = _text(tree, url)
    if not text:
        raise NotReadable("The page has no text; what it shows may be put there by a script.")
    if found["title"] and not _stands_in(found["title"], text):
        text = f"{found['title']}\n\n{text}"
    import trafilatura

    return Extracted(
        text=plain_text(text),
        **found,
        media_type="application/xhtml+xml" if is_xhtml else "text/html",
        charset=decoded.charset,
        charset_reason=decoded.reason,
        method=method,
        version=trafilatura.__version__,
        sources=sources,
    )


def parse(markup: str) -> "HtmlElement":
    """Return a page's tree; refuse one that declares entities and one that no person or program writes."""
    from lxml import etree
    from lxml import html as lxml_html

    _refuse_declarations(markup)
    _check_attributes(markup)
    markup = _CONTROL.sub(" ", _XML_DECLARATION.sub("", markup, count=1))
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = lxml_html.document_fromstring(markup.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NotReadable("It is no web page, or an empty one.") from error
    _check_size(tree, parser)
    return tree


def _refuse_declarations(markup: str) -> None:
    """Refuse a document type that declares something itself: no page needs to, and entities are bombs."""
    start = markup[:_DOCTYPE_WITHIN].upper().find("<!DOCTYPE")
    if start >= 0 and "[" in markup[start : start + _DOCTYPE_WITHIN].partition(">")[0]:
        raise NotReadable("The page declares entities of its own, which are not read.")


def _check_size(tree: "HtmlElement", parser: "HTMLParser") -> None:
    """Refuse what the parser broke off, for the rest of the text would be missing, and what takes too long to walk."""
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise NotReadable("The page is nested more than 256 levels deep.")
    if sum(1 for _ in tree.iter()) > MAX_ELEMENTS:
        raise NotReadable(f"The page has more than {MAX_ELEMENTS:,} elements.")


def _check_attributes(markup: str) -> None:
    """Refuse tags with very many attributes: the parser compares each with all before it."""
    for tag in _LONG_TAG.finditer(markup):
        if len(tag[0].split()) > MAX_ATTRIBUTES and len(tag[0].split("=")) > MAX_ATTRIBUTES:
            raise NotReadable(f"A tag of the page has more than {MAX_ATTRIBUTES:,} attributes.")


def _text(tree: "HtmlElement", url: str) -> tuple[str, str]:
    """Return the article's paragraphs, each in a line of its own, and the method that found them."""
    from copy import deepcopy

    import trafilatura
    from lxml import etree

    # Metadata were read from scripts as well; the text must have none of them.
    words = deepcopy(tree)
    etree.strip_elements(words, "script", "style", "noscript", "template", with_tail=False)
    document = trafilatura.bare_extraction(words, url=url or None, include_comments=False, include_formatting=False)
    body = getattr(document, "body", None)
    if body is not None and (text := words_of(body, ARTICLE)):
        return text, "trafilatura"
    return words_of(tree, PAGE), "all text of the page"


def _metadata(tree: "HtmlElement", url: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the page says about its article, and the source of each field."""
    from trafilatura.metadata import extract_metadata

    # A date somewhere in the text is none of publication: only what the page marks as such is taken.
    about: Document = extract_metadata(
        tree, default_url=url or None, date_config={"extensive_search": False, "original_date": True}
    )
    language, language_source = _language(tree)
    address = _web_address(about.url) or url
    found: dict[str, Any] = {
        "title": one_line(about.title, LINE_LIMITS["title"]),
        "byline": one_line(about.author, LINE_LIMITS["byline"]),
        "outlet": one_line(about.sitename, LINE_LIMITS["outlet"]),
        "url": one_line(address, LINE_LIMITS["url"]),
        "published_on": _day(about.date),
        "language": language,
    }
    sources = {name: "page metadata" for name, value in found.items() if value}
    if language:
        sources["language"] = language_source
    if found["url"]:
        sources["url"] = "canonical link" if found["url"] != url else "address of the page"
    return found, sources


def _language(tree: "HtmlElement") -> tuple[str | None, str]:
    named = tree.get("lang") or tree.get("xml:lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    if language := main_language(named):
        return language, "lang attribute"
    for meta in tree.iter("meta"):
        name = (meta.get("http-equiv") or meta.get("property") or meta.get("name") or "").lower()
        if name in {"content-language", "og:locale", "language", "dc.language"} and (
            language := main_language(meta.get("content"))
        ):
            return language, f"page metadata ({name})"
    return None, ""


def _web_address(value: object) -> str:
    is_web = isinstance(value, str) and value.startswith(("https://", "http://"))
    return str(value) if is_web else ""


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _stands_in(title: str, text: str) -> bool:
    """Tell whether the title stands among the first lines, whatever its punctuation and case."""
    wanted = _NOT_WORDS.sub(" ", title).casefold().strip()
    lines = [line for line in text[:5_000].split("\n") if line.strip()][:_HEAD_LINES]
    return any(wanted in _NOT_WORDS.sub(" ", line).casefold() for line in lines)
