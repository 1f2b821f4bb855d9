"""Versions of a project's codebook."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from annotator.domain.codebook import Codebook
from annotator.storage.database import Id, db


class CodebookVersion(db.Model):  # type: ignore[name-defined,misc]
    """A whole codebook as one document: once a verdict names it, it stays as it was."""

    __tablename__ = "codebook_version"
    __table_args__ = (UniqueConstraint("project_id", "number"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    @property
    def codebook(self) -> Codebook:
        """Return the document as the domain knows it."""
        return Codebook.from_dict(self.content)
