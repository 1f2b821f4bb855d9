"""The database: its settings are in force, and a transaction stores all of a request or says that it is busy."""

import contextlib
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError

from annotator.app import Annotator
from annotator.services import accounts
from annotator.storage import database
from annotator.storage.database import DatabaseBusy, Raced, UtcDateTime, WriteQueue, db, transaction
from annotator.storage.people import Person
from tests.conftest import make_app
from tests.desk import Desk

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def is_sqlite(database_url: str) -> bool:
    return database_url.startswith("sqlite")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a fifth of a second for the database, not five."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    monkeypatch.setattr(database, "POSTGRESQL_OPTIONS", "-c lock_timeout=200ms -c statement_timeout=60s")


@pytest.fixture
def other(database_url: str) -> Iterator[Engine]:
    """Give an engine that knows nothing of the program, as another process would have."""
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def lose(desk: Desk, *statements: str, pause: float = 0, error: BaseException | None = None) -> None:
    """Add a person in a transaction in which something goes wrong afterwards."""
    with desk.inside() as session:
        accounts.add_person("lost")
        for statement in statements:
            session.connection().exec_driver_sql(statement)
        time.sleep(pause)
        if error is not None:
            raise error


def names(desk: Desk) -> list[str]:
    with desk.inside(writes=False) as session:
        return list(session.scalars(select(Person.name).order_by(Person.id)))


def setting(connection: Connection, name: str) -> Any:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_the_settings_that_durability_rests_on_are_in_force(app: Annotator, is_sqlite: bool) -> None:
    with app.app_context(), transaction() as session:
        connection = session.connection()
        if is_sqlite:
            wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
            assert {name: setting(connection, name) for name in wanted} == wanted
        else:
            wanted_times = {
                "lock_timeout": "5s",
                "statement_timeout": "1min",
                "idle_in_transaction_session_timeout": "30s",
            }
            shown = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in wanted_times}
            assert shown == wanted_times


def test_the_settings_hold_on_every_connection_of_the_pool(app: Annotator, is_sqlite: bool) -> None:
    with app.app_context(), contextlib.ExitStack() as stack:
        for _ in range(3):
            connection = stack.enter_context(db.engine.connect())
            if is_sqlite:
                assert (setting(connection, "synchronous"), setting(connection, "foreign_keys")) == (2, 1)
            else:
                assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "5s"


@pytest.mark.parametrize("writes", [True, False])
def test_i06_only_a_writer_takes_sqlites_write_lock_from_the_start(
    app: Annotator, is_sqlite: bool, writes: bool
) -> None:
    begun: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *facts: begun.append(facts[2]))
        with transaction(writes=writes) as session:
            session.scalar(select(func.count(Person.id)))
    if is_sqlite:
        assert begun[0] == ("BEGIN IMMEDIATE" if writes else "BEGIN")
    else:
        assert not any(statement.startswith("BEGIN") for statement in begun)  # the driver says it


def test_a_reader_sees_one_moment_while_others_write(desk: Desk) -> None:
    desk.person("first")
    with desk.app.app_context(), transaction(writes=False) as session:
        seen = [session.scalar(select(func.count(Person.id)))]
        thread = threading.Thread(target=desk.person, args=("second",))
        thread.start()
        thread.join()
        seen.append(session.scalar(select(func.count(Person.id))))
    assert seen == [1, 1]
    assert names(desk) == ["first", "second"]


def test_a_writer_on_a_connection_that_a_reader_had_sees_what_others_stored(desk: Desk, is_sqlite: bool) -> None:
    names(desk)
    with desk.inside() as session:
        level = None if is_sqlite else session.scalar(text("SHOW transaction_isolation"))
    assert level in {None, "read committed"}


def test_returning_commits_and_raising_rolls_back(desk: Desk) -> None:
    desk.person("noise")
    with desk.inside():
        accounts.add_person("kept")
    with pytest.raises(ZeroDivisionError):
        lose(desk, error=ZeroDivisionError())
    assert names(desk) == ["noise", "kept"]


def test_an_interrupt_rolls_back_too(desk: Desk) -> None:
    with pytest.raises(KeyboardInterrupt):
        lose(desk, error=KeyboardInterrupt())
    assert names(desk) == []


