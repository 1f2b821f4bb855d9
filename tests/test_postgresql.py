"""The cluster that the tests themselves stand on: it survives a kill and leaves nothing behind."""

import subprocess
import sys
import time
from pathlib import Path

import psycopg

from tests.postgresql import OWNER, Cluster

ABANDON = """
import os, signal
from tests.postgresql import Cluster
cluster = Cluster()
cluster.start()
print(cluster.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def connect(cluster: Cluster, database: str) -> psycopg.Connection:
    return psycopg.connect(host=str(cluster.folder), user=OWNER, dbname=database, autocommit=True)


def test_a_database_can_be_a_copy_and_outlives_kill_9() -> None:
    with Cluster() as cluster:
        cluster.create_database("first")
        with connect(cluster, "first") as connection:
            connection.execute("CREATE TABLE note AS SELECT 'kept' AS word")
        cluster.create_database("copy", template="first")
        cluster.kill9()
        cluster.start()
        with connect(cluster, "copy") as connection:
            assert connection.execute("SELECT word FROM note").fetchone() == ("kept",)
        cluster.stop()
        cluster.start()
        cluster.drop_database("copy")
    assert not cluster.folder.exists()


def test_a_killed_test_run_leaves_no_server_and_no_folder() -> None:
    run = subprocess.run([sys.executable, "-c", ABANDON], capture_output=True, text=True, check=False, timeout=60)
    folder = Path(run.stdout.strip())
    assert folder.name.startswith("annotator-pg-"), run.stderr
    deadline = time.monotonic() + 20
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()
