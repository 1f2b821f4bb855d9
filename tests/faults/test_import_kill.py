"""An import that is killed goes on where it was: every article once, its claims whole. `make soak` does 2,000."""

import os
import signal
import time
from pathlib import Path

from annotator.services import imports
from benchmarks.articles import article, write_articles
from benchmarks.import_kills import begin, differences, furnish, import_through_kills
from benchmarks.ledger import read
from benchmarks.server import Server
from tests.desk import Desk

COUNT, KILLS = 300, 3
"""Seconds of work, so that even a busy machine meets the command before its end."""


def test_j01_a_killed_import_goes_on_and_every_article_is_in_once(database_url: str, tmp_path: Path) -> None:
    furnish(database_url)
    folder = tmp_path / "articles"
    write_articles(folder, COUNT)
    printed = import_through_kills(tmp_path / "instance", database_url, folder, KILLS)
    assert printed.startswith("Going on with import 1: ")
    assert f" of {COUNT} were done\n" in printed
    assert f"Added {COUNT}; 0 were there already; 0 refused.\n" in printed
    assert printed.count("\nadded ") == COUNT
    assert differences(database_url, COUNT) == []
    assert differences(database_url, COUNT + 1) != []


def test_j10_an_import_that_is_told_to_stop_says_how_far_it_is_and_goes_on(database_url: str, tmp_path: Path) -> None:
    furnish(database_url)
    folder = tmp_path / "articles"
    write_articles(folder, COUNT)
    process = begin(tmp_path / "instance", database_url, folder, "--quiet")
    while read(database_url, "SELECT count(*) FROM job_item") == [(0,)]:
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGTERM)
    printed, _ = process.communicate(timeout=60)
    ((state, done, total),) = read(database_url, "SELECT state, done, total FROM job")
    assert (process.returncode, state, total) == (1, "waiting", COUNT)
    assert f"Stopped: {done} of {COUNT} are done. The same command goes on." in printed
    assert read(database_url, "SELECT count(*) FROM article") == [(done,)]
    assert f"Added {COUNT};" in import_through_kills(tmp_path / "instance", database_url, folder, 0)
    assert differences(database_url, COUNT) == []


def test_a_server_runs_an_import_that_was_started_on_a_page(desk: Desk, database_url: str, tmp_path: Path) -> None:
    desk.person("admin")  # or the first start would load the sample
    project = desk.project("trial")
    (tmp_path / "instance").mkdir()
    with Server(tmp_path / "instance", database_url) as server:
        with desk.inside():
            sources = [
                imports.Source(upload_id=imports.stage(project, None, f"{number}.txt", article(number).encode()).id)
                for number in range(20)
            ]
            imports.start(project, None, sources)
        end = time.monotonic() + 60
        while read(database_url, "SELECT state FROM job") != [("done",)]:
            assert time.monotonic() < end, server.log()
            time.sleep(0.05)
        assert differences(database_url, 20) == []
        server.stop()
        assert server.log().count("Traceback") == 0
