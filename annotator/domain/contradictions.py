"""What in a verdict does not go together: a label and its card, an answer and what it should rest on.

A contradiction is said, never forbidden: the reviewer may be right, and the codebook wrong.
"""

from collections.abc import Iterator

from annotator.domain.codebook import Codebook
from annotator.domain.verdicts import Content

SURE = 3
"""The confidence from which on no note is asked for."""


def contradictions(content: Content, codebook: Codebook) -> tuple[str, ...]:
    """Return the keys of all that does not go together, in the order in which a form shows the parts."""
    label = codebook.label(content.label)
    card = label.card if label else ""
    found: list[str] = []
    if card == "attribution":
        found += _in_attribution(content)
    elif card == "writer":
        found += _in_writing(content)
    if content.confidence is not None and content.confidence < SURE and not content.note:
        found.append("note-wanted")
    return tuple(found)


def _in_attribution(content: Content) -> Iterator[str]:
    roles = {role for _start, _end, role in content.marks}
    if "loaded" in roles:
        yield "loaded-words"
    if content.speech == "scare":
        yield "scare-quotes"
    if content.label == "sourced":
        yield from _in_sourced(content, roles)
    if content.label == "attributed":
        yield from _in_opinion(content)
    if content.depth is not None and content.depth > 1 and content.speech == "direct" and not content.source_name:
        yield "source-wanted"


def _in_sourced(content: Content, roles: set[str]) -> Iterator[str]:
    kinds = {"anonymous": {"anonymous"}, "document": {"document"}, "named": {"person", "organisation"}}
    if content.source_kind == "vague":
        yield "vague-source"
    elif content.source_kind and content.kind in kinds and content.source_kind not in kinds[content.kind]:
        yield "kind-of-source"
    if content.kind == "observed" and (content.source_name or content.source_kind or roles & {"speaker", "cue"}):
        yield "observed-with-source"


def _in_opinion(content: Content) -> Iterator[str]:
    if content.kind == "direct" and content.speech == "indirect":
        yield "kind-of-speech"
    if content.kind == "indirect" and content.speech == "direct":
        yield "kind-of-speech"
    if content.kind == "collective" and content.source_kind == "person":
        yield "collective-person"


def _in_writing(content: Content) -> Iterator[str]:
    roles = {role for _start, _end, role in content.marks}
    says_who = content.source_name or content.source_kind or roles & {"speaker", "cue"}
    if says_who and not content.also_attributed:
        yield "source-not-ticked"
    if content.kind == "framing" and "loaded" not in roles:
        yield "framing-without-words"
    if content.kind == "unsourced" and content.also_attributed:
        yield "unsourced-with-source"
