"""Jobs: each is done by one worker at a time, by another if that one dies, and every item of it exactly once."""

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from annotator.services import import_runs, ingest, turns, watch, work
from annotator.services.turns import Turn, is_dead, worker_name
from annotator.storage import jobs
from annotator.storage.database import DatabaseBusy, Raced, db, transaction
from annotator.storage.jobs import Job, JobItem, Upload
from tests.desk import Desk
from tests.services.importing import articles, assert_each_is_in_once, count, job, results, run, stage, start, texts


class Killed(BaseException):
    """Stands for a kill -9: nothing that cleans up may rely on it."""


@pytest.fixture
def project(desk: Desk) -> int:
    desk.project("noise", name="Noise")
    return desk.project()


@pytest.fixture
def seen(desk: Desk) -> Callable[..., None]:
    """Set when a job's worker was last alive."""

    def at(job_id: int, seconds_ago: float, **facts: Any) -> None:
        with desk.inside() as session:
            then = datetime.now(UTC) - timedelta(seconds=seconds_ago)
            session.execute(update(Job).where(Job.id == job_id).values(seen_at=then, **facts))

    return at


def interrupt(monkeypatch: pytest.MonkeyPatch, position: int, what: Callable[[], object]) -> None:
    """Do `what` once, before the item at `position` is stored."""
    store = import_runs._is_stored
    did: list[object] = []

    def interrupted(turn: Turn, at: int, *rest: Any) -> bool:
        if at == position and not did:
            did.append(True)
            what()
        return store(turn, at, *rest)

    monkeypatch.setattr(import_runs, "_is_stored", interrupted)


def killed() -> None:
    raise Killed


def test_the_oldest_job_comes_first_and_each_once(desk: Desk, project: int) -> None:
    numbers = [start(desk, project, source) for source in texts(desk, project, 3)]
    with desk.inside():
        assert [jobs.take(f"w{n}", work.BACKGROUND) for n in range(4)] == [*numbers, None]
    assert [job(desk, number).taken_by for number in numbers] == ["w0", "w1", "w2"]


def test_many_workers_at_once_do_each_job_once(desk: Desk, project: int) -> None:
    numbers = [start(desk, project, source) for source in texts(desk, project, 12)]
    barrier = threading.Barrier(6)

    def worker(name: int) -> None:
        with desk.app.app_context():
            barrier.wait()
            while work.run_next(f"w{name}"):
                pass

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(worker, range(6)))
    assert [job(desk, number).state for number in numbers] == ["done"] * 12
    assert [result for number in numbers for _, result, _ in results(desk, number)] == ["added"] * 12
    assert len(articles(desk, project)) == 12


def test_a_job_is_taken_over_when_its_worker_shows_no_sign_of_life(
    desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch, seen: Callable[..., None]
) -> None:
    number = start(desk, project, *texts(desk, project, 5))
    interrupt(monkeypatch, 3, killed)
    with pytest.raises(Killed):
        run(desk, "first")
    assert (job(desk, number).state, job(desk, number).done) == ("running", 3)
    seen(number, 29)
    assert not run(desk, "second")
    seen(number, 31)
    assert run(desk, "second")
    assert job(desk, number).taken_by == "second"
    assert_each_is_in_once(desk, project, number, 5)


def test_an_item_at_which_worker_after_worker_dies_is_refused_and_the_rest_goes_on(
    desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch, seen: Callable[..., None]
) -> None:
    number = start(desk, project, *texts(desk, project, 3))
    prepare = ingest.prepare

    def deadly(draft: ingest.Draft, fallback: str) -> ingest.Prepared:
        if draft.file_name == "1.txt":
            raise Killed
        return prepare(draft, fallback)

    monkeypatch.setattr(ingest, "prepare", deadly)
    for _ in range(import_runs.TRIES + 1):  # the first of them did the item before
        with pytest.raises(Killed):
            run(desk)
        seen(number, 31)
    assert run(desk)
    assert [(result, message) for _, result, message in results(desk, number)] == [
        ("added", ""), ("refused", "Reading it ended the program several times."), ("added", ""),
    ]  # fmt: skip
    assert job(desk, number).result == {"added": 2, "duplicate": 0, "refused": 1}


