"""Assignments: a plan is stored as it was shown, the next article goes to no more people than it needs."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from annotator.domain.roles import Role
from annotator.services import assignments, hand_out, tagging
from annotator.services.assignments import Ask
from annotator.services.projects import Archived
from annotator.storage.articles import Article
from annotator.storage.assignments import Assignment, AssignmentPlan
from annotator.storage.events import Event
from annotator.storage.notices import Notice
from annotator.storage.projects import Membership, Project
from tests.desk import Desk, Somebody
from tests.races import at_once

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Newsroom:
    """A project with some articles of three claims, and people who label."""

    def __init__(self, desk: Desk, *, people: int = 4, articles: int = 6, **facts: Any) -> None:
        self.desk = desk
        self.project = desk.project()
        desk.article(desk.project("elsewhere"), "Noise of another house. More noise.")
        self.manager = desk.member(self.project, Role.MANAGER)
        self.people = [desk.member(self.project) for _ in range(people)]
        self.articles = [
            desk.article(self.project, f"Headline {n}\n\nOne said {n}. Two said {n}.") for n in range(articles)
        ]
        self.set(**facts)

    def set(self, **facts: Any) -> None:
        if facts:
            with self.desk.inside() as session:
                session.execute(update(Project).where(Project.id == self.project).values(**facts))

    def ask(self, **facts: Any) -> Ask:
        asked: dict[str, Any] = {
            "kind": "every",
            "readers": 2,
            "person_ids": tuple(p.id for p in self.people),
            "seed": 7,
        }
        return Ask(**asked | facts)

    def plan(self, **facts: Any) -> assignments.Preview:
        ask = self.ask(**facts)
        with self.desk.inside() as session:
            project = session.get_one(Project, self.project)
            shown = assignments.preview(project, ask)
            assignments.store_plan(project, ask, shown.seen, self.manager.id)
        return shown

    def next(self, person: Somebody) -> int:
        with self.desk.inside():
            return hand_out.take_next(self.project, person.id)

    def standing(self) -> list[tuple[int, int]]:
        with self.desk.inside(writes=False) as session:
            rows = session.execute(
                select(Assignment.article_id, Assignment.person_id).where(Assignment.released_at.is_(None))
            )
            return sorted((row.article_id, row.person_id) for row in rows)

    def finish(self, person: Somebody, article: int) -> None:
        for claim in self.desk.claims(article):
            self.desk.verdict(person, claim)

    def refusal(self, person: Somebody) -> str:
        with pytest.raises(hand_out.NothingNext) as raised:
            self.next(person)
        return raised.value.reason


def test_a_plan_is_stored_as_it_was_shown_and_told_to_each(desk: Desk) -> None:
    room = Newsroom(desk)
    shown = room.plan(due_on=date(2999, 1, 2))
    assert room.standing() == sorted(shown.plan.given)
    assert Counter(article for article, _person in room.standing()) == dict.fromkeys(room.articles, 2)
    with desk.inside(writes=False) as session:
        plan = session.scalars(select(AssignmentPlan)).one()
        assert (plan.facts["seed"], plan.facts["readers"], plan.facts["articles"]) == (7, 2, 6)
        rows = session.scalars(select(Assignment)).all()
        assert {(row.plan_id, row.origin, row.due_on) for row in rows} == {(plan.id, "plan", date(2999, 1, 2))}
        notices = session.scalars(select(Notice)).all()
        assert {notice.person_id for notice in notices} == {person.id for person in room.people}
        assert {(notice.facts["articles"], notice.facts["claims"]) for notice in notices} == {(3, 9)}
        assert session.scalars(select(Event).where(Event.what == "plan made")).one().detail["articles"] == 6


def test_a_plan_that_rests_on_what_is_no_more_so_is_shown_anew(desk: Desk) -> None:
    room = Newsroom(desk)
    ask = room.ask()
    with desk.inside() as session:
        shown = assignments.preview(session.get_one(Project, room.project), ask)
    room.desk.article(room.project, "A new one. It came meanwhile.")
    with pytest.raises(assignments.Stale) as raised, desk.inside() as session:
        assignments.store_plan(session.get_one(Project, room.project), ask, shown.seen, room.manager.id)
    assert len(raised.value.preview.work) == 7
    assert room.standing() == []


@on_sqlite
def test_a_plan_only_adds(desk: Desk) -> None:
    room = Newsroom(desk)
    room.plan(readers=1)
    before = room.standing()
    room.plan(readers=3, only_new=False, seed=8)
    assert set(before) < set(room.standing())
    assert Counter(article for article, _person in room.standing()) == dict.fromkeys(room.articles, 3)


@on_sqlite
def test_shared_claims_are_read_by_all_and_the_rest_by_one(desk: Desk) -> None:
    room = Newsroom(desk)
    shown = room.plan(kind="shared", shared=5, readers=4)
    assert shown.shared_claims == 6
    assert sorted(Counter(article for article, _person in room.standing()).values()) == [1, 1, 1, 1, 4, 4]
    with desk.inside(writes=False) as session:
        wanted = session.scalars(select(Article.wanted).where(Article.project_id == room.project)).all()
    assert sorted(number or 0 for number in wanted) == [1, 1, 1, 1, 4, 4]


@on_sqlite
def test_a_quota_is_kept_and_what_finds_nobody_is_said(desk: Desk) -> None:
    room = Newsroom(desk, people=2)
    with desk.inside() as session:
        session.get_one(Membership, (room.project, room.people[0].id)).quota = 7
    shown = room.plan()
    assert [load.claims for load in shown.loads] == [6, 18]
    assert sum(shown.plan.short.values()) == 4


@on_sqlite
def test_what_was_released_is_taken_up_again_by_the_same_person(desk: Desk) -> None:
    room = Newsroom(desk, people=1, articles=1)
    room.plan(readers=1)
    with desk.inside() as session:
        project = session.get_one(Project, room.project)
        assert assignments.release_all(project, room.people[0].id, None) == 1
    assert room.standing() == []
    room.plan(readers=1)
    assert room.standing() == [(room.articles[0], room.people[0].id)]


@pytest.mark.parametrize(("wanted", "articles"), [(3, 4), (1, 10)])
def test_i05_sixteen_who_press_next_together_get_no_article_beyond_its_number(
    desk: Desk, wanted: int, articles: int
) -> None:
    room = Newsroom(desk, people=16, articles=articles, handout="next", overlap=wanted)
    browsers = [desk.reader(person) for person in room.people]
    tokens = [browser.token() for browser in browsers]

    def press(place: int) -> tuple[int, str]:
        answer = browsers[place].client.post("/projects/news/next", data={"csrf_token": tokens[place]})
        return answer.status_code, answer.headers.get("Location", "")

    answers = at_once(desk, *(partial(press, place) for place in range(16)))
    assert {status for status, _where in answers} == {303}
    standing = room.standing()
    assert Counter(article for article, _person in standing) == dict.fromkeys(room.articles, wanted)
    assert len({person for _article, person in standing}) == len(standing) == wanted * articles
    assert sum("continue" in where for _status, where in answers) == len(standing)


def test_the_next_article_is_the_next_in_reading_order_until_none_is_left(desk: Desk) -> None:
    room = Newsroom(desk, articles=2, handout="next", overlap=1)
    anna, ben, carla, _dora = room.people
    assert [room.next(anna), room.next(ben)] == room.articles
    assert room.refusal(carla) == "none-left"
    assert room.refusal(desk.member(room.project, Role.OBSERVER)) == "no-role"
    room.set(handout="planned")
    assert room.refusal(carla) == "not-next"


@on_sqlite
def test_three_at_once_then_one_is_finished_first(desk: Desk) -> None:
    room = Newsroom(desk, handout="next")
    anna = room.people[0]
    taken = [room.next(anna) for _ in range(3)]
    assert room.refusal(anna) == "finish-first"
    room.finish(anna, taken[0])
    assert room.next(anna) == room.articles[3]


@on_sqlite
def test_a_quota_counts_claims_and_an_archived_project_gives_nothing(desk: Desk) -> None:
    room = Newsroom(desk, handout="next")
    anna = room.people[0]
    with desk.inside() as session:
        session.get_one(Membership, (room.project, anna.id)).quota = 5
    room.next(anna)
    assert room.refusal(anna) == "none-left"
    with desk.inside() as session:
        session.get_one(Membership, (room.project, anna.id)).quota = 3
    assert room.refusal(anna) == "quota"
    room.set(archived_at=datetime.now(UTC))
    with pytest.raises(Archived):
        room.next(room.people[1])


def test_what_lies_idle_goes_back_and_what_is_finished_stays(desk: Desk) -> None:
    room = Newsroom(desk, handout="next", overlap=1, return_after_days=7)
    anna, ben = room.people[:2]
    idle, finished, fresh = (room.next(anna) for _ in range(3))
    room.finish(anna, finished)
    long_ago = datetime.now(UTC) - timedelta(days=8)
    with desk.inside() as session:
        session.execute(update(Assignment).where(Assignment.article_id != fresh).values(assigned_at=long_ago))
    assert room.next(ben) == idle
    assert room.standing() == sorted([(idle, ben.id), (finished, anna.id), (fresh, anna.id)])
    with desk.inside(writes=False) as session:
        returned = session.scalars(select(Assignment).where(Assignment.released_at.is_not(None))).one()
        assert (returned.article_id, returned.release_reason) == (idle, "returned")
        told = session.scalars(select(Notice).where(Notice.what == "assignment returned")).one()
        assert (told.person_id, told.facts) == (anna.id, {"articles": 1, "days": 7})


@on_sqlite
def test_one_gets_back_what_one_gave_up_only_when_nothing_else_is_left(desk: Desk) -> None:
    room = Newsroom(desk, articles=2, handout="next", overlap=1)
    anna = room.people[0]
    first = room.next(anna)
    with desk.inside() as session:
        assignments.release_all(session.get_one(Project, room.project), anna.id, None)
    assert room.next(anna) != first
    assert room.next(anna) == first


@on_sqlite
def test_the_most_uncertain_article_comes_first_but_never_where_the_order_would_tell(desk: Desk) -> None:
    room = Newsroom(desk, articles=3, handout_order="uncertain", visibility="after-mine", overlap=4)
    for person, label in zip(room.people[:2], ("sourced", "editorial"), strict=True):
        desk.verdict(person, desk.claims(room.articles[2])[0], label)
    room.set(handout="next")
    assert room.next(room.people[2]) == room.articles[2]
    room.set(visibility="never")
    assert room.next(room.people[3]) == room.articles[0]


def test_only_what_was_given_can_be_labelled_and_training_is_open_to_all(desk: Desk) -> None:
    room = Newsroom(desk, handout="planned", articles=2)
    anna = room.people[0]
    claim, lesson = desk.claims(room.articles[0])[0], desk.claims(room.articles[1])[0]
    with desk.inside() as session:
        session.get_one(Article, room.articles[1]).purpose = "training"
    with pytest.raises(tagging.NotYours):
        desk.verdict(anna, claim)
    desk.verdict(anna, lesson)
    with desk.inside() as session:
        assignments.give(session.get_one(Project, room.project), room.articles[0], anna.id, room.manager.id)
    desk.verdict(anna, claim)
    room.set(requires_qualification=True)
    with pytest.raises(tagging.NotYours):
        desk.verdict(anna, claim, "editorial")
    with desk.inside() as session:
        session.get_one(Membership, (room.project, anna.id)).qualified_at = datetime.now(UTC)
    desk.verdict(anna, claim, "editorial")


@on_sqlite
def test_handing_on_leaves_the_verdicts_and_the_date(desk: Desk) -> None:
    room = Newsroom(desk, handout="planned", articles=1)
    anna, ben = room.people[:2]
    with desk.inside() as session:
        project = session.get_one(Project, room.project)
        assignments.give(project, room.articles[0], anna.id, None, date(2999, 5, 6))
    given = desk.verdict(anna, desk.claims(room.articles[0])[0])
    with desk.inside() as session:
        row = session.scalars(select(Assignment)).one()
        assignments.reassign(session.get_one(Project, room.project), row.id, ben.id, None)
    assert room.standing() == [(room.articles[0], ben.id)]
    with desk.inside(writes=False) as session:
        assert session.scalars(select(Assignment).where(Assignment.person_id == ben.id)).one().due_on == date(
            2999, 5, 6
        )
        assert tagging.history(given.claim_id, anna.id)[0].id == given.verdict_id


@on_sqlite
def test_nothing_of_another_project_is_given_or_taken(desk: Desk) -> None:
    room = Newsroom(desk, articles=1)
    room.plan(readers=1)
    other = desk.project("third")
    with desk.inside() as session:
        theirs = session.scalars(select(Assignment)).one()
        project = session.get_one(Project, other)
        for job in (
            lambda: assignments.release(project, [theirs.id], None),
            lambda: assignments.set_due(project, [theirs.id], None, None),
            lambda: assignments.give(project, room.articles[0], room.people[1].id, None),
        ):
            with pytest.raises(assignments.NoSuchAssignment):
                job()
