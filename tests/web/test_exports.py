"""Downloads: their headers, their formats, their history, and that they stream from one moment without holding on."""

import csv
import io
import json
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from annotator.domain.roles import Role
from annotator.services.exports.records import FIELDS
from annotator.storage.database import db
from annotator.web.exports import FIELD_MEANINGS
from tests.desk import Desk, Reader

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def observer(desk: Desk) -> Reader:
    """An observer of a project with three verdicts, one of them replaced; another project has one too."""
    project, noise = desk.project(name="=News"), desk.project("noise")
    reviewer = desk.member(project, Role.REVIEWER, "Real Name")
    claims = desk.claims(desk.article(project, title='=cmd|" /C calc"!A1'))
    desk.verdict(reviewer, claims[1], "sourced", note='+1 "quoted",\nsecond line')
    desk.verdict(reviewer, claims[2], "sourced")
    desk.verdict(reviewer, claims[2], "editorial", kind="framing", note="\U0001f600 نص")
    desk.verdict(desk.member(noise), desk.claims(desk.article(noise))[0], "attributed")
    return desk.reader(desk.member(project, Role.OBSERVER))


def download(browser: Reader, path: str) -> TestResponse:
    return browser.get(f"/projects/news/export.{path}", buffered=True)


def records(answer: TestResponse) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


def test_jsonl_has_a_record_for_each_standing_verdict_of_the_project(observer: Reader) -> None:
    answer = download(observer, "jsonl")
    assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson")
    assert [(record["label"], record["kind"], record["revision"]) for record in records(answer)] == [
        ("sourced", None, 1), ("editorial", "framing", 2),
    ]  # fmt: skip
    assert {record["project"] for record in records(answer)} == {"news"}


def test_history_adds_what_was_replaced(observer: Reader) -> None:
    standing = [(record["label"], record["standing"]) for record in records(download(observer, "jsonl?history=1"))]
    assert standing == [("sourced", True), ("sourced", False), ("editorial", True)]
    for query in ("history=0", "history=", "history=yes", "history=1&history=1"):
        assert len(records(download(observer, f"jsonl?{query}"))) == (3 if query.endswith("=1") else 2)


def test_csv_has_the_same_rows_and_no_cell_that_runs(observer: Reader) -> None:
    answer = download(observer, "csv")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert [row["label"] for row in rows] == ["sourced", "editorial"]
    assert rows[0]["note"] == '\'+1 "quoted",\nsecond line'
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    told = records(download(observer, "jsonl"))
    for name in ("claim_id", "start", "end", "verdict_id", "given_at"):
        assert [row[name] for row in rows] == [str(record[name]) for record in told]


def test_nobody_is_named_in_a_download(desk: Desk, observer: Reader) -> None:
    for path in ("jsonl?history=1", "csv?history=1"):
        text = download(observer, path).text
        assert "Real Name" not in text
        assert "reviewer-" in text
        assert "password" not in text
        assert "argon2" not in text


@on_sqlite
@pytest.mark.parametrize(
    ("path", "name"),
    [("csv", "news-verdicts.csv"), ("jsonl", "news-verdicts.jsonl"), ("csv?history=1", "news-verdicts-history.csv")],
)
def test_a_download_is_a_file_with_a_plain_name(observer: Reader, path: str, name: str) -> None:
    answer = download(observer, path)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@on_sqlite
@pytest.mark.parametrize("name", ["exe", "CSV", "csv.", "", "jsonl.gz", "../csv", "csv%00", "ｃｓｖ", "parquet"])
def test_another_format_is_no_page(observer: Reader, name: str) -> None:
    assert download(observer, name).status_code in {400, 404}


def test_a_download_streams_and_gives_its_connection_back(desk: Desk, observer: Reader) -> None:
    with desk.app.app_context():
        before = db.engine.pool.status()
    answer = observer.get("/projects/news/export.jsonl?history=1")
    assert "Content-Length" not in answer.headers
    assert next(answer.iter_encoded())
    answer.close()
    with desk.app.app_context():
        assert db.engine.pool.status() == before, "a reader who hangs up holds nothing"


def test_asking_for_the_head_of_a_download_starts_none(desk: Desk, observer: Reader) -> None:
    answer = observer.client.head("/projects/news/export.csv", buffered=True)
    assert (answer.status_code, answer.data) == (200, b"")
    assert "attachment" in answer.headers["Content-Disposition"]


@on_sqlite
def test_the_page_counts_what_there_is_and_links_both_formats(observer: Reader) -> None:
    page = observer.get("/projects/news/export").text
    assert all(f"/projects/news/export.{name}" in page for name in ("csv", "jsonl"))
    numbers = [int(number) for number in re.findall(r"<dd>(\d+)</dd>", page)]
    assert numbers == [2, 3, 4, 1], "standing verdicts, all verdicts, claims, articles"


def test_the_page_explains_every_field() -> None:
    explained = {name for names, _meaning in FIELD_MEANINGS for name in names.split(", ")}
    assert explained == {*FIELDS} - {"project"}


@on_sqlite
def test_a_project_without_verdicts_has_an_empty_export(desk: Desk) -> None:
    browser = desk.reader(desk.member(desk.project(), Role.OBSERVER))
    assert download(browser, "jsonl").data == b""
    assert download(browser, "csv").text.count("\n") == 1
    assert "nothing to export yet" in browser.get("/projects/news/export").text
