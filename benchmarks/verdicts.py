"""Fills a database with as many verdicts as asked for, fast: articles with an effect of their own, each read by a few.

Python draws one narrow row a verdict, and the database makes verdicts and standing verdicts of them, with triggers and
foreign keys off; the tallies are counted at the end, as `annotator db tallies --rebuild` would. What comes out is what
the product would hold, but for the events of the single verdicts. Long because every column of a verdict is named.
"""

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
from sqlalchemy import Connection, text

from annotator import paths
from annotator.app import Annotator, create_app
from annotator.services import migrations, tallies
from annotator.settings import Settings
from annotator.storage.articles import Article, Claim
from annotator.storage.database import db, transaction
from annotator.storage.people import Person
from annotator.storage.verdicts import Verdict
from tests.desk import Desk

REVIEWERS, OF_A_CLAIM = 40, (2, 3)
CLAIMS = (10, 30)
LABELS = {"sourced": "named", "attributed": "indirect", "editorial": "framing"}
"""Labels of the shipped codebook, with a kind of each."""
BEGUN = datetime(2025, 1, 6, 9, tzinfo=UTC)
WEEKS, CHUNK = 52, 1000
WITH_KIND, WITH_MARKS, REVISED = 0.3, 0.2, 0.03
SENTENCES = tuple(
    (sentence, sentence.index(word), sentence.index(word) + len(word))
    for sentence, word in (
        ("The council said on Monday that the bridge is closed.", "closed"),
        ("Its brutal planners shrugged at the question.", "brutal"),
        ("According to the report, costs rose by a fifth within a year.", "rose"),
        ("Nobody in the shameful affair has spoken since.", "shameful"),
        ("A spokeswoman for the port denied it.", "denied"),
        ("The so-called reform was dead on arrival, a minister told the newspaper.", "so-called"),
        ("Readers may draw their own conclusions.", "conclusions"),
    )
)
"""Sentences of the articles, with the place of the word that somebody may mark."""
DRAWN = ("claim_id", "article_id", "reviewer_id", "label", "kind", "marks", "revision", "is_first", "given_at")

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was made: the project and how much is in it."""

    project_id: int
    articles: int
    claims: int
    verdicts: int


@dataclass(slots=True)
class _Chunk:
    """Rows of some articles, as the tables want them."""

    articles: list[Row]
    claims: list[Row]
    verdicts: list[Row]


def make_app(database_url: str) -> Annotator:
    """Make the application at `database_url`, with the newest schema."""
    app = create_app(Settings(database_url=database_url, secret_key="of-this-process-only-0123456789-abcdef"))
    with app.app_context():
        migrations.upgrade(paths.migrations())
    return app


def fill(app: Annotator, verdicts: int, seed: int = 1) -> Corpus:
    """Make a project with about so many standing verdicts, never fewer, in an otherwise empty database."""
    project_id = Desk(app).project("trial", overlap=max(OF_A_CLAIM))
    with app.app_context(), transaction():
        people = _people()
        version_id = db.session.scalars(text("SELECT max(id) FROM codebook_version")).one()
        kept, made = _write(project_id, version_id, people, verdicts, seed)
        for statement in kept:
            db.session.execute(text(statement))
    with app.app_context():
        _refresh()
        db.engine.dispose()
    return Corpus(project_id, *made)


def _people() -> list[int]:
    facts = {"password_hash": None, "created_at": BEGUN}
    people = [
        Person(name=f"reader-{n}", name_key=f"reader-{n}", display_name=f"Reader {n}", pseudonym=f"R{n:03d}", **facts)
        for n in range(1, REVIEWERS + 1)
    ]
    db.session.add_all(people)
    db.session.flush()
    return [person.id for person in people]


def _write(
    project_id: int, version_id: int, people: list[int], wanted: int, seed: int
) -> tuple[list[str], tuple[int, int, int]]:
    connection, articles, claims, verdicts = db.session.connection(), 0, 0, 0
    connection.execute(text(f"CREATE TEMPORARY TABLE drawn ({_typed(connection)})"))
    kept = list(_without_triggers(connection))
    for chunk in chunks(project_id, people, wanted, seed):
        _insert(connection, "article", [column.name for column in _ARTICLE], chunk.articles)
        _insert(connection, "claim", [column.name for column in _CLAIM], chunk.claims)
        _insert(connection, "drawn", DRAWN, chunk.verdicts)
        _let_say(connection, project_id, version_id)
        articles, claims = articles + len(chunk.articles), claims + len(chunk.claims)
        verdicts += sum(row[DRAWN.index("is_first")] for row in chunk.verdicts)
    if connection.dialect.name == "postgresql":
        for table in ("article", "claim"):
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"))
    connection.execute(text("DROP TABLE drawn"))
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))
    tallies.rebuild()
    return kept, (articles, claims, verdicts)


def _typed(connection: Connection) -> str:
    time, json_type = ("TIMESTAMPTZ", "JSONB") if connection.dialect.name == "postgresql" else ("DATETIME", "JSON")
    types = ("BIGINT",) * 3 + ("TEXT",) * 2 + (json_type, "INTEGER", "BOOLEAN", time)
    return ", ".join(f"{name} {kind}" for name, kind in zip(DRAWN, types, strict=True))


def _without_triggers(connection: Connection) -> Iterator[str]:
    """Take the triggers away, and give the statements that bring them back."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        yield "SET LOCAL session_replication_role = origin"
        return
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    for name, made in connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all():
        connection.execute(text(f"DROP TRIGGER {name}"))
        yield made


