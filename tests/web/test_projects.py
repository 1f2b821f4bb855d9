"""Projects: listed without telling what is not theirs to know, archived without losing anything, and copied."""

import json

import pytest
from sqlalchemy import event, select

from annotator.domain.roles import Role
from annotator.storage.database import db
from annotator.storage.projects import Membership, Project
from annotator.storage.verdicts import Verdict
from tests.desk import Desk, Reader, without_tokens
from tests.web.projects import (
    JSON,
    SETTINGS,
    count,
    events_of,
    faults,
    store,
    stored,
    words,
)

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def admin(desk: Desk) -> Reader:
    desk.project("noise", name="Noise")
    return desk.reader(desk.person("Ada", admin=True))


@pytest.fixture
def manager(desk: Desk) -> Reader:
    return desk.reader(desk.member(desk.project(), Role.MANAGER, "Mara"))


@on_sqlite
def test_people_see_their_projects_and_the_administrator_all(desk: Desk, admin: Reader) -> None:
    somebody = desk.reader(desk.member(desk.project(), Role.MANAGER, "Mara"))
    assert "Project news" in somebody.get("/projects").text
    assert "Noise" not in somebody.get("/projects").text
    assert "New project" not in somebody.get("/projects").text
    everything = admin.get("/projects").text
    assert all(text in everything for text in ("Project news", "Noise", "New project"))
    assert "You are in no project yet" in desk.reader(desk.person()).get("/projects").text


def test_the_list_counts_decisions_up_to_what_each_claim_wants(desk: Desk) -> None:
    project, noise = desk.project(overlap=2), desk.project("noise")
    article, other = desk.article(project), desk.article(noise, "Noise. All of it.")
    people = [desk.member(project) for _ in range(3)]
    claims = desk.claims(article)
    for person in people:
        desk.verdict(person, claims[0])
    desk.verdict(people[0], claims[1], None, skip_reason="fragment")
    desk.verdict(people[0], claims[2], None, is_flagged=True)
    desk.verdict(desk.member(noise), desk.claims(other)[0])
    manager = desk.reader(desk.member(project, Role.MANAGER))
    said = words(manager.get("/projects"))
    assert "4 people · 1 article · 4 claims".replace(" · ", " ") in said
    assert "3 of 8 decisions" in said


def test_a_reviewer_is_told_of_their_own_verdicts_only(desk: Desk) -> None:
    project = desk.project()
    claims = desk.claims(desk.article(project))
    reviewer, other = desk.member(project), desk.member(project)
    desk.verdict(reviewer, claims[0])
    browser = desk.reader(reviewer)
    browser.get("/projects")
    before = without_tokens(browser.get("/projects").text)
    for claim in claims:
        desk.verdict(other, claim)
    assert without_tokens(browser.get("/projects").text) == before
    assert "1 claim decided by you" in words(browser.get("/projects"))


@on_sqlite
def test_the_list_asks_as_many_questions_for_many_projects_as_for_one(desk: Desk) -> None:
    reader = desk.reader(desk.person("Ada", admin=True))
    desk.project()
    asked: list[str] = []
    with desk.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    reader.get("/projects")
    once = len(asked)
    for number in range(55):
        desk.project(f"p-{number}")
    asked.clear()
    assert reader.get("/projects").text.count('class="task-title"') == 50
    assert len(asked) == once
    assert reader.get("/projects?page=2").text.count('class="task-title"') == 6
    assert reader.get("/projects?page=99").status_code == reader.get("/projects?page=x").status_code == 200


def test_an_archived_project_is_read_and_not_changed_until_it_is_brought_back(desk: Desk, manager: Reader) -> None:
    reviewer = desk.member(1, name="Rita")
    article = desk.article(1)
    claim = desk.claims(article)[0]
    desk.verdict(reviewer, claim)
    browser = desk.reader(reviewer)
    assert manager.post("/projects/news/archive").status_code == 303
    verdict = {"client_key": "after-the-archive", "revision": "1", "label": "editorial"}
    for headers in ({}, JSON):
        answer = browser.post(f"/claims/{claim}/verdicts", verdict, headers=headers)
        assert answer.status_code == 409
        assert "This project is archived" in (json.loads(answer.data)["title"] if headers else answer.text)
    assert store(manager, seen="0", name="Changed").status_code == 409
    assert manager.post("/projects/news/archive").status_code == 409
    assert count(desk, Verdict) == 1
    assert stored(desk).name == "Project news"
    for page in (f"/articles/{article}", "/projects/news/reports", "/projects/news/articles", SETTINGS):
        answer = manager.get(page)
        assert answer.status_code in {200, 404}, page
        assert answer.status_code == 404 or "nothing can be changed" in answer.text, page
    for page in (f"/articles/{article}/claims/1", f"/articles/{article}/continue"):
        assert browser.get(page).headers["Location"] == f"/articles/{article}"
    assert "Project news" not in browser.get("/").text
    assert "Archived" in browser.get("/projects").text
    assert manager.post("/projects/news/bring-back").status_code == 303
    assert manager.post("/projects/news/bring-back").status_code == 409
    assert browser.post(f"/claims/{claim}/verdicts", verdict).status_code in {200, 303}
    assert [len(events_of(desk, f"project {what}")) for what in ("archived", "brought back")] == [1, 1]


def test_a_copy_belongs_to_who_makes_it_and_takes_people_along_on_request(desk: Desk, manager: Reader) -> None:
    desk.member(1, name="Rita")
    assert 'value="Copy of Project news"' in manager.get("/projects/news/clone").text
    assert manager.post("/projects/news/clone", {"name": "Alone"}).status_code == 303
    assert manager.post("/projects/news/clone", {"name": "Together", "people": "y"}).status_code == 303
    with desk.inside(writes=False) as session:
        members = session.execute(
            select(Project.slug, Membership.role).join(Membership).order_by(Project.id, Membership.person_id)
        ).all()
    assert [tuple(row) for row in members if row.slug != "news"] == [
        ("alone", "manager"), ("together", "manager"), ("together", "reviewer"),
    ]  # fmt: skip
    assert events_of(desk, "project cloned") == [{"origin": "news", "people": 0}, {"origin": "news", "people": 2}]


@on_sqlite
def test_an_archived_project_can_be_copied_and_a_copy_needs_a_free_address(desk: Desk, manager: Reader) -> None:
    manager.post("/projects/news/archive")
    refusal = manager.post("/projects/news/clone", {"name": "Again", "slug": "news"}, headers=JSON)
    assert (refusal.status_code, faults(refusal)) == (422, ["slug"])
    assert manager.post("/projects/news/clone", {"name": "Again"}).status_code == 303
    assert stored(desk, "again").archived_at is None
