"""Compares what clients were told with the rows in the database, over a connection of its own."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import psycopg

from benchmarks.clients import Saved

ROWS = """
    SELECT verdict.client_key, verdict.claim_id, verdict.reviewer_id, verdict.revision, verdict.label, verdict.id
    FROM verdict JOIN project ON project.id = verdict.project_id WHERE project.slug = 'trial' ORDER BY verdict.id"""
STANDING = """
    SELECT claim_id, reviewer_id, revision, label, verdict_id
    FROM standing_verdict JOIN project ON project.id = standing_verdict.project_id WHERE project.slug = 'trial'"""
EVENTS = """
    SELECT subject_id FROM event JOIN project ON project.id = event.project_id
    WHERE project.slug = 'trial' AND what = 'verdict given'"""


class Row(NamedTuple):
    """A stored verdict."""

    key: str
    claim: int
    reviewer: int
    revision: int
    label: str
    id: int


def differences(database_url: str, acknowledged: Iterable[Saved]) -> list[str]:
    """Say in sentences what is wrong: lost, doubled, altered, never acknowledged, out of order, without event."""
    rows = [Row(*row) for row in read(database_url, ROWS)]
    standing = sorted(read(database_url, STANDING))
    events = Counter(subject for (subject,) in read(database_url, EVENTS))
    return [
        *_wrong_verdicts(rows, {saved.key: saved for saved in acknowledged}),
        *_wrong_order(rows),
        *([] if standing == _newest(rows) else ["the standing verdicts are not the newest ones"]),
        *([] if events == Counter(row.id for row in rows) else ["there is not one event for each verdict"]),
        *damage(database_url),
    ]


def read(database_url: str, query: str) -> list[tuple[Any, ...]]:
    """Run a query directly, by the driver alone."""
    if database_url.startswith("sqlite:///"):
        with sqlite3.connect(database_url.removeprefix("sqlite:///")) as file:
            rows = file.execute(query).fetchall()
        file.close()
        return rows
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        return connection.execute(query.encode()).fetchall()


def _wrong_verdicts(rows: list[Row], acknowledged: dict[str, Saved]) -> Iterator[str]:
    times = Counter(row.key for row in rows)
    yield from (f"{key} is stored {count} times" for key, count in times.items() if count > 1)
    yield from (f"{key} was acknowledged and is lost" for key in acknowledged if key not in times)
    yield from (f"{key} is stored and was never acknowledged" for key in times if key not in acknowledged)
    for row in rows:
        told = acknowledged.get(row.key)
        if told and (told.claim, told.revision, told.label) != (row.claim, row.revision, row.label):
            yield f"{told} is stored as {row}"


def _wrong_order(rows: list[Row]) -> Iterator[str]:
    last: Counter[tuple[int, int]] = Counter()
    for row in rows:
        last[row.claim, row.reviewer] += 1
        if row.revision != last[row.claim, row.reviewer]:
            yield f"{row} is not revision {last[row.claim, row.reviewer]}"


def _newest(rows: list[Row]) -> list[tuple[Any, ...]]:
    newest = {(row.claim, row.reviewer): (row.revision, row.label, row.id) for row in rows}
    return sorted((*place, *facts) for place, facts in newest.items())


def damage(database_url: str) -> list[str]:
    """Return what SQLite finds wrong in its file; PostgreSQL checks its pages itself."""
    if not database_url.startswith("sqlite"):
        return []
    return [f"SQLite says: {line}" for (line,) in read(database_url, "PRAGMA integrity_check") if line != "ok"]
