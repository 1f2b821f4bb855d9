"""History: neither the program nor a hand on the database can change or delete what was said."""

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.exc import DBAPIError

from annotator.storage.adjudications import Adjudication
from annotator.storage.articles import Article, Claim
from annotator.storage.database import AppendOnly, Base, db
from annotator.storage.events import Event
from annotator.storage.frozen_reports import FrozenReport
from annotator.storage.segmentation import CarriedVerdict, SegmentationEdit
from annotator.storage.threads import ThreadEntry
from annotator.storage.verdicts import Verdict
from tests.conftest import make_app
from tests.desk import Desk

HISTORY: tuple[type[Base], ...] = (
    Verdict,
    Adjudication,
    Event,
    SegmentationEdit,
    CarriedVerdict,
    ThreadEntry,
    FrozenReport,
)
COLUMNS = {
    "verdict": "note",
    "adjudication": "reason",
    "event": "what",
    "segmentation_edit": "reason",
    "carried_verdict": "outcome",
    "thread_entry": "text",
    "frozen_report": "name",
}
GUARDED = (*COLUMNS, "article", "claim")


def fill(desk: Desk) -> Desk:
    """Make two articles, and two rows at least in every table of history."""
    project, reader = desk.project(), desk.person("reader")
    desk.article(project, "Another text. With two claims.")
    for claim in desk.claims(desk.article(project)):
        desk.verdict(reader, claim, "editorial")
        with desk.inside() as session:
            facts = {"project_id": project, "person_id": reader.id, "with_id": reader.id, "said_at": datetime.now(UTC)}
            session.add(ThreadEntry(claim_id=claim, text="Why?", **facts))
            session.add(
                FrozenReport(
                    project_id=project,
                    made_by_id=reader.id,
                    made_at=datetime.now(UTC),
                    name="As submitted",
                    last_event=1,
                    data_hash="",
                    sha256="",
                    document=b"",
                )
            )
            session.add(
                Adjudication(
                    claim_id=claim,
                    article_id=2,
                    project_id=project,
                    adjudicator_id=reader.id,
                    codebook_version_id=1,
                    revision=1,
                    action="decide",
                    label="sourced",
                    cause="slip",
                    reason="It has a source.",
                    client_key=f"decision-{claim}",
                    client_digest="",
                    decided_at=datetime.now(UTC),
                )
            )
    add_edits(desk, reader.id)
    return desk


def add_edits(desk: Desk, reader_id: int) -> None:
    """Add two edits of the second article's claims, with what became of a verdict."""
    for revision in (1, 2):
        with desk.inside() as session:
            edit = SegmentationEdit(
                article_id=2,
                revision=revision,
                person_id=reader_id,
                action="merge",
                reason="One sentence.",
                changes={"retired": [], "made": [], "restored": [], "aside": []},
                made_at=datetime.now(UTC),
            )
            session.add(edit)
            session.flush()
            facts = {"claim_id": 3, "reviewer_id": reader_id, "edit_id": edit.id, "standing_id": None}
            session.add(CarriedVerdict(**facts, outcome="confirm", verdict_ids=[1]))


@pytest.fixture
def filled(desk: Desk) -> Desk:
    return fill(desk)


@pytest.fixture
def by_hand(filled: Desk, database_url: str) -> Iterator[Any]:
    """Run one statement on a plain connection, without the program's settings, and return its rows."""
    engine = create_engine(make_url(database_url))

    def run(statement: str, **values: object) -> list[Any]:
        with engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return list(result.all()) if result.returns_rows else []

    yield run
    engine.dispose()


def rows(by_hand: Any, table: str) -> list[Any]:
    return list(by_hand(f"SELECT * FROM {table} ORDER BY id"))


@pytest.mark.parametrize("model", HISTORY)
def test_the_program_cannot_change_a_row_of_history(filled: Desk, model: type[Any]) -> None:
    column = COLUMNS[model.__tablename__]
    with pytest.raises(AppendOnly), filled.inside() as session:
        setattr(session.scalars(select(model).order_by(model.id)).first(), column, "changed")
    with filled.inside(writes=False) as session:
        assert "changed" not in session.scalars(select(getattr(model, column))).all()


