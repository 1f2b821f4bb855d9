"""The dashboard's numbers: what is wanted and given, who does what, what waits, what looks wrong."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import event

from annotator.domain.roles import Role
from annotator.services.dashboard import Dashboard, make_dashboard
from annotator.storage.adjudications import Adjudication
from annotator.storage.articles import Article
from annotator.storage.assignments import Assignment
from annotator.storage.database import db
from annotator.storage.gold import GoldAnswer
from annotator.storage.projects import Membership, Project
from annotator.storage.requeues import RequeuedVerdict
from annotator.storage.threads import ThreadEntry
from tests.desk import Desk, Somebody

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


class Study:
    """A project of overlap 2 with one article of four claims and two reviewers, beside noise that must not count."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.project = desk, desk.project()
        self.manager = desk.member(self.project, Role.MANAGER, "the manager")
        self.ada, self.ben = desk.member(self.project, name="ada"), desk.member(self.project, name="ben")
        self.article = desk.article(self.project)
        self.claims = desk.claims(self.article)
        elsewhere = desk.project("elsewhere")
        for claim in desk.claims(desk.article(elsewhere)):
            desk.verdict(desk.member(elsewhere), claim)
        withdrawn, training = desk.article(self.project, "Gone. All of it."), desk.article(self.project, "Try. This.")
        for article in (withdrawn, training):
            desk.verdict(self.ada, desk.claims(article)[0], "attributed")
        with desk.inside() as session:
            session.get_one(Article, withdrawn).withdrawn_at = NOW
            session.get_one(Article, training).purpose = "training"

    def found(self) -> Dashboard:
        with self.desk.inside(writes=False) as session:
            return make_dashboard(session.get_one(Project, self.project))

    def settle(self, claim: int, action: str = "decide", revision: int = 1) -> None:
        label = None if action == "reopen" else "sourced"
        with self.desk.inside() as session:
            session.add(
                Adjudication(
                    claim_id=claim, article_id=self.article, project_id=self.project, adjudicator_id=self.manager.id,
                    codebook_version_id=1, revision=revision, action=action, label=label, reason="It is.",
                    client_key=f"{claim}-{revision}", client_digest="", decided_at=NOW,
                )
            )  # fmt: skip

    def give_out(self, person: Somebody, days_ago: int, due_on: date | None = None, **facts: Any) -> None:
        with self.desk.inside() as session:
            session.add(
                Assignment(
                    article_id=self.article,
                    person_id=person.id,
                    assigned_at=NOW - timedelta(days=days_ago),
                    due_on=due_on,
                    **facts,
                )
            )


@pytest.fixture
def study(desk: Desk) -> Study:
    return Study(desk)


def test_an_empty_project_has_nothing_to_say(desk: Desk) -> None:
    project = desk.project()
    with desk.inside(writes=False) as session:
        found = make_dashboard(session.get_one(Project, project))
    assert (found.totals.claims, found.totals.wanted, found.left, found.forecast) == (0, 0, 0, None)
    assert (found.states.articles, list(found.articles), found.reviewers, found.shifts) == (0, [], [], [])


def test_progress_counts_no_more_than_is_wanted_of_a_claim(study: Study) -> None:
    for person in (study.ada, study.ben, study.manager):
        study.desk.verdict(person, study.claims[0])
    study.desk.verdict(study.ada, study.claims[1], None, skip_reason="fragment")
    found = study.found()
    assert (found.totals.claims, found.totals.wanted, found.totals.given, found.left) == (4, 8, 3, 5)
    assert (found.totals.complete, found.totals.half_done, found.waiting.second) == (1, 1, 1)
    [row] = found.articles
    assert (row.id, row.claims, row.wanted, row.given, row.complete) == (study.article, 4, 8, 3, 1)
    assert (found.states.articles, found.states.doing, found.states.done, found.states.todo) == (1, 1, 0, 0)


def test_an_article_may_want_more_than_the_project(study: Study) -> None:
    with study.desk.inside() as session:
        session.get_one(Article, study.article).wanted = 3
    for person in (study.ada, study.ben):
        study.desk.verdict(person, study.claims[0])
    found = study.found()
    assert (found.totals.wanted, found.totals.given, found.totals.complete) == (12, 2, 0)


def test_a_verdict_that_was_taken_back_is_none(study: Study) -> None:
    study.desk.verdict(study.ada, study.claims[0])
    study.desk.verdict(study.ada, study.claims[0], None)
    found = study.found()
    assert (found.totals.given, found.labels) == (0, {})


def test_what_is_to_settle_is_told_by_whether_the_verdicts_differ(study: Study) -> None:
    for claim, labels in zip(study.claims, ["sourced", "editorial", None, "sourced"], strict=True):
        study.desk.verdict(study.ada, claim, "sourced")
        study.desk.verdict(study.ben, claim, labels, skip_reason=None if labels else "fragment")
    assert (study.found().waiting.disputed, study.found().waiting.unanimous) == (2, 2)
    study.settle(study.claims[1])
    study.settle(study.claims[0])
    found = study.found()
    assert (found.waiting.disputed, found.waiting.unanimous, found.totals.settled) == (1, 1, 2)
    study.settle(study.claims[1], "reopen", 2)
    found = study.found()
    assert (found.waiting.disputed, found.waiting.reopened, found.totals.settled) == (1, 1, 1)


