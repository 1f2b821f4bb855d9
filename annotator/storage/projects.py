"""Projects and who takes part in them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.domain.roles import Role
from annotator.storage.database import Id, db
from annotator.storage.people import Person

ROLES = ", ".join(f"'{role}'" for role in Role)


class Project(db.Model):  # type: ignore[name-defined,misc]
    """The unit of a study: its articles, codebook, people and policies.

    `visibility` says when reviewers see others' verdicts, `suggestions` when they see the machine's;
    `allows_fetching` whether articles may be fetched from web addresses.
    """

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("overlap BETWEEN 1 AND 100", name="overlap"),
        CheckConstraint("visibility IN ('never', 'after-mine', 'after-adjudication')", name="visibility"),
        CheckConstraint("suggestions IN ('never', 'after', 'before')", name="suggestions"),
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
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class Membership(db.Model):  # type: ignore[name-defined,misc]
    """The role that a person has in a project: one at a time."""

    __tablename__ = "membership"
    __table_args__ = (CheckConstraint(f"role IN ({ROLES})", name="role"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    role: Mapped[str]
    created_at: Mapped[datetime]
    project: Mapped[Project] = relationship()
    person: Mapped[Person] = relationship()