@pytest.mark.parametrize("model", [*HISTORY, Article, Claim])
def test_the_program_cannot_delete_a_row_of_history(filled: Desk, model: type[Any]) -> None:
    with filled.inside(writes=False) as session:
        before = session.scalars(select(model.id)).all()
    with pytest.raises(AppendOnly), filled.inside() as session:
        session.delete(session.scalars(select(model).order_by(model.id)).first())
    with filled.inside(writes=False) as session:
        assert session.scalars(select(model.id)).all() == before


@pytest.mark.parametrize(
    ("model", "column", "value"),
    [
        (Article, "text", "Another text."),
        (Article, "text_sha256", "0" * 64),
        (Article, "original", b"other bytes"),
        (Article, "original_sha256", "0" * 64),
        (Article, "charset", "utf-16"),
        (Article, "charset_reason", "a guess"),
        (Article, "media_type", "text/html"),
        (Article, "extraction", "by hand"),
        (Article, "extraction_version", "99"),
        (Article, "file_name", "other.txt"),
        (Article, "fetched_at", datetime(2026, 1, 1, tzinfo=UTC)),
        (Article, "final_url", "https://elsewhere.example/"),
        (Claim, "start", 1),
        (Claim, "end", 9),
        (Claim, "quote", "Somebody said so."),
        (Claim, "article_id", 1),
    ],
)
def test_the_program_cannot_change_what_offsets_rest_on(
    filled: Desk, model: type[Any], column: str, value: object
) -> None:
    with pytest.raises(AppendOnly), filled.inside() as session:
        setattr(session.scalars(select(model).order_by(model.id.desc())).first(), column, value)


def test_the_program_may_change_the_rest_of_an_article_and_a_claim(filled: Desk) -> None:
    now = datetime.now(UTC)
    with filled.inside() as session:
        article, claim = session.get_one(Article, 1), session.get_one(Claim, 1)
        article.title, article.withdrawn_at, claim.retired_at = "A better title", now, now
    with filled.inside(writes=False) as session:
        assert session.get_one(Article, 1).title == "A better title"
        assert session.get_one(Claim, 1).retired_at == now


@pytest.mark.parametrize("table", COLUMNS)
def test_no_hand_can_change_a_row_of_history(by_hand: Any, table: str) -> None:
    before = rows(by_hand, table)
    column = COLUMNS[table]
    for statement in (
        f"UPDATE {table} SET {column} = 'changed'",
        f"UPDATE {table} SET {column} = {column} WHERE id = 2",
        f"UPDATE {table} SET id = id + 1000 WHERE id = 2",
    ):
        with pytest.raises(DBAPIError, match="is history"):
            by_hand(statement)
    assert rows(by_hand, table) == before


@pytest.mark.parametrize("table", GUARDED)
def test_no_hand_can_delete_a_row_of_history(by_hand: Any, table: str) -> None:
    before = rows(by_hand, table)
    assert len(before) >= 2
    for statement in (f"DELETE FROM {table}", f"DELETE FROM {table} WHERE id = 2"):
        with pytest.raises(DBAPIError, match="is history"):
            by_hand(statement)
    assert rows(by_hand, table) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE article SET text = 'Another text.' WHERE id = 2",
        "UPDATE article SET text_sha256 = '' WHERE id = 2",
        "UPDATE article SET original = NULL WHERE id = 2",
        "UPDATE article SET original_sha256 = '' WHERE id = 2",
        "UPDATE article SET title = 'Title', text = 'Another text.' WHERE id = 2",
        "UPDATE article SET id = 1000 WHERE id = 2",
        "UPDATE article SET charset = 'utf-16' WHERE id = 2",
        "UPDATE article SET charset_reason = 'a guess' WHERE id = 2",
        "UPDATE article SET media_type = 'text/html' WHERE id = 2",
        "UPDATE article SET extraction = 'by hand' WHERE id = 2",
        "UPDATE article SET extraction_version = '99' WHERE id = 2",
        "UPDATE article SET file_name = 'other.txt' WHERE id = 2",
        "UPDATE article SET fetched_at = '2026-01-01 00:00:00' WHERE id = 2",
        "UPDATE article SET final_url = 'https://elsewhere.example/' WHERE id = 2",
        "UPDATE claim SET start_offset = 1 WHERE id = 2",
        "UPDATE claim SET end_offset = 9 WHERE id = 2",
        "UPDATE claim SET quote = 'Somebody said so.' WHERE id = 2",
        "UPDATE claim SET article_id = 1 WHERE id = 3",
        "UPDATE claim SET id = 1000 WHERE id = 2",
    ],
)
def test_no_hand_can_change_what_offsets_rest_on(by_hand: Any, change: str) -> None:
    with pytest.raises(DBAPIError, match="is history"):
        by_hand(change)


