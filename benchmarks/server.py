"""A real server, `annotator run`, on an instance of its own: started, watched, stopped and killed."""

import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import psutil

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-c", "from annotator.cli import main; main()"]
# Below the ports that systems give to clients: one of those could connect to itself while the server is down.
PORTS = range(20_000, 30_000)
START_SECONDS = 60
# Waits for the end of a pipe, which comes however this process ends, and leaves no server behind.
GUARD = 'cat >/dev/null; kill -9 "-$1" 2>/dev/null; true'


class Server:
    """One server in a process group of its own; `with` starts it and ends every process of it."""

    def __init__(self, instance: Path, database_url: str) -> None:
        """Keep where the instance lies; nothing is started yet."""
        self.instance, self.database_url, self.port = instance, database_url, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End it, whatever state it is in."""
        self.kill()

    def start(self) -> float:
        """Start the server and return the seconds until it has answered with its first page."""
        settings = {"ANNOTATOR_INSTANCE": str(self.instance), "ANNOTATOR_DATABASE_URL": self.database_url}
        begun = time.perf_counter()
        with (self.instance / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "run", "--port", str(self.port)],
                cwd=ROOT,
                env={**os.environ, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.guard = subprocess.Popen(
            ["sh", "-c", GUARD, "guard", str(self.process.pid)], stdin=subprocess.PIPE, start_new_session=True
        )
        while not self._answers():
            if self.process.poll() is not None or time.perf_counter() - begun > START_SECONDS:
                raise RuntimeError(f"the server did not start:\n{self.log()}")
            time.sleep(0.005)
        return time.perf_counter() - begun

    def stop(self) -> None:
        """Stop the server in good order, as Ctrl+C does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=40)
            self._forget()

    def kill(self) -> None:
        """Kill every process of the server with -9; returns when the port is free again."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._forget()
        while is_open(self.port):
            time.sleep(0.005)

    def _forget(self) -> None:
        self.process = None
        if self.guard is not None:
            self.guard.communicate()
            self.guard = None

    def log(self) -> str:
        """Return the end of what the server has printed."""
        return (self.instance / "server.log").read_text(errors="replace")[-4000:]

    def cpu_seconds(self) -> float:
        """Return the processor time that the running processes have used, in user and system mode."""
        return float(sum(times.user + times.system for times in (process.cpu_times() for process in self._processes())))

    def memory(self) -> int:
        """Return the bytes that all processes hold, pages that they share counted once (PSS)."""
        return sum(int(process.memory_full_info().pss) for process in self._processes())

    def _processes(self) -> list[psutil.Process]:
        assert self.process is not None, "not started"
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/sign-in")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()


def free_port() -> int:
    """Return a port of this machine on which nothing listens."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def is_open(port: int) -> bool:
    """Tell whether something on this machine accepts connections at `port`."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