_ARTICLE = [column for column in Article.__table__.columns if column.name != "wanted"]
_CLAIM = list(Claim.__table__.columns)
_PLAIN = {
    "undoes_id": "NULL", "skip_reason": "NULL", "is_flagged": "false", "also_attributed": "false", "source_name": "''",
    "evidence_url": "''", "note": "''", "confidence": "NULL", "source_kind": "NULL", "speech": "NULL", "depth": "NULL",
    "continues_id": "NULL", "rewrite": "''", "path": "'[]'", "exposure": "'none'", "seconds": "6.5",
    "client_digest": "''", "carried_from": "'[]'",
    "client_key": "'drawn ' || claim_id || ' ' || revision",
}  # fmt: skip
"""What the drawn verdicts say where nothing was drawn."""
_STANDING = (
    "claim_id", "reviewer_id", "article_id", "project_id", "codebook_version_id", "revision", "label", "kind",
    "skip_reason", "is_flagged", "given_at",
)  # fmt: skip


def _let_say(connection: Connection, project_id: int, version_id: int) -> None:
    """Make verdicts of what was drawn, and let the newest of each reviewer stand."""
    last = connection.execute(text("SELECT coalesce(max(id), 0) FROM verdict")).scalar_one()
    names = [column.name for column in Verdict.__table__.columns if column.name != "id"]
    known = _PLAIN | {"project_id": str(project_id), "codebook_version_id": str(version_id)}
    values = ", ".join(known.get(name, name) for name in names)
    connection.execute(text(f"INSERT INTO verdict ({', '.join(names)}) SELECT {values} FROM drawn"))
    columns = ", ".join(f"verdict.{name}" for name in _STANDING)
    later = "SELECT 1 FROM verdict AS later WHERE later.claim_id = verdict.claim_id "
    later += "AND later.reviewer_id = verdict.reviewer_id AND later.revision > verdict.revision"
    connection.execute(
        text(
            f"INSERT INTO standing_verdict (verdict_id, {', '.join(_STANDING)}) SELECT verdict.id, {columns} "
            f"FROM verdict WHERE verdict.id > {last} AND NOT EXISTS ({later})"
        )
    )
    connection.execute(text("DELETE FROM drawn"))


def _insert(connection: Connection, table: str, columns: Iterable[str], rows: list[Row]) -> None:
    names = list(columns)
    driver: Any = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection):
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    assert isinstance(driver, sqlite3.Connection)
    driver.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", rows)


