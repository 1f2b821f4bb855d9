"""Saves verdicts with several clients at once while something is killed again and again."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from benchmarks.clients import Client, Saved, save_until
from benchmarks.newsroom import Newsroom

LOAD_SECONDS = (0.2, 0.6)
"""How long the clients save undisturbed before each kill, at random."""
NEXT_SAVE_SECONDS = 60


def save_through_kills(newsroom: Newsroom, port: int, kill: Callable[[], None], times: int) -> list[Saved]:
    """Kill `times` times under load and return what was acknowledged; `kill` also starts again what it killed."""
    acknowledged: list[Saved] = []
    over = threading.Event()

    def work(client: Client) -> None:
        for saved in save_until(client, newsroom.targets, over.is_set):
            acknowledged.append(saved)  # noqa: PERF402 (extend would show the others what it has too late)

    with newsroom.signed_in(port) as clients, ThreadPoolExecutor(len(clients)) as pool:
        running = [pool.submit(work, client) for client in clients]
        try:
            for _ in range(times):
                _wait_for_more(acknowledged)
                time.sleep(random.uniform(*LOAD_SECONDS))
                kill()
            _wait_for_more(acknowledged)
        finally:
            over.set()
        for one in running:
            one.result()
    return acknowledged


def _wait_for_more(acknowledged: list[Saved]) -> None:
    """Wait until saves go on, so that every kill meets a server at work."""
    before, end = len(acknowledged), time.monotonic() + NEXT_SAVE_SECONDS
    while len(acknowledged) < before + 20:
        if time.monotonic() > end:
            raise TimeoutError(f"after {before} verdicts nothing more was saved")
        time.sleep(0.01)
