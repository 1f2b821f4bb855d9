"""Gold: say what the right answer to a claim is, and what an article is there for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from annotator.domain.codebook import Codebook
from annotator.domain.gold import PURPOSES
from annotator.domain.text import UnstorableText, clean_block
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of
from annotator.storage import events, gold
from annotator.storage.articles import Article, Claim
from annotator.storage.database import db
from annotator.storage.gold import GoldAnswer
from annotator.storage.verdicts import Verdict

LONGEST = 2000
"""Code points of an explanation."""


@dataclass(frozen=True, slots=True)
class Right:
    """A right answer as somebody says it: a label with its kind, or a reason to skip, and why."""

    label: str | None = None
    kind: str | None = None
    skip_reason: str | None = None
    accepted: tuple[str, ...] = ()
    explanation: str = ""


class NotGold(ValueError):
    """The answer can't be stored; `field` names the part, the message says why."""

    def __init__(self, field: str, message: str) -> None:
        """Keep the field beside the message."""
        super().__init__(message)
        self.field = field


class NothingThere(LookupError):
    """There is no such living claim, no such answer, or no decision to take over."""


class Stale(ValueError):
    """Somebody changed the answer since it was shown; nothing was changed."""

    def __init__(self, standing: GoldAnswer | None) -> None:
        """Keep what stands, for the page that shows both."""
        super().__init__("somebody changed this answer in the meantime")
        self.standing = standing


class WasTagged(ValueError):
    """People have tagged the article already: its purpose changes what their verdicts count for."""

    def __init__(self, verdicts: int) -> None:
        """Count the verdicts that it concerns."""
        super().__init__("people have tagged this article already")
        self.verdicts = verdicts


def seen_of(answer: GoldAnswer | None) -> str:
    """Return what tells whether an answer is still as somebody saw it."""
    if answer is None:
        return ""
    withdrawn = answer.withdrawn_at.isoformat() if answer.withdrawn_at else ""
    return f"{answer.set_at.isoformat()}|{withdrawn}"


def check(right: Right, codebook: Codebook) -> None:
    """Raise NotGold for an answer that the codebook does not know."""
    label = codebook.label(right.label) if right.label else None
    if (label is None) == (codebook.skip_reason(right.skip_reason) is None):
        raise NotGold("answer", "choose a label, or a reason to skip, of the codebook in force")
    if right.kind and (label is None or label.kind(right.kind) is None):
        raise NotGold("answer", "the chosen label has no such kind")
    if any(codebook.label(key) is None for key in right.accepted):
        raise NotGold("accepted", "the codebook in force has no such label")
    if not right.explanation.strip():
        raise NotGold("explanation", "say why: whoever answers otherwise reads it")
    try:
        clean_block(right.explanation, limit=LONGEST)
    except UnstorableText as error:
        raise NotGold("explanation", str(error)) from error


def set_answer(claim_id: int, project_id: int, person_id: int | None, right: Right, *, seen: str) -> GoldAnswer:
    """Say what the right answer to a claim is; what stood before stays in the audit trail.

    Raises NothingThere, NotGold, or Stale if it is not as in `seen` any more.
    """
    if gold.living_claim(claim_id, project_id) is None:
        raise NothingThere
    check(right, codebook_of(codebook_in_force(project_id).id))
    answer = gold.answer_to(claim_id, project_id, lock=True)
    if seen != seen_of(answer):
        raise Stale(answer)
    before = _facts(answer) if answer else None
    if answer is None:
        answer = GoldAnswer(claim_id=claim_id, project_id=project_id)
        db.session.add(answer)
    answer.label, answer.kind, answer.skip_reason = right.label, right.kind, right.skip_reason
    answer.accepted = sorted({key for key in right.accepted if key != right.label})
    answer.explanation = clean_block(right.explanation, limit=LONGEST).strip()
    answer.set_by_id, answer.set_at, answer.withdrawn_at = person_id, datetime.now(UTC), None
    db.session.flush()
    _record("gold answer set", answer, person_id, {"before": before, "after": _facts(answer)})
    return answer


def take_decision(claim_id: int, project_id: int, person_id: int, *, seen: str) -> GoldAnswer:
    """Make the desk's decision on a claim its right answer, its reason the explanation; raises like `set_answer`."""
    decision = gold.decision_on(claim_id, project_id)
    if decision is None:
        raise NothingThere
    reason = decision.reason or decision.rule
    right = Right(decision.label, decision.kind, decision.skip_reason, explanation=reason[:LONGEST])
    return set_answer(claim_id, project_id, person_id, right, seen=seen)


def withdraw(claim_id: int, project_id: int, person_id: int, *, seen: str) -> None:
    """Take a right answer out of all counts; it can be set again. Raises NothingThere or Stale."""
    answer = gold.answer_to(claim_id, project_id, lock=True)
    if answer is None:
        raise NothingThere
    if seen != seen_of(answer) or answer.withdrawn_at is not None:
        raise Stale(answer)
    answer.withdrawn_at = datetime.now(UTC)
    _record("gold answer withdrawn", answer, person_id, {"before": _facts(answer)})


def set_purpose(article: Article, purpose: str, person_id: int | None, *, is_sure: bool = False) -> bool:
    """Say what an article is there for; answers whether that changed anything.

    Raises WasTagged if people have tagged it, unless whoever asks `is_sure`: their verdicts then count for something
    else, or no longer.
    """
    if purpose not in PURPOSES:
        raise NotGold("purpose", "an article is there for work, for training or for the qualification")
    db.session.refresh(article, with_for_update=True)
    if article.purpose == purpose:
        return False
    verdicts = verdicts_on(article.id)
    if verdicts and not is_sure:
        raise WasTagged(verdicts)
    before, article.purpose = article.purpose, purpose
    detail = {"purpose": [before, purpose], "verdicts": verdicts}
    events.record(
        "purpose set", "article", article.id, person_id=person_id, project_id=article.project_id, detail=detail
    )
    return True


def verdicts_on(article_id: int) -> int:
    """Return how many verdicts were ever given on an article's claims."""
    query = select(func.count()).select_from(Verdict).join(Claim, Claim.id == Verdict.claim_id)
    return db.session.scalar(query.where(Claim.article_id == article_id)) or 0


def _facts(answer: GoldAnswer) -> dict[str, str | Sequence[str] | None]:
    """Return what the audit trail keeps of an answer: not its explanation, which may quote the article."""
    kept = {"label": answer.label, "kind": answer.kind, "skip_reason": answer.skip_reason}
    return {**kept, "accepted": list(answer.accepted)}


def _record(what: str, answer: GoldAnswer, person_id: int | None, detail: dict[str, object]) -> None:
    events.record(what, "claim", answer.claim_id, person_id=person_id, project_id=answer.project_id, detail=detail)
