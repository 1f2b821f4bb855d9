"""Imports: each item is in once with its claims, or refused with a reason, and the rest goes on."""

import json
import os
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from annotator.services import fetching, import_runs, imports, uploads, work
from annotator.services.import_files import sources_at
from annotator.services.import_sources import clean_file_name
from annotator.services.imports import BadRows, NotImported, Source
from annotator.services.turns import Turn
from annotator.storage import jobs
from annotator.storage.articles import Article
from annotator.storage.database import db, transaction, write_queue
from annotator.storage.events import Event
from annotator.storage.import_results import Counts, counts_of, lines_of
from annotator.storage.jobs import Job, JobItem, Upload
from tests.desk import Desk
from tests.services.importing import articles, count, job, packed, results, run, stage, start, write


@pytest.fixture
def project(desk: Desk) -> int:
    desk.article(desk.project("noise", name="Noise"), "Another text. With two claims.")
    return desk.project()


HTML = (
    b"<!doctype html><html lang=en><title>Mill</title><body><article><h1>The mill</h1><p>The mill is closed since "
    b"Monday, the council said. Nobody knows why it was closed at all.</p><p>The town has waited for years.</p>"
    b"</article></body></html>"
)


def test_every_kind_of_upload_becomes_articles(desk: Desk, project: int) -> None:
    sources = [
        stage(desk, project, "a.txt", "\ufeffÜber Brücken\r\n\r\nDie Brücke ist zu, sagte der Rat.".encode()),
        stage(desk, project, "b.md", b"# Bridges\n\nThe *bridge* is closed, the council said."),
        stage(desk, project, "c.html", HTML),
        stage(desk, project, "d.csv", b"title,text\nOne,Row one says so.\nTwo,Row two says so.\n"),
        stage(desk, project, "e.jsonl", b'{"text": "A line says so."}\n'),
        stage(desk, project, "f.zip", packed(("x/g.txt", b"A member says so."), ("__MACOSX/x/._g.txt", b"\0\0"))),
    ]
    number = start(desk, project, *sources, outlet="The Gazette")
    before = job(desk, number)
    assert (before.state, before.total, before.order["names"]) == ("waiting", 7, ["a.txt", "b.md", "c.html"])
    assert run(desk)
    assert [(name, result) for name, result, _ in results(desk, number)] == [
        ("a.txt", "added"), ("b.md", "added"), ("c.html", "added"), ("d.csv:2", "added"), ("d.csv:3", "added"),
        ("e.jsonl:1", "added"), ("f.zip/x/g.txt", "added"),
    ]  # fmt: skip
    after = job(desk, number)
    assert (after.state, after.done, after.result) == ("done", 7, {"added": 7, "duplicate": 0, "refused": 0})
    found = articles(desk, project)
    assert [article.file_name for article in found] == [
        "a.txt", "b.md", "c.html", "d.csv", "d.csv", "e.jsonl", "f.zip/x/g.txt",
    ]  # fmt: skip
    assert {article.outlet for article in found} == {"The Gazette"}
    assert (found[0].language, found[0].title, found[3].title) == ("de", "Über Brücken", "One")
    assert count(desk, Upload) == 0
    assert not run(desk), "nothing is left to do"


def test_original_bytes_stay_with_the_article_when_the_upload_is_gone(desk: Desk, project: int) -> None:
    original = "\ufeffTitle\r\n\r\nA claim.".encode()
    start(desk, project, stage(desk, project, "a.txt", original))
    run(desk)
    with desk.inside(writes=False) as session:
        kept = session.scalars(
            select(Article).where(Article.project_id == project).options(undefer(Article.original))
        ).one()
        assert zlib.decompress(kept.original) == original