def test_what_breaks_a_rule_is_told_apart_from_a_busy_database(desk: Desk) -> None:
    desk.person("reader")
    with pytest.raises(IntegrityError), desk.inside() as session:
        session.execute(text("UPDATE person SET display_name = NULL"))
    assert names(desk) == ["reader"]


def hold(engine: Engine) -> Connection:
    """Take what a writer needs, as another process does, and keep it."""
    connection = engine.connect()
    if engine.dialect.name == "sqlite":
        connection.connection.dbapi_connection.isolation_level = None  # type: ignore[union-attr]
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("LOCK TABLE person IN ACCESS EXCLUSIVE MODE"))
    return connection


def test_a_database_that_another_process_holds_is_busy_and_free_afterwards(
    impatient: None, desk: Desk, other: Engine
) -> None:
    desk.person("before")
    held, started = hold(other), time.monotonic()
    with pytest.raises(DatabaseBusy), desk.inside():
        accounts.add_person("lost")
    assert 0.15 < time.monotonic() - started < 3
    held.rollback()
    held.close()
    desk.person("after")
    assert names(desk) == ["before", "after"]


@on_postgresql
def test_a_statement_that_takes_too_long_is_busy(desk: Desk) -> None:
    with pytest.raises(DatabaseBusy):
        lose(desk, "SET LOCAL statement_timeout = '50ms'; SELECT pg_sleep(5)")
    assert names(desk) == []


@on_postgresql
def test_a_transaction_that_the_server_gave_up_on_is_busy(desk: Desk) -> None:
    desk.person("before")
    with pytest.raises(DatabaseBusy):
        lose(desk, "SET LOCAL idle_in_transaction_session_timeout = '50ms'", pause=0.4)
    assert names(desk) == ["before"]


@on_postgresql
def test_a_connection_that_the_server_ended_is_busy_and_the_next_request_gets_a_new_one(desk: Desk) -> None:
    desk.person("before")
    with pytest.raises(DatabaseBusy):
        lose(desk, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert names(desk) == ["before"]


@on_sqlite
def test_a_full_disk_is_busy_and_works_again_when_there_is_room(desk: Desk) -> None:
    desk.person("before")
    limited: list[sqlite3.Connection] = []

    def fill_up(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")
        limited.append(connection)

    with desk.app.app_context():
        db.engine.dispose()
        event.listen(db.engine, "connect", fill_up)
    with pytest.raises(DatabaseBusy, match="full"):
        lose(desk, f"UPDATE person SET password_hash = '{'x' * 1_000_000}'")
    assert names(desk) == ["before"]
    for connection in limited:
        connection.execute("PRAGMA max_page_count=1000000")
    desk.person("after")
    assert names(desk) == ["before", "after"]


@on_postgresql
@pytest.mark.parametrize(
    "error", [psycopg.errors.DiskFull, psycopg.errors.TooManyConnections, psycopg.errors.LockNotAvailable]
)
def test_what_the_server_lacks_for_a_moment_is_busy(desk: Desk, error: type[psycopg.Error]) -> None:
    with pytest.raises(DatabaseBusy):
        lose(desk, error=DBAPIError("INSERT", {}, error("not now")))
    assert names(desk) == []


COPY = (
    "INSERT INTO person (name, name_key, display_name, pseudonym, created_at) "
    "VALUES ('lost', 'lost', 'Twin', 'reviewer-twin', '2026-01-01')"
)


@on_postgresql
def test_i07_a_unique_key_that_another_transaction_took_first_is_a_race(desk: Desk) -> None:
    desk.person("lost")
    with pytest.raises(Raced):  # two who looked at the same moment both found the name free
        insert_twice(desk)
    assert names(desk) == ["lost"]


def insert_twice(desk: Desk) -> None:
    with desk.inside() as session:
        session.execute(text(COPY))


@on_sqlite
def test_a_unique_key_is_never_taken_between_a_writers_look_and_its_insert(desk: Desk) -> None:
    desk.person("lost")
    with pytest.raises(accounts.NotAccepted):
        lose(desk)
    assert names(desk) == ["lost"]


@on_postgresql
def test_i07_a_deadlock_is_a_race(desk: Desk) -> None:
    first, second = desk.person("first"), desk.person("second")
    met = threading.Barrier(2)
    raised: list[BaseException] = []

    def change(ids: tuple[int, int]) -> None:
        try:
            with desk.inside() as session:
                for place, number in enumerate(ids):
                    session.execute(text("UPDATE person SET display_name = 'x' WHERE id = :id"), {"id": number})
                    if place == 0:
                        met.wait(5)
        except DatabaseBusy as error:
            raised.append(error)

    threads = [threading.Thread(target=change, args=(ids,)) for ids in ((first.id, second.id), (second.id, first.id))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(error) for error in raised] == [Raced]


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=ZONES)  # noqa: DTZ001 (hypothesis adds it)


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])  # type: ignore[no-untyped-call]
@given(moment=MOMENTS)
@settings(max_examples=50)
def test_a_time_comes_back_as_the_same_moment_in_utc(dialect: Any, moment: datetime) -> None:
    column = UtcDateTime()
    back = column.process_result_value(column.process_bind_param(moment, dialect), dialect)
    assert back == moment
    assert back is not None
    assert back.tzinfo is UTC


