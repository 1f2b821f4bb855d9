"""Drives the annotate page in Chromium: how long until a key's effect is painted, and what a visit costs the wire.

A time runs from the moment of the key press to the frame that shows its effect. "Saved" is on screen only after the
server has stored the verdict, so that time holds the way to the disk as well.
"""

import itertools
import json
import math
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from annotator import paths
from annotator.app import create_app
from annotator.services import migrations
from annotator.settings import Settings
from annotator.storage.database import db
from benchmarks.articles import long_article
from benchmarks.imports import sizes_in
from benchmarks.server import Server
from tests.browser.conftest import FLAGS, PROGRAMS
from tests.desk import Desk, Somebody
from tests.postgresql import Cluster

SAMPLES, WARM_UP = 90, 10
LABELS = (("1", "sourced"), ("2", "attributed"), ("3", "editorial"))
"""The keys of the shipped codebook's labels, and how the page draws what they choose."""
WATCH = Path(__file__).with_name("annotate_watch.js")
COST = {"ScriptDuration": "script", "RecalcStyleDuration": "style", "LayoutDuration": "layout"}

Facts = dict[str, float]


def furnish(database_url: str, sizes: list[int]) -> tuple[Somebody, dict[int, int]]:
    """Fill the database with a reviewer and an article of each size; return the articles' ids by size."""
    app = create_app(Settings(database_url=database_url, secret_key="of-this-process-only-0123456789-abcdef"))
    with app.app_context():
        migrations.upgrade(paths.migrations())
    desk = Desk(app)
    project = desk.project("trial")
    reviewer, articles = desk.member(project), dict[int, int]()
    for size in sizes:
        articles[size] = desk.article(project, long_article(size))
        if len(desk.claims(articles[size])) != size:
            raise RuntimeError(f"an article of {size} claims was cut into {len(desk.claims(articles[size]))}")
    with app.app_context():
        db.engine.dispose()
    return reviewer, articles


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the system's Chromium."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise click.ClickException("Chromium is missing: see tests/prerequisites.sh")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


