"""What a verdict may say, checked against the codebook and the claim that it is about."""

import hashlib
import json
from dataclasses import MISSING, dataclass, fields, replace

from annotator.domain.codebook import Codebook
from annotator.domain.questions import Step

MAX_MARKS = 200
Mark = tuple[int, int, str]
"""Start and end in code points of the article, and the role: `loaded`, `cue` or `speaker`."""
MARK_ROLES = frozenset({"loaded", "cue", "speaker"})
SOURCE_KINDS = ("person", "organisation", "document", "anonymous", "vague")
"""Who answers: a named person or organisation, a document or data, somebody unnamed, a group without outline."""
SPEECH_TYPES = ("direct", "indirect", "mixed", "scare")
"""How the words of another stand in the claim; `scare` are quotation marks by which the writer keeps a distance."""
DEEPEST = 5
"""Levels of nested speech that are told apart; 1 is plain ("A said"), 2 is "A said that B had said"."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a verdict says. Neither label nor skip reason means that the claim is open again."""

    label: str | None = None
    kind: str | None = None
    skip_reason: str | None = None
    is_flagged: bool = False
    also_attributed: bool = False
    marks: tuple[Mark, ...] = ()
    source_name: str = ""
    evidence_url: str = ""
    note: str = ""
    confidence: int | None = None
    source_kind: str | None = None
    speech: str | None = None
    depth: int | None = None
    continues_id: int | None = None
    rewrite: str = ""
    path: tuple[Step, ...] = ()


FIELDS = tuple(field.name for field in fields(Content))
"""The names of all that a verdict says: the columns of its row, too."""
FIRST_FIELDS = FIELDS[: FIELDS.index("confidence") + 1]
"""Those that verdicts had from the beginning: all of them count for `digest_of`, of the later ones what is said."""


class BadVerdict(ValueError):
    """The verdict does not fit the codebook or the claim; `field` names the part."""

    def __init__(self, field: str, message: str) -> None:
        """Keep the field beside the message."""
        super().__init__(message)
        self.field = field


def digest_of(claim_id: int, seen_revision: int, content: Content, undoes_id: int | None) -> str:
    """Return a fingerprint of a request, to know it again by."""
    facts: list[object] = [claim_id, seen_revision, undoes_id, *(getattr(content, name) for name in FIRST_FIELDS)]
    for field in fields(Content)[len(FIRST_FIELDS) :]:
        value = getattr(content, field.name)
        if field.default is MISSING or value != field.default:
            facts.append([field.name, value])
    return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()


def fitted(content: Content, codebook: Codebook) -> Content:
    """Return `content` without a path that does not lead to its decision: the reviewer then chose by hand."""
    outcome = codebook.outcome(content.path) if content.path else None
    leads_there = outcome and not outcome.ask and (outcome.label or None) == content.label
    return content if leads_there or not content.path else replace(content, path=())


def check(content: Content, codebook: Codebook, start: int, end: int) -> None:
    """Raise BadVerdict if `content` does not fit the codebook or a claim at `[start, end)`.

    Whether the claim that it continues is there, only the storage can tell.
    """
    check_decision(content, codebook)
    _check_details(content)
    _check_marks(content, start, end)


def check_decision(content: Content, codebook: Codebook) -> None:
    """Raise BadVerdict if label, kind or skip reason are none of the codebook's, or do not go together."""
    label = codebook.label(content.label) if content.label else None
    if content.label and label is None:
        raise BadVerdict("label", "the codebook in force has no such label")
    if content.label and content.skip_reason:
        raise BadVerdict("skip_reason", "a claim is either labelled or skipped")
    if content.skip_reason and codebook.skip_reason(content.skip_reason) is None:
        raise BadVerdict("skip_reason", "the codebook in force has no such reason")
    if content.kind and (label is None or all(kind.key != content.kind for kind in label.kinds)):
        raise BadVerdict("kind", "the chosen label has no such kind")


def _check_details(content: Content) -> None:
    if content.confidence is not None and content.confidence not in {1, 2, 3}:
        raise BadVerdict("confidence", "confidence is 1, 2 or 3")
    if content.source_kind is not None and content.source_kind not in SOURCE_KINDS:
        raise BadVerdict("source_kind", "there is no such kind of source")
    if content.speech is not None and content.speech not in SPEECH_TYPES:
        raise BadVerdict("speech", "there is no such type of speech")
    if content.depth is not None and not 1 <= content.depth <= DEEPEST:
        raise BadVerdict("depth", f"the depth of nested speech is 1 to {DEEPEST}")


def _check_marks(content: Content, start: int, end: int) -> None:
    if len(content.marks) > MAX_MARKS:
        raise BadVerdict("word", f"mark at most {MAX_MARKS} words; the smallest span that decides is best")
    for mark_start, mark_end, role in content.marks:
        if not start <= mark_start < mark_end <= end or role not in MARK_ROLES:
            raise BadVerdict("word", "a marked word lies outside the claim; reload the page")
