"""An article's page: its claims, where it comes from, what was done to it; and who sees how much of that.

Long because all of it is one page.
"""

import hashlib
import re
import shlex
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from sqlalchemy import update

from annotator.domain.roles import Role
from annotator.services import fetching, live_articles
from annotator.storage.articles import Article, ArticleCheck, Claim
from annotator.storage.projects import Project
from annotator.storage.segmentation import SegmentationEdit
from annotator.web import outside
from tests.browser.site import ARABIC
from tests.desk import TEXT, Desk, Reader, without_tokens
from tests.web.test_injection import PAYLOADS, Markup, name_of

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ORIGINAL = b"<html>\xff the bytes as they came</html>"
FACTS: dict[str, Any] = {
    "title": "Bridge closed", "outlet": "The Post", "byline": "Ines Orvane", "url": "https://post.example/1",
    "published_on": date(2026, 3, 1), "original": ORIGINAL, "media_type": "text/html", "charset": "cp1252",
    "charset_reason": "declared by the server", "extraction": "trafilatura", "extraction_version": "2.3",
    "fetched_at": datetime(2026, 3, 2, 4, 5, tzinfo=UTC), "final_url": "https://www.post.example/1?ref=feed",
    "sources": {"title": "page metadata", "published_on": "given by hand"},
}  # fmt: skip
JSON = {"Accept": "application/json"}


@pytest.fixture
def article(desk: Desk) -> int:
    return desk.article(desk.project(), TEXT, **FACTS)


def browser_of(desk: Desk, role: Role, name: str = "") -> Reader:
    return desk.reader(desk.member(1, role, name))


def about(browser: Reader, article: int) -> str:
    answer = browser.get(f"/articles/{article}/about")
    assert answer.status_code == 200
    return answer.text


