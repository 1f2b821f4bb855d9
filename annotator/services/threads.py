"""Ask the desk about a claim, and answer: plain text, between one reviewer and the desk, or to all."""

from datetime import UTC, datetime

from sqlalchemy import select

from annotator.domain.roles import PERMISSIONS, Permission
from annotator.domain.text import UnstorableText, clean_block
from annotator.services.notices import notify
from annotator.storage import events
from annotator.storage.articles import Article, Claim
from annotator.storage.database import db
from annotator.storage.people import Person
from annotator.storage.projects import Membership
from annotator.storage.threads import ThreadEntry
from annotator.storage.verdicts import StandingVerdict

LONGEST = 2000
_DESK = sorted(role.value for role, has in PERMISSIONS.items() if Permission.ADJUDICATE in has)


class NotSaid(ValueError):
    """There is nothing to say, or too much, or nobody to say it to."""


def ask(claim_id: int, project_id: int, person_id: int, text: str) -> ThreadEntry:
    """Put a reviewer's question to the desk; raises NotSaid."""
    entry = _say(claim_id, project_id, person_id, person_id, text)
    notify(desk_of(project_id) - {person_id}, "thread asked", project_id=project_id, facts={"claim_id": claim_id})
    return entry


def answer(claim_id: int, project_id: int, person_id: int, text: str, *, with_id: int | None) -> ThreadEntry:
    """Let the desk say something to one reviewer of a claim, or (None) to all of them; raises NotSaid."""
    concerned = reviewers_of(claim_id)
    if with_id is not None and with_id not in concerned:
        raise NotSaid("this reviewer has no part in the claim; reload the page")
    entry = _say(claim_id, project_id, person_id, with_id, text)
    to = {with_id} if with_id is not None else concerned
    notify(to - {person_id}, "thread answered", project_id=project_id, facts={"claim_id": claim_id})
    return entry


def reviewers_of(claim_id: int) -> set[int]:
    """Return the people who have a verdict on a claim, or asked about it."""
    judged = select(StandingVerdict.reviewer_id).where(StandingVerdict.claim_id == claim_id)
    asked = select(ThreadEntry.with_id).where(ThreadEntry.claim_id == claim_id, ThreadEntry.with_id.is_not(None))
    return set(db.session.scalars(judged.union(asked)))


def desk_of(project_id: int) -> set[int]:
    """Return the people who can answer in a project."""
    return set(
        db.session.scalars(
            select(Membership.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.project_id == project_id, Membership.role.in_(_DESK), Person.is_active)
        )
    )


def _say(claim_id: int, project_id: int, person_id: int, with_id: int | None, text: str) -> ThreadEntry:
    try:
        text = clean_block(text, LONGEST, "text")
    except UnstorableText as error:
        raise NotSaid(str(error)) from error
    if not text.strip():
        raise NotSaid("write something first")
    _refuse_foreign(claim_id, project_id)
    entry = ThreadEntry(
        claim_id=claim_id,
        project_id=project_id,
        person_id=person_id,
        with_id=with_id,
        text=text,
        said_at=datetime.now(UTC),
    )
    db.session.add(entry)
    db.session.flush()
    what = "question asked" if person_id == with_id else "question answered"
    events.record(what, "claim", claim_id, person_id=person_id, project_id=project_id)
    return entry


def _refuse_foreign(claim_id: int, project_id: int) -> None:
    query = select(Claim.id).join(Article).where(Claim.id == claim_id, Article.project_id == project_id)
    if db.session.scalar(query) is None:
        raise NotSaid("there is no such claim in this project")
