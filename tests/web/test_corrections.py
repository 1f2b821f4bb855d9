"""Corrections by hand: what stood before stays in the history, nobody writes over what they have not seen, and a
withdrawn article is out of everything without losing anything."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from annotator.domain.roles import Role
from annotator.storage.articles import Article
from annotator.storage.events import Event
from annotator.storage.queue import tasks_of
from annotator.storage.tallies import scope_counts
from annotator.storage.verdicts import Verdict
from tests.desk import TEXT, Desk, Reader

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

JSON = {"Accept": "application/json"}
FACTS: dict[str, Any] = {
    "title": "Bridge closed", "outlet": "Post", "byline": "Ines Orvane", "url": "https://post.example/1",
    "published_on": date(2026, 3, 1),
}  # fmt: skip
FORM = FACTS | {"published_on": "2026-03-01", "language": "en", "direction": "ltr"}
EDIT = "/articles/1/edit"


@pytest.fixture
def manager(desk: Desk) -> Reader:
    desk.article(desk.project(), TEXT, **FACTS)
    desk.article(1, "Another article. With noise.", title="Noise")
    return desk.reader(desk.member(1, Role.MANAGER, "Mara"))


def seen(browser: Reader) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', browser.get(EDIT).text)
    assert found
    return found[1]


def correct(browser: Reader, **fields: Any) -> Any:
    headers = fields.pop("headers", None)
    return browser.post(EDIT, {"seen": fields.pop("seen", None) or seen(browser)} | FORM | fields, headers=headers)


def stored(desk: Desk) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    with desk.inside(writes=False) as session:
        article = session.get_one(Article, 1)
        facts = {name: getattr(article, name) for name in (*FORM, "sources", "text")}
        events = session.scalars(select(Event.detail).where(Event.what == "article corrected").order_by(Event.id))
        return facts, list(events)


def test_a_correction_is_stored_with_what_stood_before(desk: Desk, manager: Reader) -> None:
    answer = correct(manager, title="  Bridge \r\n open ", byline="", published_on="", language="de", direction="rtl")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/articles/1/about")
    facts, events = stored(desk)
    assert (facts["title"], facts["byline"], facts["published_on"]) == ("Bridge open", "", None)
    assert (facts["language"], facts["direction"], facts["outlet"], facts["text"]) == ("de", "rtl", "Post", TEXT)
    assert events == [
        {
            "title": ["Bridge closed", "Bridge open"], "byline": ["Ines Orvane", ""], "language": ["en", "de"],
            "published_on": ["2026-03-01", None], "direction": ["ltr", "rtl"],
        }
    ]  # fmt: skip
    by_hand = {name for name, how in facts["sources"].items() if how == "corrected by hand"}
    assert by_hand == set(events[0])
    page = manager.get("/articles/1/about").text
    history = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", page[page.index('id="revisions"') :])))
    for part in (
        "Corrected",
        "Mara",
        "Title: Bridge closed Bridge open",
        "Date: Mar 1, 2026 nothing",
        "English Deutsch",
    ):
        assert part in history, part
    with desk.inside(writes=False) as session:
        assert session.get_one(Article, 2).title == "Noise"


def test_nothing_changed_is_no_event(desk: Desk, manager: Reader) -> None:
    answer = correct(manager)
    assert answer.status_code == 303
    assert "Nothing was changed." in manager.get(answer.headers["Location"]).text
    facts, events = stored(desk)
    assert events == []
    assert "corrected by hand" not in facts["sources"].values()


def test_i03_who_did_not_see_a_correction_does_not_write_over_it(desk: Desk, manager: Reader) -> None:
    other, old = desk.reader(desk.member(1, Role.MANAGER)), seen(manager)
    assert correct(other, byline="Somebody else", outlet="Gazette").status_code == 303
    answer = correct(manager, seen=old, byline="Mine")
    assert answer.status_code == 409
    for part in ("Somebody else", "Mine", "Gazette", "Now stored", "Yours", 'value="Mine"'):
        assert part in answer.text
    assert stored(desk)[0]["byline"] == "Somebody else"
    assert len(stored(desk)[1]) == 1
    again = re.search(r'name="seen" value="([0-9a-f]{64})"', answer.text)
    assert again
    assert again[1] != old
    assert correct(manager, seen=again[1], byline="Mine", outlet="Gazette").status_code == 303
    assert stored(desk)[1][1] == {"byline": ["Somebody else", "Mine"]}


@on_sqlite
def test_i03_a_program_gets_the_facts_that_stand(desk: Desk, manager: Reader) -> None:
    old = seen(manager)
    correct(manager, title="Newer")
    answer = correct(manager, seen=old, title="Older", headers=JSON)
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert answer.json["current"] == FORM | {"title": "Newer"}


WRONG = [
    ("title", ""), ("title", " \n "), ("title", "x" * 501), ("outlet", "x" * 201), ("byline", "x" * 301),
    ("url", "javascript:alert(1)"), ("url", "example.org"), ("url", "https://"), ("url", "x" * 2001),
    ("published_on", "yesterday"), ("published_on", "2026-02-30"), ("published_on", "1599-12-31"),
    ("language", "xx"), ("language", ""), ("direction", "up"), ("direction", ""),
]  # fmt: skip


@on_sqlite
def test_what_is_wrong_stands_at_its_field_and_nothing_is_stored(desk: Desk, manager: Reader) -> None:
    before = stored(desk)
    for field, value in WRONG:
        answer = (
            correct(manager, byline="Kept", **{field: value}) if field != "byline" else correct(manager, byline=value)
        )
        assert answer.status_code == 422, (field, value[:20])
        assert f'id="{field}-error"' in answer.text
        assert field == "byline" or 'value="Kept"' in answer.text
    assert correct(manager, title="", headers=JSON).json["errors"].keys() == {"title"}
    assert manager.post(EDIT, dict(FORM)).status_code == 422, "without what was seen"
    assert stored(desk) == before


@on_sqlite
def test_the_text_and_where_it_came_from_are_not_for_a_form_to_change(desk: Desk, manager: Reader) -> None:
    fields = {"text": "Other", "text_sha256": "0", "final_url": "https://evil.example/", "project_id": "2", "id": "9"}
    assert correct(manager, title="Right", **fields).status_code == 303
    with desk.inside(writes=False) as session:
        article = session.get_one(Article, 1)
        assert (article.text, article.final_url, article.project_id, article.title) == (TEXT, "", 1, "Right")


@on_sqlite
def test_what_came_in_odd_may_stay(desk: Desk, manager: Reader) -> None:
    odd = desk.article(1, "An odd one.", title="Odd", language="ko", url="urn:odd:1")
    page = manager.get(f"/articles/{odd}/edit").text
    assert '<option selected value="ko">ko</option>' in page
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found
    form = {"seen": found[1], "title": "Even", "language": "ko", "direction": "ltr", "url": "urn:odd:1"}
    assert manager.post(f"/articles/{odd}/edit", form).status_code == 303
    assert 'href="urn:odd:1"' not in manager.get(f"/articles/{odd}/about").text


def test_a_withdrawn_article_is_out_of_everything_and_comes_back_whole(desk: Desk, manager: Reader) -> None:
    reviewer = desk.member(1)
    for claim in desk.claims(1):
        desk.verdict(reviewer, claim)
    lines = manager.get("/projects/news/export.jsonl").text.count("\n")
    assert counted(desk, reviewer.id) == (2, 6, [1, 2], 4)
    assert manager.post("/articles/1/withdraw", {"reason": "It was wrong."}).headers["Location"] == "/articles/1/about"
    assert counted(desk, reviewer.id) == (1, 2, [2], 4), "the verdicts are kept"
    assert manager.get("/projects/news/export.jsonl").text.count("\n") == lines - 4
    page = manager.get("/articles/1/about").text
    assert "This article is withdrawn" in page
    assert "It was wrong." in page
    assert "Tag it" not in page
    assert manager.get("/articles/1/claims/1").status_code == 404
    assert manager.post("/articles/1/bring-back", {"reason": "It was right."}).status_code == 303
    assert counted(desk, reviewer.id) == (2, 6, [1, 2], 4)
    assert manager.get("/projects/news/export.jsonl").text.count("\n") == lines
    with desk.inside(writes=False) as session:
        told = session.execute(select(Event.what, Event.detail).where(Event.what.like("article %")).order_by(Event.id))
        assert [(row.what, row.detail) for row in told][-2:] == [
            ("article withdrawn", {"reason": "It was wrong."}), ("article brought back", {"reason": "It was right."}),
        ]  # fmt: skip


def counted(desk: Desk, person: int) -> tuple[int, int, list[int], int]:
    """Return how many articles and claims reports count, which articles a queue holds, and how many verdicts exist."""
    with desk.inside(writes=False) as session:
        scope = scope_counts(1)
        verdicts = session.scalar(select(func.count()).select_from(Verdict)) or 0
        return scope.articles, scope.claims, [row.id for row in tasks_of(person)], verdicts


def test_withdrawing_twice_is_said_to_be_too_late(desk: Desk, manager: Reader) -> None:
    assert manager.post("/articles/1/bring-back", {"reason": "Why not."}).status_code == 409
    assert manager.post("/articles/1/withdraw", {"reason": "Wrong."}).status_code == 303
    again = manager.post("/articles/1/withdraw", {"reason": "Wrong again."}, headers=JSON)
    assert (again.status_code, (again.json or {})["detail"]) == (409, "The article is withdrawn already.")
    for reason in ("", "  \n ", "x" * 1001):
        assert manager.post("/articles/1/bring-back", {"reason": reason}).status_code == 422
    with desk.inside(writes=False) as session:
        assert session.get_one(Article, 1).withdrawn_at is not None
