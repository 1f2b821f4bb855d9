"""The list of one's own verdicts: what stands, found by words and filters, a page at a time; on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from annotator.domain.roles import Role
from annotator.storage import verdict_list
from annotator.storage.articles import Article, Claim
from annotator.storage.database import AnyRow, db
from annotator.storage.projects import Membership, Project
from annotator.storage.verdict_list import VerdictPage, Wanted, find_verdicts, projects_judged_in
from annotator.storage.verdicts import StandingVerdict
from tests.desk import Desk, Somebody

Find = Callable[..., list[str]]
WHARF, LOST, UMLAUT, ARABIC, PERCENT = (
    "The wharf is closed, the council said.", "Nobody answered for the brutality.", "Die Überfahrt ist gesperrt.",
    "قالت هيئة الميناء إن المحادثات ستستأنف.", "It fell by 100% of it_all.",
)  # fmt: skip


@pytest.fixture
def me(desk: Desk) -> Somebody:
    """Give somebody five verdicts in two projects, beside somebody else's on the same claims."""
    news, other = desk.project(), desk.project("other")
    mine, noise = desk.join(other, desk.member(news)), desk.join(other, desk.member(news))
    articles = [desk.article(news, f"{WHARF} {LOST}"), desk.article(news, UMLAUT, language="de")]
    articles += [desk.article(other, ARABIC, language="ar"), desk.article(other, PERCENT)]
    claims = [claim for article in articles for claim in desk.claims(article)]
    for claim in claims:
        desk.verdict(noise, claim, "editorial", note="zebra of somebody else", is_flagged=True, confidence=1)
    desk.verdict(mine, claims[0], "sourced", kind="named", source_name="Port Authority")
    desk.verdict(mine, claims[1], "editorial", kind="framing", note="A slanted WORD", rewrite="Nobody answered.")
    desk.verdict(mine, claims[2], None, skip_reason="language", confidence=1)
    desk.verdict(mine, claims[3], "sourced", kind="document", is_flagged=True, confidence=3)
    desk.verdict(mine, claims[4], "sourced")
    desk.verdict(mine, claims[4], None)
    return mine


def page(desk: Desk, person: Somebody, **wanted: Any) -> VerdictPage:
    with desk.inside(writes=False):
        return find_verdicts(person.id, [1, 2], Wanted(**wanted))


@pytest.fixture
def found(desk: Desk, me: Somebody) -> Find:
    """Give what asks for the quotes in the list."""
    return lambda **wanted: [row.quote for row in page(desk, me, **wanted).rows]


def test_what_stands_is_there_once_the_newest_first(found: Find) -> None:
    assert found() == [PERCENT, ARABIC, UMLAUT, LOST, WHARF]


@pytest.mark.parametrize(
    ("words", "quotes"),
    [
        ("WHARF council", [WHARF]), ("wharf brutality", []), ("überfahrt", [UMLAUT]), ("ÜBERFAHRT Gesperrt", [UMLAUT]),
        ("الميناء", [ARABIC]), ("port authority", [WHARF]), ("slanted word", [LOST]), ("nobody ANSWERED", [LOST]),
        ("%", [PERCENT]), ("it_all", [PERCENT]), ("\\", []), ("'", []), ("zebra", []), ("  ", None),
    ],
)  # fmt: skip
def test_words_are_looked_for_in_claim_note_source_and_rewrite(
    found: Find, words: str, quotes: list[str] | None
) -> None:
    assert found(words=words) == (found() if quotes is None else quotes)


@pytest.mark.parametrize(
    ("wanted", "quotes"),
    [
        ({"project_id": 2}, [PERCENT, ARABIC]), ({"article_id": 1}, [LOST, WHARF]),
        ({"label": "sourced"}, [ARABIC, WHARF]),
        ({"label": "sourced", "kind": "document"}, [ARABIC]), ({"label": "nothing"}, []),
        ({"state": "skipped"}, [UMLAUT]), ({"skip_reason": "language"}, [UMLAUT]), ({"skip_reason": "fragment"}, []),
        ({"state": "open"}, [PERCENT]), ({"is_flagged": True}, [ARABIC]), ({"confidence": 3}, [ARABIC]),
        ({"confidence": 1}, [UMLAUT]), ({"confidence": 0}, [PERCENT, LOST, WHARF]),
        ({"article_id": 1, "words": "council", "label": "sourced"}, [WHARF]), ({"article_id": 10**17}, []),
    ],
)  # fmt: skip
def test_each_filter_leaves_what_fits(found: Find, wanted: dict[str, Any], quotes: list[str]) -> None:
    assert found(**wanted) == quotes


