"""The queue: due dates in words, time left at one's own pace, filters, and lists that say what they leave out."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from annotator.domain.roles import Role
from annotator.domain.verdicts import Content
from annotator.services import tagging
from annotator.storage.assignments import Assignment
from annotator.web import queue
from annotator.web.durations import in_seconds, roughly
from tests.desk import Desk, Reader, Somebody

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def words(page: str) -> str:
    """Return a page's main text without tags and with single spaces."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def titles(page: str) -> list[str]:
    """Return the titles in the lists, in order."""
    return [unescape(title) for title in re.findall(r'class="task-title"[^>]*>([^<]*)<', page)]


def assign(desk: Desk, article: int, person: Somebody, due_on: date) -> None:
    with desk.inside() as session:
        given = {"article_id": article, "person_id": person.id, "assigned_at": datetime.now(UTC)}
        session.add(Assignment(**given, due_on=due_on))


def timed(desk: Desk, person: Somebody, claim: int, seconds: float) -> None:
    with desk.inside():
        content, key = Content(label="sourced"), f"timed-{claim}"
        tagging.give_verdict(claim, person.id, content, seen_revision=0, client_key=key, seconds=seconds)


@pytest.fixture
def me(desk: Desk) -> Somebody:
    """Make a project of three articles with two, three and four claims, and a reviewer."""
    project = desk.project()
    for number, text in enumerate(["One. Two here.", "One. Two. Three here.", "One. Two. Three. Four here."], 1):
        desk.article(project, text, title=f"Article {number}", outlet="Post")
    return desk.member(project)


@on_sqlite
def test_what_is_due_stands_first_and_says_so_in_words(desk: Desk, me: Somebody) -> None:
    today = datetime.now(UTC).date()
    assign(desk, 3, me, today - timedelta(2))
    assign(desk, 2, me, today)
    page = desk.reader(me).get("/").text
    assert titles(page) == ["Article 3", "Article 2", "Article 1"]
    assert "Overdue: was due on" in words(page)
    assert "Due today" in words(page)
    for claim in desk.claims(3):
        desk.verdict(me, claim)
    done = desk.reader(me).get("/").text
    assert titles(done) == ["Article 2", "Article 1", "Article 3"]
    assert "Overdue" not in done


@on_sqlite
def test_a_date_to_come_is_named_in_the_viewers_language(desk: Desk, me: Somebody) -> None:
    assign(desk, 1, me, date(2999, 12, 24))
    browser = desk.reader(me)
    assert "Due on Dec 24, 2999" in words(browser.get("/").text)
    browser.client.set_cookie("lang", "de")
    assert "24.12.2999" in words(browser.get("/").text)


@on_sqlite
def test_the_time_left_rests_on_ones_own_pace_and_says_on_what(desk: Desk, me: Somebody) -> None:
    browser, claims = desk.reader(me), [claim for article in (1, 2, 3) for claim in desk.claims(article)]
    stranger = desk.member(1)
    for claim in claims:
        timed(desk, stranger, claim, 3000)
    for claim in claims[:4]:
        timed(desk, me, claim, 60)
    page = words(browser.get("/").text)
    assert "5 claims left" in page
    assert "pace" not in page
    assert "≈" not in page
    timed(desk, me, claims[4], 90)
    page = words(browser.get("/").text)
    assert "4 claims left, about 4 minutes at your pace" in page
    assert "Your pace is 60 seconds a claim: the median of the last 5 claims" in page
    assert "0 of 4 labelled 4 left ≈ 4 minutes" in page
    assert "2 of 2 labelled Done" in page


@on_sqlite
def test_one_continues_where_one_stopped(desk: Desk, me: Somebody) -> None:
    browser = desk.reader(me)
    assert "Start with this one Article 1" in words(browser.get("/").text)
    desk.verdict(me, desk.claims(3)[0])
    desk.verdict(me, desk.claims(2)[0])
    page = browser.get("/").text
    assert "Continue where you stopped Article 2" in words(page)
    resume = re.search(r'id="resume-go"[^>]*href="([^"]*)"', page)
    assert resume
    assert browser.get(resume[1]).headers["Location"] == "/articles/2/claims/2"


