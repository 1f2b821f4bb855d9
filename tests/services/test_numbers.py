"""The desk's numbers, held against each other and against a count by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from annotator.domain.roles import Role
from annotator.domain.segmentation import Edit
from annotator.services import segmentation, segmentation_lock, threads
from annotator.services.acceptance import Request, accept, reopen_step
from annotator.services.dashboard import Dashboard, make_dashboard
from annotator.services.pilot import pilot_of
from annotator.storage import adjudication_queue, dashboard
from annotator.storage.acceptance import Agreed
from annotator.storage.articles import Article, Claim
from annotator.storage.projects import Membership, Project
from tests.desk import Desk, Somebody

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


class Study:
    """A project with a manager and two reviewers, and an article of four claims."""

    def __init__(self, desk: Desk, overlap: int = 2) -> None:
        self.desk, self.project = desk, desk.project(overlap=overlap)
        self.manager = desk.member(self.project, Role.MANAGER, "the manager")
        self.ada, self.ben = desk.member(self.project, name="ada"), desk.member(self.project, name="ben")
        self.article = desk.article(self.project)
        self.claims = desk.claims(self.article)

    def say(self, person: Somebody, claim: int, label: str, days_ago: int = 0) -> None:
        """Give a verdict, or a skip if `label` is a reason."""
        skips = {"fragment", "boilerplate"}
        with time_machine.travel(NOW - timedelta(days=days_ago), tick=False):
            facts = {"skip_reason": label} if label in skips else {}
            self.desk.verdict(person, claim, None if facts else label, **facts)

    def merge(self, days_ago: int = 0) -> None:
        """Join the second claim with the third."""
        moment = NOW - timedelta(days=days_ago)
        with time_machine.travel(moment, tick=False):
            with self.desk.inside():
                segmentation_lock.set_lock(self.article, unlocked=True, person_id=self.manager.id)
            with self.desk.inside() as session:
                revision = session.get_one(Article, self.article).segmentation_revision
                start = session.get_one(Claim, self.claims[1]).start
                segmentation.apply(self.article, revision, Edit("merge", start), person_id=self.manager.id)

    def found(self) -> Dashboard:
        with self.desk.inside(writes=False) as session:
            return make_dashboard(session.get_one(Project, self.project))

    def queue(self, **wanted: bool) -> dict[str, int]:
        with self.desk.inside(writes=False):
            return adjudication_queue.counts(
                self.project,
                self.manager.id,
                adjudication_queue.Wanted(**wanted),  # type: ignore[arg-type]
            )


def test_what_one_reviewer_decided_alone_does_not_wait_to_be_accepted(desk: Desk) -> None:
    study = Study(desk, overlap=1)
    study.say(study.ada, study.claims[0], "sourced")
    for person in (study.ada, study.ben):
        study.say(person, study.claims[1], "sourced")
    assert study.queue() == {"open": 0, "unanimous": 1, "reopened": 0, "settled": 0}
    assert (study.found().waiting.disputed, study.found().waiting.unanimous) == (0, 1)


def test_two_reasons_to_skip_are_two_answers_on_the_overview_as_in_the_queue(desk: Desk) -> None:
    study = Study(desk)
    for claim, mine, theirs in zip(
        study.claims, ["fragment"] * 3, ["fragment", "boilerplate", "sourced"], strict=False
    ):
        study.say(study.ada, claim, mine)
        study.say(study.ben, claim, theirs)
    assert (study.queue()["open"], study.queue()["unanimous"]) == (2, 1)
    assert (study.found().waiting.disputed, study.found().waiting.unanimous) == (2, 1)


def test_what_an_edit_carried_over_is_nobodys_work_of_that_day(desk: Desk) -> None:
    study = Study(desk)
    for claim in study.claims:
        study.say(study.ada, claim, "sourced", days_ago=40)
    study.merge(days_ago=1)
    with desk.inside(writes=False):
        daily = dashboard.daily_decisions(study.project, NOW.date())
        labels = dashboard.labels_by_window(study.project, NOW - timedelta(days=30))
        last = {row.id: row.last for row in dashboard.reviewers(study.project)}
    assert daily == {study.ada.id: {(NOW - timedelta(days=40)).date(): 4}}
    assert [(row.label, bool(row.is_recent), row.number) for row in labels] == [("sourced", False, 4)]
    assert last[study.ada.id] == NOW - timedelta(days=40)
    assert (study.found().totals.claims, study.found().totals.given) == (3, 3)


def test_a_question_about_a_claim_that_was_cut_anew_waits_for_nobody(desk: Desk) -> None:
    study = Study(desk)
    with desk.inside():
        threads.ask(study.claims[1], study.project, study.ada.id, "Who is they?")
    for person in (study.ada, study.ben):
        study.say(person, study.claims[1], "sourced")
    assert (study.found().waiting.questions, sum(study.queue(asked=True).values())) == (1, 1)
    study.merge()
    assert (study.found().waiting.questions, sum(study.queue(asked=True).values())) == (0, 0)


def test_an_answer_to_all_answers_each_question_on_the_overview_as_in_the_queue(desk: Desk) -> None:
    study = Study(desk)
    for person in (study.ada, study.ben):
        study.say(person, study.claims[1], "sourced")
        with desk.inside():
            threads.ask(study.claims[1], study.project, person.id, "Who is they?")
    assert (study.found().waiting.questions, sum(study.queue(asked=True).values())) == (2, 1)
    with desk.inside():
        threads.answer(study.claims[1], study.project, study.manager.id, "The council.", with_id=None)
    assert (study.found().waiting.questions, sum(study.queue(asked=True).values())) == (0, 0)


def test_who_left_does_nothing_more_for_the_forecast(desk: Desk) -> None:
    study = Study(desk)
    text = "\n\n".join(f"Sentence number {number} of it." for number in range(20))
    for place, claim in enumerate(desk.claims(desk.article(study.project, text))[:14]):
        for person in (study.ada, study.ben):
            study.say(person, claim, "sourced", days_ago=14 - place)
    both = study.found().forecast
    assert both
    assert (both.pace, both.reviewers) == (2, 2)
    with desk.inside() as session:
        session.delete(session.get_one(Membership, (study.project, study.ben.id)))
    alone = study.found().forecast
    assert alone
    assert (alone.pace, alone.reviewers) == (1, 1)


def test_a_pilot_whose_interval_spans_the_whole_scale_defines_no_sample_size(desk: Desk) -> None:
    study = Study(desk)
    for number in range(6):
        text = "\n\n".join(f"Sentence number {number} {part} of it." for part in range(12))
        for place, claim in enumerate(desk.claims(desk.article(study.project, text))):
            label = "editorial" if number == 0 else "sourced"
            study.say(study.ada, claim, label)
            study.say(study.ben, claim, "attributed" if (number, place) == (1, 0) else label)
    with desk.inside(writes=False):
        pilot = pilot_of(study.project)
    assert pilot.alpha
    assert 0.9 < pilot.alpha < 1
    assert pilot.variance is None


def test_a_claim_that_was_opened_again_is_counted_where_the_queue_has_it(desk: Desk) -> None:
    study = Study(desk)
    for person in (study.ada, study.ben):
        study.say(person, study.claims[0], "sourced")
    with desk.inside():
        wanted, request = Agreed(), Request(study.project, study.manager.id, "accept-them")
        accept(request, wanted, seen_id=10_000)
    with desk.inside():
        reopen_step(Request(study.project, study.manager.id, "open-them"), "accept-them", "Look again.")
    assert study.queue() == {"open": 0, "unanimous": 0, "reopened": 1, "settled": 0}
    waits = study.found().waiting
    assert (waits.disputed, waits.unanimous, waits.reopened) == (0, 0, 1)


def test_a_question_is_in_the_queue_before_anybody_decided_on_the_claim(desk: Desk) -> None:
    study = Study(desk)
    with desk.inside():
        threads.ask(study.claims[1], study.project, study.ada.id, "Who is they?")
    assert (study.found().waiting.questions, study.queue(asked=True)["open"]) == (1, 1)
    page = desk.reader(study.manager).get("/projects/news/adjudication?asked=y").text
    assert "Its brutal planners shrugged" in page or "The bridge is closed" in page
    study.say(study.ada, study.claims[1], "sourced")
    assert study.queue(asked=True)["open"] == 1
