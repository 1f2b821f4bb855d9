"""The overview: what it shows to whom, and that what it links to can be opened."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from annotator.domain.roles import Role
from annotator.storage.assignments import Assignment
from annotator.storage.gold import GoldAnswer
from annotator.storage.people import Person
from annotator.storage.projects import Project
from annotator.storage.threads import ThreadEntry
from tests.desk import Desk, Somebody
from tests.web.test_blindness import on_sqlite

NOW = datetime.now(UTC)
PATH = "/projects/news/desk"


@pytest.fixture
def manager(desk: Desk) -> Somebody:
    """Fill a project so that each part of the page has something to say."""
    project = desk.project(name="Bridges & <Wharves>")
    manager, ada = desk.member(project, Role.MANAGER, "mona"), desk.member(project, name="ada <b>")
    ben = desk.member(project, name="ben")
    claims = desk.claims(desk.article(project, outlet="The Vellmar Post"))
    for claim, label in zip(claims, ["editorial", "sourced", "sourced", "sourced"], strict=True):
        desk.verdict(ada, claim, "sourced")
        desk.verdict(ben, claim, label)
    text = "\n\n".join(f"Sentence number {number} of it." for number in range(12))
    more = desk.article(project, text)
    with desk.inside() as session:
        session.get_one(Project, project).requires_qualification = False
        session.add(
            Assignment(
                article_id=more, person_id=ada.id, assigned_at=NOW - timedelta(days=20), origin="hand",
                due_on=(NOW - timedelta(days=3)).date(),
            )
        )  # fmt: skip
        session.add(
            ThreadEntry(claim_id=claims[0], project_id=project, person_id=ada.id, with_id=ada.id, text="?", said_at=NOW)
        )
        for claim in desk.claims(more):
            session.add(
                GoldAnswer(
                    claim_id=claim, project_id=project, label="editorial", accepted=[], explanation="So.",
                    set_by_id=manager.id, set_at=NOW,
                )
            )  # fmt: skip
    for claim in desk.claims(more)[:-1]:
        desk.verdict(ben, claim, "sourced")
    return manager


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_observers_see_pseudonyms_and_nobody_else_does(desk: Desk, manager: Somebody) -> None:
    watcher = desk.member(1, Role.OBSERVER)
    with desk.inside(writes=False) as session:
        pseudonyms = list(session.scalars(select(Person.pseudonym).where(Person.name.in_(["ada <b>", "ben"]))))
    shown, told = (desk.reader(person).get(PATH).text for person in (watcher, manager))
    assert len(pseudonyms) == 2
    assert all(name in shown and name not in told for name in pseudonyms)
    assert "ada &lt;b&gt;" in told
    assert not any(name in shown for name in ("ada &lt;b&gt;", ">ben<"))


def test_it_shows_how_far_reviewers_agree(desk: Desk, manager: Somebody) -> None:
    page = words(desk.reader(manager).get(PATH).text)
    assert "Raw agreement 0.75 (interval not defined; n = 4 claims in 1 article)" in page


def test_it_tells_how_far_the_work_is_and_what_waits(desk: Desk, manager: Somebody) -> None:
    page = words(desk.reader(manager).get(PATH).text)
    for told in (
        "Decisions given 19 of 32",
        "Claims with enough 4 of 16",
        "Articles complete 1 of 2",
        "Done by not defined",
        "1 claim with different verdicts to settle",
        "3 claims with the same verdicts to accept",
        "1 question about a claim without an answer",
        "11 claims wait for another verdict",
        "ada &lt;b&gt; : 1 article is overdue. 1 article was not touched for 7 days.",
        "ben : 0 of 11 hidden gold claims right (95 % interval 0 % to 26 %), under the mark of 80 %.",
        "13 decisions are left.",
        "n = 19 labels that stand",
    ):
        assert told in page.replace("\u00a0", " "), told


@on_sqlite
def test_names_are_shown_as_they_are_and_never_as_markup(desk: Desk, manager: Somebody) -> None:
    page = desk.reader(manager).get(PATH).text
    assert "ada &lt;b&gt;" in page
    assert "Bridges &amp; &lt;Wharves&gt;" in page
    assert "&amp;lt;" not in page


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADJUDICATOR, Role.OBSERVER])
@on_sqlite
def test_it_links_to_nothing_that_is_refused(desk: Desk, manager: Somebody, role: Role) -> None:
    browser = desk.reader(desk.member(1, role))
    links = set(re.findall(r'href="(/[^"#]*)"', browser.get(PATH).text))
    assert len(links) > 10
    refused = [link for link in links if browser.get(link.replace("&amp;", "&"), buffered=True).status_code >= 400]
    assert refused == []


@on_sqlite
def test_a_reviewer_never_sees_it(desk: Desk, manager: Somebody) -> None:
    assert desk.reader(desk.member(1)).get(PATH).status_code == 403


@on_sqlite
def test_a_new_project_says_what_it_still_needs(desk: Desk) -> None:
    manager = desk.member(desk.project(), Role.MANAGER)
    page = desk.reader(manager).get(PATH).text
    assert "No claims yet" in page
    assert 'href="/projects/news/articles/new"' in page


@on_sqlite
def test_a_project_whose_work_is_done_says_so(desk: Desk) -> None:
    project = desk.project(overlap=1)
    manager = desk.member(project, Role.MANAGER)
    for claim in desk.claims(desk.article(project)):
        desk.verdict(manager, claim)
    page = words(desk.reader(manager).get(PATH).text)
    assert "Done by done" in page
    assert "Every decision that is wanted has been given." in page
