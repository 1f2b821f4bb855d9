"""Run jobs: take one that is free, do it, and end it in good order. The one place that catches whatever goes wrong."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from annotator.services import import_runs
from annotator.services.turns import JobFailed, JobGone, Stopped, Turn, worker_name
from annotator.storage import import_results, jobs
from annotator.storage.database import DatabaseBusy, db, transaction
from annotator.storage.jobs import STALE_SECONDS, Job

logger = logging.getLogger("annotator.work")

WAIT_SECONDS = 2.0
FAILED = "The import stopped at an error of the program. What is in stays in; the log of the server says more."

RUNNERS: Mapping[str, Callable[[Turn], None]] = MappingProxyType(
    {import_runs.KIND: import_runs.run, import_runs.COMMAND_KIND: import_runs.run}
)
BACKGROUND = frozenset({import_runs.KIND})
"""What any worker may take. A command's own import names files of its machine, so only that command goes on with it."""


def run_next(worker: str, stop: threading.Event | None = None, *, stale_seconds: float = STALE_SECONDS) -> bool:
    """Take a waiting or abandoned job and run it to its end; False if there is none."""
    with transaction():
        job_id = jobs.take(worker, BACKGROUND, stale_seconds=stale_seconds)
    if job_id is None:
        return False
    run(Turn(job_id, worker, stop or threading.Event()))
    return True


def run_all(worker: str = "", stop: threading.Event | None = None, *, wait: bool = False) -> None:
    """Run jobs until none is left; with `wait` look for more until `stop` is set."""
    stop = stop or threading.Event()
    worker = worker or worker_name()
    while not stop.is_set():
        if not run_next(worker, stop):
            if not wait:
                return
            stop.wait(WAIT_SECONDS)


def run(turn: Turn) -> None:
    """Run the job that `turn` has taken. Told to stop, it gives the job back; what is done stays done."""
    try:
        with turn.beating():
            with transaction(writes=False):
                kind = db.session.get_one(Job, turn.job_id).kind
            RUNNERS[kind](turn)
    except JobGone:
        logger.info("job %s was cancelled or taken over", turn.job_id)
    except Stopped:
        with transaction():
            jobs.release(turn.job_id, turn.worker, "waiting", {})
    except DatabaseBusy:
        raise  # nothing can be written now: the job is taken again when it has shown no sign of life for a while
    except JobFailed as error:
        with transaction():
            _end(turn, "failed", {"message": str(error)})
    except Exception:
        logger.exception("job %s failed", turn.job_id)
        with transaction():
            _end(turn, "failed", {"message": FAILED})
    else:
        with transaction():
            _end(turn, "done", {})


def _end(turn: Turn, state: str, result: dict[str, Any]) -> None:
    """End the job, with the count of its items; the files that it was made of are removed."""
    counts = asdict(import_results.counts_of([turn.job_id])[turn.job_id])
    if jobs.release(turn.job_id, turn.worker, state, counts | result):
        jobs.remove_uploads(turn.job_id)