def test_what_cannot_be_read_is_refused_and_the_rest_goes_on(desk: Desk, project: int) -> None:
    there = desk.article(project, "It is there already. Really.")
    sources = [
        stage(desk, project, "empty.txt", b" \n"),
        stage(desk, project, "there.txt", b"It is there already. Really."),
        stage(desk, project, "broken.pdf", b"%PDF-1.7\nnothing"),
        stage(desk, project, "bad.zip", b"PK\x03\x04 and nothing more"),
        stage(desk, project, "in.zip", packed(("a.exe", b"MZ"), ("t.csv", b"text\na\n"), ("good.txt", b"A claim."))),
        stage(desk, project, "good.txt", b"Another claim."),
    ]
    number = start(desk, project, *sources)
    run(desk)
    found = results(desk, number)
    assert [(name, result) for name, result, _ in found] == [
        ("empty.txt", "refused"), ("there.txt", "duplicate"), ("broken.pdf", "refused"), ("bad.zip", "refused"),
        ("in.zip/a.exe", "refused"), ("in.zip/t.csv", "refused"), ("in.zip/good.txt", "added"), ("good.txt", "added"),
    ]  # fmt: skip
    messages = [message for _, _, message in found]
    assert f"as article {there} “" in messages[1]
    for message in messages[:6]:
        assert message[0].isupper()
        assert message.endswith(".")
        assert "\n" not in message
    assert job(desk, number).result == {"added": 2, "duplicate": 1, "refused": 5}


def test_g07_g08_a_table_with_an_error_in_a_row_imports_nothing_at_all(desk: Desk, project: int) -> None:
    good = stage(desk, project, "good.txt", b"A claim.")
    bad = stage(desk, project, "bad.csv", b"text,date\nA claim.,2024-01-01\n,2024-01-01\nB claim.,soon\n")
    with pytest.raises(BadRows) as caught:
        start(desk, project, good, bad)
    assert (caught.value.name, caught.value.count) == ("bad.csv", 2)
    assert [error.line for error in caught.value.errors] == [3, 4]
    assert "line 3" in str(caught.value)
    assert (count(desk, Job), len(articles(desk, project))) == (0, 0)
    assert not run(desk)
    start(desk, project, good)
    run(desk)
    assert len(articles(desk, project)) == 1, "what was staged can still be imported"


def test_g08_the_same_file_twice_adds_nothing(desk: Desk, project: int) -> None:
    line = json.dumps({"text": "One two. Three.", "claims": [{"start": 0, "end": 15}]}).encode()
    for expected in ("added", "duplicate"):
        number = start(desk, project, stage(desk, project, "a.jsonl", line))
        run(desk)
        assert [result for _, result, _ in results(desk, number)] == [expected]
    assert len(articles(desk, project)) == 1


def test_g08_our_own_export_of_verdicts_is_refused_with_the_reason(desk: Desk, project: int) -> None:
    export = stage(desk, project, "verdicts.csv", b"verdict_id,quote,label\n1,A claim.,sourced\n")
    with pytest.raises(NotImported, match=r"verdicts\.csv: this is an export of verdicts, not a table of articles"):
        start(desk, project, export)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../x.txt", "x.txt"), ("..\\..\\x.txt", "x.txt"), ("/etc/x.txt", "x.txt"), ("C:\\x.txt", "x.txt"),
        ("CON", "CON"), ("a\0b.txt", "ab.txt"), ("a\nb.txt", "a b.txt"), ("x" * 300 + ".txt", "x" * 196 + ".txt"),
        ("a\u202etxt.exe", "atxt.exe"), ("-rf.txt", "-rf.txt"), (".hidden", ".hidden"), ("", "unnamed"),
        ("..", ".."), ("a\udcffb.txt", "a\ufffdb.txt"),
    ],
)  # fmt: skip
def test_g05_a_file_name_is_a_fact_and_never_a_path(name: str, cleaned: str) -> None:
    assert clean_file_name(name) == cleaned


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"", "a.txt is empty"), ("../a.txt", b"x" * 5, "larger than"),
        ("a.pdf", b"no", "a.pdf: It"), ("a.txt", b"%PDF-", "a.txt: It"), ("a.exe", b"MZ\0\0", "a.exe: "),
    ],
)  # fmt: skip
def test_g01_g04_a_file_that_is_not_what_it_says_or_too_large_is_not_taken(
    desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, words: str
) -> None:
    if "larger" in words:
        monkeypatch.setattr(uploads, "FILE_LIMIT", 4)
    with pytest.raises(NotImported, match=words):
        stage(desk, project, name, content)
    assert count(desk, Upload) == 0


