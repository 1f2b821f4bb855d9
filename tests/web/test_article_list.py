"""The page that lists a project's articles: a form that works without scripts, links that keep what was asked for."""

import re
from html import unescape
from typing import Any

import pytest

from annotator.domain.roles import Role
from annotator.services import articles
from annotator.storage.articles import Article
from tests.desk import Desk, Reader

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LIST = "/projects/news/articles"


@pytest.fixture
def manager(desk: Desk) -> Reader:
    project = desk.project()
    browser = desk.reader(desk.member(project, Role.MANAGER))
    for number in range(120):
        outlet = ("Post", "Gazette & Co", "<b>Bold</b>")[number % 3]
        desk.article(project, f"Meeting {number}.\n\nNobody spoke of {number}.", title=f"Title {number}", outlet=outlet)
    return browser


def titles(page: str) -> list[str]:
    return [unescape(title) for title in re.findall(r'<a class="task-title"[^>]*>([^<]*)</a>', page)]


def links(page: str, within: str = "pages") -> dict[str, str]:
    found = re.search(rf'<nav class="{within}".*?</nav>', page, re.DOTALL)
    assert found
    return {text: unescape(href) for href, text in re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)', found[0])}


def ask(browser: Reader, **args: Any) -> str:
    answer = browser.get(LIST, query_string=args)
    assert answer.status_code == 200, args
    return answer.text


def test_pages_are_real_links_that_keep_what_was_asked_for(manager: Reader) -> None:
    first = ask(manager, q="title", sort="added")
    assert titles(first) == [f"Title {number}" for number in range(50)]
    assert "120 articles" in first
    assert "page 1 of 3" in first
    assert list(links(first)) == ["1", "2", "3", "Next"]
    second = manager.get(links(first)["Next"]).text
    assert titles(second) == [f"Title {number}" for number in range(50, 100)]
    assert re.search(r'aria-current="page">2</a>', second)
    assert titles(manager.get(links(second)["3"]).text) == [f"Title {number}" for number in range(100, 120)]
    assert titles(manager.get(links(second)["Previous"]).text) == titles(first)
    assert 'value="title"' in second


def test_many_pages_are_not_all_linked(desk: Desk, manager: Reader) -> None:
    from annotator.web.pages import page_links

    assert page_links(1, 1) == [1]
    assert page_links(1, 3) == [1, 2, 3]
    assert page_links(10, 20) == [1, None, 8, 9, 10, 11, 12, None, 20]
    assert page_links(20, 20) == [1, None, 18, 19, 20]


ODD_PAGES = ["0", "-1", "1e9", "x", "", " 2", "2 ", "٢", "1.5", "+2", "0x2", "2%00", "' OR 1=1", "[]", "9" * 2000]
BEYOND = ["4", "1000000000", "9223372036854775808", "18446744073709551616", "9" * 40]


def test_k03_a_page_that_is_no_page_is_the_first_and_one_beyond_the_end_the_last(manager: Reader) -> None:
    for page in ODD_PAGES[:-1]:
        assert titles(ask(manager, page=page))[0] == "Title 119", page
    for page in (*BEYOND, ODD_PAGES[-1]):
        assert titles(ask(manager, page=page))[-1] == "Title 0", page[:50]


def test_k03_how_many_stand_on_a_page_is_not_for_an_address_to_say(manager: Reader) -> None:
    for per_page in ("0", "-1", "1000000000"):
        page = ask(manager, per_page=per_page, limit=per_page, offset=per_page)
        assert len(titles(page)) == 50


@pytest.mark.parametrize(
    "args",
    [
        {"q": "%" * 1000}, {"q": "_" * 1000}, {"q": "\\" * 1000}, {"q": "a " * 1000}, {"q": "%25" * 800},
        {"q": "' UNION SELECT 1 --", "text": "1"}, {"q": "(" * 900, "text": "1"},
        {"q": "\ud7ff\U0010ffff", "text": "1"},
    ],
)  # fmt: skip
def test_k03_a_search_for_what_is_nowhere_finds_nothing(manager: Reader, args: dict[str, str]) -> None:
    page = ask(manager, **args)
    assert titles(page) == []
    assert "0 articles" in page
    assert "No article fits" in page