@on_sqlite
def test_the_status_filter_shows_what_fits_and_counts_all(desk: Desk, me: Somebody) -> None:
    for claim in desk.claims(1):
        desk.verdict(me, claim)
    desk.verdict(me, desk.claims(2)[0])
    browser = desk.reader(me)
    shown = {status: titles(browser.get(f"/?status={status}").text) for status in ("todo", "doing", "done", "", "odd")}
    everything = ["Article 2", "Article 3", "Article 1"]
    assert shown == {
        "todo": ["Article 3"], "doing": ["Article 2"], "done": ["Article 1"], "": everything, "odd": everything,
    }  # fmt: skip
    page = browser.get("/?status=done").text
    assert "All 3 To do 1 In progress 1 Done 1" in words(page)
    assert re.search(r'href="/\?status=done" aria-current="page"', page)
    assert '<a class="button task-action"' in page
    assert 'href="/articles/1"' in page


@on_sqlite
def test_nothing_that_fits_is_said(desk: Desk, me: Somebody) -> None:
    browser = desk.reader(me)
    assert "No article fits" in words(browser.get("/?status=done").text)
    desk.join(desk.project("other"), me)
    assert "No article fits" in words(browser.get("/?status=done").text)
    assert "No article fits" in words(
        browser.get("/?status=done&project=other").text
    ) or "No articles to label" in words(browser.get("/?project=other").text)


def listed(browser: Reader, **asked: Any) -> tuple[list[str], str]:
    page = browser.get("/", query_string=asked).text
    return titles(page), page


@on_sqlite
def test_a_list_that_is_cut_says_so_and_leads_to_the_rest(
    desk: Desk, me: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "IN_OVERVIEW", 2)
    monkeypatch.setattr(queue, "ARTICLES_A_PAGE", 2)
    other = desk.project("other", name="Zebra")
    desk.join(other, me)
    desk.article(other, "Text of the other.", title="Other")
    browser = desk.reader(me)
    shown, page = listed(browser)
    assert shown == ["Article 1", "Article 2", "Other"]
    assert "2 of 3 articles shown Show all" in words(page)
    assert 'href="/?project=news"' in page
    shown, page = listed(browser, project="news")
    assert shown == ["Article 1", "Article 2"]
    assert 'href="/?page=2&amp;project=news" rel="next"' in page
    assert listed(browser, project="news", page=2)[0] == ["Article 3"]
    assert listed(browser, project="news", page=99)[0] == ["Article 3"]
    assert listed(browser, project="news", page="x", status="todo")[0] == ["Article 1", "Article 2"]


@on_sqlite
def test_many_projects_come_in_pages(desk: Desk, me: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PROJECTS_A_PAGE", 1)
    desk.join(desk.project("other", name="Zebra"), me)
    first, second = (desk.reader(me).get(f"/?page={number}").text for number in (1, 2))
    assert ("Zebra" in words(first), "Zebra" in words(second)) == (False, True)
    assert 'href="/?page=2"' in first


@on_sqlite
def test_another_project_is_not_there(desk: Desk, me: Somebody) -> None:
    desk.project("elsewhere")
    assert desk.reader(me).get("/?project=elsewhere").status_code == 404
    assert desk.reader(me).get("/?project=gone").status_code == 404
    assert desk.reader(desk.person(admin=True)).get("/?project=elsewhere").status_code == 200


@on_sqlite
def test_an_observer_has_nothing_to_do(desk: Desk, me: Somebody) -> None:
    assign(desk, 1, me, date(2020, 1, 1))
    desk.join(1, me, Role.OBSERVER)
    page = desk.reader(me).get("/").text
    assert titles(page) == []
    assert "Overdue" not in page
    assert "claims left" not in page


@pytest.mark.parametrize(
    ("seconds", "english", "german"),
    [
        (1, "1 minute", "1 Minute"), (89, "1 minute", "1 Minute"), (91, "2 minutes", "2 Minuten"),
        (89 * 60, "89 minutes", "89 Minuten"), (90 * 60, "1.5 hours", "1,5 Stunden"),
        (2 * 3600, "2 hours", "2 Stunden"),
        (37 * 3600 + 99, "37 hours", "37 Stunden"),
    ],
)  # fmt: skip
@on_sqlite
def test_durations_are_no_more_exact_than_they_can_be(desk: Desk, seconds: int, english: str, german: str) -> None:
    for language, text in (("en", english), ("de", german)):
        with desk.app.test_request_context(headers={"Cookie": f"lang={language}"}):
            assert roughly(seconds) == text
            assert in_seconds(0.2).startswith("1 ")
