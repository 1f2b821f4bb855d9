"""A factory for tests: people, projects, articles and verdicts, made through the services as the product makes them."""

import contextlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from annotator import paths
from annotator.app import Annotator
from annotator.domain.languages import direction_of
from annotator.domain.roles import Role
from annotator.domain.verdicts import Content
from annotator.services import accounts, ingest, projects, tagging
from annotator.services.sample import shipped_codebook
from annotator.storage.articles import Claim
from annotator.storage.database import transaction
from annotator.storage.people import Person
from annotator.storage.projects import Project

TEXT = (
    "Bridge closed after inspection\n\n"
    "The bridge is closed, the council said. Its brutal planners shrugged.\n\nWho will pay?"
)
"""Four claims: a headline, a sourced one, an editorial one and a question."""

_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
_RANDOM = re.compile(r'(csrf_token|client_key)" value="[^"]*"|("csrf":\s*)"[^"]*"')


def without_tokens(page: str) -> str:
    """Return a page without what is random or says the second in it, to compare with another."""
    return _RANDOM.sub(r"\1\2", page)


@dataclass(frozen=True)
class Somebody:
    """A person as a test needs them: outside any session."""

    id: int
    name: str
    password: str
    link_token: str


class Reader:
    """A browser without scripts: keeps cookies, and sends forms with the token that they need."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        """Ask for a page; redirects are not followed unless asked for."""
        return self.client.get(path, **options)

    def token(self) -> str:
        """Return this session's token for forms."""
        found = _CSRF.search(self.client.get("/keys").text)
        assert found, "the key map page shows forms with a token"
        return found[1]

    def post(self, path: str, form: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form with its token."""
        return self.client.post(path, data={"csrf_token": self.token(), **(form or {})}, **options)


class Desk:
    """Makes things in the application's database and gives back what stays valid outside of it: ids and names."""

    def __init__(self, app: Annotator) -> None:
        self.app = app
        self._numbers = itertools.count(1)
        self._codebook = shipped_codebook(paths.seeds())

    @contextlib.contextmanager
    def inside(self, *, writes: bool = True) -> Iterator[Session]:
        """Open one transaction of the application."""
        with self.app.app_context(), transaction(writes=writes) as session:
            yield session

    def person(self, name: str = "", *, admin: bool = False) -> Somebody:
        """Add a person."""
        name = name or f"person-{next(self._numbers)}"
        with self.inside():
            made = accounts.add_person(name, is_admin=admin)
            return Somebody(made.person.id, name, made.password, made.link_token)

    def project(self, slug: str = "news", **facts: Any) -> int:
        """Make a project with the shipped codebook, and return its id."""
        with self.inside():
            return projects.create_project(facts.pop("name", f"Project {slug}"), self._codebook, slug=slug, **facts).id

    def join(self, project_id: int, person: Somebody, role: Role = Role.REVIEWER) -> Somebody:
        """Give a person a role in a project."""
        with self.inside() as session:
            projects.set_role(session.get_one(Project, project_id), session.get_one(Person, person.id), role)
        return person

    def member(self, project_id: int, role: Role = Role.REVIEWER, name: str = "") -> Somebody:
        """Add a person with a role in a project."""
        return self.join(project_id, self.person(name), role)

    def article(self, project_id: int, text: str = TEXT, **facts: Any) -> int:
        """Add an article, and return its id."""
        language = facts.pop("language", "en")
        with self.inside() as session:
            draft = ingest.Draft(text=text, language=language, direction=direction_of(language), **facts)
            return ingest.add_article(session.get_one(Project, project_id), draft).id

    def claims(self, article_id: int) -> list[int]:
        """Return the ids of an article's claims in reading order."""
        with self.inside(writes=False) as session:
            return list(session.scalars(select(Claim.id).where(Claim.article_id == article_id).order_by(Claim.start)))

    def verdict(self, person: Somebody, claim_id: int, label: str | None = "sourced", **facts: Any) -> tagging.Given:
        """Give a verdict; `seen_revision` and `client_key` may be among the facts."""
        key = facts.pop("client_key", f"desk-key-{next(self._numbers)}")
        seen = facts.pop("seen_revision", None)
        undoes = facts.pop("undoes_id", None)
        with self.inside():
            if seen is None:
                past = tagging.history(claim_id, person.id)
                seen = past[0].revision if past else 0
            content = Content(label=label, **facts)
            return tagging.give_verdict(
                claim_id, person.id, content, seen_revision=seen, client_key=key, undoes_id=undoes
            )

    def anonymous(self) -> Reader:
        """Return a browser in which nobody is signed in."""
        return Reader(self.app.test_client())

    def reader(self, person: Somebody) -> Reader:
        """Return a browser in which `person` is signed in (without the cost of a password)."""
        client = self.app.test_client()
        with self.inside() as session:
            token = accounts.open_session(session.get_one(Person, person.id), "tests")
        with client.session_transaction() as cookie:
            cookie["sid"] = token
        return Reader(client)
