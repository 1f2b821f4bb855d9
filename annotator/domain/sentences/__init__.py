"""Cut a text into sentences, as spans of code points, and tell headlines from body text.

The libraries say where sentences end (`library`); rules for news correct them (`rules`, `abbreviations`,
`everywhere`); `lines` says what is one line although it was wrapped; `kinds` says what a line is.
"""

from annotator.domain.sentences import everywhere, kinds, library, lines, rules
from annotator.domain.sentences.spans import Aside, Kind, Sentence, Span, trim

__all__ = ["Aside", "Kind", "Sentence", "Span", "sentences", "split"]


def split(text: str, lang: str = "en") -> list[Span]:
    """Find the sentences of `text` in order: trimmed, never empty, without overlap.

    A span holds a line break only where the text is wrapped by hand and the sentence goes on in the next line.
    """
    ends = _ends_by_language(lang)
    spans = []
    for line in lines.unwrapped(text):
        start = line.start
        for end in library.windowed(line.text, ends):
            span = trim(text, start, line.start + end)
            start = line.start + end
            if span.start < span.end:
                spans.append(span)
    return spans


def sentences(text: str, lang: str = "en") -> list[Sentence]:
    """Find the sentences of `text` with their kind, and those that are suggested as no claim."""
    return kinds.classify(text, split(text, lang))


def _ends_by_language(lang: str) -> library.Ends:
    """Choose the splitter and its rules."""
    code = lang.replace("_", "-").split("-")[0].strip().lower()
    if code in {"", "en"}:
        return lambda piece: rules.refine(piece, library.english(piece))
    other = library.other(code)
    return lambda piece: everywhere.refine(piece, other(piece), code)
