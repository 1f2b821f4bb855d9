"""Which article was given to whom, by which plan."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    join,
    null,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.articles import Article
from annotator.storage.database import Id, connection, db
from annotator.storage.projects import Membership, Project


class AssignmentPlan(db.Model):  # type: ignore[name-defined,misc]
    """A plan that a manager made: what was asked for, and what came out of it (`facts`)."""

    __tablename__ = "assignment_plan"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]


class Assignment(db.Model):  # type: ignore[name-defined,misc]
    """An article on a person's desk, until it is released: by hand, given to somebody else, or returned as idle.

    `origin` tells whether a plan, a manager or the person themself put it there; `position` is its place in the plan.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("article_id", "person_id"),
        CheckConstraint("origin IN ('plan', 'hand', 'next')", name="origin"),
        CheckConstraint("release_reason IN ('released', 'reassigned', 'returned')", name="release_reason"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("assignment_plan.id"), index=True)
    origin: Mapped[str] = mapped_column(default="hand", server_default="hand")
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime]
    due_on: Mapped[date | None]
    released_at: Mapped[datetime | None]
    release_reason: Mapped[str | None]


UNQUALIFIED, NOT_GIVEN = "unqualified", "not-given"
"""Why somebody may not label an article."""


def refusal(person: Any) -> ColumnElement[str | None]:
    """Say why a person may not label an article of a query on Article and Project; null if they may.

    Articles to train on or to qualify with are open to all who label.
    """
    qualified = (
        select(Membership.person_id)
        .where(
            Membership.project_id == Project.id, Membership.person_id == person, Membership.qualified_at.is_not(None)
        )
        .correlate(Project)
        .exists()
    )
    given = (
        select(Assignment.id)
        .where(Assignment.article_id == Article.id, Assignment.person_id == person, Assignment.released_at.is_(None))
        .correlate(Article)
        .exists()
    )
    return case(
        (Article.purpose != "work", null()),
        (and_(Project.requires_qualification, ~qualified), UNQUALIFIED),
        (and_(Project.handout != "everyone", ~given), NOT_GIVEN),
        else_=null(),
    )


_MAY_LABEL = (
    select(refusal(bindparam("me")))
    .select_from(join(Article, Project, Article.project_id == Project.id))
    .where(Article.id == bindparam("article"))
)


def refusal_of(article_id: int, person_id: int) -> str | None:
    """Return why a person may not label an article, None if they may."""
    found: str | None = connection().execute(_MAY_LABEL, {"me": person_id, "article": article_id}).scalar()
    return found
