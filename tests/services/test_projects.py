"""Projects: an archive and a save at the same moment have one winner; copies take along what they say, no more."""

from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from annotator.domain.roles import Role
from annotator.domain.verdicts import Content
from annotator.services import project_settings, projects, tagging
from annotator.storage.articles import Article
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.events import Event
from annotator.storage.jobs import Job
from annotator.storage.people import Person
from annotator.storage.projects import Membership, Project
from annotator.storage.verdicts import Verdict
from tests.desk import Desk
from tests.races import at_once

ROUNDS = 6

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def move(desk: Desk, verb: Callable[[Project, int | None], None]) -> None:
    with desk.inside() as session:
        verb(session.get_one(Project, 1), None)


def change(desk: Desk, seen: int, **changes: Any) -> dict[str, list[Any]]:
    with desk.inside() as session:
        return project_settings.change_settings(session.get_one(Project, 1), changes, None, seen=seen)


def moment_of(desk: Desk, what: str) -> int:
    """Return the place of the newest event of a kind in the order of the trail."""
    with desk.inside(writes=False) as session:
        return session.scalar(select(func.max(Event.id)).where(Event.what == what)) or 0


def test_i04_of_an_archive_and_a_verdict_at_once_the_verdict_is_in_before_or_refused(desk: Desk) -> None:
    reviewer = desk.member(desk.project())
    claims = desk.claims(desk.article(1))
    for turn in range(ROUNDS):
        label = ("sourced", "editorial")[turn % 2]
        answers = at_once(
            desk, partial(move, desk, projects.archive), partial(desk.verdict, reviewer, claims[0], label)
        )
        assert answers[0] is None, "the archive waits for saves under way, and is never refused for them"
        if isinstance(answers[1], tagging.Given):
            assert moment_of(desk, "verdict given") < moment_of(desk, "project archived")
        else:
            assert isinstance(answers[1], projects.Archived)
        with pytest.raises(projects.Archived):
            desk.verdict(reviewer, claims[1])
        move(desk, projects.bring_back)


def test_a_verdict_under_way_holds_the_archive_up_and_is_stored(desk: Desk) -> None:
    reviewer = desk.member(desk.project())
    claim = desk.claims(desk.article(1))[0]
    archiving = Thread(target=move, args=(desk, projects.archive))
    with desk.inside():
        tagging.give_verdict(claim, reviewer.id, Content(label="sourced"), seen_revision=0, client_key="a-slow-save")
        archiving.start()
        archiving.join(0.3)
        assert archiving.is_alive(), "it waits for the save"
    archiving.join()
    assert 0 < moment_of(desk, "verdict given") < moment_of(desk, "project archived")


def test_of_two_managers_who_change_settings_at_once_one_wins_and_the_other_is_told(desk: Desk) -> None:
    desk.project()
    for revision in range(ROUNDS):
        answers = at_once(
            desk,
            partial(change, desk, revision, name=f"One {revision}"),
            partial(change, desk, revision, name=f"Other {revision}"),
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["Stale", "dict"]


def test_of_two_who_archive_at_once_one_is_told_that_it_was_done(desk: Desk) -> None:
    desk.project()
    answers = at_once(desk, *[partial(move, desk, projects.archive)] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "NothingToDo"]


@on_sqlite
def test_a_project_into_which_articles_are_coming_is_not_archived(desk: Desk) -> None:
    desk.project()
    with desk.inside() as session:
        facts = {"kind": "import", "order": {}, "result": {}, "created_at": func.now()}
        session.add(Job(project_id=1, state="running", **facts))
    with pytest.raises(projects.ImportUnderWay):
        move(desk, projects.archive)


def test_a_copy_has_settings_codebook_and_people_and_nothing_else(desk: Desk) -> None:
    project, noise = desk.project(description="About bridges", language="de", overlap=3), desk.project("noise")
    manager, gone = desk.member(project, Role.MANAGER), desk.member(project)
    desk.member(noise)
    desk.article(project)
    with desk.inside() as session:
        session.get_one(Person, gone.id).is_active = False
        session.get_one(Membership, (project, manager.id)).quota = 7
        original = session.get_one(Project, project)
        original.pass_marks = {"": 0.8}
        changes = {"visibility": "after-mine", "handout": "next", "return_after_days": 9, "repeat_percent": 5}
        project_settings.change_settings(original, changes, manager.id)
    with desk.inside() as session:
        made = projects.clone_project(session.get_one(Project, project), "The copy", manager.id, with_people=True)
        number = made.id
    with desk.inside(writes=False) as session:
        made, original = session.get_one(Project, number), session.get_one(Project, project)
        assert (made.slug, made.name, made.settings_revision) == ("the-copy", "The copy", 0)
        for policy in (*projects.POLICIES, "description", "language"):
            assert getattr(made, policy) == getattr(original, policy), policy
        members = session.scalars(select(Membership).where(Membership.project_id == number)).all()
        assert [(one.person_id, one.role, one.quota) for one in members] == [(manager.id, "manager", 7)]
        versions = session.scalars(select(CodebookVersion).order_by(CodebookVersion.project_id)).all()
        assert [(one.project_id, one.number) for one in versions] == [(project, 1), (noise, 1), (number, 1)]
        assert len({one.digest for one in versions}) == 1
        assert session.scalar(select(func.count()).select_from(Article).where(Article.project_id == number)) == 0
        assert session.scalar(select(func.count()).select_from(Verdict).where(Verdict.project_id == number)) == 0


@on_sqlite
def test_a_short_form_that_is_taken_gets_a_number(desk: Desk) -> None:
    long = "A very long name of a project that goes on and on until nothing fits any more"
    found = []
    for name in ("News", "News", "news!", "أخبار", "أخبار", long, long):
        with desk.inside(writes=False):
            found.append(projects.free_slug(name))
        desk.project(found[-1])
    assert found[:5] == ["news", "news-2", "news-3", "project", "project-2"]
    assert all(projects.SLUG.fullmatch(slug) for slug in found)
    assert len(set(found)) == len(found)


@on_sqlite
def test_next_steps_follow_people_articles_and_plan(desk: Desk) -> None:
    project = desk.project(overlap=2, handout="planned")
    desk.project("noise")
    desk.member(project, Role.OBSERVER)

    def steps() -> projects.NextSteps:
        with desk.inside(writes=False):
            return projects.next_steps(project)

    assert (steps().has_people, steps().has_articles, steps().has_plan) == (False, False, False)
    desk.member(project)
    desk.member(project)
    desk.article(project)
    assert (steps().has_people, steps().has_articles, steps().has_plan) == (True, True, False)
    change(desk, 0, handout="next")
    assert steps().is_done
