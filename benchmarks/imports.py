"""Measures the import of a folder of short articles through the command line: articles a second, and peak memory.

Memory is the largest resident size that the importing process, or a child of it, ever had; text files need no child.
"""

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import click

from benchmarks.articles import write_articles
from benchmarks.import_kills import begin, differences, furnish
from benchmarks.ledger import read
from tests.postgresql import Cluster

MEGABYTE = 1024 * 1024
TIMES = "SELECT count(*), min(done_at), max(done_at) FROM job_item"


@dataclass(frozen=True)
class Measured:
    """What one import took. `rate` leaves out the start of the command."""

    articles: int
    seconds: float
    rate: float
    peak_megabytes: float
    cpu_seconds: float


def measure(database_url: str, place: Path, count: int) -> Measured:
    """Import `count` articles into a fresh instance; raises if not each is in once."""
    furnish(database_url)
    write_articles(place / "articles", count)
    started = datetime.now().astimezone()
    process = begin(place / "instance", database_url, place / "articles", "--quiet")
    printed = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = (datetime.now().astimezone() - started).total_seconds()
    process.communicate()
    if process.returncode:
        raise click.ClickException(printed)
    if wrong := differences(database_url, count):
        raise click.ClickException("\n".join(wrong[:20]))
    ((_, first, last),) = read(database_url, TIMES)
    working = (_moment(last) - _moment(first)).total_seconds()
    return Measured(
        articles=count,
        seconds=round(seconds, 1),
        rate=round((count - 1) / working, 1),
        peak_megabytes=round(usage.ru_maxrss * 1024 / MEGABYTE, 1),
        cpu_seconds=round(usage.ru_utime + usage.ru_stime, 1),
    )


def _moment(value: str | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def sizes_in(_context: click.Context, _option: click.Parameter, value: str) -> list[int]:
    """Read numbers between commas."""
    try:
        return [int(number) for number in value.split(",")]
    except ValueError as error:
        raise click.BadParameter("numbers between commas") from error


@click.command()
@click.option(
    "--sizes", default="100,1000,10000", show_default=True, callback=sizes_in, help="Articles of each import."
)
@click.option("--postgresql", is_flag=True, help="On a throw-away PostgreSQL instead of SQLite.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def main(sizes: list[int], *, postgresql: bool, as_json: bool) -> None:
    """Measure imports of several sizes, each into an instance of its own."""
    if not as_json:
        print("articles  seconds  articles/s  peak MB  CPU seconds")
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            if postgresql:
                with Cluster() as cluster:
                    found = measure(cluster.create_database("imports"), Path(folder), count)
            else:
                found = measure(f"sqlite:///{folder}/imports.sqlite", Path(folder), count)
        facts = found.articles, found.seconds, found.rate, found.peak_megabytes, found.cpu_seconds
        print(json.dumps(asdict(found)) if as_json else "{:>8}  {:>7}  {:>10}  {:>7}  {:>11}".format(*facts))


if __name__ == "__main__":
    main()
