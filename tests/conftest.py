"""Fixtures: an application on a fresh database, once on SQLite and once on a real PostgreSQL."""

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from annotator import paths
from annotator.app import Annotator, create_app
from annotator.services import accounts, migrations, tagging
from annotator.settings import Settings
from annotator.storage.database import db
from tests.desk import Desk

if TYPE_CHECKING:  # pytest rewrites the asserts of plugins, so they must not be imported before it does
    from tests.postgresql import Cluster

pytest_plugins = ["tests.loopback", "tests.nothing_skipped", "tests.postgresql"]

SECRET = "a-secret-of-the-tests-that-is-long-enough-0123456789"
WAITING = re.compile(r"tests/(browser/|faults/|test_packaging)")
_numbers = itertools.count(1)

# A machine that does other things too is slow now and then; what must be fast is measured in benchmarks.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")


class CompiledTemplates(BytecodeCache):
    """Keeps what this process has compiled: each test makes an application, and templates take longer than it all."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        compiled = self._compiled.get((bucket.key, bucket.checksum))
        if compiled:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_templates = CompiledTemplates()
_build_addresses = Rule._compile_builder
_builders: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}


def _kept_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """Compile what builds a rule's addresses once: a quarter of a test's time went into compiling it anew."""
    key = rule.rule, rule.subdomain, rule.host, repr(rule.defaults), append_unknown
    if key not in _builders:
        _builders[key] = _build_addresses(rule, append_unknown)
    return _builders[key]


Rule._compile_builder = _kept_builder  # type: ignore[assignment,method-assign]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what mostly waits, for a browser or a process: otherwise it ends the run with nothing beside it."""
    items.sort(key=lambda item: not WAITING.search(item.nodeid))


@pytest.fixture(autouse=True)
def no_codebook_of_another_test() -> None:
    """Forget the codebooks that this process has read: in the next database another one has its number."""
    tagging.codebook_of.cache_clear()


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with little work: tests make many."""
    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts._dummy_hash.cache_clear()


def make_app(url: str) -> Annotator:
    """Make the application as it is served, on the database at `url`."""
    made = create_app(Settings(database_url=url, secret_key=SECRET), TESTING=False)
    made.jinja_env.bytecode_cache = _templates
    return made


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema."""
    app = make_app(url)
    with app.app_context():
        migrations.upgrade(paths.migrations())
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file for the whole run; tests get copies."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql: "Cluster") -> str:
    """Migrate one PostgreSQL database for the whole run; tests get copies."""
    migrate(postgresql.create_database("template_of_tests"))
    return "template_of_tests"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a fresh migrated database."""
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    name = f"test_{next(_numbers)}"
    yield cluster.create_database(name, request.getfixturevalue("postgresql_template"))
    cluster.drop_database(name)


@pytest.fixture
def app(database_url: str) -> Iterator[Annotator]:
    """Give the application on a fresh database."""
    made = make_app(database_url)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def desk(app: Annotator) -> Desk:
    """Give the factory that fills the application with people, projects, articles and verdicts."""
    return Desk(app)
