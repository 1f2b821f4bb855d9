"""Carrying: what becomes of a reviewer's verdicts when the claims that they are about are cut anew.

A verdict is carried only when its reviewer has judged exactly these words, with one decision. Else the reviewer is
asked: to confirm what they said, or to settle what they said differently of the parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

from annotator.domain.rewrites import LONGEST as REWRITE_LIMIT
from annotator.domain.verdicts import MAX_MARKS, Content, Mark

NOTE_LIMIT = 5000
EXPOSURES = ("none", "cues", "label")
"""What a reviewer had seen of a suggestion, the weakest first."""

_T = TypeVar("_T")
Decision = tuple[str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict as carrying sees it; `words` and `span` are those of the claim that it was given on."""

    verdict_id: int
    content: Content
    words: str
    exposure: str = "none"
    version_id: int = 0
    span: tuple[int, int] | None = None

    @property
    def decision(self) -> Decision:
        """Return what has to be equal for verdicts to agree: label and kind, or skip reason."""
        return self.content.label, self.content.kind, self.content.skip_reason

    def touches(self, start: int, end: int) -> bool:
        """Tell whether it was given on some of the text there."""
        return self.span is None or (self.span[0] < end and start < self.span[1])

    @property
    def is_decided(self) -> bool:
        """Tell whether it labels or skips the claim."""
        return bool(self.content.label or self.content.skip_reason)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of `said`: carried (into `content`), confirm or conflict."""

    name: str
    said: tuple[Said, ...]
    content: Content

    @property
    def exposure(self) -> str:
        """Return the strongest exposure among what was said."""
        return max((said.exposure for said in self.said), key=EXPOSURES.index)

    @property
    def version_id(self) -> int:
        """Return the newest codebook version among what was said."""
        return max(said.version_id for said in self.said)


def outcome_on(words: str, span: tuple[int, int], said: Sequence[Said]) -> Outcome | None:
    """Return what becomes of a reviewer's verdicts `said`, in reading order, on a new claim of `words` at `span`."""
    distinct = tuple({one.verdict_id: one for one in said if one.is_decided and one.touches(*span)}.values())
    if not distinct:
        return None
    united = unite([one.content for one in distinct], span)
    if len({one.decision for one in distinct}) > 1:
        return Outcome("conflict", distinct, united)
    if "".join(one.words for one in distinct) == words:
        return Outcome("carried", distinct, united)
    return Outcome("confirm", distinct, replace(united, rewrite=""))  # it was made of other words


def outcome_back(
    words: str, span: tuple[int, int], own: Said | None, standing: Sequence[Said], given_since: Sequence[Said]
) -> Outcome | None:
    """Return what becomes of what a reviewer said since, when an old claim comes back with their `own` verdict on it.

    `standing` are their verdicts on all that had replaced it, `given_since` those of them that they gave themselves.
    """
    if not given_since:
        return None
    own = own if own and own.is_decided else None
    forward = outcome_on(words, span, standing)
    if forward and forward.name == "carried" and len(standing) == len(forward.said):
        return None if own and own.content == forward.content else forward
    later = [one for one in given_since if one.is_decided]
    is_open_again = len(later) < len(given_since)
    decisions = {one.decision for one in later}
    if own and decisions <= {own.decision} and not is_open_again:
        return None
    outcome = outcome_on(words, span, [*([own] if own else []), *later])
    return replace(outcome, name="confirm") if outcome and outcome.name == "carried" else outcome


def unite(contents: Sequence[Content], span: tuple[int, int]) -> Content:
    """Return one content for several that agree: marks united, notes joined, the lowest confidence."""
    first = contents[0]
    start, end = span
    marks = sorted(
        {mark for mark in chain.from_iterable(one.marks for one in contents) if _is_within(mark, start, end)}
    )
    all_rewritten = all(one.rewrite for one in contents)  # else it would stand for words that nobody rewrote
    sure = [one.confidence for one in contents if one.confidence is not None]
    return Content(
        label=first.label,
        kind=first.kind,
        skip_reason=first.skip_reason,
        is_flagged=any(one.is_flagged for one in contents),
        also_attributed=any(one.also_attributed for one in contents),
        marks=tuple(marks[:MAX_MARKS]),
        source_name=_the_one([one.source_name for one in contents]),
        evidence_url=_the_one([one.evidence_url for one in contents]),
        note=_joined([one.note for one in contents], "\n", NOTE_LIMIT),
        confidence=min(sure, default=None),
        source_kind=_the_only([one.source_kind for one in contents]),
        speech=_the_only([one.speech for one in contents]),
        depth=_the_only([one.depth for one in contents]),
        continues_id=first.continues_id,
        rewrite=_joined([one.rewrite for one in contents], " ", REWRITE_LIMIT) if all_rewritten else "",
        path=first.path if all(one.path == first.path for one in contents) else (),
    )


def _is_within(mark: Mark, start: int, end: int) -> bool:
    return start <= mark[0] and mark[1] <= end


def _the_one(values: Sequence[str]) -> str:
    return _the_only([value or None for value in values]) or ""


def _the_only(values: Sequence[_T | None]) -> _T | None:
    """Return the value that all who have one share; none if they differ (each stays in the history)."""
    distinct = {value for value in values if value is not None}
    return distinct.pop() if len(distinct) == 1 else None


def _joined(texts: Sequence[str], between: str, limit: int) -> str:
    joined = between.join(dict.fromkeys(text for text in texts if text))
    return joined if len(joined) <= limit else joined[: limit - 1] + "…"
