"""The processes that run jobs beside the web server: each server process watches for jobs and starts one child.

A child ends when no job is left, so that nothing is in memory while nothing is to be done. Two that are started for
the same job do no harm: it is taken once.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from annotator.services.work import BACKGROUND
from annotator.storage import jobs

LOOK_SECONDS = 2.0
COMMIT_SECONDS = 0.2
"""How long the request that started a job is given to commit."""
AFTER_FAILURE_SECONDS = 30.0
GRACE_SECONDS = 10.0
COMMAND = (sys.executable, "-m", "annotator", "work")


@dataclass
class Watch:
    """Watches for jobs in a thread of its own, and runs them in a child."""

    engine: Engine
    command: tuple[str, ...] = COMMAND
    child: "subprocess.Popen[bytes] | None" = None
    _soon: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._thread = threading.Thread(target=self._watch, name="watch for jobs", daemon=True)
        self._thread.start()

    def look_soon(self) -> None:
        """Look for a job as soon as the request under way has committed."""
        self._soon.set()

    def stop(self) -> None:
        """Stop watching, and let the child give its job back and end."""
        self._over.set()
        self._soon.set()
        if self._thread is not None:
            self._thread.join(GRACE_SECONDS)
        if self.child is not None and self.child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(GRACE_SECONDS)

    def _watch(self) -> None:
        quiet_until = 0.0
        pause = random.uniform(0, LOOK_SECONDS)  # noqa: S311 (so that the server's processes do not look all at once)
        while not self._over.is_set():
            if self._soon.wait(pause):
                self._soon.clear()
                self._over.wait(COMMIT_SECONDS)
            pause = LOOK_SECONDS
            if self.child is not None:
                code = self.child.poll()
                if code is None:
                    continue
                self.child = None
                quiet_until = time.monotonic() + AFTER_FAILURE_SECONDS if code else 0.0
            if time.monotonic() >= quiet_until and not self._over.is_set() and self._is_any_free():
                self.child = subprocess.Popen(  # noqa: S603 (our own command)
                    self.command, stdin=subprocess.DEVNULL, start_new_session=True
                )

    def _is_any_free(self) -> bool:
        with contextlib.suppress(DBAPIError), self.engine.connect() as bind:
            return jobs.is_any_free(bind, BACKGROUND)
        return False


_watch: Watch | None = None


def begin(engine: Engine) -> None:
    """Watch for jobs from this process on."""
    global _watch  # noqa: PLW0603 (a process has one)
    _watch = Watch(engine)
    _watch.start()


def look_soon() -> None:
    """Tell this process that a job was just made; without a watch another process finds it."""
    if _watch is not None:
        _watch.look_soon()


def end() -> None:
    """Stop watching, before the process ends."""
    if _watch is not None:
        _watch.stop()
