"""Gold: right answers are set, corrected and withdrawn; the qualification is passed or not; the ready-made training."""

from typing import Any

import pytest
from sqlalchemy import select

from annotator import paths
from annotator.domain.gold import Score
from annotator.domain.roles import Role
from annotator.services import gold, ingest, qualification, ready_training
from annotator.storage import gold_results
from annotator.storage.articles import Article, Claim
from annotator.storage.events import Event
from annotator.storage.gold import GoldAnswer, coverage
from annotator.storage.notices import Notice
from annotator.storage.projects import Membership, Project
from tests.desk import Desk, Somebody


def right(label: str | None = "sourced", **facts: Any) -> gold.Right:
    return gold.Right(label=label, explanation=facts.pop("explanation", "Because."), **facts)


def set_answer(desk: Desk, project: int, person: Somebody, claim: int, answer: gold.Right, seen: str = "") -> str:
    with desk.inside():
        return gold.seen_of(gold.set_answer(claim, project, person.id, answer, seen=seen))


def test_a_right_answer_is_set_corrected_withdrawn_and_set_again(desk: Desk) -> None:
    project = desk.project()
    manager, claim = desk.member(project), desk.claims(desk.article(project))[1]
    first = set_answer(desk, project, manager, claim, right())
    second = set_answer(desk, project, manager, claim, right("editorial", kind="framing"), first)
    with desk.inside():
        gold.withdraw(claim, project, manager.id, seen=second)
        assert coverage(project) == {}
    with desk.inside(writes=False) as session:
        seen = gold.seen_of(session.get_one(GoldAnswer, claim))
    set_answer(desk, project, manager, claim, right(accepted=("attributed",)), seen)
    with desk.inside(writes=False) as session:
        assert coverage(project) == {"work": {"sourced": 1}}
        columns = select(Event.what, Event.detail).where(Event.subject == "claim").order_by(Event.id)
        events = session.execute(columns).all()
    assert [event.what for event in events] == ["gold answer set"] * 2 + ["gold answer withdrawn", "gold answer set"]
    assert events[1].detail["before"]["label"] == "sourced"
    assert "Because" not in str(events[1].detail)


def test_an_answer_that_somebody_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    project = desk.project()
    manager, claim = desk.member(project), desk.claims(desk.article(project))[0]
    set_answer(desk, project, manager, claim, right())
    with pytest.raises(gold.Stale) as stale:
        set_answer(desk, project, manager, claim, right("editorial"))
    assert stale.value.standing
    with pytest.raises(gold.Stale), desk.inside():
        gold.withdraw(claim, project, manager.id, seen="another")


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        (right(None), "answer"),
        (right("nonsense"), "answer"),
        (right(skip_reason="fragment"), "answer"),
        (right(kind="framing"), "answer"),
        (right(accepted=("nonsense",)), "accepted"),
        (right(explanation=" "), "explanation"),
        (right(explanation="a" * 2001), "explanation"),
        (right(explanation="a\0b"), "explanation"),
    ],
)
def test_an_answer_that_the_codebook_does_not_know_or_that_gives_no_reason_is_refused(
    desk: Desk, answer: gold.Right, field: str
) -> None:
    project = desk.project()
    manager, claim = desk.member(project), desk.claims(desk.article(project))[0]
    with pytest.raises(gold.NotGold) as refused:
        set_answer(desk, project, manager, claim, answer)
    assert refused.value.field == field


def test_a_claim_of_another_project_has_no_answer_here(desk: Desk) -> None:
    project, foreign = desk.project(), desk.project("elsewhere")
    manager, claim = desk.member(project), desk.claims(desk.article(foreign))[0]
    with pytest.raises(gold.NothingThere):
        set_answer(desk, project, manager, claim, right())


def ready(desk: Desk, project: int, manager: Somebody) -> list[int]:
    """Add the ready-made training, and return the claims of its qualification in reading order."""
    with desk.inside() as session:
        articles = ready_training.add_training(session.get_one(Project, project), paths.seeds(), manager.id)
        assert [article.purpose for article in articles] == ["training", "training", "qualification"]
        return list(session.scalars(select(Claim.id).where(Claim.article_id == articles[-1].id).order_by(Claim.start)))


def answer(desk: Desk, person: Somebody, project: int, claim: int, *, wrong: bool = False) -> bool | None:
    """Answer a claim of the qualification as the right answer says, or otherwise."""
    with desk.inside(writes=False) as session:
        known = session.get_one(GoldAnswer, claim)
        label, skip = known.label, known.skip_reason
    if wrong:
        label, skip = "sourced" if label != "sourced" else "editorial", None
    desk.verdict(person, claim, label, skip_reason=skip)
    outcomes = {"qualification passed": True, "qualification not passed": False}
    with desk.inside(writes=False) as session:
        newest = select(Event.what).where(Event.project_id == project).order_by(Event.id.desc()).limit(1)
        return outcomes.get(session.scalars(newest).one())


def qualified(desk: Desk, project: int, person: Somebody) -> bool:
    with desk.inside(writes=False) as session:
        return session.get_one(Membership, (project, person.id)).qualified_at is not None


