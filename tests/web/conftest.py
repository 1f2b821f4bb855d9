"""Fixtures: one application on SQLite for a whole file of tests that only look at it, with a person in every role."""

import functools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from annotator.domain.roles import Role
from annotator.services import accounts, identities, oidc
from annotator.services.links import token_hash
from annotator.settings import IdentityProvider
from annotator.storage.database import db
from annotator.storage.people import Person, SignInSession
from tests.conftest import make_app
from tests.desk import Desk, Reader, Somebody
from tests.provider import CLIENT_ID, SECRET, Provider
from tests.web.work import Work

INSIDERS = tuple(role.value for role in Role)


@dataclass(frozen=True)
class House:
    """A project with an article and a person in every role, beside a project that has nothing to do with it."""

    desk: Desk
    project: int
    article: int
    claims: list[int]
    foreign_article: int
    people: dict[str, Somebody]

    def browser(self, role: str) -> Reader:
        """Return a fresh browser of the person in `role`; `anonymous` is nobody, `revoked` a manager put out."""
        if role == "revoked":
            browser = self.desk.reader(self.people["manager"])
            with browser.client.session_transaction() as cookie, self.desk.inside() as session:
                ended = SignInSession.token_hash == token_hash(cookie["sid"])
                session.execute(update(SignInSession).where(ended).values(revoked_at=datetime.now(UTC)))
            return browser
        return self.desk.reader(self.people[role]) if role in self.people else self.desk.anonymous()


def furnish(desk: Desk) -> House:
    """Fill an empty database."""
    project, foreign = desk.project(), desk.project("elsewhere")
    people = {role: desk.member(project, Role(role), f"the {role}") for role in INSIDERS}
    people["stranger"] = desk.member(foreign, Role.MANAGER, "the stranger")
    people["admin"] = desk.person("the admin", admin=True)
    people["bystander"] = desk.member(project, Role.REVIEWER, "the bystander")
    people["deactivated"] = desk.member(project, Role.MANAGER, "the deactivated")
    with desk.inside() as session:
        session.get_one(Person, people["deactivated"].id).is_active = False
    article = desk.article(project)
    claims = desk.claims(article)
    for claim in claims[:2]:
        desk.verdict(people["reviewer"], claim, "editorial")
    return House(desk, project, article, claims, desk.article(foreign, "A text of another house."), people)


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give the furnished application; the tests of a file share it, so they must not depend on what others leave."""
    path = tmp_path_factory.mktemp("house") / "house.sqlite"
    shutil.copyfile(sqlite_template, path)
    app = make_app(f"sqlite:///{path}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        made = furnish(Desk(app))
    yield made
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def reached(house: House) -> list[str]:
    """Write down which views run: whoever gets that far is in, whatever the view answers."""
    noted: list[str] = []

    def noting(endpoint: str, view: Any) -> Any:
        @functools.wraps(view)
        def spy(**arguments: Any) -> Any:
            noted.append(endpoint)
            return view(**arguments)

        return spy

    views = house.desk.app.view_functions
    views.update({endpoint: noting(endpoint, view) for endpoint, view in views.items()})
    return noted


@pytest.fixture
def work(desk: Desk) -> Work:
    project = desk.project()
    noise = desk.member(project)
    made = Work(desk, project, desk.member(project))
    for claim in desk.claims(desk.article(project, "Another article. With noise.")):
        desk.verdict(noise, claim, "editorial")
    return made


@pytest.fixture
def provider(desk: Desk) -> Iterator[Provider]:
    """Run a provider, and tell the application of it."""
    made = Provider()
    made.thread.start()
    desk.app.config["BASE_URL"] = "http://localhost"
    desk.app.config["OIDC"] = IdentityProvider(made.issuer, CLIENT_ID, SECRET, "Newsroom login")
    yield made
    made.server.shutdown()
    made.server.server_close()
    oidc.provider_for.cache_clear()


@pytest.fixture
def linked(desk: Desk, provider: Provider) -> Somebody:
    """Make a person to whom the account at the provider belongs, beside one to whom another does."""
    person, other = desk.person("reader"), desk.person("other")
    with desk.inside():
        identities.link(person.id, oidc.Account(provider.issuer, "subject-1", "ines"))
        identities.link(other.id, oidc.Account(provider.issuer, "subject-2", "otto"))
    return person