def test_a_hand_may_change_the_rest_of_an_article_and_a_claim(by_hand: Any) -> None:
    by_hand("UPDATE article SET title = 'A better title', outlet = 'The Daily' WHERE id = 2")
    by_hand("UPDATE claim SET retired_at = '2026-01-01 00:00:00' WHERE id = 2")
    assert by_hand("SELECT title FROM article WHERE id = 2") == [("A better title",)]
    assert by_hand("SELECT count(*) FROM claim WHERE retired_at IS NOT NULL") == [(1,)]


@pytest.mark.parametrize("table", [*GUARDED, "person"])
def test_no_hand_can_empty_a_table_of_history(by_hand: Any, database_url: str, table: str) -> None:
    if database_url.startswith("sqlite"):  # It knows no TRUNCATE; its DELETE without WHERE is one.
        if table != "person":
            with pytest.raises(DBAPIError, match="is history"):
                by_hand(f"DELETE FROM {table}")
    else:
        with pytest.raises(DBAPIError, match="is history"):
            by_hand(f"TRUNCATE {table} CASCADE")
    assert by_hand(f"SELECT count(*) FROM {table}")[0][0] >= 1


REPLACEMENTS = {
    "verdict by its id": ("verdict", {"client_key": "'other-key'", "revision": "9"}),
    "verdict by its client key": ("verdict", {"id": "NULL", "revision": "9"}),
    "verdict by its place in the history": ("verdict", {"id": "NULL", "client_key": "'other-key'"}),
    "adjudication": ("adjudication", {"reason": "'changed'"}),
    "event": ("event", {"what": "'changed'"}),
    "edit by its id": ("segmentation_edit", {"revision": "9"}),
    "edit by its place in the history": ("segmentation_edit", {"id": "NULL", "reason": "'changed'"}),
    "carried verdict": ("carried_verdict", {"outcome": "'conflict'"}),
    "article by its id": ("article", {"text_sha256": "'other'"}),
    "article by its text": ("article", {"id": "NULL", "title": "'changed'"}),
    "claim by its id": ("claim", {"start_offset": "start_offset + 1"}),
    "claim by its place": ("claim", {"id": "NULL", "quote": "'changed'"}),
}


@pytest.fixture
def sqlite_history(sqlite_template: Path, tmp_path: Path) -> Path:
    path = tmp_path / "history.sqlite"
    shutil.copyfile(sqlite_template, path)
    app = make_app(f"sqlite:///{path}")
    fill(Desk(app))
    with app.app_context():
        db.engine.dispose()
    return path


@pytest.mark.parametrize("settings", ["", "PRAGMA recursive_triggers=ON"])
@pytest.mark.parametrize("case", REPLACEMENTS)
def test_replacing_a_row_in_sqlite_is_no_way_around(sqlite_history: Path, case: str, settings: str) -> None:
    table, changes = REPLACEMENTS[case]
    with contextlib.closing(sqlite3.connect(sqlite_history)) as connection:
        connection.execute(settings)
        before = connection.execute(f"SELECT * FROM {table}").fetchall()
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        values = ", ".join(changes.get(name, name) for name in names)
        for verb in ("INSERT OR REPLACE", "REPLACE"):
            with pytest.raises(sqlite3.DatabaseError, match="is history"):
                connection.execute(f"{verb} INTO {table} SELECT {values} FROM {table} WHERE id = 2")
        assert connection.execute(f"SELECT * FROM {table}").fetchall() == before


def test_the_program_tells_sqlite_to_guard_rows_that_replace_deletes(sqlite_history: Path) -> None:
    app = make_app(f"sqlite:///{sqlite_history}")
    with app.app_context(), db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA recursive_triggers").scalar() == 1
        connection.exec_driver_sql("UPDATE claim SET retired_at = '2026-01-01' WHERE id = 1")
        connection.exec_driver_sql(
            "INSERT INTO claim (article_id, start_offset, end_offset, quote, kind, created_at) "
            "SELECT article_id, start_offset, end_offset, quote, kind, created_at FROM claim WHERE id = 1"
        )
        with pytest.raises(DBAPIError, match="is history"):  # the row that would go is the new one
            connection.exec_driver_sql("UPDATE OR REPLACE claim SET retired_at = NULL WHERE id = 1")
        connection.rollback()
        db.engine.dispose()
