"""What a verdict may say, checked against the codebook and the claim that it is about."""

import hashlib
import json
from dataclasses import dataclass

from annotator.domain.codebook import Codebook

MAX_MARKS = 200
Mark = tuple[int, int, str]
"""Start and end in code points of the article, and the role: `loaded`, `cue` or `speaker`."""
MARK_ROLES = frozenset({"loaded", "cue", "speaker"})


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


class BadVerdict(ValueError):
    """The verdict does not fit the codebook or the claim; `field` names the part."""

    def __init__(self, field: str, message: str) -> None:
        """Keep the field beside the message."""
        super().__init__(message)
        self.field = field


def digest_of(claim_id: int, seen_revision: int, content: Content, undoes_id: int | None) -> str:
    """Return a fingerprint of a request, to know it again by."""
    facts = [claim_id, seen_revision, undoes_id, *(getattr(content, name) for name in Content.__slots__)]
    return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()


def check(content: Content, codebook: Codebook, start: int, end: int) -> None:
    """Raise BadVerdict if `content` does not fit the codebook or a claim at `[start, end)`."""
    label = codebook.label(content.label) if content.label else None
    if content.label and label is None:
        raise BadVerdict("label", "the codebook in force has no such label")
    if content.label and content.skip_reason:
        raise BadVerdict("skip_reason", "a claim is either labelled or skipped")
    if content.skip_reason and codebook.skip_reason(content.skip_reason) is None:
        raise BadVerdict("skip_reason", "the codebook in force has no such reason")
    if content.kind and (label is None or all(kind.key != content.kind for kind in label.kinds)):
        raise BadVerdict("kind", "the chosen label has no such kind")
    if content.confidence is not None and content.confidence not in {1, 2, 3}:
        raise BadVerdict("confidence", "confidence is 1, 2 or 3")
    if len(content.marks) > MAX_MARKS:
        raise BadVerdict("word", f"mark at most {MAX_MARKS} words; the smallest span that decides is best")
    for mark_start, mark_end, role in content.marks:
        if not start <= mark_start < mark_end <= end or role not in MARK_ROLES:
            raise BadVerdict("word", "a marked word lies outside the claim; reload the page")
