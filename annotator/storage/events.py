"""The audit trail: who did what, in order."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, insert
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import Id, connection, db, refuse_changes


class Event(db.Model):  # type: ignore[name-defined,misc]
    """One thing that happened. Rows are only ever added; order is by id."""

    __tablename__ = "event"
    __table_args__ = (
        Index(None, "subject", "subject_id"),
        Index(None, "project_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    what: Mapped[str]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    subject: Mapped[str]
    subject_id: Mapped[int | None] = mapped_column(Id)
    detail: Mapped[dict[str, Any]]


refuse_changes(Event)

_APPEND = insert(Event.__table__)


def record(  # noqa: PLR0913 (an event is just these facts)
    what: str,
    subject: str,
    subject_id: int | None,
    *,
    person_id: int | None = None,
    project_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append an event to the audit trail, in the transaction under way."""
    connection().execute(
        _APPEND,
        {
            "at": datetime.now(UTC),
            "what": what,
            "project_id": project_id,
            "person_id": person_id,
            "subject": subject,
            "subject_id": subject_id,
            "detail": detail or {},
        },
    )
