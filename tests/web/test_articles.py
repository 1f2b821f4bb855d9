"""The paste box: an article is in as a whole or not at all; what is left empty is found out; errors stand at fields."""

import re
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from annotator.domain.languages import LANGUAGES
from annotator.domain.roles import Role
from annotator.services import ingest
from annotator.storage.articles import Article, Claim
from tests.browser.site import ARABIC
from tests.desk import TEXT, Desk, Reader

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BOX = "/projects/news/articles/new"


@pytest.fixture
def manager(desk: Desk) -> Reader:
    desk.article(desk.project("noise"), TEXT)
    return desk.reader(desk.member(desk.project(), Role.MANAGER))


def paste(browser: Reader, text: str = TEXT, **fields: Any) -> TestResponse:
    return browser.post(BOX, {"text": text, "language": "en", **fields})


def counts(desk: Desk) -> tuple[int, ...]:
    with desk.inside(writes=False) as session:
        return tuple(session.scalars(select(func.count()).select_from(table)).one() for table in (Article, Claim))


def newest(desk: Desk) -> dict[str, Any]:
    names = (
        "title", "outlet", "byline", "url", "published_on", "language", "direction", "text", "added_by_id", "sources",
    )  # fmt: skip
    with desk.inside(writes=False) as session:
        article = session.scalars(select(Article).order_by(Article.id.desc())).first()
        assert article is not None
        return {name: getattr(article, name) for name in names}


def test_a_pasted_article_is_cut_into_claims_and_opened(desk: Desk, manager: Reader) -> None:
    facts = {"outlet": "The Outlet", "byline": "By me", "url": "https://example.org/a", "published_on": "2026-03-01"}
    answer = paste(manager, title=" A \r\n title ", **facts)
    assert re.fullmatch(r"/articles/\d+/continue", answer.headers["Location"])
    opened = manager.get(answer.headers["Location"], follow_redirects=True)
    assert "with 4 claims" in opened.text
    stored = newest(desk)
    assert (stored["title"], stored["outlet"], stored["byline"]) == ("A title", "The Outlet", "By me")
    assert (stored["url"], str(stored["published_on"]), stored["text"]) == ("https://example.org/a", "2026-03-01", TEXT)
    assert counts(desk) == (2, 8)


def test_offsets_of_the_claims_fit_the_text_that_a_browser_sends(desk: Desk, manager: Reader) -> None:
    paste(
        manager,
        "Überschrift \U0001f600\r\n\r\nErster Satz.\u00a0Zweiter Satz e\u0301.\r\nنص عربي هنا. و هذا آخر.\r\n",
        language="de",
    )
    with desk.inside(writes=False) as session:
        article = session.scalars(select(Article).order_by(Article.id.desc())).first()
        assert article is not None
        assert "\r" not in article.text
        for claim in session.scalars(select(Claim).where(Claim.article_id == article.id)):
            assert article.text[claim.start : claim.end] == claim.quote


@on_sqlite
def test_without_a_title_the_first_line_is_the_title(desk: Desk, manager: Reader) -> None:
    paste(manager)
    assert newest(desk)["title"] == "Bridge closed after inspection"


@on_sqlite
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_that_is_chosen_is_kept(desk: Desk, manager: Reader, language: str) -> None:
    paste(manager, language=language)
    stored = newest(desk)
    assert (stored["language"], stored["direction"]) == (language, "ltr"), "the letters are Latin"
    assert stored["sources"]["language"] == "given by hand"


def test_a_language_that_is_not_chosen_is_detected_and_the_letters_tell_the_direction(
    desk: Desk, manager: Reader
) -> None:
    assert re.search(r'<option selected value="">', manager.get(BOX).text)
    paste(manager, ARABIC, language="")
    stored = newest(desk)
    assert (stored["language"], stored["direction"]) == ("ar", "rtl")
    assert stored["sources"] == {"language": "detected in the text", "title": "first sentence"}


@on_sqlite
def test_where_no_language_can_be_detected_the_projects_own_is_taken(desk: Desk) -> None:
    browser = desk.reader(desk.member(desk.project("news", language="ar"), Role.MANAGER))
    paste(browser, "12345 67890.", language="")
    assert newest(desk)["language"] == "ar"


@on_sqlite
def test_what_was_typed_in_is_known_as_given_by_hand(desk: Desk, manager: Reader) -> None:
    paste(manager, outlet="The Outlet", published_on="2026-03-01")
    assert newest(desk)["sources"] == {
        "language": "given by hand", "outlet": "given by hand", "published_on": "given by hand",
        "title": "first sentence",
    }  # fmt: skip