def test_each_reviewer_has_a_row_with_what_they_said(study: Study) -> None:
    study.desk.verdict(study.ada, study.claims[0], "sourced")
    study.desk.verdict(study.ada, study.claims[1], "editorial", kind="framing")
    study.desk.verdict(study.ada, study.claims[2], None, skip_reason="fragment")
    found = study.found()
    assert [row.person.name for row in found.reviewers] == ["ada", "ben"]
    assert found.reviewers[0].labels == {"sourced": 1, "editorial": 1, None: 1}
    assert (found.reviewers[0].decided, found.reviewers[0].person.last) == (3, NOW)
    assert (found.reviewers[1].decided, found.reviewers[1].person.last) == (0, None)
    assert (found.labels, found.given_labels) == ({"sourced": 1, "editorial": 1, None: 1}, 2)


def test_who_left_keeps_a_row_for_what_they_said(study: Study) -> None:
    study.desk.verdict(study.ben, study.claims[0])
    with study.desk.inside() as session:
        session.delete(session.get_one(Membership, (study.project, study.ben.id)))
    row = study.found().reviewers[-1]
    assert (row.person.name, row.person.role, row.decided) == ("ben", None, 1)


@pytest.mark.parametrize(
    ("seconds", "median"), [([9, 1, 5, 3, 7], 5), ([9, 1, 5, 3, 7, 100], 6), ([1, 2, 3, 4], None)], ids=str
)
def test_the_time_a_claim_takes_is_a_median_of_five_or_more(
    study: Study, seconds: list[float], median: float | None
) -> None:
    text = "One.\n\nTwo.\n\nThree.\n\nFour.\n\nFive.\n\nSix."
    claims = study.desk.claims(study.desk.article(study.project, text))
    for claim, took in zip(claims, seconds, strict=False):
        give_in(study, claim, took)
    row = study.found().reviewers[0]
    assert (row.seconds, row.timed) == (median, len(seconds))


def test_the_time_that_training_takes_is_no_time_of_the_study(study: Study) -> None:
    text = "One.\n\nTwo.\n\nThree.\n\nFour.\n\nFive."
    lesson = study.desk.article(study.project, text)
    with study.desk.inside() as session:
        session.get_one(Article, lesson).purpose = "training"
    for claim in study.desk.claims(lesson):
        give_in(study, claim, 9)
    give_in(study, study.claims[0], 5)
    row = study.found().reviewers[0]
    assert (row.seconds, row.timed) == (None, 1)


def give_in(study: Study, claim: int, seconds: float) -> None:
    from annotator.domain.verdicts import Content
    from annotator.services import tagging

    with study.desk.inside():
        tagging.give_verdict(
            claim, study.ada.id, Content(label="sourced"), seen_revision=0, client_key=f"timed-{claim}", seconds=seconds
        )


def work_on_days(study: Study, days_ago: list[int], label: Callable[[int], str] = lambda _: "sourced") -> None:
    """Let ada decide one new claim on each of some days."""
    text = "\n\n".join(f"Sentence number {number} of it." for number in range(len(days_ago) + 2))
    claims = study.desk.claims(study.desk.article(study.project, text))
    for claim, days in zip(claims, days_ago, strict=False):
        with time_machine.travel(NOW - timedelta(days=days), tick=False):
            study.desk.verdict(study.ada, claim, label(days))


def test_the_forecast_rests_on_what_was_done_on_the_days_before(study: Study) -> None:
    work_on_days(study, list(range(14, 0, -1)))
    found = study.found()
    assert found.forecast
    assert (found.forecast.pace, found.forecast.reviewers, found.forecast.left) == (1, 1, found.left)
    assert found.forecast.expected == NOW.date() + timedelta(days=found.left)
    assert found.reviewers[0].daily
    assert found.reviewers[1].daily is None


def test_a_day_ends_at_midnight_utc(study: Study) -> None:
    late = datetime(2026, 3, 20, 23, 59, tzinfo=UTC)
    for moment, claim in zip((late, late + timedelta(minutes=2)), study.claims, strict=False):
        with time_machine.travel(moment, tick=False):
            study.desk.verdict(study.ada, claim)
    from annotator.storage.dashboard import daily_decisions

    with study.desk.inside(writes=False):
        daily = daily_decisions(study.project, NOW.date())
    assert daily == {study.ada.id: {date(2026, 3, 20): 1, date(2026, 3, 21): 1}}


def test_too_little_work_makes_no_forecast(study: Study) -> None:
    work_on_days(study, [2, 1])
    assert study.found().forecast is None