def chunks(project_id: int, people: list[int], wanted: int, seed: int) -> Iterator[_Chunk]:
    """Draw the articles, their claims and what reviewers say, until there are as many verdicts as wanted."""
    draw, claim_id, article_id, said = np.random.default_rng(seed), 0, 0, 0
    total = max(round(wanted / (sum(CLAIMS) / 2 * sum(OF_A_CLAIM) / 2)), 1)
    while said < wanted:
        chunk = _Chunk([], [], [])
        for _ in range(min(CHUNK, total)):
            if said >= wanted:
                break
            article_id += 1
            at = BEGUN + timedelta(weeks=min(article_id * WEEKS // total, WEEKS - 1), minutes=article_id % 7000)
            spans = _article(chunk, project_id, article_id, int(draw.integers(CLAIMS[0], CLAIMS[1] + 1)), at)
            for place, (start, end, _quote, kind) in enumerate(spans):
                row = (claim_id + 1 + place, article_id, start, end, _quote, kind, False, None, _time(at), None)
                chunk.claims.append(row)
            readers = draw.choice(people, int(draw.choice(OF_A_CLAIM)), replace=False).tolist()
            said += _verdicts(chunk, draw, article_id, claim_id, [span[0] for span in spans], readers, at)
            claim_id += len(spans)
        yield chunk


def _article(chunk: _Chunk, project_id: int, number: int, size: int, at: datetime) -> list[tuple[int, int, str, str]]:
    """Write an article and return the spans of its claims."""
    quotes = [f"Report number {number} on the bridge"]
    quotes += [SENTENCES[(number + place) % len(SENTENCES)][0] for place in range(1, size)]
    spans, begin = [], 0
    for place, quote in enumerate(quotes):
        spans.append((begin, begin + len(quote), quote, "body" if place else "headline"))
        begin += len(quote) + (1 if place else 2)
    whole = f"{quotes[0]}\n\n{' '.join(quotes[1:])}"
    facts = {
        "id": number, "project_id": project_id, "title": quotes[0], "byline": "", "outlet": f"Paper {number % 9}",
        "url": "", "language": "en", "direction": "ltr", "text": whole, "text_sha256": f"{number:064x}",
        "original": b"", "original_sha256": "", "media_type": "text/plain", "charset": "utf-8", "charset_reason": "",
        "extraction": "plain", "extraction_version": "", "file_name": "", "final_url": "", "sources": "{}",
        "segmentation_revision": 0, "segmentation_unlocked": False, "purpose": "work", "added_at": _time(at),
    }  # fmt: skip
    chunk.articles.append(tuple(facts.get(column.name) for column in _ARTICLE))
    return spans


def _verdicts(  # noqa: PLR0913 (what an article's verdicts are drawn from)
    chunk: _Chunk,
    draw: np.random.Generator,
    article_id: int,
    before: int,
    starts: list[int],
    readers: list[int],
    at: datetime,
) -> int:
    """Draw what the readers of an article say: its labels and how clear they are differ strongly by article."""
    size, labels = len(starts), list(LABELS)
    truth = draw.choice(len(labels), size, p=draw.dirichlet(np.ones(len(labels))))
    clear = 1 / (1 + np.exp(-draw.normal(1.3, 1.0)))
    shape = (len(readers), size)
    slipped = (truth + draw.integers(1, len(labels), shape)) % len(labels)
    said = np.where(draw.random(shape) < clear, truth, slipped).tolist()
    chance = draw.random((3, *shape)).tolist()
    for row, reader in enumerate(readers):
        now = at + timedelta(hours=row * 5)
        for place in range(size):
            label = labels[said[row][place]]
            kind = LABELS[label] if chance[0][row][place] < WITH_KIND else None
            marked = label == "editorial" and place > 0 and chance[1][row][place] < WITH_MARKS
            _, begin, end = SENTENCES[(article_id + place) % len(SENTENCES)]
            marks = [[starts[place] + begin, starts[place] + end, "loaded"]] if marked else []
            fact = (before + 1 + place, article_id, reader)
            revision, moment = 1, now + timedelta(seconds=7 * place)
            if chance[2][row][place] < REVISED:
                earlier = labels[(said[row][place] + 1) % len(labels)]
                chunk.verdicts.append((*fact, earlier, None, "[]", 1, True, _time(moment)))
                revision, moment = 2, moment + timedelta(hours=1)
            chunk.verdicts.append((*fact, label, kind, json.dumps(marks), revision, revision == 1, _time(moment)))
    return size * len(readers)


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f") + ("" if _is_sqlite() else "+00")


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _refresh() -> None:
    """Let the database learn what it holds, as its own housekeeping does in time."""
    with contextlib.closing(db.engine.raw_connection()) as raw:
        driver: Any = raw.driver_connection
        if isinstance(driver, psycopg.Connection):
            driver.autocommit = True
            driver.execute("VACUUM ANALYZE")
            driver.autocommit = False
        else:
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
