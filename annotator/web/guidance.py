"""The guidance of a codebook, cut at its headings into sections that can be searched."""

from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

from markupsafe import Markup

from annotator.domain.extraction import rich_text
from annotator.web.search_hits import with_hits

HEADINGS = ("h2", "h3", "h4")
INLINE = frozenset({"strong", "em", "code", "a"})
"""Elements that do not end a word; after any other, what follows is another line."""
_VOID = frozenset({"br", "hr"})


@dataclass(slots=True)
class Section:
    """What stands under a heading; `path` are the headings that it belongs to, its own last, none at the beginning."""

    path: tuple[str, ...] = ()
    tokens: list[tuple[bool, str]] = field(default_factory=list)
    """Tags as they stand, and between them text; the first part of each tells whether it is text."""

    @property
    def text(self) -> str:
        """Return the words of the section."""
        return "".join(token for _is_text, token in self.tokens if _is_text)

    def html(self, words: list[str]) -> Markup:
        """Return the section without its heading, with the hits of `words` marked."""
        shown = (with_hits(token, words) if is_text else Markup(token) for is_text, token in self.tokens)  # noqa: S704
        return Markup().join(shown)


class _Cutter(HTMLParser):
    """Cuts HTML as rich_text makes it (well formed, cleaned) at the headings that stand in nothing else."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sections = [Section()]
        self.depth = 0
        self.headings: dict[str, str] = {}
        self.heading = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if self.depth == 0 and tag in HEADINGS:
            self.heading = tag
            self.headings = {name: text for name, text in self.headings.items() if name < tag} | {tag: ""}
        elif not self.heading:
            self._add_tag(self.get_starttag_text() or "", tag)
        self.depth += tag not in _VOID

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1
        if self.heading and self.depth == 0:
            self.heading = ""
            self.sections.append(Section(tuple(self.headings.values())))
        elif not self.heading:
            self._add_tag(f"</{tag}>", tag)

    def handle_data(self, data: str) -> None:
        if self.heading:
            self.headings[self.heading] += data
        else:
            self.sections[-1].tokens.append((True, data))

    def _add_tag(self, text: str, tag: str) -> None:
        self.sections[-1].tokens.append((False, text))
        if tag not in INLINE:
            self.sections[-1].tokens.append((True, "\n"))


@lru_cache(maxsize=64)
def html_of(guidance: str) -> str:
    """Return a codebook's guidance as cleaned HTML; the same one is asked for again and again."""
    return rich_text(guidance)


def sections_of(html: str) -> list[Section]:
    """Cut the HTML of a guidance into sections; those without a word are left out."""
    cutter = _Cutter()
    cutter.feed(html)
    cutter.close()
    return [section for section in cutter.sections if section.text.strip()]
