"""What waits for somebody in a project: questions to answer, verdicts to confirm, people who have not begun."""

from typing import Any

from sqlalchemy import Select, and_, exists, func, select

from annotator.domain.roles import Role
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.database import db
from annotator.storage.people import Identity, Person
from annotator.storage.projects import Membership
from annotator.storage.requeues import RequeuedVerdict
from annotator.storage.segmentation import WAITING, CarriedVerdict
from annotator.storage.threads import ThreadEntry, is_unanswered
from annotator.storage.verdicts import StandingVerdict


def to_confirm_after_codebook(project_id: int) -> int:
    """Return how many standing verdicts a newer version of the codebook asks about."""
    return _number(
        select(func.count(RequeuedVerdict.verdict_id.distinct()))
        .join(StandingVerdict, StandingVerdict.verdict_id == RequeuedVerdict.verdict_id)
        .join(Claim, Claim.id == StandingVerdict.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .where(Article.project_id == project_id, LIVING, IN_STUDY)
    )


def to_confirm_after_cut(project_id: int) -> int:
    """Return how many questions to reviewers wait since an article was cut anew."""
    standing = and_(
        StandingVerdict.claim_id == CarriedVerdict.claim_id,
        StandingVerdict.reviewer_id == CarriedVerdict.reviewer_id,
    )
    questions = (
        select(CarriedVerdict.claim_id, CarriedVerdict.reviewer_id)
        .join(Claim, Claim.id == CarriedVerdict.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .outerjoin(StandingVerdict, standing)
        .where(Article.project_id == project_id, LIVING, IN_STUDY, WAITING)
        .distinct()
        .subquery()
    )
    return _number(select(func.count()).select_from(questions))


def unanswered_questions(project_id: int) -> int:
    """Return how many reviewers wait for an answer on how many claims of the study: pairs of both."""
    questions = (
        select(ThreadEntry.claim_id, ThreadEntry.with_id)
        .join(Claim, Claim.id == ThreadEntry.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .where(ThreadEntry.project_id == project_id, LIVING, IN_STUDY, is_unanswered(ThreadEntry))
        .distinct()
        .subquery()
    )
    return _number(select(func.count()).select_from(questions))


def not_signed_in_yet(project_id: int) -> int:
    """Return how many members have not used the link that they were invited by: they have no way to sign in."""
    return _number(
        select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.project_id == project_id,
            Person.is_active,
            Person.password_hash.is_(None),
            ~exists().where(Identity.person_id == Person.id),
        )
    )


def not_qualified_yet(project_id: int) -> int:
    """Return how many reviewers have not passed the qualification."""
    return _number(
        select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.project_id == project_id,
            Membership.role == Role.REVIEWER.value,
            Membership.qualified_at.is_(None),
            Person.is_active,
        )
    )


def _number(query: Select[Any]) -> int:
    return db.session.scalar(query) or 0
