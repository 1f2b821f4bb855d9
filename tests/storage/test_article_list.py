"""The list of articles: every filter, sort and page is right and bounded, on both databases, in a fixed number of
statements."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event, select, update

from annotator.storage.article_list import PER_PAGE, SORTS, STATUSES, Wanted, facets, find_articles
from annotator.storage.articles import Article, Claim
from annotator.storage.database import db
from tests.desk import Desk, Somebody

List = Callable[..., list[str]]


@pytest.fixture
def people(desk: Desk) -> list[Somebody]:
    """Make two projects: one with five articles in every state, and one whose articles never show in it."""
    project, foreign = desk.project(overlap=2), desk.project("elsewhere", overlap=1)
    reviewers = [desk.member(project), desk.member(project), desk.member(project)]
    desk.article(foreign, "Wharf of another house.", title="Wharf elsewhere", outlet="Post")
    facts: list[dict[str, Any]] = [
        {"title": "Wharf talks", "outlet": "Post", "published_on": date(2026, 3, 1), "byline": "Ines Orvane"},
        {
            "title": "100% of it_all",
            "outlet": "Gazette",
            "published_on": date(2026, 1, 1),
            "url": "https://a.example/x",
        },
        {"title": "Überfahrt gesperrt", "outlet": "Post", "language": "de", "published_on": date(2025, 12, 31)},
        {"title": "another \\ story", "outlet": "", "published_on": None},
        {"title": "Zebra", "outlet": "Gazette", "published_on": date(2026, 2, 1)},
    ]
    texts = ["One. Two. Three.", "Alone here.", "Eins hier. Zwei dort.", "Four is a crowd. Five is more.", "Six."]
    articles = [desk.article(project, text, **fact) for text, fact in zip(texts, facts, strict=True)]
    for person in reviewers:  # three decisions on a claim that wants two
        desk.verdict(person, desk.claims(articles[0])[0])
    for person in reviewers[:2]:
        for claim in desk.claims(articles[1]):
            desk.verdict(person, claim)
    desk.verdict(reviewers[0], desk.claims(articles[2])[0], None, skip_reason="fragment")
    taken_back = desk.verdict(reviewers[0], desk.claims(articles[3])[0])
    desk.verdict(reviewers[0], desk.claims(articles[3])[0], None, seen_revision=taken_back.revision)
    with desk.inside() as session:
        session.get_one(Article, articles[4]).withdrawn_at = datetime.now(UTC)
    return reviewers


@pytest.fixture
def listed(desk: Desk, people: list[Somebody]) -> List:
    """Give what asks for the titles in the list."""

    def ask(**wanted: Any) -> list[str]:
        with desk.inside(writes=False):
            return [row.title for row in find_articles(1, 2, Wanted(**wanted)).rows]

    assert people
    return ask


WHARF, PERCENT, GERMAN, STORY, ZEBRA = (
    "Wharf talks", "100% of it_all", "Überfahrt gesperrt", "another \\ story", "Zebra",
)  # fmt: skip


def test_the_newest_stands_first_and_withdrawn_ones_apart(listed: List) -> None:
    assert listed() == [STORY, GERMAN, PERCENT, WHARF]
    assert listed(status="withdrawn") == [ZEBRA]


def test_each_status_holds_what_belongs_there(listed: List) -> None:
    assert listed(status="todo") == [STORY], "a verdict that was taken back decides nothing"
    assert listed(status="doing") == [GERMAN, WHARF]
    assert listed(status="done") == [PERCENT]


def test_progress_counts_no_more_decisions_of_a_claim_than_are_wanted(desk: Desk, listed: List) -> None:
    with desk.inside(writes=False):
        rows = {row.title: (row.given, row.claims, row.complete) for row in find_articles(1, 2, Wanted()).rows}
    assert rows == {WHARF: (2, 3, 1), PERCENT: (2, 1, 1), GERMAN: (1, 2, 0), STORY: (0, 2, 0)}


def test_claims_that_are_retired_or_set_aside_do_not_count(desk: Desk, listed: List) -> None:
    with desk.inside() as session:
        retired, aside = session.scalars(select(Claim.id).where(Claim.article_id == 2).order_by(Claim.start)).all()[1:]
        session.execute(update(Claim).where(Claim.id == retired).values(retired_at=datetime.now(UTC)))
        session.execute(update(Claim).where(Claim.id == aside).values(aside="caption"))
    assert listed(status="done") == [PERCENT, WHARF], "its one living claim has enough"
    with desk.inside() as session:
        session.execute(update(Claim).where(Claim.article_id == 3).values(aside="other"))
    with desk.inside(writes=False):
        row = next(row for row in find_articles(1, 2, Wanted()).rows if row.title == PERCENT)
    assert (row.claims, row.given, row.complete) == (0, 0, 0)
    assert PERCENT in listed(status="done"), "nothing is wanted of an article without claims"


@pytest.mark.parametrize(
    ("sort", "titles"),
    [
        ("added", [WHARF, PERCENT, GERMAN, STORY]),
        ("date", [GERMAN, PERCENT, WHARF, STORY]),
        ("-date", [WHARF, PERCENT, GERMAN, STORY]),
        ("progress", [STORY, GERMAN, WHARF, PERCENT]),
        ("-progress", [PERCENT, WHARF, GERMAN, STORY]),
        ("-claims", [WHARF, STORY, GERMAN, PERCENT]),
        ("claims", [PERCENT, STORY, GERMAN, WHARF]),
    ],
)
def test_sorting(listed: List, sort: str, titles: list[str]) -> None:
    assert listed(sort=sort) == titles, "without a date last either way; of equals, the newest first"


def test_titles_are_sorted_without_regard_to_capitals(listed: List) -> None:
    assert [title for title in listed(sort="title") if title.isascii()] == [PERCENT, STORY, WHARF]
    assert [title for title in listed(sort="-title") if title.isascii()] == [WHARF, STORY, PERCENT]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("wharf", [WHARF]), ("WHARF post", [WHARF]), ("post wharf", [WHARF]), ("orvane", [WHARF]),
        ("wharf gazette", []), ("a.example", [PERCENT]), ("überfahrt", [GERMAN]), ("ÜBERFAHRT", [GERMAN]),
        ("%", [PERCENT]), ("_", [PERCENT]), ("it_all", [PERCENT]), ("itXall", []), ("\\", [STORY]), ("' OR 1=1 --", []),
        ("%" * 1000, []), ("_" * 1000, []), ("\\" * 1000, []), ("w " * 500, []), ("", [STORY, GERMAN, PERCENT, WHARF]),
        ("   ", [STORY, GERMAN, PERCENT, WHARF]), ("crowd", []), ("?", []), (":name", []), ("$1", []),
    ],
)  # fmt: skip
def test_a_search_finds_words_as_they_stand(listed: List, words: str, titles: list[str]) -> None:
    assert listed(words=words) == titles


def test_a_search_in_the_text_finds_claims_too(listed: List) -> None:
    assert listed(words="crowd", in_text=True) == [STORY]
    assert listed(words="CROWD story", in_text=True) == [STORY]
    assert listed(words="wharf crowd", in_text=True) == []
    assert listed(words="six", in_text=True) == [], "it is withdrawn"


def test_filters_hold_together(listed: List) -> None:
    assert listed(outlet="Post") == [GERMAN, WHARF]
    assert listed(outlet="post") == [], "an outlet is chosen from the list, as it stands"
    assert listed(language="de") == [GERMAN]
    assert listed(since=date(2026, 1, 1)) == [PERCENT, WHARF]
    assert listed(until=date(2026, 1, 1)) == [GERMAN, PERCENT]
    assert listed(since=date(2026, 1, 1), until=date(2026, 1, 1)) == [PERCENT]
    assert listed(since=date(2027, 1, 1), until=date(2026, 1, 1)) == []
    assert listed(outlet="Post", status="doing", words="wharf", sort="title") == [WHARF]


def test_what_there_is_to_choose_from(desk: Desk, listed: List) -> None:
    with desk.inside(writes=False):
        found = {(row.outlet, row.language, bool(row.is_withdrawn)): row.articles for row in facets(1)}
    assert found == {
        ("Post", "en", False): 1, ("Gazette", "en", False): 1, ("Post", "de", False): 1, ("", "en", False): 1,
        ("Gazette", "en", True): 1,
    }  # fmt: skip


def test_pages_are_cut_in_order_and_one_beyond_the_end_is_the_last(desk: Desk) -> None:
    project = desk.project()
    with desk.inside():
        for number in range(2 * PER_PAGE + 3):
            db.session.add(bare_article(project, number))
    with desk.inside(writes=False):
        pages = [find_articles(project, 2, Wanted(sort="added", page=page)) for page in (1, 2, 3, 4, 10**9)]
    assert [(page.number, page.last, page.total, len(page.rows)) for page in pages] == [
        (1, 3, 103, 50), (2, 3, 103, 50), (3, 3, 103, 3), (3, 3, 103, 3), (3, 3, 103, 3),
    ]  # fmt: skip
    titles = [row.title for page in pages[:3] for row in page.rows]
    assert titles == [f"Article {number}" for number in range(103)]
    with desk.inside(writes=False):
        empty = find_articles(project, 2, Wanted(words="nothing of the kind", page=7))
    assert (empty.number, empty.last, empty.total, list(empty.rows)) == (1, 1, 0, [])


def bare_article(project: int, number: int) -> Article:
    facts = dict.fromkeys(("byline", "outlet", "url", "original_sha256", "media_type", "extraction"), "")
    return Article(
        project_id=project, title=f"Article {number}", text=f"Text {number}", text_sha256=str(number), original=b"",
        language="en", direction="ltr", added_at=datetime.now(UTC), **facts,
    )  # fmt: skip


def test_every_way_to_ask_takes_as_many_statements_for_many_articles_as_for_few(desk: Desk, listed: List) -> None:
    seen: list[str] = []
    with desk.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *facts: seen.append(facts[2]))
    ways = [Wanted(sort=sort, status=status, words="e", in_text=True) for sort in SORTS for status in ("", *STATUSES)]

    def spent() -> list[int]:
        found = []
        for wanted in ways:
            with desk.inside(writes=False):
                db.session.scalar(select(1))  # whatever begins a transaction does not count
                seen.clear()
                find_articles(1, 2, wanted)
            found.append(len(seen))
        return found

    few = spent()
    for number in range(60):
        desk.article(1, f"Here is article {number}. It has two claims.")
    assert spent() == few == [1] * len(ways)
