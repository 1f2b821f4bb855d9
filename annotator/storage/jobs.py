"""Work that outlives a request."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
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


STALE_SECONDS = 30.0
"""A running job that nobody has shown a sign of life for so long is abandoned, and another worker may take it."""


def _is_takeable(kinds: Collection[str], now: datetime, stale_seconds: float) -> ColumnElement[bool]:
    """Tell which jobs wait or are abandoned; a sign of life from the future means that the clock was set back."""
    limit = timedelta(seconds=stale_seconds)
    abandoned = or_(Job.seen_at.is_(None), Job.seen_at < now - limit, Job.seen_at > now + limit)
    return and_(Job.kind.in_(kinds), or_(Job.state == "waiting", and_(Job.state == "running", abandoned)))


def take(
    worker: str, kinds: Collection[str], *, stale_seconds: float = STALE_SECONDS, job_id: int | None = None
) -> int | None:
    """Take the oldest job of `kinds` that is free (or `job_id`, if that is) for `worker`, and return its id."""
    now = datetime.now(UTC)
    free = select(Job.id).where(_is_takeable(kinds, now, stale_seconds))
    if job_id is not None:
        free = free.where(Job.id == job_id)
    # PostgreSQL passes over a job that another worker is just taking; SQLite has one writer at a time.
    free = free.order_by(Job.id).limit(1).with_for_update(skip_locked=True)
    taken = (
        update(Job.__table__)
        .where(Job.__table__.c.id == free.scalar_subquery())
        .values(state="running", taken_by=worker, taken_at=now, seen_at=now)
        .returning(Job.__table__.c.id)
    )
    return db.session.execute(taken).scalar()


def is_any_free(bind: Connection, kinds: Collection[str]) -> bool:
    """Tell whether a job of `kinds` can be taken."""
    free = select(Job.id).where(_is_takeable(kinds, datetime.now(UTC), STALE_SECONDS)).limit(1)
    return bind.execute(free).first() is not None


def hold(bind: Connection, job_id: int, worker: str, **facts: int) -> bool:
    """Show a sign of life and note `done` or `total`; False if the job is no longer the worker's."""
    table = Job.__table__
    held = (
        update(table)
        .where(table.c.id == job_id, table.c.taken_by == worker, table.c.state == "running")
        .values(seen_at=datetime.now(UTC), **facts)
    )
    return bind.execute(held).rowcount == 1


def release(job_id: int, worker: str, state: str, result: dict[str, Any] | None = None) -> bool:
    """End the worker's turn: `waiting` gives the job back, any other state ends it. False if it is not the worker's."""
    now, table = datetime.now(UTC), Job.__table__
    values: dict[str, Any] = {"state": state, "seen_at": now}
    values |= {"taken_by": None, "taken_at": None} if state == "waiting" else {"finished_at": now}
    values |= {} if result is None else {"result": result}
    ended = update(table).where(table.c.id == job_id, table.c.taken_by == worker, table.c.state == "running")
    return db.session.execute(ended.values(**values).returning(table.c.id)).first() is not None


def cancel(job_id: int) -> bool:
    """End a job that waits or runs; its worker notices before it writes the next item. False if it has ended."""
    table = Job.__table__
    ended = update(table).where(table.c.id == job_id, table.c.state.in_(("waiting", "running")))
    ended = ended.values(state="cancelled", finished_at=datetime.now(UTC))
    return db.session.execute(ended.returning(table.c.id)).first() is not None


def next_position(job_id: int) -> int:
    """Return the position after the last one that is done: items are done in order."""
    last = db.session.scalar(select(func.max(JobItem.position)).where(JobItem.job_id == job_id))
    return 0 if last is None else last + 1


def remove_uploads(job_id: int) -> None:
    """Remove the files that a job was made of; the articles keep their original bytes."""
    db.session.execute(delete(Upload.__table__).where(Upload.__table__.c.job_id == job_id))