def test_a_stored_time_comes_back_aware(desk: Desk) -> None:
    person = desk.person()
    moment = datetime(2026, 7, 1, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with desk.inside() as session:
        session.get_one(Person, person.id).created_at = moment
    with desk.inside(writes=False) as session:
        stored = session.get_one(Person, person.id).created_at
        assert (stored, stored.tzinfo) == (moment, UTC)


def test_a_time_without_zone_is_refused(desk: Desk) -> None:
    person = desk.person()
    with pytest.raises(Exception, match="a time without time zone"), desk.inside() as session:
        session.get_one(Person, person.id).created_at = datetime(2026, 7, 1)  # noqa: DTZ001


def test_the_queue_lets_threads_through_one_by_one(tmp_path: Path) -> None:
    queue, inside, most = WriteQueue(tmp_path / "lock"), [0], [0]

    def enter() -> None:
        for _ in range(20):
            with queue():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0)
                inside[0] -= 1

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (inside, most) == ([0], [1])


ADD_ONE = """
import sys
from pathlib import Path
from annotator.storage.database import WriteQueue
queue, counter = WriteQueue(Path(sys.argv[1])), Path(sys.argv[2])
for _ in range(200):
    with queue():
        counter.write_text(str(int(counter.read_text()) + 1))
"""


def test_the_queue_lets_processes_through_one_by_one(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    command = [sys.executable, "-c", ADD_ONE, str(tmp_path / "lock"), str(counter)]
    processes = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert counter.read_text() == "400"


def test_the_queue_is_free_after_an_error_and_after_a_killed_process(tmp_path: Path) -> None:
    queue = WriteQueue(tmp_path / "lock")
    with pytest.raises(ZeroDivisionError), queue():
        raise ZeroDivisionError
    die = "import os, sys; from pathlib import Path; from annotator.storage.database import WriteQueue\n"
    die += "with WriteQueue(Path(sys.argv[1]))(): os.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", die, str(tmp_path / "lock")], check=False).returncode == -9
    with queue():
        pass


def test_who_waits_in_the_queue_for_too_long_hears_that_the_database_is_busy(impatient: None, tmp_path: Path) -> None:
    queue, same_file = WriteQueue(tmp_path / "lock"), WriteQueue(tmp_path / "lock")
    with queue():
        for waiting in (queue, same_file):  # the first waits for a thread, the second as another process would
            with pytest.raises(DatabaseBusy), waiting():
                pass
    with same_file():
        pass


def test_a_database_that_is_out_of_reach_is_busy(tmp_path: Path, is_sqlite: bool) -> None:
    missing = tmp_path / "no" / "such"
    app = make_app(
        f"sqlite:///{missing}/db.sqlite" if is_sqlite else f"postgresql+psycopg://nobody@/nothing?host={missing}"
    )
    with app.app_context(), pytest.raises(DatabaseBusy), transaction(writes=False):
        pass