WRONG = [
    ("text", {"text": ""}), ("text", {"text": " \r\n\t\u00a0"}), ("published_on", {"published_on": "yesterday"}),
    ("published_on", {"published_on": "2026-02-30"}), ("published_on", {"published_on": "1599-12-31"}),
    ("published_on", {"published_on": "0000-00-00"}), ("published_on", {"published_on": "9999-12-31"}),
    ("published_on", {"published_on": "99999-01-01"}), ("published_on", {"published_on": "2026-01-01T00:00"}),
    ("published_on", {"published_on": "٢٠٢٦-٠١-٠"}), ("language", {"language": "xx"}),
    ("language", {"language": "../etc"}), ("url", {"url": "javascript:alert(1)"}), ("url", {"url": "example.org"}),
    ("url", {"url": "https://"}), ("url", {"url": "https://exa mple.org/"}), ("title", {"title": "x" * 501}),
]  # fmt: skip


@on_sqlite
def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost_or_stored(desk: Desk, manager: Reader) -> None:
    before = counts(desk)
    for field, fields in WRONG:
        answer = paste(manager, **({"outlet": "Kept outlet", "text": TEXT} | fields))
        assert answer.status_code == 422, fields
        assert f'id="{field}-error"' in answer.text, fields
        assert f'aria-describedby="{field}-error' in answer.text or f"{field}-error" in answer.text
        assert 'value="Kept outlet"' in answer.text
        assert "text" in fields or "Its brutal planners shrugged." in answer.text
    assert counts(desk) == before


@pytest.mark.parametrize("spelling", [TEXT, TEXT.replace("\n", "\r\n"), TEXT.replace("\n", "\r")])
def test_the_same_text_again_is_409_with_a_link_to_the_first(desk: Desk, manager: Reader, spelling: str) -> None:
    first = paste(manager, title="The first one").headers["Location"].removesuffix("/continue")
    before = counts(desk)
    answer = paste(manager, spelling, title="Another title")
    assert answer.status_code == 409
    assert f'href="{first}/about"' in answer.text
    assert "The first one" in answer.text
    assert counts(desk) == before


def test_another_project_may_have_the_same_text(desk: Desk, manager: Reader) -> None:
    assert paste(manager).status_code == 303, "the project called noise has it too"


@on_sqlite
def test_a_text_that_starts_with_a_byte_order_mark_or_ends_in_blanks_is_taken(desk: Desk, manager: Reader) -> None:
    assert paste(manager, "\ufeffA line.\n\n   ").status_code == 303
    assert newest(desk)["title"].strip("\ufeff") == "A line."


JSON = {"Accept": "application/json"}


@on_sqlite
def test_a_program_is_told_what_is_wrong_as_a_problem_document(desk: Desk, manager: Reader) -> None:
    wrong = manager.post(BOX, {"text": "", "language": "xx"}, headers=JSON)
    assert (wrong.status_code, wrong.mimetype) == (422, "application/problem+json")
    assert set(wrong.json["errors"]) == {"text", "language"}  # type: ignore[index]
    first = int(paste(manager, title="The first one").headers["Location"].split("/")[2])
    again = manager.post(BOX, {"text": TEXT}, headers=JSON)
    assert (again.status_code, again.mimetype) == (409, "application/problem+json")
    named = {"id": first, "title": "The first one", "url": f"/articles/{first}/about"}
    assert again.json["article"] == named  # type: ignore[index]


@on_sqlite
def test_a_withdrawn_article_is_still_a_duplicate_and_the_page_says_so(desk: Desk, manager: Reader) -> None:
    article = paste(manager).headers["Location"].removesuffix("/continue")
    assert "It is withdrawn" not in paste(manager).text
    manager.post(f"{article}/withdraw", {"reason": "It was wrong."})
    answer = paste(manager)
    assert answer.status_code == 409
    assert "It is withdrawn, and can be brought back there." in answer.text


def test_nobody_waits_while_a_text_is_split(desk: Desk, manager: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare, others = ingest.prepare, []

    def slow(draft: ingest.Draft, language: str) -> ingest.Prepared:
        claim = desk.claims(1)[0]
        save = Thread(target=lambda: others.append(desk.verdict(reviewer, claim)))
        save.start()
        save.join(timeout=4)
        assert others, "another writer gets through while this text is prepared"
        return prepare(draft, language)

    reviewer = desk.member(1)
    monkeypatch.setattr(ingest, "prepare", slow)
    assert paste(manager).status_code == 303
    assert len(others) == 1


@on_sqlite
def test_the_list_shows_the_projects_own_articles_the_newest_first(desk: Desk, manager: Reader) -> None:
    paste(manager, "First text.", title="One", outlet="Outlet 1", published_on="2026-03-01")
    paste(manager, "Second text. More.", title="Two")
    page = manager.get("/projects/news/articles").text
    assert page.index("Two") < page.index(">One<")
    assert "Bridge closed" not in page, "that one is another project’s"
    assert all(part in page for part in ("Outlet 1", "2026", BOX))


@on_sqlite
def test_who_may_not_add_articles_is_not_offered_it(desk: Desk, manager: Reader) -> None:
    observer = desk.reader(desk.member(2, Role.OBSERVER))
    assert BOX not in observer.get("/projects/news/articles").text
    assert "manager adds them" in observer.get("/projects/news/articles").text
