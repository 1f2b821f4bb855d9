"""Versions of a project's codebook."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ScalarSelect, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from annotator.domain.codebook import Codebook
from annotator.storage.database import AnyRow, Id, db
from annotator.storage.people import Person


class CodebookVersion(db.Model):  # type: ignore[name-defined,misc]
    """A whole codebook as one document: once it is published, it stays as it was; before that it is the draft.

    `revision` counts the changes of the draft: nobody overwrites what they have not seen. `meanings` are the parts
    whose meaning changed with this version ("label:editorial", "kind:editorial/framing", "skip:fragment", "rules"), so
    that older verdicts are asked about again; `change_note` says what changed, and why.
    """

    __tablename__ = "codebook_version"
    __table_args__ = (UniqueConstraint("project_id", "number"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str]
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    meanings: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    change_note: Mapped[str] = mapped_column(default="", server_default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]

    @property
    def codebook(self) -> Codebook:
        """Return the document as the domain knows it."""
        return Codebook.from_dict(self.content)


def in_force(project_id: Any) -> ScalarSelect[int | None]:
    """Select the id of the version in force, the newest published one; `project_id` may be a column around it."""
    return (
        select(func.max(CodebookVersion.id))
        .where(CodebookVersion.project_id == project_id, CodebookVersion.published_at.is_not(None))
        .scalar_subquery()
    )


def published_versions(project_id: int) -> Sequence[AnyRow]:
    """Return id, number and day of a project's published versions, the one in force first, without what they say."""
    return db.session.execute(
        select(CodebookVersion.id, CodebookVersion.number, CodebookVersion.published_at)
        .where(CodebookVersion.project_id == project_id, CodebookVersion.published_at.is_not(None))
        .order_by(CodebookVersion.number.desc())
    ).all()


def draft_of(project_id: int) -> CodebookVersion | None:
    """Return a project's draft as it is stored now, if there is one."""
    return db.session.scalar(
        select(CodebookVersion)
        .where(CodebookVersion.project_id == project_id, CodebookVersion.published_at.is_(None))
        .order_by(CodebookVersion.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def version_called(project_id: int, number: int) -> CodebookVersion | None:
    """Return a project's version, or its draft, by its number."""
    return db.session.scalar(
        select(CodebookVersion).where(CodebookVersion.project_id == project_id, CodebookVersion.number == number)
    )


def version_list(project_id: int) -> Sequence[AnyRow]:
    """Return what a list shows of a project's published versions, the newest first, without what they say."""
    publisher = aliased(Person)
    return db.session.execute(
        select(
            CodebookVersion.id,
            CodebookVersion.number,
            CodebookVersion.published_at,
            CodebookVersion.change_note,
            CodebookVersion.meanings,
            publisher.display_name.label("publisher"),
        )
        .outerjoin(publisher, publisher.id == CodebookVersion.published_by_id)
        .where(CodebookVersion.project_id == project_id, CodebookVersion.published_at.is_not(None))
        .order_by(CodebookVersion.number.desc())
    ).all()
