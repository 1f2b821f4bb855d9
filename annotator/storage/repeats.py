"""Claims that a reviewer is asked about a second time, to see how far they agree with themselves."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from annotator.domain.gold import SKIPPED
from annotator.domain.roles import Permission, Role, allows
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.claims import DECIDED
from annotator.storage.database import AnyRow, Id, db
from annotator.storage.people import Person
from annotator.storage.projects import Membership, Project
from annotator.storage.verdicts import StandingVerdict, Verdict

_TAGGING = [role.value for role in Role if allows(role, Permission.TAG)]
_GOLDEN, _KEY, _ROUND = 2_654_435_761, 40_503, 2**32


class Repeat(db.Model):  # type: ignore[name-defined,misc]
    """A claim put before its reviewer again, and what they said then. It changes nothing of what stands."""

    __tablename__ = "repeat"
    __table_args__ = (
        UniqueConstraint("verdict_id"),
        CheckConstraint("label IS NULL OR skip_reason IS NULL", name="label_or_skip"),
        Index(None, "reviewer_id", "due_at"),
        Index(None, "claim_id", "reviewer_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id"))
    due_at: Mapped[datetime]
    label: Mapped[str | None]
    kind: Mapped[str | None]
    skip_reason: Mapped[str | None]
    answered_at: Mapped[datetime | None]


def _is_drawn(percent: ColumnElement[int] | int) -> ColumnElement[bool]:
    """Draw a share of the verdicts by their number, the same ones each time: nothing has to be stored for it.

    Multiplying by 2^32 over the golden ratio spreads neighbouring numbers evenly (Knuth), so the share is kept even
    among few; the project moves where it begins.
    """
    number = (StandingVerdict.verdict_id * _GOLDEN + StandingVerdict.project_id * _KEY) % _ROUND
    return number * 100 < percent * _ROUND


def _due(person_id: int, *columns: Any, project_id: int | None = None) -> Select[Any] | None:
    """Select a person's claims that are due again; None if no project of theirs repeats any.

    Whoever said something else meanwhile is asked when that is old enough, and nobody is asked twice about a claim.
    """
    wants = select(Project.id, Project.repeat_percent, Project.repeat_after_days).join(
        Membership, and_(Membership.project_id == Project.id, Membership.person_id == person_id)
    )
    wants = wants.where(Project.repeat_percent > 0, Project.archived_at.is_(None), Membership.role.in_(_TAGGING))
    projects = db.session.execute(wants if project_id is None else wants.where(Project.id == project_id)).all()
    if not projects:
        return None
    now = datetime.now(UTC)
    fits = [
        and_(
            StandingVerdict.project_id == row.id,
            StandingVerdict.given_at <= now - timedelta(days=row.repeat_after_days),
            _is_drawn(row.repeat_percent),
        )
        for row in projects
    ]
    asked = (
        select(Repeat.id)
        .where(Repeat.claim_id == StandingVerdict.claim_id, Repeat.reviewer_id == person_id)
        .correlate(StandingVerdict)
        .exists()
    )
    return (
        select(*columns)
        .select_from(StandingVerdict)
        .join(Claim, and_(Claim.id == StandingVerdict.claim_id, LIVING))
        .join(Article, and_(Article.id == Claim.article_id, IN_STUDY))
        .where(StandingVerdict.reviewer_id == person_id, DECIDED, or_(*fits), ~asked)
    )


def due_counts(person_id: int) -> dict[int, int]:
    """Return how many claims a person is asked about again, by project."""
    query = _due(person_id, StandingVerdict.project_id, func.count())
    if query is None:
        return {}
    rows = db.session.execute(query.group_by(StandingVerdict.project_id))
    return {project: count for project, count in rows if count}


def due_in(person_id: int, project_id: int, claim_id: int | None = None) -> AnyRow | None:
    """Return the claim that a person is asked about again next, the oldest verdict first; or that one, if it is due.

    The columns are claim_id, article_id, verdict_id and given_at: nothing of what was said.
    """
    columns = (StandingVerdict.claim_id, StandingVerdict.article_id, StandingVerdict.verdict_id)
    query = _due(person_id, *columns, StandingVerdict.given_at, project_id=project_id)
    if query is None:
        return None
    if claim_id is not None:
        query = query.where(StandingVerdict.claim_id == claim_id)
    return db.session.execute(query.order_by(StandingVerdict.verdict_id).limit(1)).first()


def pairs(*, project_id: int | None = None, person_id: int | None = None) -> Sequence[AnyRow]:
    """Return what reviewers said first and again of claims that they were asked about twice.

    The columns are project_id, reviewer_id, display_name, article_id, then and now (SKIPPED for a skip).
    """
    past = aliased(Verdict)
    then = case((past.skip_reason.is_not(None), SKIPPED), else_=past.label)
    now = case((Repeat.skip_reason.is_not(None), SKIPPED), else_=Repeat.label)
    query = (
        select(
            Repeat.project_id,
            Repeat.reviewer_id,
            Person.display_name,
            past.article_id,
            then.label("then"),
            now.label("now"),
        )
        .join(past, past.id == Repeat.verdict_id)
        .join(Person, Person.id == Repeat.reviewer_id)
        .where(Repeat.answered_at.is_not(None))
        .order_by(Person.display_name, Repeat.reviewer_id, Repeat.id)
    )
    if project_id is not None:
        query = query.where(Repeat.project_id == project_id)
    if person_id is not None:
        query = query.where(Repeat.reviewer_id == person_id)
    return db.session.execute(query).all()


def repeat_outcomes(project_id: int) -> Sequence[AnyRow]:
    """Return for each article of a project how many repeated claims got the same label again, and how many another.

    The columns are article_id, is_same and repeats; of living claims in the articles of the study, without skips.
    """
    is_same = case((Verdict.label == Repeat.label, 1), else_=0).label("is_same")
    return db.session.execute(
        select(Claim.article_id, is_same, func.count().label("repeats"))
        .select_from(Repeat)
        .join(Verdict, Verdict.id == Repeat.verdict_id)
        .join(Claim, and_(Claim.id == Repeat.claim_id, LIVING))
        .join(Article, and_(Article.id == Claim.article_id, IN_STUDY))
        .where(
            Repeat.project_id == project_id,
            Repeat.answered_at.is_not(None),
            Repeat.label.is_not(None),
            Verdict.label.is_not(None),
        )
        .group_by(Claim.article_id, is_same)
        .order_by(Claim.article_id, is_same)
    ).all()
