"""The log that managers and administrators read: filtered, in pages, as sentences and as files."""

import ast
import csv
import io
import json
from pathlib import Path

import pytest
from sqlalchemy import event

import annotator
from annotator.domain.roles import Role
from annotator.storage import events
from annotator.storage.database import db
from annotator.storage.event_list import PER_PAGE, VERDICTS
from annotator.web.event_names import SENTENCES
from tests.desk import Desk, Reader, Somebody

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LOG = "/projects/news/log"


@pytest.fixture
def manager(desk: Desk) -> Somebody:
    """Make a project where something happened, beside another one."""
    project, foreign = desk.project(), desk.project("elsewhere")
    manager, reviewer = desk.member(project, Role.MANAGER, "Berta"), desk.member(project, name="=cmd()")
    article = desk.article(project, title="<i>Bridge</i> closed")
    desk.article(foreign, "A foreign secret.")
    for claim in desk.claims(article):
        desk.verdict(reviewer, claim)
    with desk.inside():
        events.record("settings changed", "project", project, person_id=manager.id, project_id=project,
                      detail={"overlap": {"before": 2, "after": 3}, "reason": "<script>"})  # fmt: skip
        events.record("article checked", "article", article, person_id=reviewer.id, project_id=project)
    return manager


def rows(browser: Reader, query: str = "", path: str = LOG) -> int:
    answer = browser.get(f"{path}?{query}")
    assert answer.status_code == 200
    return answer.text.count('datetime="')


def test_the_log_says_who_did_what_and_leaves_verdicts_out(desk: Desk, manager: Somebody) -> None:
    browser = desk.reader(manager)
    page = browser.get(LOG).text
    assert "<b><bdi>Berta</bdi></b> changed the settings of the project." in page
    assert '<bdi lang="en">&lt;i&gt;Bridge&lt;/i&gt; closed</bdi>' in page
    assert "overlap: <bdi>before: 2, after: 3</bdi>" in page
    assert "<script>" not in page.partition("<main")[2]
    assert "foreign" not in page
    assert "gave verdict" not in page.partition('class="log"')[2]
    assert browser.get(f"{LOG}?verdicts=1").text.partition('class="log"')[2].count("gave verdict") == 4


def test_the_log_is_filtered(desk: Desk, manager: Somebody) -> None:
    browser = desk.reader(manager)
    everything = rows(browser)
    assert rows(browser, "who=bert") == 1
    assert rows(browser, "who=nobody") == 0
    assert rows(browser, "what=settings+changed") == 1
    assert rows(browser, "what=verdict+given") == 4, "asked for by name they are there"
    assert rows(browser, "subject=article") == 2
    assert rows(browser, "subject=article&id=1") == 2
    assert rows(browser, "subject=article&id=2") == 0, "what is of another project"
    assert rows(browser, "since=2000-01-01&until=2100-01-01") == everything
    assert rows(browser, "until=2000-01-01") == rows(browser, "since=2100-01-01") == 0
    for nonsense in ("what=x", "subject=x", "id=x", "id=" + "9" * 40, "since=x", "before=x", "after=-1", "who=%25"):
        assert browser.get(f"{LOG}?{nonsense}").status_code == 200


def test_pages_follow_each_other_without_a_gap(desk: Desk, manager: Somebody) -> None:
    with desk.inside():
        for number in range(PER_PAGE + 10):
            events.record("settings changed", "project", 1, project_id=1, detail={"reason": f"step {number}."})
    browser = desk.reader(manager)
    first = browser.get(LOG).text
    assert first.count('datetime="') == PER_PAGE
    assert f"step {PER_PAGE + 9}." in first
    older = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = browser.get(older).text
    assert "step 9." in second
    assert "step 10." in first
    assert "step 10." not in second
    newer = second.partition('rel="prev" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert browser.get(newer).text.count('datetime="') == PER_PAGE


def test_the_whole_site_is_the_administrators(desk: Desk, manager: Somebody) -> None:
    admin = desk.reader(desk.person("root", admin=True))
    page = admin.get("/admin/log").text
    assert "/projects/elsewhere/log" in page
    assert "signed in" in page
    assert desk.reader(manager).get("/admin/log").status_code == 403


def test_the_file_holds_what_the_page_is_filtered_to(desk: Desk, manager: Somebody) -> None:
    browser = desk.reader(manager)
    answer = browser.get(f"{LOG}.csv?subject=article", buffered=True)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="news-log.csv"'
    table = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["what"] for row in table] == ["article added", "article checked"]
    assert table[1]["person"] == "'=cmd()", "no cell starts a formula"
    lines = [json.loads(line) for line in browser.get(f"{LOG}.jsonl?verdicts=1", buffered=True).text.splitlines()]
    assert sum(line["what"] == "verdict given" for line in lines) == 4
    assert {line["project"] for line in lines} == {"news"}
    assert next(line for line in lines if line["what"] == "settings changed")["detail"]["overlap"]["after"] == 3
    assert browser.get(f"{LOG}.exe").status_code == 404


@on_sqlite
def test_no_label_and_no_note_is_in_the_log(desk: Desk, manager: Somebody) -> None:
    desk.verdict(manager, desk.claims(1)[0], "attributed", note="A private note.")
    text = desk.reader(manager).get(f"{LOG}.jsonl?verdicts=1", buffered=True).text
    assert not [word for word in ("attributed", "private", "sourced", "Bridge") if word in text]


@on_sqlite
def test_a_page_takes_a_few_statements_however_long_it_is(desk: Desk, manager: Somebody) -> None:
    browser, statements = desk.reader(manager), list[str]()
    with desk.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    browser.get(f"{LOG}?verdicts=1")
    assert len(statements) <= 4


def recorded() -> dict[str, str]:
    """Return every kind of event that the code names where it records one, with the file that does."""
    found: dict[str, str] = {}
    for path in Path(annotator.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record" and node.args:
                literals = (part for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant))
                found |= {str(part.value): path.name for part in literals if isinstance(part.value, str)}
    return found


def test_every_kind_of_event_is_a_sentence() -> None:
    assert {what: file for what, file in recorded().items() if what not in SENTENCES} == {}
    assert set(VERDICTS) <= set(SENTENCES)
