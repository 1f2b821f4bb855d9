"""Turn what people write, in Markdown, into HTML that is safe to show; the only file that names bleach.

HTML inside the Markdown is shown as text, never used. bleach then lets through what is listed here and nothing else.
Both libraries take quadratic time on some inputs, so length, nesting and paragraphs are bounded before they run.
"""

import re
from typing import TYPE_CHECKING

from annotator.domain.text import UnstorableText, clean_block

if TYPE_CHECKING:
    from markdown import Markdown

MAX_CHARACTERS = 50_000
MAX_BRACKET_DEPTH = 20
MAX_PARAGRAPHS = 2_000
MAX_PARAGRAPH_LINES = 500

TEXT_TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "code", "blockquote", "a", "br", "hr"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
TAGS = frozenset(TEXT_TAGS | TABLE_TAGS)
PROTOCOLS = frozenset({"http", "https", "mailto"})
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S", re.IGNORECASE)
_HEADING = re.compile(r"<(/?)h([156])>")
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")


def rich_text(markdown: str) -> str:
    """Convert Markdown to HTML of the elements in `TAGS`; links to web and mail addresses are the only attribute.

    Raises `UnstorableText` for more than 50,000 characters and for nesting that no person writes.
    """
    source = clean_block(markdown, MAX_CHARACTERS)
    _check_paragraphs(_PARAGRAPH_END.split(source))
    try:
        html = _converter().convert(source)
    except RecursionError as error:
        raise UnstorableText("The text is nested too deeply.") from error
    return _sanitise(_HEADING.sub(_fit_heading, html))


def _converter() -> "Markdown":
    """Make a converter for which raw HTML is text; markdown is imported here because few commands need it."""
    from markdown import Markdown

    converter = Markdown(extensions=["tables", "sane_lists"], output_format="html")
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    return converter


def _fit_heading(tag: re.Match[str]) -> str:
    """Move a heading into the range h2 to h4: the page itself has the only h1."""
    return f"<{tag[1]}h{2 if tag[2] == '1' else 4}>"


def _sanitise(html: str) -> str:
    import bleach

    return bleach.clean(html, tags=TAGS, attributes=_is_link, protocols=PROTOCOLS, strip=True)


def _is_link(tag: str, name: str, value: str) -> bool:
    return (tag, name) == ("a", "href") and _ADDRESS.match(value) is not None


def _check_paragraphs(paragraphs: list[str]) -> None:
    """Refuse endless paragraphs and lists: Markdown reads the rest of one again for each heading or item in it."""
    if len(paragraphs) > MAX_PARAGRAPHS:
        raise UnstorableText(f"The text has more than {MAX_PARAGRAPHS:,} paragraphs.")
    for paragraph in paragraphs:
        if paragraph.count("\n") >= MAX_PARAGRAPH_LINES:
            raise UnstorableText(f"A paragraph or table has more than {MAX_PARAGRAPH_LINES} lines; add an empty line.")
        _check_brackets(paragraph, "[", "]")
        _check_brackets(paragraph, "(", ")")


def _check_brackets(paragraph: str, opening: str, closing: str) -> None:
    """Refuse brackets that are open at the same time: Markdown reads from each to the end of the paragraph."""
    depth = 0
    for character in paragraph:
        depth = depth + (character == opening) - (character == closing and depth > 0)
        if depth > MAX_BRACKET_DEPTH:
            raise UnstorableText(f"The text has more than {MAX_BRACKET_DEPTH} “{opening}” without “{closing}”.")
