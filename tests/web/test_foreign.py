"""Somebody else's things: no id of another project opens anything, and no request moves a row of it.

The routes are those of the application, so that a new one is tried as soon as it is there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import url_for
from sqlalchemy import Table, or_, select

from annotator.domain.roles import Role
from annotator.storage.adjudications import Adjudication
from annotator.storage.assignments import Assignment, AssignmentPlan
from annotator.storage.database import db
from annotator.storage.frozen_reports import FrozenReport
from annotator.storage.gold import GoldAnswer
from annotator.storage.jobs import Job, Upload
from annotator.storage.projects import Project
from annotator.storage.repeats import Repeat
from annotator.storage.threads import ThreadEntry
from annotator.storage.verdicts import StandingVerdict
from annotator.web import access
from tests.conftest import make_app
from tests.desk import Desk, Reader, Somebody
from tests.web.conftest import House, furnish
from tests.web.test_access import Route, address, routes

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MOVES = {"sign_in_session", "sign_in_attempt", "event", "notice"}
"""Tables that a refused request may write to: who asked, and that they did."""
OWN_NAMES = {"slug", "name", "number", "token", "filename", "version", "form", "key", "part"}
"""Arguments that name no row of a project."""
CLOSES = {"projects.archive", "articles.withdraw"}
"""Forms after which the others would be refused for another reason."""
FIELDS = {
    "client_key": "a-key-of-a-stranger", "revision": "0", "label": "sourced", "reason": "It is.", "cause": "slip",
    "action": "save", "text": "words", "confirmed": "1", "do": "release-all", "count": "1", "explanation": "It is.",
}  # fmt: skip


@dataclass(frozen=True)
class Neighbours:
    """Two projects with one of everything in each; `theirs` are the ids of the other project's, by argument."""

    house: House
    theirs: dict[str, int]
    stranger: Somebody

    @property
    def desk(self) -> Desk:
        return self.house.desk

    def address(self, route: Route) -> str:
        """Return the address in one's own project of somebody else's thing."""
        facts: dict[str, Any] = {
            "slug": "news",
            "number": 1,
            "name": "csv",
            "form": "yaml",
            "key": "sourced",
            "part": "guidance",
        }
        facts |= self.theirs
        rule = next(self.desk.app.url_map.iter_rules(route.endpoint))
        with self.desk.app.test_request_context():
            return url_for(route.endpoint, **{name: facts[name] for name in rule.arguments})

    def rows(self) -> dict[str, list[Any]]:
        """Return all rows of the database, but for those that only say who asked."""
        with self.desk.inside(writes=False) as session:
            tables: list[Table] = [table for table in db.metadata.sorted_tables if table.name not in MOVES]
            return {table.name: sorted(map(repr, session.execute(select(table)))) for table in tables}

    def theirs_rows(self) -> dict[str, list[str]]:
        """Return all rows of the other project, and of its article and claims."""
        claims = self.desk.claims(self.house.foreign_article)
        project = select(Project.id).where(Project.slug == "elsewhere").scalar_subquery()
        found = {}
        with self.desk.inside(writes=False) as session:
            for table in db.metadata.sorted_tables:
                own = [
                    column.in_(values) if isinstance(values, list) else column == values
                    for name, values in (
                        ("project_id", project), ("article_id", self.house.foreign_article), ("claim_id", claims),
                    )
                    if (column := table.c.get(name)) is not None
                ]  # fmt: skip
                if own and table.name not in MOVES:
                    found[table.name] = sorted(map(repr, session.execute(select(table).where(or_(*own)))))
            found["project"] = list(map(repr, session.execute(select(Project.__table__).where(Project.id == project))))
        return found


def one_of_everything(desk: Desk, article: int, person: Somebody, project: int) -> dict[str, int]:
    """Put one of everything that has an id into a project, and return the ids by the argument that names them."""
    claim = desk.claims(article)[0]
    desk.verdict(person, claim, "editorial", note="a telling note")
    facts: dict[str, Any] = {"project_id": project, "claim_id": claim}
    with desk.inside() as session:
        version = session.scalars(select(StandingVerdict).where(StandingVerdict.claim_id == claim)).one()
        plan = AssignmentPlan(project_id=project, made_by_id=person.id, made_at=NOW, facts={"telling": 1})
        session.add(plan)
        session.flush()
        given = Assignment(
            article_id=article, person_id=person.id, plan_id=plan.id, origin="plan", assigned_at=NOW, position=1
        )
        repeat = Repeat(**facts, reviewer_id=person.id, verdict_id=version.verdict_id, due_at=NOW)
        entry = ThreadEntry(**facts, person_id=person.id, with_id=person.id, text="telling", said_at=NOW)
        settled = Adjudication(
            **facts, article_id=article, adjudicator_id=person.id, codebook_version_id=version.codebook_version_id,
            revision=1, action="decide", label="editorial", reason="telling", client_key="telling", client_digest="",
            batch="telling", decided_at=NOW,
        )  # fmt: skip
        gold = GoldAnswer(
            **facts, label="editorial", accepted=[], explanation="telling", set_by_id=person.id, set_at=NOW
        )
        frozen = FrozenReport(
            project_id=project, made_by_id=person.id, made_at=NOW, name="telling", last_event=1, data_hash="",
            sha256="", document=b"telling",
        )  # fmt: skip
        session.add_all([given, repeat, entry, settled, gold, frozen])
        session.flush()
        ids = {"plan_id": plan.id, "assignment_id": given.id, "repeat_id": repeat.id, "entry_id": entry.id}
        ids |= {"adjudication_id": settled.id, "frozen_id": frozen.id, "version_id": version.codebook_version_id}
    return ids | {"claim_id": claim, "article_id": article, "person_id": person.id, "session_id": 10**6}


