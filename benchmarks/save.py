"""Measures a saved verdict on the real server: start, memory, processor time, latency, and eight reviewers at once.

Each of the eight clients is a process of its own, so that they do not wait for one another; they share the machine's
processors with the server, and what they take is printed as well.
"""

import json
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click

from benchmarks.clients import Client, Saved, save_all
from benchmarks.ledger import differences
from benchmarks.newsroom import Newsroom, furnish
from benchmarks.server import ROOT, Server
from tests import postgresql as cluster_of_tests

WARM_UP, ALONE, TOGETHER = 50, 600, 400
"""How many verdicts one client saves unmeasured and alone, and how many each of eight saves at once."""

Facts = dict[str, float]


def measure(database_url: str, instance: Path) -> dict[str, object]:
    """Run the whole measurement on a fresh database; raises RuntimeError if a verdict was lost."""
    newsroom = furnish(database_url, reviewers=9)
    with Server(instance, database_url) as server:
        restarts = []
        for _ in range(3):
            server.stop()
            restarts.append(server.start())
        idle = server.memory()
        with newsroom.signed_in(server.port) as clients:
            alone, alone_facts = one_client(server, clients[0], newsroom)
            together, together_facts = eight_clients(server, clients[1:], newsroom)
        busy = server.memory()
        server.stop()
    wrong = differences(database_url, alone + together)
    if wrong:
        raise RuntimeError("\n".join(wrong[:5]))
    return {
        "restart_seconds": round(statistics.median(restarts), 2),
        "idle_memory_mb": round(idle / 1e6),
        "memory_after_load_mb": round(busy / 1e6),
        "environment_mb": round(environment_size() / 1e6),
        "disk_sync_ms": disk_sync(instance),
        "one_client": alone_facts,
        "eight_clients": together_facts,
    }


def one_client(server: Server, client: Client, newsroom: Newsroom) -> tuple[list[Saved], Facts]:
    """Save with one client, and measure the server's processor time."""
    warm_up = save_all(client, newsroom.targets, WARM_UP)
    before = server.cpu_seconds()
    saved = save_all(client, newsroom.targets, ALONE)
    cpu = 1000 * (server.cpu_seconds() - before) / ALONE
    return warm_up + saved, {"cpu_ms": round(cpu, 2), **latencies(saved)}


def eight_clients(server: Server, clients: list[Client], newsroom: Newsroom) -> tuple[list[Saved], Facts]:
    """Save with all clients at once, each in a process of its own."""
    for client in clients:
        client.close()  # an open connection cannot go to another process
    server_before, clients_before = server.cpu_seconds(), cpu_of_ended_children()
    begin = time.monotonic() + 1
    with ProcessPoolExecutor(len(clients), multiprocessing.get_context("fork")) as pool:
        runs = [pool.submit(save_from, begin, client, newsroom) for client in clients]
        saved = [verdict for run in runs for verdict in run.result()]
    seconds = max(verdict.ended for verdict in saved) - min(verdict.begun for verdict in saved)
    return saved, {
        "saves_per_second": round(len(saved) / seconds),
        "cpu_ms": round(1000 * (server.cpu_seconds() - server_before) / len(saved), 2),
        "client_cpu_ms": round(1000 * (cpu_of_ended_children() - clients_before) / len(saved), 2),
        **latencies(saved),
    }


def save_from(begin: float, client: Client, newsroom: Newsroom) -> list[Saved]:
    """Wait for the common start, then save."""
    time.sleep(max(0, begin - time.monotonic()))
    return save_all(client, newsroom.targets, TOGETHER)


def latencies(saved: list[Saved]) -> Facts:
    """Return the median, the 95th percentile and the longest of the saves, in milliseconds."""
    times = sorted(1000 * (verdict.ended - verdict.begun) for verdict in saved)
    middle, high = times[len(times) // 2], times[len(times) * 95 // 100]
    return {"p50_ms": round(middle, 2), "p95_ms": round(high, 2), "max_ms": round(times[-1], 2)}


def cpu_of_ended_children() -> float:
    """Return the seconds of processor time that this process's ended children have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def environment_size() -> int:
    """Return the bytes of `.venv`, what `make run` installs; 0 if it is not there."""
    return sum(path.lstat().st_size for path in (ROOT / ".venv").rglob("*") if path.is_file())


def disk_sync(folder: Path) -> float:
    """Return the median milliseconds that the disk takes to keep 4 KiB for good: no acknowledged save can be faster."""
    times = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(100):
            begun = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - begun)
    return round(1000 * statistics.median(times), 2)


def measure_postgresql(instance: Path) -> dict[str, object]:
    """Measure on a throw-away PostgreSQL that writes to the disk as one in use does."""
    cluster_of_tests.SETTINGS |= {"fsync": "on", "full_page_writes": "on"}
    with cluster_of_tests.Cluster() as cluster:
        return measure(cluster.create_database("bench"), instance)


@click.command()
@click.option("--postgresql", is_flag=True, help="On a throw-away PostgreSQL instead of SQLite.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def main(*, postgresql: bool, as_json: bool) -> None:
    """Measure a saved verdict."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder)
        found = measure_postgresql(instance) if postgresql else measure(f"sqlite:///{folder}/bench.sqlite", instance)
    if as_json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        facts = "  ".join(f"{key} {fact}" for key, fact in value.items()) if isinstance(value, dict) else value
        print(f"{name:22}{facts}")


if __name__ == "__main__":
    main()