def test_an_upload_is_imported_once_and_only_by_whom_it_belongs_to(desk: Desk, project: int) -> None:
    one, other = desk.member(project), desk.member(project)
    upload = stage(desk, project, "a.txt", b"A claim.", one.id)
    wrongs: tuple[Callable[[], int], ...] = (
        lambda: start(desk, desk.project("third"), upload, person=one.id),
        lambda: start(desk, project, upload, person=other.id),
        lambda: start(desk, project, Source(upload_id=12345), person=one.id),
        lambda: start(desk, project, upload, upload, person=one.id),
        lambda: start(desk, project, person=one.id),
    )
    for wrong in wrongs:
        with pytest.raises(NotImported):
            wrong()
    assert count(desk, Job) == 0
    number = start(desk, project, upload, person=one.id)
    with pytest.raises(NotImported, match="upload it again"):
        start(desk, project, upload, person=one.id)
    run(desk)
    assert articles(desk, project)[0].added_by_id == one.id
    with desk.inside(writes=False) as session:
        assert session.scalars(select(Event.person_id).where(Event.what == "import started")).all() == [one.id]
    assert job(desk, number).created_by_id == one.id


def test_what_every_article_would_be_refused_for_is_said_at_once(desk: Desk, project: int) -> None:
    with pytest.raises(NotImported, match="limit is 200"):
        start(desk, project, stage(desk, project, "a.txt", b"A claim."), outlet="x" * 201)


def test_uploads_that_nobody_imports_are_forgotten_after_a_day(desk: Desk, project: int) -> None:
    old, used = stage(desk, project, "old.txt", b"Old."), stage(desk, project, "used.txt", b"Used.")
    number = start(desk, project, used)
    with desk.inside() as session:
        session.execute(update(Upload).values(created_at=datetime.now(UTC) - timedelta(days=2)))
    stage(desk, project, "new.txt", b"New.")
    with desk.inside(writes=False) as session:
        assert session.get(Upload, old.upload_id) is None
        assert session.scalars(select(Upload.name).order_by(Upload.id)).all() == ["used.txt", "list", "new.txt"]
    run(desk)
    assert job(desk, number).state == "done"


def test_an_upload_can_be_looked_at_before_it_is_imported(desk: Desk, project: int) -> None:
    table = stage(desk, project, "a.csv", b"headline,words\nOne,A claim.\n")
    text = stage(desk, project, "a.txt", b"A claim.")
    with desk.inside() as session:
        upload = session.get_one(Upload, table.upload_id)
        found = imports.preview(upload)
        assert (found.columns, found.error_count) == (("headline", "words"), 1)
        assert not imports.preview(upload, {"text": "words"}).errors
        with pytest.raises(NotImported, match="no table"):
            imports.preview(session.get_one(Upload, text.upload_id))
    number = start(desk, project, table, columns={"text": "words"})
    run(desk)
    assert [(article.title) for article in articles(desk, project)] == ["One"]
    assert job(desk, number).state == "done"


