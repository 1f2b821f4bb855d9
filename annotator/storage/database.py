"""The database: engine settings, column types, the naming convention and the one transaction.

Long because a transaction, its queue and its errors are one thing, and must be read together.
"""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, Connection, DateTime, Dialect, Engine, Integer, MetaData, Row, Text, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

try:
    import fcntl
except ImportError:  # Windows has no flock: SQLite's own busy handler still keeps writers apart.
    fcntl = None  # type: ignore[assignment]

SCHEMA_VERSION = "0006"
"""The newest migration; a test holds it to the migrations folder, so that a start need not import Alembic."""

PAUSE_SECONDS = 0.0002
"""How long the first waiter of a process pauses before it asks again for the lock that another process holds."""
BUSY_SECONDS = 5
"""How long a writer waits for the database before it answers "busy"."""

POSTGRESQL_OPTIONS = (
    f"-c lock_timeout={BUSY_SECONDS}s -c statement_timeout=60s -c idle_in_transaction_session_timeout=30s"
)


class UtcDateTime(TypeDecorator[datetime]):
    """Keeps aware times in UTC on both databases (SQLite itself has no time zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC; a naive one is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the time aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = BigInteger().with_variant(Integer(), "sqlite")
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A result row whose columns the query names."""
Json = JSON().with_variant(JSONB(), "postgresql")


NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every model: constraints named by one convention, strings without length limits, times in UTC."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={str: Text(), datetime: UtcDateTime(), dict[str, Any]: Json, list[Any]: Json},
    )


db = SQLAlchemy(model_class=Base)


class DatabaseBusy(RuntimeError):
    """Another writer holds the database, or it is full; the same request may succeed shortly."""


class Raced(DatabaseBusy):
    """Another transaction came first; running the same request again will see what it did."""


class AppendOnly(RuntimeError):
    """A row of history was about to be changed or deleted."""


class WriteQueue:
    """Lets the writers of one SQLite file in one by one: a thread lock in the process, a file lock between processes.

    SQLite's own busy handler sleeps and tries again, which leaves the unlucky behind; a queue halves the slow saves.
    """

    def __init__(self, path: Path) -> None:
        """Remember where the lock file lies; it is opened by the first writer of each process."""
        self._path = path
        self._threads = threading.Lock()
        self._file: int | None = None
        self._pid = 0

    @contextlib.contextmanager
    def __call__(self) -> Iterator[None]:
        """Hold the queue's head; raises DatabaseBusy after BUSY_SECONDS, and for a folder that is gone."""
        if not self._threads.acquire(timeout=BUSY_SECONDS):
            raise DatabaseBusy("the database has been busy for too long")
        try:
            with self._between_processes():
                yield
        finally:
            self._threads.release()

    @contextlib.contextmanager
    def _between_processes(self) -> Iterator[None]:
        if fcntl is None:
            yield
            return
        handle, deadline = self._handle(), time.monotonic() + BUSY_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise DatabaseBusy("the database has been busy for too long") from None
                time.sleep(PAUSE_SECONDS)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)

    def _handle(self) -> int:
        import os

        if self._file is None or self._pid != os.getpid():  # a forked worker needs a file description of its own
            try:
                opened = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError as error:
                raise DatabaseBusy(f"{self._path}: {error.strerror}") from error
            self._file, self._pid = opened, os.getpid()
        return self._file


_queues: dict[str, WriteQueue] = {}


def write_queue(engine: Engine) -> contextlib.AbstractContextManager[None]:
    """Return the queue of writers for `engine`: none for PostgreSQL, whose rows have locks of their own."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return contextlib.nullcontext()
    queue = _queues.setdefault(path, WriteQueue(Path(f"{path}.lock")))
    return queue()


def prepare_engine(engine: Engine) -> Engine:
    """Give `engine` the settings that durability rests on; Alembic's engine gets the same."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late: _begin says it
    for pragma in (
        f"busy_timeout={round(BUSY_SECONDS * 1000)}",  # first, since the next one may have to wait
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # or REPLACE would delete rows behind the back of the triggers that guard them
    ):
        connection.execute(f"PRAGMA {pragma}")
    # SQLite's own LIKE and lower() know capital letters of ASCII only.
    connection.create_function("holds", 2, lambda text, words: text is not None and words in text.lower())


@dataclass
class _Scope:
    """What `transaction` was asked for; the queue of writers is entered when the first statement is about to run."""

    writes: bool
    queue: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)


