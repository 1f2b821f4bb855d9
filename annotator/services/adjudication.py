"""Settle claims: decide one, or open it again. Every word of it is a row of its own, and the newest one counts."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import exists, func, select

from annotator.domain.adjudication import Decision, check
from annotator.services.notices import notify
from annotator.services.tagging import KeyReused, NoSuchClaim, codebook_of
from annotator.storage import events
from annotator.storage.adjudications import Adjudication
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.claims import DECIDED
from annotator.storage.codebooks import in_force
from annotator.storage.database import AnyRow, db
from annotator.storage.notices import Notice
from annotator.storage.verdicts import StandingVerdict, Verdict

__all__ = ["KeyReused", "NoSuchClaim"]


class DecidedMeanwhile(ValueError):
    """Somebody decided the claim, or opened it again, since the adjudicator looked."""


class VerdictsChanged(ValueError):
    """A reviewer changed their verdict since the adjudicator looked."""


class NotReopened(ValueError):
    """The claim can't be opened again; the message says why."""


def standing_on(claim_id: int) -> Sequence[AnyRow]:
    """Return the verdicts that stand on a claim and decide it (reviewer, verdict, label, kind, skip reason)."""
    return db.session.execute(
        select(
            StandingVerdict.reviewer_id,
            StandingVerdict.verdict_id,
            StandingVerdict.label,
            StandingVerdict.kind,
            StandingVerdict.skip_reason,
        )
        .where(StandingVerdict.claim_id == claim_id, DECIDED)
        .order_by(StandingVerdict.verdict_id)
    ).all()


def is_party(claim_id: int, person_id: int) -> bool:
    """Tell whether somebody ever gave a verdict on a claim, whatever became of it."""
    given = (Verdict.claim_id == claim_id, Verdict.reviewer_id == person_id, Verdict.is_first)
    return bool(db.session.scalar(select(exists().where(*given))))


def decide(  # noqa: PLR0913 (a decision is just these facts)
    claim_id: int,
    project_id: int,
    person_id: int,
    decision: Decision,
    *,
    seen_revision: int,
    is_seen: Callable[[Collection[int]], bool],
    client_key: str,
) -> Adjudication:
    """Store the desk's decision on a claim, once for each `client_key`.

    `seen_revision` is that of the last thing the desk had said when the adjudicator looked, 0 for nothing; `is_seen`
    tells whether these ids are of the verdicts that they saw. Raises NoSuchClaim, KeyReused, DecidedMeanwhile,
    VerdictsChanged, BadDecision or OwnVerdict; nothing is stored then.
    """
    claim = _held(claim_id, project_id)
    digest = decision.digest(claim_id, seen_revision)
    if repeated := _repeated(person_id, client_key, digest):
        return repeated
    last = last_on(claim_id)
    if claim.revision != seen_revision or (last and last.action != "reopen"):
        raise DecidedMeanwhile("somebody on the desk decided on this claim before you")
    answers = standing_on(claim_id)
    if not is_seen([row.verdict_id for row in answers]):
        raise VerdictsChanged("a reviewer changed their verdict while you were reading")
    check(decision, codebook_of(claim.version_id), answers, is_party=is_party(claim_id, person_id))
    facts = {name: getattr(decision, name) for name in Decision.__slots__}
    stored = _append(claim, person_id, client_key, digest, action="decide", **facts)
    _record("claim settled", stored, cause=stored.cause)
    _tell(
        [row.reviewer_id for row in answers if (row.label, row.skip_reason) != (stored.label, stored.skip_reason)],
        stored,
    )
    return stored


def _tell(overruled: Collection[int], stored: Adjudication) -> None:
    """Let reviewers know that a claim was decided otherwise; one notice that they have not read yet is enough."""
    told = db.session.scalars(
        select(Notice.person_id).where(
            Notice.person_id.in_(overruled),
            Notice.project_id == stored.project_id,
            Notice.what == "overruled",
            Notice.read_at.is_(None),
        )
    )
    notify(set(overruled) - set(told), "overruled", project_id=stored.project_id)


def reopen(  # noqa: PLR0913 (as above)
    claim_id: int, project_id: int, person_id: int, reason: str, *, seen_revision: int, client_key: str
) -> None:
    """Open a settled claim again; what was decided stays in its history.

    Raises NoSuchClaim, KeyReused, DecidedMeanwhile or NotReopened; nothing is stored then.
    """
    claim = _held(claim_id, project_id)
    decision = Decision(reason=reason)
    digest = decision.digest(claim_id, seen_revision)
    if _repeated(person_id, client_key, digest):
        return
    if not reason:
        raise NotReopened("say why the claim is opened again")
    if claim.revision != seen_revision:
        raise DecidedMeanwhile("somebody on the desk decided on this claim before you")
    last = last_on(claim_id)
    if last is None or last.action == "reopen":
        raise NotReopened("the claim is not settled")
    stored = _append(claim, person_id, client_key, digest, action="reopen", reason=reason)
    _record("claim reopened", stored)


def last_on(claim_id: int) -> Adjudication | None:
    """Return the newest thing that the desk said of a claim."""
    return db.session.scalar(
        select(Adjudication).where(Adjudication.claim_id == claim_id).order_by(Adjudication.revision.desc()).limit(1)
    )


def _held(claim_id: int, project_id: int) -> AnyRow:
    """Return a claim that nobody else can judge or decide until we are done; raise NoSuchClaim if it is not there."""
    held = db.session.execute(
        select(Claim.id)
        .join(Article, Article.id == Claim.article_id)
        .where(Claim.id == claim_id, Article.project_id == project_id, IN_STUDY, LIVING)
        .with_for_update(of=Claim)
    ).first()
    if held is None:
        raise NoSuchClaim
    # Read after the lock is held: a decision that it waited for is among what this sees.
    revision = select(func.coalesce(func.max(Adjudication.revision), 0)).where(Adjudication.claim_id == claim_id)
    return db.session.execute(
        select(
            Claim.id,
            Claim.article_id,
            Article.project_id,
            in_force(project_id).label("version_id"),
            revision.scalar_subquery().label("revision"),
        )
        .join(Article, Article.id == Claim.article_id)
        .where(Claim.id == claim_id)
    ).one()


def _repeated(person_id: int, client_key: str, digest: str) -> Adjudication | None:
    known: Adjudication | None = db.session.scalar(
        select(Adjudication).where(Adjudication.adjudicator_id == person_id, Adjudication.client_key == client_key)
    )
    if known is not None and known.client_digest != digest:
        raise KeyReused("this key was used for another decision before; the first one stays")
    return known


def _append(claim: AnyRow, person_id: int, client_key: str, digest: str, **facts: Any) -> Adjudication:
    row = Adjudication(
        claim_id=claim.id,
        article_id=claim.article_id,
        project_id=claim.project_id,
        adjudicator_id=person_id,
        codebook_version_id=claim.version_id,
        revision=claim.revision + 1,
        client_key=client_key,
        client_digest=digest,
        decided_at=datetime.now(UTC),
        **facts,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _record(what: str, stored: Adjudication, **detail: object) -> None:
    events.record(
        what,
        "claim",
        stored.claim_id,
        person_id=stored.adjudicator_id,
        project_id=stored.project_id,
        detail={"revision": stored.revision} | detail,
    )
