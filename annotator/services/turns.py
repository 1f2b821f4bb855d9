"""A worker's turn at a job: it shows signs of life while the work goes on, and ends when the job is taken away."""

import contextlib
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from annotator.storage import jobs
from annotator.storage.database import connection, db

BEAT_SECONDS = 5.0


class JobGone(RuntimeError):
    """The job was cancelled, or another worker has it; nothing more may be written for it."""


class JobFailed(RuntimeError):
    """The job cannot go on; the message is one clear sentence."""


class Stopped(RuntimeError):
    """The worker was told to stop; the job goes back."""


@dataclass
class Turn:
    """What a runner of jobs works with. `stop` is set when the process is told to end; `told` hears of progress."""

    job_id: int
    worker: str
    stop: threading.Event = field(default_factory=threading.Event)
    told: Callable[[int], None] = lambda _done: None

    def hold(self, **facts: int) -> None:
        """Note `done` or `total` in the transaction under way; raises JobGone if the job is not ours any more.

        On PostgreSQL the row stays locked until the commit: whoever takes the job then sees what this turn has done.
        """
        if not jobs.hold(connection(), self.job_id, self.worker, **facts):
            raise JobGone

    def pause(self) -> None:
        """Raise Stopped if the process was told to stop: called where the work can be broken off."""
        if self.stop.is_set():
            raise Stopped

    @contextlib.contextmanager
    def beating(self) -> Iterator[None]:
        """Show a sign of life every few seconds, however long one item takes."""
        over = threading.Event()
        thread = threading.Thread(target=self._beat, args=(db.engine, over), name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _beat(self, engine: Engine, over: threading.Event) -> None:
        while not over.wait(BEAT_SECONDS):
            # One that fails is made up for by the next; if none gets through, another worker takes over.
            with contextlib.suppress(DBAPIError):
                self._show_life(engine)

    def _show_life(self, engine: Engine) -> None:
        with engine.connect().execution_options(writes=True) as bind, bind.begin():
            jobs.hold(bind, self.job_id, self.worker)


def worker_name() -> str:
    """Return a name that no other worker has; it tells the machine and the process."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def is_dead(worker: str) -> bool:
    """Tell whether a worker is known to be dead: it was a process of this machine that is no more."""
    host, _, rest = worker.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