def sheet(page: str) -> dict[str, str]:
    """Return the names and values of the provenance sheet as they read."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd></div>", page, re.DOTALL)
    return {unescape(name): unescape(re.sub(r"<[^>]*>", "", value)).strip() for name, value in pairs}


def claims_in(page: str) -> list[tuple[str, str]]:
    found = re.findall(
        r'claim-number numbers">(.*?)</span>\s*<div>\s*<p class="claim-words"[^>]*>(.*?)</p>', page, re.DOTALL
    )
    return [(re.sub("<[^>]*>", "", number), unescape(re.sub("<[^>]*>", "", words)).strip()) for number, words in found]


def test_the_page_shows_what_is_known_of_the_article(desk: Desk, article: int) -> None:
    page = about(browser_of(desk, Role.OBSERVER), article)
    for part in ("Bridge closed", "The Post", "Ines Orvane", "March 1, 2026", "English", "left to right"):
        assert part in page
    assert re.search(r'href="https://post\.example/1" rel="noopener noreferrer', page)
    text, original = hashlib.sha256(TEXT.encode()).hexdigest(), hashlib.sha256(ORIGINAL).hexdigest()
    known = sheet(page)
    assert known["SHA-256 of the original"] == original
    assert known["SHA-256 of the text"] == text
    assert known["Size of the original"] == f"{len(ORIGINAL)} bytes"
    assert known["Character set"] == "cp1252 (declared by the server)"
    assert known["Fetched from"] == "https://www.post.example/1?ref=feed"
    assert (known["Extraction"], known["Version"], known["Kind of the original"]) == ("trafilatura", "2.3", "text/html")
    assert known["Fetched"].startswith("2026-03-02 04:05")
    assert known["Way in"] == "Fetched from a web address"
    assert (known["Title"], known["Date"]) == ("page metadata", "given by hand")
    assert f"sha256sum article-{article}.html" in unescape(page)


@on_sqlite
@pytest.mark.parametrize(
    ("facts", "door"),
    [
        ({}, "Pasted"), ({"file_name": "a.docx", "extraction": "python-docx"}, "A file"),
        ({"file_name": "a.csv", "media_type": "application/json", "extraction": "line 2 of CSV"}, "A row of a table"),
    ],
)  # fmt: skip
def test_the_sheet_says_by_which_door_an_article_came(desk: Desk, facts: dict[str, Any], door: str) -> None:
    article = desk.article(desk.project(), TEXT, **facts)
    known = sheet(about(browser_of(desk, Role.OBSERVER), article))
    assert known["Way in"] == door
    assert "Fetched" not in known


def test_the_claims_stand_in_reading_order_and_asides_between_them_without_a_number(desk: Desk, article: int) -> None:
    ids = desk.claims(article)
    with desk.inside() as session:
        session.execute(update(Claim).where(Claim.id == ids[1]).values(aside="caption"))
        session.execute(update(Claim).where(Claim.id == ids[2]).values(retired_at=datetime.now(UTC)))
    page = about(browser_of(desk, Role.OBSERVER), article)
    assert claims_in(page) == [
        ("1", "Bridge closed after inspection"), ("–", "The bridge is closed, the council said."),
        ("2", "Who will pay?"),
    ]  # fmt: skip
    assert "Caption: no claim" in page
    assert "Headline" in page
    assert "planners" not in page, "a retired claim is in the history of the segmentation"
    assert "2 claims" in page


@on_sqlite
def test_a_headline_that_comes_again_is_called_so(desk: Desk) -> None:
    article = desk.article(desk.project(), "Bridge closed\n\nIt is shut.\n\nBridge closed\n\nNobody came.")
    assert about(browser_of(desk, Role.OBSERVER), article).count("Repeated headline") == 1


def test_who_reads_reports_sees_how_many_decided_each_claim(desk: Desk, article: int) -> None:
    claims, people = desk.claims(article), [desk.member(1), desk.member(1)]
    for person in people:
        desk.verdict(person, claims[0])
    desk.verdict(people[0], claims[1], None, skip_reason="fragment")
    page = about(browser_of(desk, Role.OBSERVER), article)
    decided = re.findall(r"(\d) decisions?</span>\s*</span>", page)
    assert decided == ["2", "1", "0", "0"]
    assert "3 of 8 decisions" in page
    assert "1 of 4 claims have enough" in page


@on_sqlite
def test_a_reviewer_sees_not_a_byte_of_what_others_gave(desk: Desk, article: int) -> None:
    reviewer, other = browser_of(desk, Role.REVIEWER), desk.member(1)

    def seen() -> str:
        return without_tokens(about(reviewer, article))

    before = seen()
    for claim in desk.claims(article):
        desk.verdict(other, claim, "editorial", note="telling")
    assert seen() == before
    assert "decision" not in before
    assert "Being tagged" not in before


@on_sqlite
def test_everybody_is_offered_what_the_role_may_do_and_nothing_else(desk: Desk, article: int) -> None:
    with desk.inside() as session:
        session.get_one(Project, 1).allows_fetching = True
    offered = {
        Role.MANAGER: {"", "continue", "edit", "gold", "original", "segmentation", "check", "withdraw"},
        Role.ADJUDICATOR: {"", "continue", "original", "segmentation"},
        Role.REVIEWER: {"", "continue", "segmentation"},
        Role.OBSERVER: {"original"},
    }
    for role, parts in offered.items():
        browser = browser_of(desk, role)
        page = about(browser, article)
        own = set(re.findall(rf'(?:href|action)="/articles/{article}/?([a-z-]*)"', page))
        assert own == parts, role
        for link in set(re.findall(r'href="(/[^"#]*)"', page)):
            assert browser.get(link, buffered=True).status_code not in {403, 404}, (role, link)


def test_the_original_is_a_file_to_keep_byte_by_byte(desk: Desk, article: int) -> None:
    answer = browser_of(desk, Role.OBSERVER).get(f"/articles/{article}/original")
    assert answer.data == ORIGINAL
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=article-{article}.html"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


@on_sqlite
@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("../../etc/passwd", "attachment; filename=passwd"),
        ("wharf talks.html", 'attachment; filename="wharf talks.html"'),
        ("مقال.html", "attachment; filename=.html; filename*=UTF-8''%D9%85%D9%82%D8%A7%D9%84.html"),
        ('x"; filename=evil.exe', 'attachment; filename="x_; filename=evil.exe"'),
        ("CON", "attachment; filename=article-1.html"),
    ],
)
def test_g05_the_name_of_the_download_is_safe(desk: Desk, name: str, disposition: str) -> None:
    desk.article(desk.project(), TEXT, **FACTS | {"file_name": name})
    answer = browser_of(desk, Role.MANAGER).get("/articles/1/original")
    assert answer.headers["Content-Disposition"] == disposition


@on_sqlite
def test_a_row_of_a_table_is_not_downloaded_as_the_table(desk: Desk) -> None:
    facts = FACTS | {"file_name": "all.csv", "media_type": "application/json", "original": b'{"text": "x"}'}
    desk.article(desk.project(), TEXT, **facts)
    answer = browser_of(desk, Role.MANAGER).get("/articles/1/original")
    assert answer.headers["Content-Disposition"] == "attachment; filename=article-1.json"


def test_the_history_tells_who_did_what_the_newest_first(desk: Desk, article: int) -> None:
    manager = desk.member(1, Role.MANAGER, "Mara")
    desk.reader(manager).post(f"/articles/{article}/withdraw", {"reason": "Taken back by the outlet."})
    with desk.inside() as session:
        session.add(
            SegmentationEdit(
                article_id=article,
                revision=1,
                person_id=manager.id,
                action="merge",
                reason="One sentence.",
                changes={},
                made_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )
    page = about(browser_of(desk, Role.REVIEWER), article)
    history = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page[page.index('id="revisions"') :]))
    told = ("Withdrawn", "Taken back by the outlet.", "Added", "4 claims", "Merged claims", "One sentence.")
    order = [history.index(part) for part in told]
    assert order == sorted(order)
    assert history.count("Mara") == 2


@pytest.fixture
def hostile(desk: Desk) -> tuple[int, str]:
    project = desk.project()
    payload = " ".join(PAYLOADS[:24])
    facts = dict.fromkeys(("byline", "outlet", "charset_reason", "extraction", "file_name"), name_of(payload)[:190])
    article = desk.article(
        project, f"{payload}\n\nOne claim. {payload}", title=payload[:480], url="javascript:alert(1)", **facts
    )
    with desk.inside() as session:
        claim = session.query(Claim).filter_by(article_id=article).first()
        assert claim is not None
        session.add(
            ArticleCheck(
                article_id=article,
                checked_at=datetime.now(UTC),
                final_url=payload,
                text="",
                text_sha256="",
                is_changed=True,
                touched=[[claim.id, payload]],
                added=[payload],
            )
        )
    return article, payload


@on_sqlite
def test_whatever_an_article_says_of_itself_is_text(desk: Desk, hostile: tuple[int, str]) -> None:
    article, payload = hostile
    browser = browser_of(desk, Role.MANAGER)
    for path in (f"/articles/{article}/about", f"/articles/{article}/edit", "/projects/news/articles"):
        answer = browser.get(path)
        assert answer.status_code == 200
        markup = Markup(answer.text)
        assert markup.foreign == [], path
    shown = Markup(about(browser, article)).text
    assert shown.count(" ".join(payload.split())[:200]) >= 3, "the title, the live words, what was added"
    bad = browser.post(f"/articles/{article}/edit", {"seen": payload[:60], "title": payload, "url": payload})
    assert bad.status_code == 422
    assert Markup(bad.text).foreign == []


@on_sqlite
def test_an_article_keeps_its_direction_and_names_cannot_turn_the_page_round(desk: Desk) -> None:
    project = desk.project()
    article = desk.article(project, ARABIC, language="ar", outlet="\u202eevil", byline="\u2067name")
    page = about(browser_of(desk, Role.REVIEWER), article)
    assert re.search(r'<h1 lang="ar" dir="rtl">', page)
    assert "<bdi>\u202eevil</bdi>" in page
    assert "<bdi>\u2067name</bdi>" in page
    assert page.count('class="claim-words" lang="ar" dir="rtl"') == 4


def look(
    desk: Desk, article: int, monkeypatch: pytest.MonkeyPatch, error: Exception | None = None, **check: Any
) -> Any:
    """Press the button, with a live page that was `check`, or that could not be read because of `error`."""

    def check_again(found: Article, person_id: int | None) -> ArticleCheck:
        if error:
            raise error
        facts = {"touched": [], "added": [], "is_changed": False} | check
        row = ArticleCheck(
            article_id=found.id, checked_by_id=person_id, checked_at=datetime.now(UTC), text="", text_sha256="",
            final_url="https://post.example/1", **facts,
        )  # fmt: skip
        with_session = desk.app.extensions["sqlalchemy"].session
        with_session.add(row)
        with_session.flush()
        return row

    monkeypatch.setattr(live_articles, "check_again", check_again)
    with desk.inside() as session:
        session.get_one(Project, 1).allows_fetching = True
    browser = browser_of(desk, Role.MANAGER)
    return browser, browser.post(f"/articles/{article}/check")


def test_a_live_page_that_says_the_same(desk: Desk, article: int, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, answer = look(desk, article, monkeypatch)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/articles/{article}/about#live"
    page = browser.get(answer.headers["Location"]).text
    assert "It said the same as here. Nothing here was replaced." in page
    assert "The live page still says the same." in page


def test_a_live_page_that_changed(desk: Desk, article: int, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = desk.claims(article)
    touched = [[claims[1], "The bridge is open, the council said."], [claims[3], ""]]
    browser, answer = look(desk, article, monkeypatch, is_changed=True, touched=touched, added=["A new sentence."])
    page = browser.get(answer.headers["Location"]).text
    assert "Nothing here was replaced. 2 claims are touched." in re.sub(r"\s+", " ", page)
    assert page.count("The bridge is open, the council said.") == 2, "at the claim, and in the comparison"
    assert page.count("No longer on the live page") == 1
    assert "A new sentence." in page
    line = page[page.index(f'id="claim-{claims[1]}"') : page.index(f'id="claim-{claims[2]}"')]
    assert "The live page now says:" in line
    with desk.inside(writes=False) as session:
        assert session.get_one(Article, article).text == TEXT


@on_sqlite
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (fetching.FetchingOff(), 403), (fetching.QuotaSpent("try again later"), 429),
        (fetching.NotFetched(), 422), (live_articles.NoAddress(), 422),
    ],
)  # fmt: skip
def test_a_live_page_that_cannot_be_read_is_one_clear_sentence(
    desk: Desk, article: int, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    browser, answer = look(desk, article, monkeypatch, error)
    assert answer.status_code == status
    assert str(error) in unescape(answer.text)
    assert 'role="alert"' in answer.text
    problem = browser.post(f"/articles/{article}/check", headers=JSON)
    assert (problem.status_code, problem.json["detail"]) == (status, str(error))


@on_sqlite
def test_no_more_than_two_requests_wait_for_other_servers_at_once(
    desk: Desk, article: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, _ = look(desk, article, monkeypatch)
    with outside.reading, outside.reading:
        answer = browser.post(f"/articles/{article}/check")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "Try again in a few seconds." in answer.text
    assert browser.post(f"/articles/{article}/check").status_code == 303


@on_sqlite
def test_the_command_that_verifies_a_download_runs_nothing_that_stands_in_its_name(desk: Desk) -> None:
    article = desk.article(desk.project(), "A text.", file_name="$(touch owned) `id`'\".txt")
    command = re.search(r"<code[^>]*>(sha256sum .*?)</code>", about(browser_of(desk, Role.OBSERVER), article))
    assert command is not None
    assert shlex.split(unescape(command[1])) == ["sha256sum", "$(touch owned) `id`'_.txt"]
    assert unescape(command[1]).startswith("sha256sum '")


@on_sqlite
def test_no_look_at_the_live_page_where_fetching_is_off_or_no_address_is_known(desk: Desk, article: int) -> None:
    manager = browser_of(desk, Role.MANAGER)
    assert "Compare with the live page" not in about(manager, article)
    answer = manager.post(f"/articles/{article}/check")
    assert answer.status_code == 403
    assert "fetching from web addresses is off in this project" in answer.text
    with desk.inside() as session:
        session.get_one(Project, 1).allows_fetching = True
    assert "Compare with the live page" in about(manager, article)
    pasted = desk.article(1, "No address here.")
    assert "Compare with the live page" not in about(manager, pasted)
    assert manager.post(f"/articles/{pasted}/check").status_code == 422