def test_a_sign_of_life_from_the_future_counts_for_nothing(desk: Desk, project: int, seen: Callable[..., None]) -> None:
    number = start(desk, project, *texts(desk, project, 2))
    seen(number, -86_400, state="running", taken_by="before the clock was set back")
    assert run(desk)
    assert_each_is_in_once(desk, project, number, 2)


def test_a_worker_that_lost_its_job_writes_nothing_more(
    desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch, seen: Callable[..., None]
) -> None:
    number = start(desk, project, *texts(desk, project, 4))

    def second_does_all() -> None:
        seen(number, 31)
        thread = threading.Thread(target=lambda: run(desk, "second"))
        thread.start()
        thread.join()

    interrupt(monkeypatch, 2, second_does_all)
    assert run(desk, "first")
    assert_each_is_in_once(desk, project, number, 4)
    assert job(desk, number).taken_by == "second"


@pytest.mark.parametrize("fault", [Raced("another was first"), DatabaseBusy("locked")])
def test_a_busy_database_is_asked_again(
    desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setattr(import_runs, "PAUSE_SECONDS", 0.01)
    number = start(desk, project, *texts(desk, project, 3))
    add = ingest.store
    faults = [fault, fault]

    def sometimes(*facts: Any) -> Any:
        article = add(*facts)
        if faults:
            raise faults.pop()
        return article

    monkeypatch.setattr(ingest, "store", sometimes)
    run(desk)
    assert not faults
    assert_each_is_in_once(desk, project, number, 3)


def test_a_database_that_stays_busy_ends_the_worker_and_leaves_the_job(
    desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch, seen: Callable[..., None]
) -> None:
    monkeypatch.setattr(import_runs, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(import_runs, "BUSY_SECONDS", 0.05)
    number = start(desk, project, *texts(desk, project, 2))

    def busy(*_: Any) -> None:
        raise DatabaseBusy("locked")

    monkeypatch.setattr(ingest, "store", busy)
    with pytest.raises(DatabaseBusy):
        run(desk)
    assert job(desk, number).state == "running"
    monkeypatch.undo()
    seen(number, 31)
    run(desk)
    assert_each_is_in_once(desk, project, number, 2)


def test_an_error_of_the_program_fails_the_job_and_is_logged(
    desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    number = start(desk, project, *texts(desk, project, 3))
    interrupt(monkeypatch, 1, lambda: 1 / 0)
    with caplog.at_level(logging.ERROR):
        assert run(desk)
    assert "ZeroDivisionError" in caplog.text
    after = job(desk, number)
    assert after.state == "failed"
    assert after.result == {"added": 1, "duplicate": 0, "refused": 0, "message": work.FAILED}
    assert after.finished_at is not None
    assert (len(articles(desk, project)), count(desk, JobItem), count(desk, Upload)) == (1, 1, 0)
    assert not run(desk)


def test_j10_a_worker_that_is_told_to_stop_ends_after_the_item_and_gives_the_job_back(
    desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = start(desk, project, *texts(desk, project, 4))
    stop = threading.Event()
    interrupt(monkeypatch, 1, stop.set)
    with desk.app.app_context():
        work.run_all("first", stop, wait=True)
    after = job(desk, number)
    assert (after.state, after.done, after.taken_by, len(articles(desk, project))) == ("waiting", 2, None, 2)
    assert run(desk, "second")
    assert_each_is_in_once(desk, project, number, 4)


def test_a_worker_that_waits_finds_what_comes_later(desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "WAIT_SECONDS", 0.01)
    stop = threading.Event()

    def waiting() -> None:
        with desk.app.app_context():
            work.run_all(stop=stop, wait=True)

    thread = threading.Thread(target=waiting)
    thread.start()
    number = start(desk, project, *texts(desk, project, 1))
    until(lambda: job(desk, number).state == "done")
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)


def test_a_long_item_does_not_look_like_a_dead_worker(
    desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch, seen: Callable[..., None]
) -> None:
    monkeypatch.setattr(turns, "BEAT_SECONDS", 0.02)
    number = start(desk, project, *texts(desk, project, 1))

    def long() -> None:
        seen(number, 31)
        until(lambda: (datetime.now(UTC) - (job(desk, number).seen_at or datetime.now(UTC))).total_seconds() < 5)

    interrupt(monkeypatch, 0, long)
    run(desk)
    assert_each_is_in_once(desk, project, number, 1)


def test_the_heart_of_a_lost_job_beats_for_nobody(desk: Desk, project: int, seen: Callable[..., None]) -> None:
    number = start(desk, project, *texts(desk, project, 1))
    with desk.inside():
        jobs.take("second", work.BACKGROUND)
    seen(number, 20)
    then = job(desk, number).seen_at
    with desk.app.app_context():
        Turn(number, "first")._show_life(db.engine)
    assert job(desk, number).seen_at == then
    with desk.app.app_context():
        Turn(number, "second")._show_life(db.engine)
    assert job(desk, number).seen_at != then


def test_a_worker_of_this_machine_is_known_to_be_dead() -> None:
    own = worker_name()
    assert not is_dead(own)
    host, _, rest = own.partition(":")
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    assert is_dead(f"{host}:{child}:{rest.partition(':')[2]}")
    assert not is_dead(f"elsewhere:{child}:abc")
    assert not is_dead("nonsense")


@pytest.fixture
def watching(desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[watch.Watch]:
    """Watch the test's database as a server process does."""
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", database_url)
    monkeypatch.setenv("ANNOTATOR_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.1)
    with desk.app.app_context():
        watched = watch.Watch(db.engine)
    watched.start()
    try:
        yield watched
    finally:
        watched.stop()
        if watched.child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(watched.child.pid, signal.SIGKILL)
            watched.child.wait()


def test_a_job_that_is_there_gets_a_process_which_ends_when_it_is_done(
    desk: Desk, project: int, watching: watch.Watch
) -> None:
    time.sleep(0.5)
    assert watching.child is None, "nothing runs while nothing is to be done"
    number = start(desk, project, *texts(desk, project, 3))
    watching.look_soon()
    until(lambda: job(desk, number).state == "done")
    assert_each_is_in_once(desk, project, number, 3)
    until(lambda: watching.child is None)


def test_a_killed_process_is_replaced_and_every_article_is_in_once(
    desk: Desk, project: int, watching: watch.Watch, seen: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "AFTER_FAILURE_SECONDS", 0.1)
    total = 400
    rows = "".join(f'"Claim {number} stands here. And another one."\n' for number in range(total))
    number = start(desk, project, stage(desk, project, "a.csv", f"text\n{rows}".encode()))
    until(lambda: job(desk, number).done > 5)
    child = watching.child
    assert child is not None
    os.killpg(child.pid, signal.SIGKILL)
    until(lambda: child.poll() is not None)
    done = job(desk, number).done
    assert done < total
    assert job(desk, number).state == "running"
    seen(number, 31)
    until(lambda: job(desk, number).state == "done")
    assert_each_is_in_once(desk, project, number, total)


def test_a_process_that_is_told_to_stop_gives_its_job_back(desk: Desk, project: int, watching: watch.Watch) -> None:
    rows = "".join(f'"Claim {number} stands here. And another one."\n' for number in range(2_000))
    number = start(desk, project, stage(desk, project, "a.csv", f"text\n{rows}".encode()))
    until(lambda: job(desk, number).done > 5)
    child = watching.child
    watching.stop()
    assert child is not None
    assert child.returncode == 0
    after = job(desk, number)
    assert (after.state, after.taken_by) == ("waiting", None)
    assert after.done == count(desk, JobItem) == len(articles(desk, project)) < 2_000


def test_jobs_of_unknown_kinds_are_left_alone(desk: Desk, project: int) -> None:
    with desk.inside() as session:
        session.add(Job(kind="another", project_id=project, order={}, result={}, created_at=datetime.now(UTC)))
    assert not run(desk)
    with desk.app.app_context(), transaction(writes=False):
        assert not jobs.is_any_free(db.session.connection(), work.BACKGROUND)
