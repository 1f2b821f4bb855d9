"""A version is published while verdicts are given, and by two managers at once: nothing falls between two versions."""

from functools import partial
from typing import Any

from sqlalchemy import select

from annotator.domain.verdicts import Content
from annotator.services import codebooks, tagging
from annotator.services.projects import codebook_in_force
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.requeues import RequeuedVerdict
from annotator.storage.verdicts import StandingVerdict
from tests.desk import Desk
from tests.races import at_once
from tests.services.test_codebooks import drafted, label_of

REVIEWERS = 6


def publish(desk: Desk, project: int, seen: int) -> int:
    with desk.inside():
        return codebooks.publish(project, None, seen=seen, meanings=["label:editorial"], note="Because.")[1]


def give(desk: Desk, claim: int, reviewer: int) -> int:
    with desk.inside():
        content, key = Content(label="editorial"), f"race-{claim}-{reviewer}"
        return tagging.give_verdict(claim, reviewer, content, seen_revision=0, client_key=key).version_id


def test_i04_a_verdict_given_at_that_moment_is_asked_about_or_new(desk: Desk) -> None:
    project = desk.project()
    reviewers = [desk.member(project) for _ in range(REVIEWERS)]
    claims = desk.claims(desk.article(project))
    for number, claim in enumerate(claims):

        def reword(document: dict[str, Any], number: int = number) -> None:
            label_of(document, "editorial")["definition"] = f"Definition {number}."

        seen = drafted(desk, project, reword)
        jobs = [partial(give, desk, claim, reviewer.id) for reviewer in reviewers]
        answers = at_once(desk, *jobs[:3], partial(publish, desk, project, seen), *jobs[3:])
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        with desk.inside(writes=False) as session:
            version = codebook_in_force(project)
            old = session.scalars(
                select(StandingVerdict.verdict_id).where(
                    StandingVerdict.claim_id == claim, StandingVerdict.codebook_version_id != version.id
                )
            ).all()
            asked = session.scalars(
                select(RequeuedVerdict.verdict_id).where(
                    RequeuedVerdict.claim_id == claim, RequeuedVerdict.version_id == version.id
                )
            ).all()
        assert sorted(old) == sorted(asked)


def test_i03_of_two_managers_who_publish_at_once_one_wins(desk: Desk) -> None:
    project = desk.project()

    def reword(document: dict[str, Any]) -> None:
        label_of(document, "editorial")["definition"] = "New."

    seen = drafted(desk, project, reword)
    answers = at_once(desk, *[partial(publish, desk, project, seen)] * 4)
    assert sorted(type(answer).__name__ for answer in answers) == ["NoDraft", "NoDraft", "NoDraft", "int"]


def test_i03_of_two_who_start_a_draft_at_once_both_get_the_same(desk: Desk) -> None:
    project = desk.project()

    def start() -> int:
        with desk.inside():
            return codebooks.start_draft(project, None).id

    answers = at_once(desk, start, start, start)
    assert len(set(answers)) == 1
    with desk.inside(writes=False) as session:
        assert len(session.scalars(select(CodebookVersion)).all()) == 2