def test_a_cancelled_import_keeps_what_is_in_and_ends_before_the_next_item(
    desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = start(desk, project, *[stage(desk, project, f"{n}.txt", f"Claim {n}.".encode()) for n in range(4)])
    person = desk.member(project)
    store = import_runs._is_stored

    def cancelling(turn: Turn, position: int, *rest: Any) -> bool:
        if position == 2:
            with desk.inside():
                assert imports.cancel(number, person.id)
        return store(turn, position, *rest)

    monkeypatch.setattr(import_runs, "_is_stored", cancelling)
    assert run(desk)
    after = job(desk, number)
    assert (after.state, after.done, count(desk, JobItem), len(articles(desk, project))) == ("cancelled", 2, 2, 2)
    assert count(desk, Upload) == 0
    with desk.inside() as session:
        assert not imports.cancel(number, person.id)
        assert session.scalars(select(Event.person_id).where(Event.what == "import cancelled")).all() == [person.id]
    assert not run(desk)


def test_a_waiting_import_can_be_cancelled(desk: Desk, project: int) -> None:
    number = start(desk, project, stage(desk, project, "a.txt", b"A claim."))
    with desk.inside():
        assert imports.cancel(number, None)
    assert not run(desk)
    assert (job(desk, number).state, count(desk, Upload), len(articles(desk, project))) == ("cancelled", 0, 0)


def test_items_come_page_by_page_in_order(desk: Desk, project: int) -> None:
    number = start(desk, project, *[stage(desk, project, f"{n}.txt", f"Claim {n}.".encode()) for n in range(5)])
    run(desk)
    with desk.inside(writes=False):
        first = lines_of(number, after=-1, limit=2)
        rest = lines_of(number, after=first[-1].JobItem.position, limit=200)
        assert [row.JobItem.name for row in (*first, *rest)] == [f"{n}.txt" for n in range(5)]
        assert first[0].title == "Claim 0."
        assert counts_of([number]) == {number: Counts(added=5, duplicate=0, refused=0)}


def test_web_addresses_are_fetched_if_the_project_allows_it(
    desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = desk.member(project)
    asked = []

    def fetch(project_id: int, person_id: int | None, url: str) -> fetching.Fetched:
        asked.append((project_id, person_id, url))
        if url.endswith("gone"):
            raise fetching.NotFetched
        return fetching.Fetched(
            "https://news.example/mill", "text/html", "utf-8", HTML, datetime(2024, 3, 1, tzinfo=UTC)
        )

    off = start(desk, project, Source(url="https://news.example/m"), person=person.id)
    run(desk)
    assert [(result, "off in this project" in message) for _, result, message in results(desk, off)] == [
        ("refused", True)
    ]
    monkeypatch.setattr(fetching, "fetch", fetch)
    places = ("https://news.example/m", "https://news.example/gone")
    number = start(desk, project, *[Source(url=place) for place in places], person=person.id)
    run(desk)
    assert [(name, result) for name, result, _ in results(desk, number)] == [
        (places[0], "added"),
        (places[1], "refused"),
    ]
    assert asked == [(project, person.id, place) for place in places]
    article = articles(desk, project)[0]
    assert (article.final_url, article.fetched_at, article.media_type) == (
        "https://news.example/mill", datetime(2024, 3, 1, tzinfo=UTC), "text/html",
    )  # fmt: skip
    assert article.url


def test_folders_are_read_in_order_without_what_is_hidden_or_unknown(desk: Desk, project: int, tmp_path: Path) -> None:
    write(tmp_path, ["b/2.txt", "b/1.md", "a.txt", ".hidden.txt", ".git/x.txt", "c.exe", "d.html.bak", "b/deep/3.txt"])
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    (tmp_path / os.fsdecode(b"e\xff.txt")).write_text("A name that is no text. Really.")
    found = list(sources_at([str(tmp_path)]))
    names = ["a.txt", "b/1.md", "b/2.txt", "b/deep/3.txt", os.fsdecode(b"e\xff.txt")]
    assert [source.path for source in found] == [str(tmp_path / name) for name in names]
    assert [Source.from_line(source.to_line()) for source in found] == found
    number = start(desk, project, *found, asked="this command")
    assert not run(desk), "only the command goes on with files of its machine"
    with desk.app.app_context():
        with transaction():
            jobs.take("me", {job(desk, number).kind}, job_id=number)
        work.run(Turn(number, "me"))
    assert [result for _, result, _ in results(desk, number)] == ["added"] * 5
    assert articles(desk, project)[4].file_name == "e\ufffd.txt"


def test_patterns_and_places_where_nothing_is(tmp_path: Path) -> None:
    write(tmp_path, ["a1.txt", "a2.txt", "b.txt", "x/a3.txt"])
    (tmp_path / "empty").mkdir()
    found = [
        Path(source.path).name for source in sources_at([str(tmp_path / "a*.txt"), str(tmp_path / "**" / "a3.txt")])
    ]
    assert found == ["a1.txt", "a2.txt", "a3.txt"]
    for wrong in ("none.txt", "z*.txt", "empty"):
        with pytest.raises(NotImported, match="there is no"):
            list(sources_at([str(tmp_path / wrong)]))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_others_can_write_while_an_upload_is_packed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    compress, packed_sizes = zlib.compress, []

    def packing(content: bytes) -> bytes:
        with write_queue(db.engine):  # the queue is not entered twice: it is free, or this fails
            packed_sizes.append(len(content))
        return compress(content)

    project = desk.project()
    monkeypatch.setattr(zlib, "compress", packing)
    stage(desk, project, "a.txt", b"Words of it.")
    assert packed_sizes == [12]
