"""A real server on each database, with eight reviewers who can sign in."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.newsroom import Newsroom, furnish
from benchmarks.server import Server


@dataclass(frozen=True)
class Trial:
    """The server under trial, its database's address, and who works with it."""

    server: Server
    database_url: str
    newsroom: Newsroom


@pytest.fixture
def trial(database_url: str, tmp_path: Path) -> Iterator[Trial]:
    """Give a running server with eight reviewers; the other sample verdicts of a first start are not there."""
    newsroom = furnish(database_url)
    with Server(tmp_path, database_url) as server:
        yield Trial(server, database_url, newsroom)