def test_dates_bound_when_it_was_given(desk: Desk, me: Somebody, found: Find) -> None:
    day = datetime(2026, 3, 5, tzinfo=UTC)
    with desk.inside() as session:
        mine = update(StandingVerdict).where(StandingVerdict.reviewer_id == me.id)
        session.execute(mine.values(given_at=day - timedelta(seconds=1)))
        session.execute(mine.where(StandingVerdict.label == "editorial").values(given_at=day))
    assert found(since=day) == [LOST]
    assert found(until=day) == [PERCENT, ARABIC, UMLAUT, WHARF]
    assert found(since=day - timedelta(1), until=day + timedelta(1)) == found()


def test_a_row_knows_the_place_of_its_claim_and_all_that_was_said(desk: Desk, me: Somebody) -> None:
    row = next(row for row in page(desk, me).rows if row.quote == LOST)
    assert (row.number, row.article_id, row.language, row.direction, row.project_id) == (2, 1, "en", "ltr", 1)
    assert (row.label, row.kind, row.note, row.rewrite) == (
        "editorial",
        "framing",
        "A slanted WORD",
        "Nobody answered.",
    )
    with desk.inside() as session:
        session.get_one(Claim, desk.claims(1)[0]).aside = "marked"
    assert [row.number for row in page(desk, me, article_id=1).rows] == [1]


def test_what_is_gone_from_the_work_is_not_listed(desk: Desk, me: Somebody, found: Find) -> None:
    with desk.inside() as session:
        session.get_one(Claim, desk.claims(1)[0]).retired_at = datetime.now(UTC)
        session.get_one(Article, 2).withdrawn_at = datetime.now(UTC)
    assert found() == [PERCENT, ARABIC, LOST]
    assert page(desk, me, words="wharf").rows == []


def test_pages_follow_each_other_and_back(desk: Desk, me: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict_list, "PER_PAGE", 2)

    def seen(found: VerdictPage) -> tuple[list[str], bool, bool]:
        return [row.quote for row in found.rows], found.newer, found.older

    def place(row: AnyRow) -> tuple[int, int]:
        return row.claim_id, row.revision

    first = page(desk, me)
    assert seen(first) == ([PERCENT, ARABIC], False, True)
    second = page(desk, me, before=place(first.rows[-1]))
    assert seen(second) == ([UMLAUT, LOST], True, True)
    last = page(desk, me, before=place(second.rows[-1]))
    assert seen(last) == ([WHARF], True, False)
    assert seen(page(desk, me, after=place(last.rows[0]))) == ([UMLAUT, LOST], True, True)
    assert seen(page(desk, me, after=place(second.rows[0]))) == ([PERCENT, ARABIC], False, True)
    assert page(desk, me, before=place(last.rows[0])).rows == []
    assert page(desk, me, before=(10**17, 10**17)).rows == [], "there is no such verdict"
    assert seen(page(desk, me, after=(1, 10**17))) == ([PERCENT, ARABIC], False, True)


def test_projects_are_those_with_verdicts_where_one_still_takes_part(desk: Desk, me: Somebody) -> None:
    desk.join(desk.project("empty"), me)

    def slugs(person: Somebody, *, everything: bool = False) -> list[str]:
        with desk.inside(writes=False):
            return [row.slug for row in projects_judged_in(person.id, everything=everything)]

    assert slugs(me) == ["news", "other"]
    admin = desk.person(admin=True)
    assert slugs(admin, everything=True) == []
    desk.verdict(admin, desk.claims(1)[0])
    assert slugs(admin, everything=True) == ["news"]
    with desk.inside() as session:
        session.delete(session.get_one(Membership, (1, me.id)))
        session.get_one(Project, 2).archived_at = datetime.now(UTC)
    assert slugs(me) == []


def test_an_observer_who_was_a_reviewer_keeps_the_list(desk: Desk, me: Somebody) -> None:
    desk.join(1, me, Role.OBSERVER)
    with desk.inside(writes=False):
        rows = projects_judged_in(me.id, everything=False)
    assert {row.slug: row.role for row in rows} == {"news": "observer", "other": "reviewer"}


def test_a_page_is_one_statement_and_uses_the_index_of_the_list(desk: Desk, me: Somebody) -> None:
    seen: list[tuple[str, Any]] = []
    with desk.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *facts: seen.append((facts[2], facts[3])))
    page(desk, me, words="wharf", label="sourced")
    seen = [facts for facts in seen if facts[0].startswith("SELECT")]
    assert len(seen) == 1
    if "sqlite" in str(desk.app.config["SQLALCHEMY_DATABASE_URI"]):
        statement, values = seen[0]
        with desk.inside(writes=False) as session:
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps = [row[3] for row in plan]
        assert any("ix_standing_verdict_reviewer_id_verdict_id" in step for step in steps), steps
        assert not any("TEMP B-TREE" in step for step in steps), steps
