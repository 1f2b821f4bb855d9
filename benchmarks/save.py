"""Measures a saved verdict on the real server: start, memory, processor time, latency, and eight reviewers at once.

The clients are threads of one process on the same machine, so with eight of them the rate is a lower bound.
"""

import json
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from benchmarks.clients import Client, Saved, save_all
from benchmarks.ledger import differences
from benchmarks.newsroom import Newsroom, furnish
from benchmarks.server import ROOT, Server
from tests.postgresql import Cluster

WARM_UP, ALONE, TOGETHER = 40, 600, 400


def environment_size() -> int:
    """Return the bytes of `.venv`, what `make run` installs; 0 if it is not there."""
    return sum(path.lstat().st_size for path in (ROOT / ".venv").rglob("*") if path.is_file())


def percentile(saved: list[Saved], share: float) -> float:
    """Return the milliseconds that `share` of the saves stayed below."""
    times = sorted(verdict.ended - verdict.begun for verdict in saved)
    return round(1000 * times[min(len(times) - 1, int(share * len(times)))], 2)


def one_client(server: Server, client: Client, newsroom: Newsroom) -> tuple[list[Saved], dict[str, float]]:
    """Save with one client, and measure the server's processor time."""
    saved = save_all(client, newsroom.targets, WARM_UP)
    before = server.cpu_seconds()
    measured = save_all(client, newsroom.targets, ALONE)
    cpu = 1000 * (server.cpu_seconds() - before) / ALONE
    facts = {"cpu_ms": round(cpu, 2), "p50_ms": percentile(measured, 0.5), "p95_ms": percentile(measured, 0.95)}
    return saved + measured, facts


def eight_clients(server: Server, newsroom: Newsroom) -> tuple[list[Saved], dict[str, float]]:
    """Save with all clients at once."""
    clients = newsroom.clients(server.port)[1:]
    before, begun = server.cpu_seconds(), time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        runs = pool.map(lambda client: save_all(client, newsroom.targets, TOGETHER), clients)
        saved = [verdict for run in runs for verdict in run]
    seconds = time.perf_counter() - begun
    return saved, {
        "saves_per_second": round(len(saved) / seconds),
        "cpu_ms": round(1000 * (server.cpu_seconds() - before) / len(saved), 2),
        "p50_ms": percentile(saved, 0.5),
        "p95_ms": percentile(saved, 0.95),
        "max_ms": percentile(saved, 1.0),
    }


def measure(database_url: str, instance: Path) -> dict[str, object]:
    """Run the whole measurement on a fresh database; raises AssertionError if a verdict was lost."""
    newsroom = furnish(database_url, reviewers=9)
    with Server(instance, database_url) as server:
        server.stop()
        restarts, memory = [], 0
        for _ in range(3):
            restarts.append(server.start())
            memory = server.memory()
            server.stop()
        server.start()
        alone, alone_facts = one_client(server, newsroom.clients(server.port)[0], newsroom)
        together, together_facts = eight_clients(server, newsroom)
        server.stop()
    wrong = differences(database_url, alone + together)
    assert not wrong, wrong[:5]
    return {
        "restart_seconds": round(statistics.median(restarts), 2),
        "idle_memory_mb": round(memory / 1e6),
        "environment_mb": round(environment_size() / 1e6),
        "one_client": alone_facts,
        "eight_clients": together_facts,
    }


@click.command()
@click.option("--postgresql", is_flag=True, help="On a throw-away PostgreSQL instead of SQLite.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def main(*, postgresql: bool, as_json: bool) -> None:
    """Measure a saved verdict."""
    with tempfile.TemporaryDirectory() as folder:
        if postgresql:
            with Cluster() as cluster:
                found = measure(cluster.create_database("bench"), Path(folder))
        else:
            found = measure(f"sqlite:///{folder}/bench.sqlite", Path(folder))
    if as_json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:18} {value}")


if __name__ == "__main__":
    main()
