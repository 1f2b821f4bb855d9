"""Notices inside the product: what waits for a person, or happened to their work. Nothing is mailed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import Id, db


class Notice(db.Model):  # type: ignore[name-defined,misc]
    """Something that a person should know: `what` names the sentence, `facts` fill it in."""

    __tablename__ = "notice"
    __table_args__ = (Index(None, "person_id", "read_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    what: Mapped[str]
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
