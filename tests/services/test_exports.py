"""Exports: each format gives back the records, which come from one moment and are never all in memory."""

import csv as csv_module
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from annotator.services.exports import csv, jsonl, records
from annotator.services.exports.formats import export
from annotator.storage.articles import Article, Claim
from annotator.storage.database import db
from tests.desk import TEXT, Desk

NOTES = (
    "=1+1",
    "@SUM(A1)",
    "-2",
    "'quoted",
    'two\r\nlines, "said"',
    "\U0001f600 é",
    "line\u2028here\u0085",
    "\t=1",
    "",
)


@pytest.fixture
def project(desk: Desk) -> int:
    """A project whose claims were tagged, revised, skipped and marked, beside another that was tagged as well."""
    readers = [desk.person("first"), desk.person("second")]
    for claim in desk.claims(desk.article(desk.project("noise", name="Noise"), "Another text. With two claims.")):
        desk.verdict(readers[0], claim, "sourced")
    project = desk.project()
    claims = desk.claims(desk.article(project, title="=cmd|' /C calc'!A0"))
    brutal = TEXT.index("brutal")
    for number, note in enumerate(NOTES):
        claim = claims[number % len(claims)]
        marks = ((brutal, brutal + 6, "loaded"),) if claim == claims[2] else ()
        desk.verdict(readers[number // len(claims) % 2], claim, "editorial", note=note, marks=marks)
    desk.verdict(readers[0], claims[1], None, skip_reason="fragment")
    desk.verdict(readers[1], claims[3], None)
    return project


def read(desk: Desk, project: int, *, history: bool = True) -> list[dict[str, Any]]:
    with desk.app.app_context():
        return list(records.records(project, history=history))


def written(desk: Desk, project: int, name: str) -> str:
    with desk.app.app_context():
        return "".join(export(project, name, history=True))


def test_the_history_holds_every_verdict_and_the_rest_only_what_stands(desk: Desk, project: int) -> None:
    history, standing = read(desk, project), read(desk, project, history=False)
    assert len(history) == len(NOTES) + 2
    assert {row["project"] for row in history} == {"news"}
    assert standing == [row for row in history if row["standing"] and (row["label"] or row["skip_reason"])]
    assert sum(row["skip_reason"] == "fragment" for row in standing) == 1
    assert len({(row["claim_id"], row["reviewer"]) for row in standing}) == len(standing)


def test_every_quote_and_every_marked_word_is_what_stands_at_its_place(desk: Desk, project: int) -> None:
    rows = read(desk, project)
    assert all(row["quote"] == TEXT[row["start"] : row["end"]] for row in rows)
    marks = [mark for row in rows for mark in row["marks"]]
    assert {mark["quote"] for mark in marks} == {"brutal"}
    assert all(mark["quote"] == TEXT[mark["start"] : mark["end"]] for mark in marks)


def test_json_lines_give_back_the_records_one_a_line(desk: Desk, project: int) -> None:
    lines = written(desk, project, "jsonl").splitlines()  # this also breaks at U+2028 and U+0085
    assert [json.loads(line) for line in lines] == read(desk, project)


def test_csv_gives_back_the_records(desk: Desk, project: int) -> None:
    text = written(desk, project, "csv")
    assert text.startswith("\ufeffproject,")
    rows = list(csv_module.DictReader(io.StringIO(text[1:], newline="")))
    assert tuple(rows[0]) == records.FIELDS
    for row, record in zip(rows, read(desk, project), strict=True):
        for field, value in record.items():
            if isinstance(value, str):
                assert csv.original(row[field]) == value
            elif isinstance(value, bool | list):
                assert json.loads(row[field]) == value
            else:
                assert row[field] == ("" if value is None else str(value))


def test_no_cell_starts_as_a_formula(desk: Desk, project: int) -> None:
    rows = list(csv_module.reader(io.StringIO(written(desk, project, "csv")[1:], newline="")))
    assert not [cell for row in rows for cell in row if cell.startswith(csv.FORMULA_STARTS)]
    assert any(cell == "'=1+1" for row in rows for cell in row)


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_a_text_is_its_cell_is_harmless_and_gives_it_back(text: str) -> None:
    buffer = io.StringIO(newline="")
    csv_module.writer(buffer, lineterminator="\r\n").writerow([csv.cell(text), "x"])
    cell, _ = next(csv_module.reader(io.StringIO(buffer.getvalue(), newline="")))
    assert csv.original(cell) == text
    assert not cell.startswith(csv.FORMULA_STARTS)


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_a_text_is_its_json_is_one_line(text: str) -> None:
    written_as = "".join(jsonl.write([{"note": text}]))
    assert json.loads(written_as) == {"note": text}
    assert len(written_as.splitlines()) == 1


def test_what_was_retired_or_withdrawn_stays_in_the_history_alone(desk: Desk, project: int) -> None:
    before = read(desk, project)
    now = datetime.now(UTC)
    with desk.inside() as session:
        session.get_one(Claim, before[0]["claim_id"]).retired_at = now
    history, standing = read(desk, project), read(desk, project, history=False)
    assert [row["verdict_id"] for row in history] == [row["verdict_id"] for row in before]
    assert {row["claim_number"] for row in history if row["claim_retired"]} == {None}
    assert before[0]["claim_id"] not in {row["claim_id"] for row in standing}
    with desk.inside() as session:
        session.get_one(Article, before[0]["article_id"]).withdrawn_at = now
    assert (len(read(desk, project)), read(desk, project, history=False)) == (len(before), [])


def test_an_export_shows_one_moment_whoever_saves_meanwhile(
    desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "BATCH", 2)
    before = read(desk, project)
    with desk.app.app_context():
        stream: Iterator[dict[str, Any]] = records.records(project, history=True)
        seen = [next(stream)]
        late = desk.person("late")
        for claim in desk.claims(before[0]["article_id"]):  # nobody has to wait for the export
            desk.verdict(late, claim, "sourced")
        seen.extend(stream)
    assert seen == before
    assert len(read(desk, project)) == len(before) + 4


def test_an_export_is_streamed_a_few_rows_at_a_time(desk: Desk, project: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BATCH", 2)
    made: list[object] = []
    make = records.record

    def count(row: Any) -> dict[str, Any]:
        made.append(row)
        return make(row)

    monkeypatch.setattr(records, "record", count)
    options: list[dict[str, Any]] = []
    with desk.app.app_context():
        event.listen(db.engine, "before_execute", lambda *facts: options.append(dict(facts[4])))
        stream = records.records(project, history=True)
        next(stream)
        stream.close()  # type: ignore[attr-defined]
    assert len(made) == 1
    assert [(row["stream_results"], row["yield_per"]) for row in options] == [(True, 2)]


def test_the_numbers_on_the_export_page_are_those_of_the_export(desk: Desk, project: int) -> None:
    with desk.inside(writes=False):
        counted = records.counts(project)
    assert (counted.articles, counted.claims) == (1, 4)
    assert counted.verdicts == len(read(desk, project))
    assert counted.standing == len(read(desk, project, history=False))
