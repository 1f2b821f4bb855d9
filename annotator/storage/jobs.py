"""Work that outlives a request."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import Id, db


class Job(db.Model):  # type: ignore[name-defined,misc]
    """A piece of background work; `taken_at` with a stale `seen_at` means that its worker died."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
        Index(None, "state", "id"),
        Index(None, "project_id", "id"),
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


class JobItem(db.Model):  # type: ignore[name-defined,misc]
    """What became of one thing in a job: written in the transaction that adds its article, so that it happens once."""

    __tablename__ = "job_item"
    __table_args__ = (
        UniqueConstraint("job_id", "position"),
        CheckConstraint("result IN ('added', 'duplicate', 'refused')", name="result"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    position: Mapped[int]
    name: Mapped[str]
    result: Mapped[str]
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    message: Mapped[str]
    done_at: Mapped[datetime]


class Upload(db.Model):  # type: ignore[name-defined,misc]
    """A file that waits for its import; removed when its job has ended, since articles keep their original bytes.

    `content` is zlib-compressed; `kind` is what the file is (domain/extraction/kinds).
    """

    __tablename__ = "upload"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]


class FetchAttempt(db.Model):  # type: ignore[name-defined,misc]
    """One try to fetch a web address: what quotas count, and what an operator can look up."""

    __tablename__ = "fetch_attempt"
    __table_args__ = (Index(None, "project_id", "at"), Index(None, "person_id", "at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    url: Mapped[str]
    outcome: Mapped[str]
    at: Mapped[datetime]