def sign_in(context: BrowserContext, base: str, reviewer: Somebody) -> None:
    """Sign in through the form."""
    page = context.new_page()
    page.goto(base)
    page.locator("[name=name]").fill(reviewer.name)
    page.locator("[name=password]").fill(reviewer.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/")
    page.close()


def open_claim(page: Page, article: str, number: int) -> None:
    """Load a claim's page, and all that it asks for afterwards."""
    page.goto(f"{article}/claims/{number}")
    page.wait_for_load_state("networkidle")


def press(page: Page, key: str, expected: dict[str, Any]) -> float:
    """Press a key and return the milliseconds until the page is painted as expected."""
    page.evaluate("expected => { bench.expect(expected); }", expected)
    page.keyboard.press(key)
    return float(page.evaluate("bench.milliseconds()"))


def time_saves(page: Page, server: Server, article: str, size: int) -> Facts:
    """Label one claim again and again: from the key to saved and repainted, and what a save costs both sides."""
    open_claim(page, article, math.ceil(size / 2))
    keys = itertools.cycle(LABELS)
    for key, look in itertools.islice(keys, WARM_UP):
        press(page, key, {"look": look})
    performance = page.context.new_cdp_session(page)
    performance.send("Performance.enable")
    before, cpu = costs(performance), server.cpu_seconds()
    times = [press(page, key, {"look": look}) for key, look in itertools.islice(keys, SAMPLES)]
    cpu = server.cpu_seconds() - cpu
    spent = {name: round((cost - before[name]) / SAMPLES, 2) for name, cost in costs(performance).items()}
    performance.detach()
    return {**percentiles(times), "server_cpu_ms": round(1000 * cpu / SAMPLES, 2), **spent}


def time_moves(page: Page, article: str, size: int) -> Facts:
    """Go from claim to claim, from the first one again after the last."""
    times: list[float] = []
    while len(times) < SAMPLES + WARM_UP:
        open_claim(page, article, 1)
        numbers = range(2, min(size, SAMPLES + WARM_UP) + 1)
        times += [press(page, "Enter" if number % 2 else "j", {"number": number}) for number in numbers]
    return percentiles(times[WARM_UP:])


def costs(performance: CDPSession) -> Facts:
    """Return the milliseconds that the page has taken so far, by kind of work."""
    found = performance.send("Performance.getMetrics")["metrics"]
    return {COST[fact["name"]]: 1000 * fact["value"] for fact in found if fact["name"] in COST}


def percentiles(times: list[float]) -> Facts:
    """Return the median and the 95th percentile, in milliseconds."""
    ordered = sorted(times)
    return {"p50_ms": round(statistics.median(ordered), 1), "p95_ms": round(ordered[len(ordered) * 95 // 100], 1)}


def weigh(context: BrowserContext, article: str) -> list[Facts]:
    """Return the kilobytes over the wire of a cold and of a warm visit, headers included, fonts apart."""
    found = []
    for _ in range(2):
        page = context.new_page()
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        kinds: dict[str, str] = {}
        sent = {"fonts": 0.0, "rest": 0.0}

        def note(event: dict[str, Any], kinds: dict[str, str] = kinds) -> None:
            kinds[event["requestId"]] = event["type"]

        def add(event: dict[str, Any], kinds: dict[str, str] = kinds, sent: dict[str, float] = sent) -> None:
            sent["fonts" if kinds[event["requestId"]] == "Font" else "rest"] += event["encodedDataLength"]

        network.on("Network.responseReceived", note)
        network.on("Network.loadingFinished", add)
        open_claim(page, article, 1)
        page.close()
        found.append({name: round(count / 1000, 1) for name, count in sent.items()})
    return found


def measure(database_url: str, folder: Path, sizes: list[int]) -> list[dict[str, Any]]:
    """Measure on a fresh instance, one article after the other."""
    reviewer, articles = furnish(database_url, sizes)
    found = []
    with Server(folder, database_url) as server, browser() as chromium:
        base = f"http://127.0.0.1:{server.port}"
        for size in sizes:
            article = f"{base}/articles/{articles[size]}"
            context = chromium.new_context(viewport={"width": 1280, "height": 860})
            sign_in(context, base, reviewer)
            session = context.storage_state()
            context.add_init_script(path=WATCH)
            page = context.new_page()
            saves, moves = time_saves(page, server, article, size), time_moves(page, article, size)
            context.close()
            fresh = chromium.new_context(storage_state=session, viewport={"width": 1280, "height": 860})
            cold, warm = weigh(fresh, article)
            fresh.close()
            found.append({"claims": size, "save": saves, "move": moves, "cold_kb": cold, "warm_kb": warm})
    return found


COLUMNS = (
    ("claims", "", lambda row: row["claims"]),
    ("to saved", "median", lambda row: row["save"]["p50_ms"]),
    ("(ms)", "95th %", lambda row: row["save"]["p95_ms"]),
    ("to next", "median", lambda row: row["move"]["p50_ms"]),
    ("(ms)", "95th %", lambda row: row["move"]["p95_ms"]),
    ("a save:", "script", lambda row: row["save"]["script"]),
    ("", "style", lambda row: row["save"]["style"]),
    ("(ms)", "layout", lambda row: row["save"]["layout"]),
    ("", "server", lambda row: row["save"]["server_cpu_ms"]),
    ("cold", "page", lambda row: row["cold_kb"]["rest"]),
    ("(kB)", "fonts", lambda row: row["cold_kb"]["fonts"]),
    ("warm", "page", lambda row: row["warm_kb"]["rest"]),
    ("(kB)", "fonts", lambda row: row["warm_kb"]["fonts"]),
)


def table(found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield "".join(f"{column[0]:>9}" for column in COLUMNS)
    yield "".join(f"{column[1]:>9}" for column in COLUMNS)
    for row in found:
        yield "".join(f"{column[2](row):>9}" for column in COLUMNS)


@click.command()
@click.option("--sizes", default="14,100,500", show_default=True, callback=sizes_in, help="Claims of each article.")
@click.option("--postgresql", is_flag=True, help="On a throw-away PostgreSQL instead of SQLite.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def main(sizes: list[int], *, postgresql: bool, as_json: bool) -> None:
    """Measure the annotate page on articles of several sizes."""
    with tempfile.TemporaryDirectory() as folder:
        if postgresql:
            with Cluster() as cluster:
                found = measure(cluster.create_database("annotate"), Path(folder), sizes)
        else:
            found = measure(f"sqlite:///{folder}/annotate.sqlite", Path(folder), sizes)
    if as_json:
        for row in found:
            print(json.dumps(row))
        return
    for line in table(found):
        print(line)


if __name__ == "__main__":
    main()
