"""Projects and who takes part in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, false, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.domain.roles import Permission, Role, allows
from annotator.storage.database import Id, db
from annotator.storage.people import Person

ROLES = ", ".join(f"'{role}'" for role in Role)


class Project(db.Model):  # type: ignore[name-defined,misc]
    """The unit of a study: its articles, codebook, people and policies.

    `visibility` says when reviewers see others' verdicts, `suggestions` when they see the machine's;
    `allows_fetching` whether articles may be fetched from web addresses. `handout` says who labels which article: all
    reviewers every one, those whom the manager's plan names, or whoever takes the next one; `handout_order` in which
    order they are taken. An assignment that nobody worked on for `return_after_days` goes back. `repeat_percent` of a
    reviewer's claims are put before them again after `repeat_after_days`, to see how far they agree with themselves.
    `pass_marks` are the shares of right answers that the qualification asks for: by label, "" over all.
    """

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("overlap BETWEEN 1 AND 100", name="overlap"),
        CheckConstraint("visibility IN ('never', 'after-mine', 'after-adjudication')", name="visibility"),
        CheckConstraint("suggestions IN ('never', 'after', 'before')", name="suggestions"),
        CheckConstraint("handout IN ('everyone', 'planned', 'next')", name="handout"),
        CheckConstraint("handout_order IN ('reading', 'uncertain')", name="handout_order"),
        CheckConstraint("return_after_days BETWEEN 1 AND 365", name="return_after_days"),
        CheckConstraint("repeat_percent BETWEEN 0 AND 100", name="repeat_percent"),
        CheckConstraint("repeat_after_days BETWEEN 1 AND 365", name="repeat_after_days"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    description: Mapped[str]
    language: Mapped[str]
    overlap: Mapped[int] = mapped_column(default=2)
    visibility: Mapped[str] = mapped_column(default="never")
    suggestions: Mapped[str] = mapped_column(default="after")
    allows_fetching: Mapped[bool] = mapped_column(default=False, server_default=false())
    handout: Mapped[str] = mapped_column(default="everyone", server_default="everyone")
    handout_order: Mapped[str] = mapped_column(default="reading", server_default="reading")
    return_after_days: Mapped[int | None]
    repeat_percent: Mapped[int] = mapped_column(default=0, server_default="0")
    repeat_after_days: Mapped[int] = mapped_column(default=21, server_default="21")
    requires_qualification: Mapped[bool] = mapped_column(default=False, server_default=false())
    pass_marks: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    settings_revision: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class Membership(db.Model):  # type: ignore[name-defined,misc]
    """The role that a person has in a project: one at a time.

    `quota` is how many claims they are given at most; `qualified_at` when they passed the qualification.
    """

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(f"role IN ({ROLES})", name="role"),
        CheckConstraint("quota BETWEEN 1 AND 1000000", name="quota"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    role: Mapped[str]
    quota: Mapped[int | None]
    qualified_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    project: Mapped[Project] = relationship()
    person: Mapped[Person] = relationship()


def taggers_of(project_id: int) -> list[int]:
    """Return the ids of the active people who may label in a project."""
    roles = [role.value for role in Role if allows(role, Permission.TAG)]
    return list(
        db.session.scalars(
            select(Membership.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.project_id == project_id, Membership.role.in_(roles), Person.is_active)
        )
    )
