"""Which article was given to whom, by which plan."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import Id, db


class AssignmentPlan(db.Model):  # type: ignore[name-defined,misc]
    """A plan that a manager made: what was asked for, and what came out of it (`facts`)."""

    __tablename__ = "assignment_plan"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
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
