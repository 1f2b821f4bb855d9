"""Work that outlives a request."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import Id, db


class Job(db.Model):  # type: ignore[name-defined,misc]
    """A piece of background work; `taken_at` with a stale `seen_at` means that its worker died."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
        Index(None, "state", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(default="waiting")
    order: Mapped[dict[str, Any]] = mapped_column("work_order")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    result: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[str | None]
    seen_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
