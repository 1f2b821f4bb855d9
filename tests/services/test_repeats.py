"""Repeats: a share of a reviewer's claims comes again, blind, and changes nothing of what stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from annotator.domain.verdicts import BadVerdict, Content
from annotator.services import gold, repeats
from annotator.storage.articles import Article
from annotator.storage.projects import Project
from annotator.storage.repeats import Repeat, due_counts, due_in, pairs, repeat_outcomes
from annotator.storage.verdicts import StandingVerdict
from tests.desk import Desk, Somebody

SENTENCES = "A heading\n\n" + " ".join(f"The council met {number} times, it said." for number in range(99))


def repeating(desk: Desk, percent: int = 100, slug: str = "news") -> int:
    project = desk.project(slug)
    with desk.inside() as session:
        found = session.get_one(Project, project)
        found.repeat_percent, found.repeat_after_days = percent, 21
    return project


def age(desk: Desk, days: int, *claims: int) -> None:
    """Let the standing verdicts on some claims be older."""
    with desk.inside() as session:
        then = datetime.now(UTC) - timedelta(days=days)
        session.execute(update(StandingVerdict).where(StandingVerdict.claim_id.in_(claims)).values(given_at=then))


def again(desk: Desk, project: int, person: Somebody, claim: int, **said: Any) -> bool:
    with desk.inside():
        return repeats.answer_again(claim, project, person.id, Content(**said)) is not None


def test_a_claim_comes_again_when_its_verdict_is_old_enough_and_only_once(desk: Desk) -> None:
    project = repeating(desk)
    person, other = desk.member(project), desk.member(project)
    claims = desk.claims(desk.article(project))
    for claim in claims[:2]:
        desk.verdict(person, claim)
    desk.verdict(other, claims[2])
    with desk.inside(writes=False):
        assert due_counts(person.id) == {}
    age(desk, 22, claims[0], claims[2])
    with desk.inside(writes=False):
        assert due_counts(person.id) == {project: 1}
        assert due_in(person.id, project).claim_id == claims[0]  # type: ignore[union-attr]
    assert again(desk, project, person, claims[0], label="editorial", kind="framing")
    assert not again(desk, project, person, claims[0], label="sourced")
    with desk.inside(writes=False) as session:
        assert due_counts(person.id) == {}
        assert session.get_one(StandingVerdict, (claims[0], person.id)).label == "sourced"
        assert session.scalars(select(Repeat.label)).all() == ["editorial"]
        assert [(row.then, row.now) for row in pairs(project_id=project)] == [("sourced", "editorial")]


def test_outcomes_count_the_repeats_of_each_article_that_got_the_same_label_and_leave_out_skips(desk: Desk) -> None:
    project, elsewhere = repeating(desk), repeating(desk, slug="elsewhere")
    person, other = desk.member(project), desk.member(project)
    first, second = desk.article(project, SENTENCES), desk.article(project)
    claims, rest = desk.claims(first)[:4], desk.claims(second)[:1]
    for somebody in (person, other):
        for claim in [*claims, *rest]:
            desk.verdict(somebody, claim)
    age(desk, 30, *claims, *rest)
    for claim, said in zip(claims, ("sourced", "sourced", "editorial"), strict=False):
        assert again(desk, project, person, claim, label=said, kind="framing" if said == "editorial" else None)
    assert again(desk, project, person, claims[3], skip_reason="fragment")
    assert again(desk, project, other, claims[0], label="sourced")
    assert again(desk, project, other, rest[0], label="editorial", kind="framing")
    with desk.inside(writes=False):
        assert [tuple(row) for row in repeat_outcomes(project)] == [(first, 0, 1), (first, 1, 3), (second, 0, 1)]
        assert repeat_outcomes(elsewhere) == []


def test_what_is_not_due_is_not_answered_again(desk: Desk) -> None:
    project, elsewhere = repeating(desk), repeating(desk, slug="elsewhere")
    person = desk.member(project)
    claims = desk.claims(desk.article(project))
    desk.verdict(person, claims[0])
    with pytest.raises(repeats.NotDue):
        again(desk, project, person, claims[0], label="sourced")
    age(desk, 30, claims[0])
    with pytest.raises(repeats.NotDue):
        again(desk, elsewhere, person, claims[0], label="sourced")
    with pytest.raises(BadVerdict):
        again(desk, project, person, claims[0], label="nonsense")


def test_training_and_withdrawn_articles_do_not_come_again(desk: Desk) -> None:
    project = repeating(desk)
    person, article = desk.member(project), desk.article(project)
    claim = desk.claims(article)[0]
    desk.verdict(person, claim)
    age(desk, 30, claim)
    with desk.inside() as session:
        gold.set_purpose(session.get_one(Article, article), "training", person.id, is_sure=True)
    with desk.inside(writes=False):
        assert due_counts(person.id) == {}


def test_the_share_is_kept_and_the_same_claims_are_drawn_each_time(desk: Desk) -> None:
    project = repeating(desk, 20)
    person = desk.member(project)
    claims = desk.claims(desk.article(project, SENTENCES))
    assert len(claims) == 100
    for claim in claims:
        desk.verdict(person, claim)
    age(desk, 30, *claims)
    with desk.inside(writes=False):
        first, second = due_counts(person.id), due_counts(person.id)
    assert first == second
    assert 18 <= first[project] <= 22
