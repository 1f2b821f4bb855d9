"""Searching the guidelines: the parts of a codebook as pages show them, and those that hold all the words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from annotator.domain.codebook import Codebook, Label
from annotator.domain.search import holds
from annotator.web.codebook_texts import shown
from annotator.web.guidance import Section, html_of, sections_of

Line = tuple[str, str]
"""A text, and before it what it is: an example ("yes"), a counterexample ("no"), or nothing of that kind."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the guidelines with its heading; `within` are the headings that this one stands under."""

    within: Sequence[str]
    heading: str
    lines: Sequence[Line] = ()
    section: Section | None = None
    look: str = ""

    @property
    def text(self) -> str:
        """Return all its words, those of the headings too."""
        own = self.section.text if self.section else "\n".join(text for _kind, text in self.lines)
        return "\n".join([*self.within, self.heading, own])

    def html(self, words: list[str]) -> Markup:
        """Return the section of the guidance that it is, with the hits of `words` marked."""
        return self.section.html(words) if self.section else Markup()


def search(codebook: Codebook, words: list[str]) -> list[Part]:
    """Return the parts that hold every one of `words`, in the order of the page."""
    return [part for part in parts_of(codebook) if holds(part.text, words)]


def parts_of(codebook: Codebook) -> Iterator[Part]:
    """Yield the parts of the guidelines in the order of the page, in the viewer's language as far as there is one."""
    for label in codebook.labels:
        name = shown(label.name)
        yield Part((), name, lines_of(label), look=label.mark)
        for kind in label.kinds:
            yield Part((name, _("Kinds")), shown(kind.name), [("", shown(kind.definition))], look=label.mark)
    for reason in codebook.skip_reasons:
        yield Part([_("When to skip a claim")], shown(reason.name), [("", shown(reason.definition))])
    for question in codebook.questions:
        yield Part([_("The rules as questions")], shown(question.text), [("", shown(question.hint))])
    for section in sections_of(html_of(codebook.guidance)):
        yield Part(section.path[:-1], (section.path or (_("Guidelines"),))[-1], section=section)


def lines_of(label: Label) -> list[Line]:
    """Return what is said of a label itself."""
    said = [("", shown(label.definition)), ("", shown(label.question))]
    said += [("yes", text) for text in label.examples]
    return said + [("no", text) for text in label.counterexamples]
