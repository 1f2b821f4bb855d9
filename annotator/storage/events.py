"""The audit trail: who did what, in order."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, bindparam, func, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import Id, connection, db, refuse_changes

RENAMED = "what = 'person renamed'"
"""What moves the reports of all projects, since they name people by their pseudonyms."""


class Event(db.Model):  # type: ignore[name-defined,misc]
    """One thing that happened. Rows are only ever added; order is by id."""

    __tablename__ = "event"
    __table_args__ = (
        Index(None, "subject", "subject_id"),
        Index(None, "project_id", "id"),
        Index("ix_event_renamed", "id", sqlite_where=text(RENAMED), postgresql_where=text(RENAMED)),
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

TAKING = ("report downloaded", "report frozen")
"""Events that say who took a report along."""

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


_NEWEST = (
    select(Event.id)
    .where(Event.project_id == bindparam("project_id"), Event.what.not_in(TAKING))
    .order_by(Event.id.desc())
    .limit(bindparam("most"))
)
"""That somebody took a report along moves none."""
LATE = 500
"""Events among which one can come to light late: PostgreSQL numbers them when they are written, not when they stand."""
_NEWEST_NAME = select(func.max(Event.id)).where(text(RENAMED))


def newest(project_id: int) -> int:
    """Return the number of the newest event that can have moved a project's report, 0 if there is none."""
    return state(project_id)[0]


def state(project_id: int) -> tuple[int, int]:
    """Return that number, and one that is another once an older event stands, whose transaction took longer."""
    here = connection().execute(_NEWEST, {"project_id": project_id, "most": LATE}).scalars().all()
    return max(*here[:1], connection().execute(_NEWEST_NAME).scalar() or 0, 0), sum(here)
