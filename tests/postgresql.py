"""A PostgreSQL cluster of a test run's own: reached by a socket in its folder, gone when the run ends."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import psutil
import psycopg
import pytest
from psycopg import sql

DEBIAN = Path("/usr/lib/postgresql")
OWNER = "annotator"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "80",
    # A test kills the server, never the machine, so what the server wrote is kept without waiting for the disk.
    "fsync": "off",
    "full_page_writes": "off",
}
# Lives in a process of its own and waits for the end of a pipe, which comes however the test run ends.
CLEANER = """
cat >/dev/null
if pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null; then
    for _ in $(seq 200); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
fi
rm -rf "$1"
"""


def programs() -> Path:
    """Return the folder of the server's programs, the newest if there are several."""
    debian = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    if found is None:
        raise FileNotFoundError("PostgreSQL's server programs are missing: see tests/prerequisites.sh")
    return Path(found).resolve().parent


class Cluster:
    """One server with trust for its owner alone; `with` starts it and leaves nothing behind."""

    def __init__(self) -> None:
        self.programs = programs()
        # As root the server must run as somebody else; that account owns the folder and everything in it.
        self.account: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        self.folder = Path(tempfile.mkdtemp(prefix="annotator-pg-"))
        if self.account:
            shutil.chown(self.folder, **self.account)
        self.data = self.folder / "data"
        self.environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        self.cleaner = self._start_cleaner()
        self._call("initdb", "--no-sync", "--no-locale", "--encoding=UTF8", "--auth=trust", f"--username={OWNER}")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def start(self) -> None:
        """Start the server, or start it again; returns when it accepts connections and its recovery is over."""
        settings = {**SETTINGS, "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._call("pg_ctl", "start", "--wait", f"--log={self.folder / 'log'}", f"--options={options}")

    def stop(self) -> None:
        """Stop the server in good order; the data stay."""
        self._call("pg_ctl", "stop", "--wait", "--mode=fast")

    def kill9(self) -> None:
        """Kill the server and each of its processes, as an empty battery would; the data stay."""
        server = psutil.Process(self._pid())
        server.suspend()  # or it would start another process between the look and the kill
        processes = [server, *server.children(recursive=True)]
        for process in processes:
            process.kill()
        # Until the system has collected a dead process, its entry makes the lock files pass for a running server's.
        _, left = psutil.wait_procs(processes, timeout=30)
        if left:
            raise TimeoutError(f"killed, but still there: {left}")

    def remove(self) -> None:
        """Stop the server in whatever state it is and delete its folder."""
        if self.cleaner.stdin is not None:
            self.cleaner.stdin.close()
        self.cleaner.wait(timeout=60)

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database as ANNOTATOR_DATABASE_URL wants it."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database and return its address; as a copy of `template`, to which nobody may be connected."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._run_sql(statement.format(sql.Identifier(name), sql.Identifier(template or "template1")))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, whoever is connected to it."""
        self._run_sql(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run_sql(self, statement: sql.Composed) -> None:
        with psycopg.connect(host=str(self.folder), user=OWNER, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def _pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def _call(self, program: str, *arguments: str) -> None:
        # The output goes to a file, because the server would hold a pipe open for as long as it runs.
        with (self.folder / "output").open("w+") as output:
            finished = subprocess.run(
                [self.programs / program, f"--pgdata={self.data}", *arguments],
                check=False,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                **self.account,
            )
            if finished.returncode:
                output.seek(0)
                raise RuntimeError(f"{program} failed:\n{output.read()}\n{self._log()}")

    def _log(self) -> str:
        log = self.folder / "log"
        return log.read_text()[-4000:] if log.exists() else ""

    def _start_cleaner(self) -> subprocess.Popen[bytes]:
        # In a session of its own, Ctrl+C in the terminal of the tests does not reach it.
        return subprocess.Popen(
            ["sh", "-c", CLEANER, "cleaner", self.folder],
            cwd="/",
            stdin=subprocess.PIPE,
            start_new_session=True,
            **self.account,
        )


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """Give a running cluster; each worker of a parallel run has its own."""
    with Cluster() as cluster:
        yield cluster
