"""Fixtures: a person who signs in, and a count of the hashes that this costs."""

import pytest

from annotator.services import accounts
from tests.desk import Desk, Somebody


@pytest.fixture
def person(desk: Desk) -> Somebody:
    """A person beside others."""
    desk.person("somebody else")
    return desk.person("reader")


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count the hashes that passwords are compared with."""
    hashes: list[str] = []
    hasher = accounts._hasher

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            hashes.append(stored)
            return hasher.verify(stored, password)

        def hash(self, password: str) -> str:
            return hasher.hash(password)

    monkeypatch.setattr(accounts, "_hasher", Counting())
    return hashes
