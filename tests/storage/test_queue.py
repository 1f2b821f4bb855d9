"""What a queue is made of: whose articles, how far, by when, and at which pace; on both databases."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event

from annotator.domain.roles import Role
from annotator.domain.verdicts import Content
from annotator.services import tagging
from annotator.storage import queue
from annotator.storage.articles import Article, Claim
from annotator.storage.assignments import Assignment
from annotator.storage.database import db
from annotator.storage.projects import Project
from tests.desk import Desk, Somebody


@pytest.fixture
def me(desk: Desk) -> Somebody:
    """Make a project with two articles of four claims, and somebody else who has labelled them all."""
    project = desk.project()
    noise = desk.member(project)
    for text in ("One here. Two here. Three here. Four here.", "Five here. Six here. Seven here. Eight here."):
        for claim in desk.claims(desk.article(project, text)):
            desk.verdict(noise, claim, "editorial")
    return desk.member(project)


def tasks(desk: Desk, person: Somebody) -> dict[int, tuple[int, int]]:
    """Return claims and decided claims by article."""
    with desk.inside(writes=False):
        return {row.id: (row.total, row.done) for row in queue.tasks_of(person.id)}


def test_labels_and_skips_of_living_claims_count_and_nothing_else(desk: Desk, me: Somebody) -> None:
    first, second, third, fourth = desk.claims(1)
    desk.verdict(me, first)
    desk.verdict(me, second, None, skip_reason="fragment")
    desk.verdict(me, third)
    desk.verdict(me, third, None)
    desk.verdict(me, fourth, None, note="Only a note.")
    assert tasks(desk, me) == {1: (4, 2), 2: (4, 0)}
    with desk.inside() as session:
        session.get_one(Claim, first).retired_at = datetime.now(UTC)
        session.get_one(Claim, fourth).aside = "marked"
    assert tasks(desk, me)[1] == (2, 1)


def test_the_last_verdict_says_when_one_was_there(desk: Desk, me: Somebody) -> None:
    given = desk.verdict(me, desk.claims(2)[0])
    with desk.inside(writes=False):
        last = {row.id: row.last for row in queue.tasks_of(me.id)}
    assert last == {1: None, 2: given.given_at}


def test_only_what_one_may_label_now_is_a_task(desk: Desk, me: Somebody) -> None:
    foreign = desk.project("elsewhere")
    desk.article(foreign, "A text of another house.")
    observer = desk.member(1, Role.OBSERVER)
    assert set(tasks(desk, me)) == {1, 2}
    assert tasks(desk, observer) == {}
    with desk.inside() as session:
        session.get_one(Article, 2).withdrawn_at = datetime.now(UTC)
    assert set(tasks(desk, me)) == {1}
    with desk.inside() as session:
        session.get_one(Project, 1).archived_at = datetime.now(UTC)
    assert tasks(desk, me) == {}


def assign(desk: Desk, article: int, person: Somebody, **facts: Any) -> None:
    with desk.inside() as session:
        session.add(Assignment(article_id=article, person_id=person.id, assigned_at=datetime.now(UTC), **facts))


def test_a_due_date_is_ones_own_and_ends_with_the_assignment(desk: Desk, me: Somebody) -> None:
    assign(desk, 1, me, due_on=date(2026, 3, 5))
    assign(desk, 2, me, due_on=date(2026, 3, 6), released_at=datetime.now(UTC))
    assign(desk, 2, desk.member(1), due_on=date(2026, 3, 7))
    with desk.inside(writes=False):
        assert {row.id: row.due_on for row in queue.tasks_of(me.id)} == {1: date(2026, 3, 5), 2: None}


def test_a_pace_rests_on_first_verdicts_of_ones_own_that_were_timed(desk: Desk, me: Somebody) -> None:
    claims = desk.claims(1)

    def give(claim: int, seconds: float | None, person: Somebody = me, revision: int = 0) -> None:
        key, content = f"timed-{claim}-{person.id}-{revision}", Content(label="sourced")
        with desk.inside():
            tagging.give_verdict(claim, person.id, content, seen_revision=revision, client_key=key, seconds=seconds)

    give(claims[0], 10.5)
    give(claims[0], 99.0, revision=1)
    give(claims[1], None)
    give(claims[2], 30.0)
    give(claims[3], 77.0, desk.member(1))
    with desk.inside(writes=False):
        assert list(queue.seconds_of(me.id)) == [30.0, 10.5]


def test_an_administrator_sees_all_projects_and_others_their_own(desk: Desk, me: Somebody) -> None:
    desk.project("elsewhere")
    admin = desk.person(admin=True)
    with desk.inside(writes=False):
        mine = queue.projects_of(me.id, everything=False)
        all_of_them = queue.projects_of(admin.id, everything=True)
    assert [(row.slug, row.role) for row in mine] == [("news", "reviewer")]
    assert {row.slug: row.role for row in all_of_them} == {"news": None, "elsewhere": None}


def test_each_question_is_one_statement_however_much_there_is(desk: Desk, me: Somebody) -> None:
    seen: list[str] = []
    with desk.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *facts: seen.append(facts[2]))
    with desk.inside(writes=False):
        queue.tasks_of(me.id)
        queue.titles_of([1, 2])
        queue.seconds_of(me.id)
        queue.projects_of(me.id, everything=True)
    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 4
