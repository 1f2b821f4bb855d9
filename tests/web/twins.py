"""Sites that are the same but for what one reviewer, A, said; and all that another one, B, can see of each."""

import itertools
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine
from flask import url_for
from sqlalchemy import select
from werkzeug.test import TestResponse

from annotator.domain.roles import PERMISSIONS, Role
from annotator.services import codebooks, tagging
from annotator.storage.adjudications import Adjudication
from annotator.storage.articles import Article
from annotator.storage.assignments import Assignment
from annotator.storage.database import db
from annotator.storage.people import Person
from annotator.storage.projects import Project
from annotator.storage.repeats import Repeat
from annotator.storage.threads import ThreadEntry
from annotator.storage.verdicts import StandingVerdict
from annotator.web import access
from tests.conftest import make_app
from tests.desk import TEXT, Desk, Reader, Somebody, without_tokens
from tests.web.work import JSON

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Twin:
    """One site: a project with four articles, a manager, A, B and C, and what there is to ask B's browser for."""

    desk: Desk
    people: dict[str, Somebody]
    articles: list[int]
    claims: list[int]
    browser: Reader
    seen: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)

    def values(self, argument: str) -> list[Any]:
        """Return what B can put into an address for an argument of a route; a KeyError asks for an example."""
        examples: dict[str, list[Any]] = {
            "slug": ["news"],
            "article_id": self.articles,
            "claim_id": self.claims,
            "number": [1, 2, 3, 4],
            "session_id": [1, 2, 3],
            "token": ["no-such-token"],
            "name": ["csv"],
            "upload_id": [1],
            "job_id": [1],
            "version": ["0" * 12],
            "filename": ["annotator.css"],
            "form": ["yaml"],
            "key": ["sourced"],
            "part": ["guidance"],
            **{argument: [1, 2, 3] for argument in IDS},
        }
        return examples[argument]

    def addresses(self, endpoint: str) -> Iterator[str]:
        """Yield the addresses of a route with everything that B can put into them."""
        rule = next(self.desk.app.url_map.iter_rules(endpoint))
        names = sorted(rule.arguments)
        for values in itertools.product(*(self.values(name) for name in names)):
            with self.desk.app.test_request_context():
                yield url_for(endpoint, **dict(zip(names, values, strict=True)))

    def look(self, name: str, answer: TestResponse) -> TestResponse:
        """Remember an answer, without what is random in it."""
        headers = {key: value for key, value in answer.headers.items() if key != "Set-Cookie"}
        body = without_tokens(answer.get_data(as_text=True)).encode()
        self.seen[name] = (answer.status_code, headers, body)
        answer.close()
        return answer

    def walk(self, endpoints: list[str], extra: Mapping[str, list[str]]) -> None:
        """Ask for every page as B; `extra` are queries to ask some of them with, by endpoint."""
        for endpoint in endpoints:
            for path in self.addresses(endpoint):
                for query in ["", *extra.get(endpoint, [])]:
                    self.look(path + query, self.browser.get(path + query))
                self.look(f"{path} as JSON", self.browser.get(path, headers=JSON))

    def took_next(self) -> bool:
        """Tell whether B took an article as the next one."""
        with self.desk.inside(writes=False) as session:
            taken = select(Assignment.id).where(Assignment.origin == "next")
            return session.scalar(taken.where(Assignment.person_id == self.people["B"].id)) is not None

    def send(self, path: str, form: dict[str, Any], *, json: bool = False) -> TestResponse:
        """Send a form as B."""
        name = f"POST {path} {'as JSON ' if json else ''}{sorted(form.items())}"
        return self.look(name, self.browser.post(path, form, headers=JSON if json else None))


IDS = (
    "person_id", "plan_id", "assignment_id", "repeat_id", "notice_id", "entry_id", "thread_id", "version_id",
    "link_id", "edit_id", "identity_id", "adjudication_id", "frozen_id",
)  # fmt: skip
"""Arguments that are a row's number."""


def open_to(app: Any, role: Role, method: str) -> list[str]:
    """Return the endpoints that a member of a role may call with a method."""
    found = []
    for rule in app.url_map.iter_rules():
        asked = access.requirement_of(app, rule.endpoint)
        if method not in (rule.methods or ()) or asked is None or asked.is_admin:
            continue
        if asked.permission is None or asked.permission in PERMISSIONS[role]:
            found.append(rule.endpoint)
    return sorted(set(found))


def closed_to(app: Any, role: Role, method: str) -> list[str]:
    """Return the endpoints that refuse a member of a role."""
    every = {rule.endpoint for rule in app.url_map.iter_rules() if method in (rule.methods or ())}
    return sorted(every - set(open_to(app, role, method)))


def build(template: Path, path: Path, act: Callable[["Twin"], None], **policies: Any) -> Twin:
    """Make a site on a copy of an empty database; `act` is what A does in it."""
    shutil.copyfile(template, path)
    tagging.codebook_of.cache_clear()
    desk = Desk(make_app(f"sqlite:///{path}"))
    gives_mine = policies.pop("gives_mine", True)
    project = desk.project(name="The study")
    people = {name: desk.member(project, role, name) for name, role in ROLES.items()}
    articles = [desk.article(project, text) for text in (TEXT, OTHER, THIRD, SPARE)]
    claims = [claim for article in articles[:3] for claim in desk.claims(article)]
    with desk.inside() as session:
        for name, person in people.items():
            session.get_one(Person, person.id).pseudonym = f"R-{name}"
        for name, value in policies.items():
            setattr(session.get_one(Project, project), name, value)
        session.get_one(Article, articles[2]).purpose = "training"
    twin = Twin(desk, people, articles, claims, desk.reader(people["B"]))
    give_out(twin)
    act(twin)
    if gives_mine:
        work_of_b(twin)
        questions_to_b(twin)
    return twin


