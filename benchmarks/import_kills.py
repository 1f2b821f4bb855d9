"""Kills `annotator import` with -9 in the middle and starts it again: every article must be in exactly once.

The command runs as people run it, on a folder of invented articles; `make soak` does this with 2,000 of them.
"""

import json
import os
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from annotator import paths
from annotator.app import create_app
from annotator.services import migrations
from annotator.settings import Settings
from annotator.storage.database import db
from benchmarks.articles import article, write_articles
from benchmarks.ledger import damage, read
from benchmarks.server import COMMAND, ROOT
from tests.desk import Desk
from tests.postgresql import Cluster

SECONDS = 600
"""For one run of the command."""
KEY = "of-this-process-only-0123456789-abcdef"
DONE = "SELECT coalesce(max(done), 0), coalesce(max(total), 0) FROM job"
ARTICLES = "SELECT id, text, text_sha256 FROM article ORDER BY id"
CLAIMS = "SELECT article_id, start_offset, end_offset, quote FROM claim ORDER BY article_id, start_offset"
EVENTS = "SELECT subject_id, detail FROM event WHERE what = 'article added' ORDER BY subject_id"
ITEMS = "SELECT position, result, article_id FROM job_item ORDER BY id"
JOBS = "SELECT state, done, total FROM job"
UPLOADS = "SELECT id FROM upload"


def furnish(database_url: str) -> None:
    """Make the schema and a project called `trial`."""
    app = create_app(Settings(database_url=database_url, secret_key=KEY))
    with app.app_context():
        migrations.upgrade(paths.migrations())
    Desk(app).project("trial")
    with app.app_context():
        db.engine.dispose()


def begin(instance: Path, database_url: str, folder: Path, *options: str) -> "subprocess.Popen[str]":
    """Start the command in a process group of its own."""
    settings = {
        "ANNOTATOR_INSTANCE": str(instance),
        "ANNOTATOR_DATABASE_URL": database_url,
        "ANNOTATOR_SECRET_KEY": KEY,
    }
    return subprocess.Popen(
        [*COMMAND, "import", "trial", str(folder), "--language", "en", *options],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def import_through_kills(instance: Path, database_url: str, folder: Path, kills: int) -> str:
    """Kill the command `kills` times, each time after some more articles, then let it end; return what it printed."""
    for _ in range(kills):
        process = begin(instance, database_url, folder)
        try:
            _wait_for_more(process, database_url, random.randint(1, 8))
            time.sleep(random.uniform(0, 0.05))
        finally:
            _kill(process)
        if process.returncode == 0:
            raise RuntimeError("the import ended before it could be killed")
    process = begin(instance, database_url, folder)
    try:
        printed, _ = process.communicate(timeout=SECONDS)
    finally:
        _kill(process)
    if process.returncode:
        raise RuntimeError(f"the command ended with {process.returncode}:\n{printed[-2000:]}")
    return printed


def _kill(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()  # which closes the pipe, too


def _wait_for_more(process: "subprocess.Popen[str]", database_url: str, more: int) -> None:
    """Wait until some more articles are done, so that every kill meets the command at work."""
    ((before, _),) = read(database_url, DONE)
    end = time.monotonic() + SECONDS
    while read(database_url, DONE)[0][0] < before + more:
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the import ended before it could be killed")
        time.sleep(0.005)


def differences(database_url: str, count: int) -> list[str]:
    """Say in sentences what is wrong with an import of `count` articles: lost, doubled, torn, not noted."""
    rows = read(database_url, ARTICLES)
    texts = {number: text for number, text, _ in rows}
    wanted = Counter(article(number) for number in range(count))
    items = read(database_url, ITEMS)
    added = [article_id for _, result, article_id in items if result == "added"]
    return [
        *([] if Counter(texts.values()) == wanted else [f"{len(texts)} articles are in, not each of {count} once"]),
        *_wrong_claims(database_url, texts),
        *([] if [position for position, _, _ in items] == list(range(count)) else ["items are missing or doubled"]),
        *([] if sorted(added) == sorted(texts) else ["the items do not name each article once"]),
        *([] if read(database_url, JOBS) == [("done", count, count)] else [f"jobs: {read(database_url, JOBS)}"]),
        *([] if not read(database_url, UPLOADS) else ["uploads were left"]),
        *damage(database_url),
    ]


def _wrong_claims(database_url: str, texts: dict[int, str]) -> Iterator[str]:
    """Hold the claims to the texts that they stand in, and their number to what the audit trail says."""
    found: Counter[int] = Counter()
    for number, start, end, quote in read(database_url, CLAIMS):
        found[number] += 1
        if texts[number][start:end] != quote:
            yield f"article {number} has another text at {start}–{end} than its claim"
    told = {number: _detail(detail)["claims"] for number, detail in read(database_url, EVENTS)}
    if told != dict(found):
        yield "articles have other numbers of claims than were added with them"


def _detail(detail: Any) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(detail) if isinstance(detail, str) else detail
    return value


def trial(database_url: str, place: Path, count: int, kills: int) -> None:
    """Run the whole trial on one database, and fail if anything is wrong."""
    furnish(database_url)
    write_articles(place / "articles", count)
    import_through_kills(place / "instance", database_url, place / "articles", kills)
    if wrong := differences(database_url, count):
        raise click.ClickException("\n".join(wrong[:20]))


@click.command()
@click.option("--articles", default=2_000, show_default=True, type=click.IntRange(100, 100_000), help="Articles.")
@click.option("--kills", default=10, show_default=True, type=click.IntRange(1, 1000), help="Kills on each database.")
def main(articles: int, kills: int) -> None:
    """Kill an import again and again on SQLite and on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        trial(f"sqlite:///{folder}/kills.sqlite", Path(folder), articles, kills)
    print(f"SQLite: {kills} kills, {articles} articles, each in once with its claims")
    with tempfile.TemporaryDirectory() as folder, Cluster() as cluster:
        trial(cluster.create_database("kills"), Path(folder), articles, kills)
    print(f"PostgreSQL: {kills} kills, {articles} articles, each in once with its claims")


if __name__ == "__main__":
    main()