_scope: ContextVar[_Scope | None] = ContextVar("scope", default=None)


def _begin(connection: Connection) -> None:
    scope = _scope.get()
    if scope is not None and scope.writes:
        scope.queue.enter_context(write_queue(connection.engine))
    writes = connection.get_execution_options().get("writes", scope is not None and scope.writes)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def engine_options(url: str) -> dict[str, Any]:
    """Return Flask-SQLAlchemy's engine options for `url`: pool, timeouts, driver arguments."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10, "connect_args": {"options": POSTGRESQL_OPTIONS}}


@contextlib.contextmanager
def transaction(*, writes: bool = True) -> Iterator[Session]:
    """Run a block in one transaction of `db.session`: returning commits, raising rolls back.

    It begins with its first statement: one that writes waits its turn then and not before, so that nobody waits for
    its preparations. One that only reads sees the database as it was at one moment. Raises DatabaseBusy when the
    database is locked, full or out of reach; nothing of the block is stored then.
    """
    session: Session = db.session()
    scope = _Scope(writes)
    token = _scope.set(scope)
    try:
        if not writes:
            session.info["connection"] = session.connection(execution_options=_one_moment())
        yield session
        session.commit()
    except DBAPIError as error:
        session.rollback()
        raise busy_or_same(error) from error
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("connection", None)
        scope.queue.close()
        _scope.reset(token)


def step_aside() -> None:
    """Commit what the transaction under way has done so far and let others write; its next statement waits its turn."""
    session, scope = db.session(), _scope.get()
    session.commit()
    session.info.pop("connection", None)
    if scope is not None:
        scope.queue.close()


def begin_writing() -> None:
    """Let a request that only reads write from here on: for one that comes as a GET because others sent it so."""
    step_aside()
    scope = _scope.get()
    if scope is not None:
        scope.writes = True


def finish_writing() -> None:
    """Commit what the transaction under way has written; what its block does from here on only reads.

    Others can write while an answer is put together. A verdict is acknowledged after this, never before.
    """
    step_aside()
    scope = _scope.get()
    if scope is not None:
        scope.writes = False


def _one_moment() -> dict[str, Any]:
    # A read transaction of SQLite sees one moment by itself.
    return {} if db.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}


def connection() -> Connection:
    """Return the connection of the transaction under way.

    Statements that are built once and run here with parameters cost a third of what the session takes for them.
    """
    session = db.session()
    found: Connection | None = session.info.get("connection")
    if found is None:
        found = session.connection()
        if _scope.get() is not None:
            session.info["connection"] = found
    return found


BUSY_SQLITE = frozenset(
    {"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN"}
)
BUSY_POSTGRESQL = ("55P03", "57014", "25P03", "57P0", "53", "08")
"""SQLSTATE prefixes: timeouts of a lock, a statement and an idle transaction, shutdown, resources, connection."""
RACED_POSTGRESQL = ("40001", "40P01", "23505")
"""SQLSTATEs: serialization failure, deadlock, and a unique key that another transaction took first."""


def busy_or_same(error: DBAPIError) -> Exception:
    """Return DatabaseBusy or Raced for an error that passes by itself, else the error."""
    original = error.orig
    name = str(getattr(original, "sqlite_errorname", ""))
    if name:
        return DatabaseBusy(str(original)) if "_".join(name.split("_")[:2]) in BUSY_SQLITE else error
    state = getattr(original, "sqlstate", None) or ("08" if isinstance(error, OperationalError) else "")
    if state in RACED_POSTGRESQL:
        return Raced(str(original))
    return DatabaseBusy(str(original)) if state.startswith(BUSY_POSTGRESQL) else error


def refuse_changes(model: type[Base], columns: tuple[str, ...] = ()) -> None:
    """Make the ORM refuse to delete rows of `model`, or to update them (only `columns`, if any are named)."""

    def on_update(_mapper: object, _connection: object, row: Base) -> None:
        from sqlalchemy import inspect

        attributes = inspect(row).attrs
        if not columns or any(attributes[name].history.has_changes() for name in columns):
            raise AppendOnly(f"{model.__tablename__} is history: add a new row instead of changing this one")

    def on_delete(_mapper: object, _connection: object, _row: Base) -> None:
        raise AppendOnly(f"{model.__tablename__} is history: rows are never deleted")

    event.listen(model, "before_update", on_update)
    event.listen(model, "before_delete", on_delete)