def import_of(desk: Desk, project: int) -> dict[str, int]:
    """Put a file that waits for its import into a project, and an import that waits for its turn."""
    with desk.inside() as session:
        job = Job(kind="import", project_id=project, order={}, result={}, created_at=NOW)
        upload = Upload(
            project_id=project, name="telling.csv", kind="csv", sha256="", size=1, content=b"", created_at=NOW
        )
        session.add_all([job, upload])
        session.flush()
        return {"job_id": job.id, "upload_id": upload.id}


@pytest.fixture(scope="module")
def neighbours(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    """Give the two projects; what is refused changes nothing, so the tests of this file can share them."""
    import shutil

    path = tmp_path_factory.mktemp("neighbours") / "neighbours.sqlite"
    shutil.copyfile(sqlite_template, path)
    app = make_app(f"sqlite:///{path}")
    house = furnish(Desk(app))
    with house.desk.inside(writes=False) as session:
        elsewhere = session.scalars(select(Project.id).where(Project.slug == "elsewhere")).one()
    reviewer = house.desk.member(elsewhere, Role.REVIEWER, "their reviewer")
    theirs = one_of_everything(house.desk, house.foreign_article, reviewer, elsewhere)
    theirs |= import_of(house.desk, elsewhere) | {"identity_id": 10**6}
    yield Neighbours(house, theirs, house.people["stranger"])
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def with_argument(neighbours: Neighbours, *, in_project: bool) -> list[Route]:
    """Return the routes that name a row, in the address of a project or without one."""
    found = []
    for route in routes(neighbours.desk.app):
        rule = next(neighbours.desk.app.url_map.iter_rules(route.endpoint))
        asked = access.requirement_of(neighbours.desk.app, route.endpoint)
        names_row = rule.arguments - OWN_NAMES
        if asked and asked.permission and names_row and ("slug" in rule.arguments) is in_project:
            found.append(route)
    return found


def send(browser: Reader, route: Route, path: str, **form: Any) -> int:
    answer = browser.get(path) if route.method == "GET" else browser.post(path, {**FIELDS, **form})
    answer.close()
    return answer.status_code


@pytest.mark.parametrize("role", ["manager", "adjudicator", "reviewer", "observer", "admin"])
def test_b03_a_thing_of_another_project_is_not_there_under_ones_own_address(neighbours: Neighbours, role: str) -> None:
    browser, before = neighbours.house.browser(role), neighbours.rows()
    found = {
        route: send(browser, route, neighbours.address(route)) for route in with_argument(neighbours, in_project=True)
    }
    allowed = {404, 422} if role in {"manager", "admin"} else {404, 422, 403}
    assert found
    assert {route: status for route, status in found.items() if status not in allowed} == {}
    assert neighbours.rows() == before


@pytest.mark.parametrize("role", ["manager", "adjudicator", "reviewer", "observer"])
def test_b02_no_request_by_the_id_of_another_projects_thing_finds_it_or_moves_a_row(
    neighbours: Neighbours, role: str
) -> None:
    browser, before = neighbours.house.browser(role), neighbours.rows()
    found = {
        route: send(browser, route, neighbours.address(route)) for route in with_argument(neighbours, in_project=False)
    }
    assert len(found) > 10
    assert set(found.values()) == {404}
    assert neighbours.rows() == before


@pytest.mark.parametrize("role", ["manager", "adjudicator"])
def test_b10_ids_of_another_project_in_a_form_move_none_of_its_rows(neighbours: Neighbours, role: str) -> None:
    browser, before = neighbours.house.browser(role), neighbours.theirs_rows()
    assert {"assignment", "repeat", "gold_answer", "claim", "membership", "upload"} <= {
        name for name, rows in before.items() if rows
    }
    names = {name.removesuffix("_id"): str(number) for name, number in neighbours.theirs.items()}
    house_person = neighbours.house.people["bystander"].id
    form: dict[str, Any] = {**names, **{name: str(number) for name, number in neighbours.theirs.items()}}
    form |= {f"{name}s": [number] for name, number in names.items()} | {"project_id": "2", "batch": "telling"}
    form |= {"people": [names["person"]]}
    for route in routes(neighbours.desk.app):
        asked = access.requirement_of(neighbours.desk.app, route.endpoint)
        if route.method == "POST" and asked and asked.permission and route.endpoint not in CLOSES:
            path = address(neighbours.house, route)
            for action in ("save", "release", "move", "due"):
                assert send(browser, route, path, **form, do=action, to=str(house_person)) < 500, route
    assert neighbours.theirs_rows() == before
