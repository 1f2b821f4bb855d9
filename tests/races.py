"""Requests that come at the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from annotator.storage.database import Raced, db
from tests.desk import Desk

PATIENCE = 60


def at_once(desk: Desk, *jobs: Callable[[], Any]) -> list[Any]:
    """Run all jobs at the same moment; a lost race is run again, as a request is. Returns what each gave or raised."""
    barrier, answers = Barrier(len(jobs)), list[Any]([None] * len(jobs))

    def run(place: int, job: Callable[[], Any]) -> None:
        barrier.wait(PATIENCE)
        for _ in range(3):
            try:
                answers[place] = job()
            except Raced as error:
                answers[place] = error
                continue
            except Exception as error:  # noqa: BLE001 - the test judges it, and a thread would swallow it
                answers[place] = error
            break
        with desk.app.app_context():
            db.session.remove()

    threads = [Thread(target=run, args=(place, job)) for place, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return answers
