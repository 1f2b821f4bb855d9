"""Notices: each person's own, with a number in the bar, and sentences that tell nothing of others' verdicts."""

from typing import Any

import pytest
from sqlalchemy import event, select

from annotator.services.notices import notify
from annotator.storage.database import db
from annotator.storage.notices import PER_PAGE, Notice
from annotator.storage.projects import Membership
from annotator.web.notices import SENTENCES
from tests.desk import Desk, Reader, Somebody

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FACTS = {
    "role": "reviewer", "articles": 3, "claims": 12, "due": "2026-03-01", "days": 14, "version": 2, "verdicts": 5,
    "claim_id": 1, "person": "<b>Ines</b>", "slug": "news",
}  # fmt: skip


@pytest.fixture
def reader(desk: Desk) -> Somebody:
    """Make a member of a project with two notices, beside another member with one."""
    project = desk.project(name="<i>News</i>")
    reader, other = desk.member(project), desk.member(project)
    tell(desk, [reader, other], "role given", project)
    tell(desk, [reader], "assigned", project)
    return reader


def tell(desk: Desk, people: list[Somebody], what: str, project: int = 1, **facts: Any) -> None:
    with desk.inside():
        notify([person.id for person in people], what, project_id=project, facts={**FACTS, **facts})


def badge(browser: Reader, path: str = "/keys") -> str:
    text = browser.get(path).text
    return text.partition('class="badge" aria-hidden="true">')[2].partition("<")[0]


def test_the_bar_counts_what_is_new_and_the_page_says_it(desk: Desk, reader: Somebody) -> None:
    browser = desk.reader(reader)
    assert badge(browser) == "2"
    assert badge(browser, "/projects/news/guidelines") == "2", "in a project, too"
    page = browser.get("/notices").text
    assert "2 notices are new to you." in page
    assert "There is work for you in <bdi>&lt;i&gt;News&lt;/i&gt;</bdi>." in page
    assert "It is due on <bdi>Mar 1, 2026</bdi>." in page
    assert "Your role in <bdi>&lt;i&gt;News&lt;/i&gt;</bdi>: <bdi>reviewer</bdi>." in page
    assert badge(desk.anonymous()) == ""


def test_a_notice_is_read_alone_or_with_all_others(desk: Desk, reader: Somebody) -> None:
    browser = desk.reader(reader)
    newest = ids_of(desk, reader)[-1]
    opened = browser.post("/notices/read", {"notice": newest, "open": "1"})
    assert opened.headers["Location"] == "/"
    assert badge(browser) == "1"
    page = browser.get("/notices").text
    assert page.index("Your role in") < page.index("There is work"), "the unread ones first"
    tell(desk, [reader], "project archived")
    assert browser.post("/notices/read", {"until": newest}).status_code == 303
    assert badge(browser) == "1", "what came after the page was made is still new"
    assert browser.post("/notices/read", {"until": newest + 10}).status_code == 303
    assert badge(browser) == ""
    assert "You have read all your notices." in browser.get("/notices").text


def ids_of(desk: Desk, person: Somebody) -> list[int]:
    with desk.inside(writes=False) as session:
        return list(session.scalars(select(Notice.id).where(Notice.person_id == person.id).order_by(Notice.id)))


@on_sqlite
def test_nobody_reads_or_marks_the_notices_of_somebody_else(desk: Desk, reader: Somebody) -> None:
    stranger = desk.reader(desk.person("stranger"))
    assert "News" not in stranger.get("/notices").text
    assert stranger.post("/notices/read", {"notice": ids_of(desk, reader)[0]}).status_code == 404
    stranger.post("/notices/read", {"until": 999})
    assert badge(desk.reader(reader)) == "2"


@on_sqlite
@pytest.mark.parametrize("form", [{}, {"notice": "x"}, {"notice": "-1"}, {"until": "9" * 40}, {"notice": "1 OR 1=1"}])
def test_a_form_that_names_no_notice_changes_nothing(desk: Desk, reader: Somebody, form: dict[str, str]) -> None:
    browser = desk.reader(reader)
    assert browser.post("/notices/read", form).status_code == 400
    assert badge(browser) == "2"


@on_sqlite
@pytest.mark.parametrize("lang", ["en", "ar", "de", "es", "fr"])
@pytest.mark.parametrize("facts", [FACTS, {}])
def test_every_kind_is_a_sentence_whatever_it_knows(
    desk: Desk, reader: Somebody, lang: str, facts: dict[str, Any]
) -> None:
    with desk.inside():
        for what in (*SENTENCES, "of a later version"):
            notify([reader.id], what, project_id=1, facts=facts)
    browser = desk.reader(reader)
    browser.client.set_cookie("lang", lang)
    answer = browser.get("/notices")
    assert answer.status_code == 200
    assert "%(" not in answer.text
    assert "<b>Ines</b>" not in answer.text
    for notice_id in ids_of(desk, reader):
        assert browser.post("/notices/read", {"notice": notice_id, "open": "1"}).status_code == 303


@on_sqlite
def test_a_notice_leads_nowhere_in_a_project_that_one_has_left(desk: Desk, reader: Somebody) -> None:
    tell(desk, [reader], "codebook published")
    newest = {"notice": ids_of(desk, reader)[-1], "open": "1"}
    assert "guidelines" in desk.reader(reader).post("/notices/read", newest).headers["Location"]
    with desk.inside() as session:
        session.delete(session.get_one(Membership, (1, reader.id)))
    assert "/notices" in desk.reader(reader).post("/notices/read", newest).headers["Location"]


@on_sqlite
def test_many_notices_come_in_pages(desk: Desk, reader: Somebody) -> None:
    for _ in range(PER_PAGE):
        tell(desk, [reader], "assigned")
    browser = desk.reader(reader)
    assert browser.get("/notices").text.count("There is work") == PER_PAGE * 3, "said, and twice for the ear"
    assert "Your role in" in browser.get("/notices?page=2").text
    assert browser.get("/notices?page=999").status_code == browser.get("/notices?page=x").status_code == 200


@on_sqlite
def test_the_number_costs_no_statement_of_its_own(desk: Desk, reader: Somebody) -> None:
    browser, statements = desk.reader(reader), list[str]()
    desk.app.view_functions["preferences.keys"]
    browser.get("/keys")
    with desk.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    browser.get("/keys")
    assert sum("notice" in statement for statement in statements) == 1
    assert sum(statement.startswith("SELECT") for statement in statements) == 1
    statements.clear()
    browser.client.post("/preferences", data={"theme": "dark"}, headers={"X-CSRFToken": "none"})
    assert not any("notice" in statement for statement in statements), "what stores does not count"
