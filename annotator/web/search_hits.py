"""Text with the words that were searched for marked."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from annotator.domain.search import hits


def with_hits(text: str, words: Iterable[str]) -> Markup:
    """Return plain text as HTML in which every hit of `words` is a <mark>."""
    shown, at = Markup(), 0
    for start, end in hits(text, words):
        shown += escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:end])
        at = end
    return shown + escape(text[at:])