def told(desk: Desk, person: Somebody) -> list[str]:
    with desk.inside(writes=False) as session:
        return list(session.scalars(select(Notice.what).where(Notice.person_id == person.id).order_by(Notice.id)))


def test_twelve_of_fifteen_with_four_of_five_editorial_ones_pass(desk: Desk) -> None:
    project = desk.project()
    manager, person = desk.member(project), desk.member(project)
    claims = ready(desk, project, manager)
    outcomes = [answer(desk, person, project, claim, wrong=number in {0, 1, 3}) for number, claim in enumerate(claims)]
    assert outcomes == [None] * 14 + [True]
    assert qualified(desk, project, person)
    assert told(desk, person) == ["qualification passed"]
    with desk.inside(writes=False):
        assert sum(gold_results.qualification_scores(project)[person.id].values(), Score()) == Score(12, 15)


def test_two_slips_on_editorial_claims_fail_and_changing_an_answer_does_not_help(desk: Desk) -> None:
    project = desk.project()
    manager, person = desk.member(project, Role.MANAGER), desk.member(project)
    claims = ready(desk, project, manager)
    wrong = {3, 7}
    outcomes = [answer(desk, person, project, claim, wrong=number in wrong) for number, claim in enumerate(claims)]
    assert outcomes == [None] * 14 + [False]
    assert answer(desk, person, project, claims[3]) is None
    assert not qualified(desk, project, person)
    assert told(desk, person) == ["qualification not passed"]
    assert told(desk, manager) == ["qualification failed"]
    with desk.inside():
        qualification.qualify(project, person.id, manager.id, "Talked it over.", qualified=True)
    assert qualified(desk, project, person)
    with desk.inside(), pytest.raises(qualification.NothingToDo):
        qualification.qualify(project, person.id, manager.id, "Again.", qualified=True)


def test_the_ready_made_training_comes_once_and_only_for_its_codebook(desk: Desk) -> None:
    project = desk.project()
    manager = desk.member(project)
    ready(desk, project, manager)
    with desk.inside(writes=False) as session:
        assert coverage(project)["qualification"] == {"attributed": 4, "editorial": 5, "skip": 1, "sourced": 5}
        assert session.get_one(Project, project).pass_marks == {"": 0.8, "editorial": 0.8}
        codebook = desk._codebook
        assert ready_training.fits(paths.seeds(), codebook)
    with pytest.raises(ingest.AlreadyThere):
        ready(desk, project, manager)


def test_the_purpose_of_a_tagged_article_changes_only_knowingly(desk: Desk) -> None:
    project = desk.project()
    person, article = desk.member(project), desk.article(project)
    desk.verdict(person, desk.claims(article)[0])
    with desk.inside() as session, pytest.raises(gold.WasTagged) as tagged:
        gold.set_purpose(session.get_one(Article, article), "training", person.id)
    assert tagged.value.verdicts == 1
    with desk.inside() as session:
        assert gold.set_purpose(session.get_one(Article, article), "training", person.id, is_sure=True)
    with desk.inside() as session:
        assert not gold.set_purpose(session.get_one(Article, article), "training", person.id)


def test_hidden_gold_counts_first_verdicts_by_reviewer_and_label(desk: Desk) -> None:
    project = desk.project()
    manager, person, other = desk.member(project), desk.member(project), desk.member(project)
    claims = desk.claims(desk.article(project))
    set_answer(desk, project, manager, claims[0], right("sourced", accepted=("attributed",)))
    set_answer(desk, project, manager, claims[1], right("editorial"))
    set_answer(desk, project, manager, claims[3], right(None, skip_reason="not-an-assertion"))
    desk.verdict(person, claims[0], "attributed")
    desk.verdict(person, claims[1], "sourced")
    desk.verdict(person, claims[1], "editorial")
    desk.verdict(person, claims[3], None, skip_reason="fragment")
    desk.verdict(other, claims[2], "editorial")
    with desk.inside(writes=False):
        rows = gold_results.accuracy(project)
        found = {row.label: (row.right, row.asked, row.lately_right, row.lately_asked) for row in rows}
        assert {row.reviewer_id for row in rows} == {person.id}
        assert found == {"sourced": (1, 1, 1, 1), "editorial": (0, 1, 0, 1), "skip": (1, 1, 1, 1)}
        assert gold_results.drift_of(rows).lately == Score(2, 3)


def test_nobody_learns_which_claims_are_gold_before_the_article_is_finished(desk: Desk) -> None:
    project = desk.project()
    manager, person = desk.member(project), desk.member(project)
    claims = desk.claims(desk.article(project))
    set_answer(desk, project, manager, claims[1], right("editorial"))
    for claim in claims[:3]:
        desk.verdict(person, claim, "sourced")
    with desk.inside(writes=False):
        assert gold_results.mistakes_shown(person.id, ()) == []
        assert gold_results.scores_shown(person.id, ()) == {}
    desk.verdict(person, claims[3], "sourced")
    with desk.inside(writes=False):
        assert [row.label for row in gold_results.mistakes_shown(person.id, ())] == ["sourced"]
        assert gold_results.scores_shown(person.id, ()) == {project: {"work": {"editorial": Score(0, 1)}}}
