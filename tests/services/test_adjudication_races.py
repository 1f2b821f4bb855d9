"""I04: two adjudicators at once, and a decision while a verdict changes: one wins, the others are told, on both
databases; I01: the same request many times at once is stored once."""

from collections.abc import Collection
from functools import partial
from threading import Thread

import pytest
from sqlalchemy import select

from annotator.domain.adjudication import Decision
from annotator.domain.roles import Role
from annotator.services import acceptance, adjudication
from annotator.storage.acceptance import Agreed
from annotator.storage.adjudications import Adjudication
from annotator.storage.verdicts import StandingVerdict
from tests.desk import Desk, Somebody
from tests.races import at_once

ROUNDS = 4
SLIP = Decision("editorial", cause="slip", reason="The rule is clear.")


class Bench:
    """Two adjudicators before the claims of an article that two reviewers decided."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.project = desk.project()
        self.judges = [desk.member(self.project, Role.ADJUDICATOR) for _ in range(2)]
        self.people = [desk.member(self.project) for _ in range(2)]
        self.claims = desk.claims(desk.article(self.project))
        for claim in self.claims:
            for person, label in zip(self.people, ("sourced", "editorial"), strict=True):
                desk.verdict(person, claim, label)

    def standing(self, claim: int) -> set[int]:
        with self.desk.inside(writes=False) as session:
            return set(session.scalars(select(StandingVerdict.verdict_id).where(StandingVerdict.claim_id == claim)))

    def decide(self, judge: Somebody, claim: int, key: str, seen: set[int], decision: Decision = SLIP) -> int:
        def is_seen(ids: Collection[int]) -> bool:
            return set(ids) == seen

        with self.desk.inside():
            return adjudication.decide(
                claim, self.project, judge.id, decision, seen_revision=0, is_seen=is_seen, client_key=key
            ).id

    def rows(self, claim: int) -> list[Adjudication]:
        with self.desk.inside(writes=False) as session:
            found = list(session.scalars(select(Adjudication).where(Adjudication.claim_id == claim)))
            session.expunge_all()
        return found


@pytest.fixture
def bench(desk: Desk) -> Bench:
    return Bench(desk)


def test_i04_of_two_adjudicators_one_wins_and_the_other_is_told(bench: Bench) -> None:
    for turn, claim in enumerate(bench.claims[:ROUNDS]):
        seen = bench.standing(claim)
        answers = at_once(
            bench.desk, *(partial(bench.decide, judge, claim, f"judge-key-{turn}", seen) for judge in bench.judges)
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["DecidedMeanwhile", "int"]
        assert len(bench.rows(claim)) == 1


def test_i04_a_decision_beside_a_change_of_a_verdict_is_refused_or_came_first(bench: Bench) -> None:
    for turn, claim in enumerate(bench.claims[:ROUNDS]):
        seen = bench.standing(claim)
        answers = at_once(
            bench.desk,
            partial(bench.decide, bench.judges[0], claim, f"judge-key-{turn}", seen),
            partial(bench.desk.verdict, bench.people[0], claim, "attributed"),
        )
        assert not isinstance(answers[1], Exception), "a verdict can always be given"
        assert isinstance(answers[0], int | adjudication.VerdictsChanged)
        assert len(bench.rows(claim)) == isinstance(answers[0], int)


def test_i04_a_decision_waits_for_the_verdict_that_is_being_given(bench: Bench) -> None:
    """The verdict is written but not committed when the decision begins: the decision must see it all the same."""
    from annotator.domain.verdicts import Content
    from annotator.services import tagging

    claim, raised = bench.claims[0], list[Exception]()
    seen = bench.standing(claim)

    def decide() -> None:
        try:
            bench.decide(bench.judges[0], claim, "judge-key-1", seen)
        except adjudication.VerdictsChanged as error:
            raised.append(error)

    thread = Thread(target=decide)
    with bench.desk.inside():
        content = Content(label="attributed")
        tagging.give_verdict(claim, bench.people[0].id, content, seen_revision=1, client_key="slow-key-1")
        thread.start()
        thread.join(0.7)
        assert thread.is_alive(), "the decision waits"
    thread.join()
    assert len(raised) == 1
    assert bench.rows(claim) == []


def test_i01_the_same_decision_many_times_at_once_is_stored_once(bench: Bench) -> None:
    claim = bench.claims[0]
    seen = bench.standing(claim)
    jobs = [partial(bench.decide, bench.judges[0], claim, "the-same-key", seen)] * 8
    assert {type(answer) for answer in at_once(bench.desk, *jobs)} == {int}
    assert len(bench.rows(claim)) == 1


def test_i04_accepting_all_beside_a_decision_leaves_each_claim_with_one(bench: Bench) -> None:
    for claim in bench.claims:
        bench.desk.verdict(bench.people[0], claim, "editorial")
    seen_id = max(max(bench.standing(claim)) for claim in bench.claims)

    def accept() -> int:
        with bench.desk.inside():
            request = acceptance.Request(bench.project, bench.judges[1].id, "accept-key")
            return acceptance.accept(request, Agreed(), seen_id=seen_id)

    claim = bench.claims[2]
    agreed = Decision("editorial")
    seen = bench.standing(claim)
    at_once(bench.desk, accept, partial(bench.decide, bench.judges[0], claim, "judge-key-1", seen, agreed))
    assert [len(bench.rows(claim)) for claim in bench.claims] == [1, 1, 1, 1]


def test_one_of_both_who_accept_all_does_it(bench: Bench) -> None:
    for claim in bench.claims:
        bench.desk.verdict(bench.people[0], claim, "editorial")
    seen_id = max(max(bench.standing(claim)) for claim in bench.claims)

    def accept(judge: Somebody) -> int:
        with bench.desk.inside():
            request = acceptance.Request(bench.project, judge.id, "accept-key")
            return acceptance.accept(request, Agreed(), seen_id=seen_id)

    answers = at_once(bench.desk, *(partial(accept, judge) for judge in bench.judges))
    assert sorted(type(answer).__name__ for answer in answers) == ["NothingThere", "int"]
    assert [len(bench.rows(claim)) for claim in bench.claims] == [1, 1, 1, 1]