def test_k03_what_is_no_choice_asks_for_nothing(manager: Reader) -> None:
    for name in ("status", "outlet", "language", "sort"):
        for value in ("nothing", "'", "-", "--added", "id", "text; DROP TABLE article", "%", "x" * 3000):
            page = ask(manager, **{name: value})
            assert "120 articles" in page, (name, value)
            assert titles(page)[0] == "Title 119"


def test_a_date_that_is_none_is_said_at_its_field_and_asks_for_nothing(manager: Reader) -> None:
    for value in ("2026-02-30", "yesterday", "0000-00-00", "99999-01-01", "1599-12-31", "1" * 3000):
        page = ask(manager, since=value)
        assert 'id="since-error"' in page, value
        assert '<details class="disclosure" open>' in page
        assert "120 articles" in page


def test_a_filter_is_kept_by_the_headings_and_shown_in_the_form(manager: Reader) -> None:
    page = ask(manager, outlet="Gazette & Co")
    assert "40 articles" in page
    assert '<option selected value="Gazette &amp; Co">' in page
    assert '<details class="disclosure" open>' in page
    heading = re.search(r'<a href="([^"]*)">Title</a>', page)
    assert heading
    sorted_page = manager.get(unescape(heading[1])).text
    assert "40 articles" in sorted_page
    assert titles(sorted_page) == sorted(titles(page), key=str.lower)
    assert re.search(r'<th scope="col" aria-sort="ascending">\s*<a href="([^"]*sort=-title[^"]*)"', sorted_page)
    assert "Show all" in page
    assert '<details class="disclosure">' in ask(manager, q="meeting", text="1"), "a search alone needs no filters"


def test_the_outlets_and_languages_of_the_project_are_there_to_choose(desk: Desk, manager: Reader) -> None:
    other = desk.project("elsewhere")
    desk.article(other, "Another text.", outlet="Foreign outlet", language="fr")
    page = ask(manager)
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page
    assert "<b>Bold</b>" not in page
    assert "Foreign outlet" not in page
    assert not re.search(r"<option[^>]*>Français", page)


def test_progress_is_a_bar_with_its_numbers(desk: Desk, manager: Reader) -> None:
    one, two = desk.member(1), desk.member(1)
    claims = desk.claims(120)
    for person in (one, two):
        desk.verdict(person, claims[0])
    desk.verdict(one, claims[1])
    page = ask(manager, q='"Title 119"'.strip('"'))
    assert '<progress class="meter" value="3" max="4" aria-label="3 of 4 decisions">' in page
    assert "1 of 2 claims have enough" in page
    assert 'data-status="doing"' in page
    desk.verdict(two, claims[1])
    assert titles(ask(manager, status="done")) == ["Title 119"]


def test_a_withdrawn_article_stands_apart(desk: Desk, manager: Reader) -> None:
    with desk.inside() as session:
        articles.withdraw(session.get_one(Article, 120), 1, "Wrong.")
    page = ask(manager)
    assert "Title 119" not in titles(page)
    assert "1 withdrawn" in page
    assert titles(ask(manager, status="withdrawn")) == ["Title 119"]


def test_what_to_do_where_there_is_nothing(desk: Desk) -> None:
    project = desk.project("empty")
    manager, observer = (desk.reader(desk.member(project, role)) for role in (Role.MANAGER, Role.OBSERVER))
    assert "Paste the text of a first article" in manager.get("/projects/empty/articles").text
    assert "manager adds them" in observer.get("/projects/empty/articles").text
    article = desk.article(project, "The only one.")
    with desk.inside() as session:
        articles.withdraw(session.get_one(Article, article), 1, "Wrong.")
    page = observer.get("/projects/empty/articles").text
    assert "All articles of this project are withdrawn." in page
    assert 'href="/projects/empty/articles?status=withdrawn"' in page
    assert "Tick “also in the text”" in manager.get("/projects/empty/articles?q=only").text


def test_titles_keep_their_direction_and_hide_nothing(desk: Desk) -> None:
    project = desk.project("arabic")
    browser = desk.reader(desk.member(project, Role.OBSERVER))
    desk.article(project, "نص عربي هنا.", language="ar", outlet="\u202eevil\u202c outlet")
    page = browser.get("/projects/arabic/articles").text
    assert 'lang="ar" dir="rtl">نص عربي هنا.</a>' in page
    assert "<bdi>\u202eevil\u202c outlet</bdi>" in page