def test_a_reviewer_whose_labels_moved_is_named(study: Study) -> None:
    days = [60] * 40 + [3] * 40
    work_on_days(study, days, lambda ago: "sourced" if ago > 30 else "attributed")
    [shift] = study.found().shifts
    assert (shift.reviewer_id, shift.n_before, shift.n_recent, shift.is_notable) == (study.ada.id, 40, 40, True)


def test_an_assignment_is_overdue_or_idle_until_it_is_done(study: Study) -> None:
    study.give_out(study.ada, 10, due_on=NOW.date() - timedelta(days=1))
    study.give_out(study.ben, 3, due_on=NOW.date())
    ada, ben = (row.assigned for row in study.found().reviewers)
    assert ada
    assert ben
    assert (ada.left, ada.articles, ada.overdue, ada.idle) == (4, 1, 1, 1)
    assert (ben.left, ben.articles, ben.overdue, ben.idle) == (4, 1, 0, 0)
    study.desk.verdict(study.ada, study.claims[0])
    touched = study.found().reviewers[0].assigned
    assert touched
    assert (touched.left, touched.overdue, touched.idle) == (3, 1, 0)
    for claim in study.claims[1:]:
        study.desk.verdict(study.ada, claim)
    done = study.found().reviewers[0].assigned
    assert done
    assert (done.left, done.articles, done.overdue, done.idle) == (0, 0, 0, 0)


def test_what_was_released_is_on_nobodys_desk(study: Study) -> None:
    study.give_out(study.ada, 10, released_at=NOW, release_reason="released")
    assert study.found().reviewers[0].assigned is None


def test_a_question_waits_until_the_desk_answers(study: Study) -> None:
    def say(person: Somebody, with_id: int | None) -> int:
        with study.desk.inside() as session:
            facts = {"claim_id": study.claims[0], "project_id": study.project, "said_at": NOW, "text": "words"}
            session.add(ThreadEntry(**facts, person_id=person.id, with_id=with_id))
        return study.found().waiting.questions

    assert say(study.ada, study.ada.id) == 1
    assert say(study.ben, study.ben.id) == 2
    assert say(study.manager, study.ada.id) == 1
    assert say(study.manager, None) == 0
    assert say(study.ada, study.ada.id) == 1


def test_verdicts_wait_to_be_confirmed_until_another_one_stands(study: Study) -> None:
    given = study.desk.verdict(study.ada, study.claims[0], "editorial")
    with study.desk.inside() as session:
        session.add(
            RequeuedVerdict(
                claim_id=study.claims[0], reviewer_id=study.ada.id, verdict_id=given.verdict_id, version_id=1,
                meanings=["label:editorial"], requeued_at=NOW,
            )
        )  # fmt: skip
    assert study.found().waiting.new_codebook == 1
    study.desk.verdict(study.ada, study.claims[0], "editorial", note="still")
    assert study.found().waiting.new_codebook == 0


def test_reviewers_wait_for_their_qualification_only_if_it_is_asked_for(study: Study) -> None:
    assert study.found().waiting.unqualified is None
    with study.desk.inside() as session:
        session.get_one(Project, study.project).requires_qualification = True
        session.get_one(Membership, (study.project, study.ada.id)).qualified_at = NOW
    assert study.found().waiting.unqualified == 1


def test_it_takes_as_many_statements_for_many_articles_as_for_few(study: Study) -> None:
    def statements() -> int:
        seen: list[str] = []
        with study.desk.inside(writes=False) as session:
            project = session.get_one(Project, study.project)
            note = event.listens_for(db.engine, "before_cursor_execute")
            listener = note(lambda *asked: seen.append(asked[2]))
            make_dashboard(project)
            event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    few = statements()
    for number in range(30):
        claims = study.desk.claims(study.desk.article(study.project, f"Article {number}. It has two claims."))
        study.desk.verdict(study.ada, claims[0])
        study.desk.verdict(study.desk.member(study.project), claims[0])
    assert statements() == few
    assert few <= 20
    assert len(study.found().articles) == 20


def test_who_is_surely_under_the_mark_on_hidden_gold_is_named(study: Study) -> None:
    text = "\n\n".join(f"Sentence number {number} of it." for number in range(12))
    claims = study.desk.claims(study.desk.article(study.project, text))
    with study.desk.inside() as session:
        for claim in claims:
            session.add(
                GoldAnswer(
                    claim_id=claim, project_id=study.project, label="sourced", accepted=[], explanation="It is.",
                    set_by_id=study.manager.id, set_at=NOW,
                )
            )  # fmt: skip
    for number, claim in enumerate(claims):
        study.desk.verdict(study.ada, claim, "sourced" if number < 3 else "attributed")
        study.desk.verdict(study.ben, claim, "sourced" if number < 9 else "attributed")
    [failing] = study.found().failing
    assert (failing.name, failing.score.right, failing.score.asked, failing.mark) == ("ada", 3, 12, 0.8)
    with study.desk.inside() as session:
        session.get_one(Project, study.project).pass_marks = {"": 0.2}
    assert study.found().failing == []