ROLES = {"M": Role.MANAGER, "A": Role.REVIEWER, "B": Role.REVIEWER, "C": Role.REVIEWER}
OTHER = "Harbour talks fail\n\nThe reckless port broke off the talks, said a docker. Nobody was there."
THIRD = "A ferry is late\n\nThe ferry is late, the line said. It is always late."
SPARE = "A pier is sold\n\nThe pier is sold, a notice says."
"""Nobody has this one yet: where the next article is taken, it is B's to take."""


def give_out(twin: Twin) -> None:
    """Put two articles on the desks of A, B and C, for projects in which nobody labels what was not given to them."""
    with twin.desk.inside() as session:
        for article, name in itertools.product(twin.articles[:2], "ABC"):
            session.add(Assignment(article_id=article, person_id=twin.people[name].id, origin="hand", assigned_at=NOON))


def work_of_b(twin: Twin) -> None:
    """Let B and C give verdicts, after A did: not even their numbers may tell how many A gave."""
    twin.desk.verdict(twin.people["B"], twin.claims[0], "attributed", note="mine")
    twin.desk.verdict(twin.people["B"], twin.claims[1], "editorial", kind="framing", note="mine")
    twin.desk.verdict(twin.people["C"], twin.claims[0], "sourced")


def questions_to_b(twin: Twin) -> None:
    """Let the desk decide a claim, answer B, and ask B again about others."""
    b, manager, claim = twin.people["B"].id, twin.people["M"].id, twin.claims[0]
    with twin.desk.inside() as session:
        mine = session.scalars(select(StandingVerdict).where(StandingVerdict.reviewer_id == b)).all()
        facts = {"project_id": 1, "claim_id": claim}
        session.add(
            Adjudication(
                **facts, article_id=twin.articles[0], adjudicator_id=manager, codebook_version_id=1, revision=1,
                action="decide", label="sourced", cause="slip", reason="The council said it.", client_key="settles-it",
                client_digest="", decided_at=NOON,
            )
        )  # fmt: skip
        for person in (b, manager):
            session.add(ThreadEntry(**facts, person_id=person, with_id=b, text=f"words of {person}", said_at=NOON))
        session.add(ThreadEntry(**facts, person_id=manager, with_id=None, text="to all of you", said_at=NOON))
        session.add(Repeat(**facts, reviewer_id=b, verdict_id=mine[0].verdict_id, due_at=NOON - timedelta(days=1)))
    publish(twin)


def publish(twin: Twin) -> None:
    """Publish a codebook in which two labels mean something else, so that verdicts with them are asked about again."""
    manager = twin.people["M"].id
    with twin.desk.inside():
        draft = codebooks.start_draft(1, manager)
        labels = tuple(replace(label, definition=f"{label.definition} Or more.") for label in draft.codebook.labels)
        codebooks.change_draft(
            draft, replace(draft.codebook, labels=labels), manager, seen=draft.revision, part="labels"
        )
        meanings = ["label:sourced", "label:editorial"]
        codebooks.publish(1, manager, seen=draft.revision, meanings=meanings, note="They mean more now.")


def silent(_twin: Twin) -> None:
    """Say nothing as A."""


def telling(twin: Twin) -> None:
    """Say a lot as A: labels, kinds, marks, notes, a flag, a skip, a change of mind, a question."""
    a, claims = twin.people["A"], twin.claims
    twin.desk.verdict(a, claims[0], "editorial", kind="framing", note="a telling note", is_flagged=True)
    twin.desk.verdict(a, claims[0], "attributed", source_name="Telling", marks=((0, 6, "loaded"),), confidence=1)
    twin.desk.verdict(a, claims[1], None, skip_reason="fragment", note="a telling note")
    for claim in claims[2:]:
        twin.desk.verdict(a, claim, "sourced", evidence_url="https://telling.example/")
    ask(twin, "a telling question")


def differing(twin: Twin) -> None:
    """Say the opposite as A, of less."""
    twin.desk.verdict(twin.people["A"], twin.claims[0], "sourced")
    twin.desk.verdict(twin.people["A"], twin.claims[5], "editorial", kind="framing", rewrite="A telling rewrite.")


def ask(twin: Twin, text: str) -> None:
    """Ask the desk about a claim as A, and get an answer; be asked about it again."""
    a, facts = twin.people["A"].id, {"project_id": 1, "claim_id": twin.claims[0]}
    with twin.desk.inside() as session:
        verdict = session.scalars(select(StandingVerdict).where(StandingVerdict.reviewer_id == a)).first()
        assert verdict
        for person in (a, twin.people["M"].id):
            session.add(ThreadEntry(**facts, person_id=person, with_id=a, text=text, said_at=NOON))
        session.add(Repeat(**facts, reviewer_id=a, verdict_id=verdict.verdict_id, due_at=NOON - timedelta(days=1)))


def at_noon() -> time_machine.travel:
    """Stop the clock: two sites that are built one after the other must not differ by that."""
    return time_machine.travel(NOON, tick=False)


def close(twin: Twin) -> None:
    """Let go of a site's database."""
    with twin.desk.app.app_context():
        db.session.remove()
        db.engine.dispose()
