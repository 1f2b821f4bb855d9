"""Migrations: they make what the models say, keep every row, and leave the old or the new schema, never half of one."""

import hashlib
import itertools
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine.interfaces import ReflectedForeignKeyConstraint

from annotator import paths
from annotator.services import migrations
from annotator.storage import models
from annotator.storage.database import SCHEMA_VERSION, db
from tests.conftest import make_app, migrate
from tests.desk import Desk

_names = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database in which nothing was made yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    cluster, name = request.getfixturevalue("postgresql"), f"empty_{next(_names)}"
    yield cluster.create_database(name)
    cluster.drop_database(name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = create_engine(database_url)
    yield made
    made.dispose()


def head() -> ScriptDirectory:
    return ScriptDirectory(str(paths.migrations()))


def tables(url: str) -> set[str]:
    made = create_engine(url)
    found = set(inspect(made).get_table_names())
    made.dispose()
    return found


def move(desk: Desk, revision: str) -> None:
    with desk.app.app_context():
        settings = migrations.config(paths.migrations())
        (command.downgrade if revision == "0001" else command.upgrade)(settings, revision)


def shape(engine: Engine) -> dict[str, list[str]]:
    """Return the columns that every table has now."""
    seen = inspect(engine)
    names = set(seen.get_table_names()) - {"alembic_version"}
    return {name: sorted(column["name"] for column in seen.get_columns(name)) for name in sorted(names)}


def contents(engine: Engine, of: dict[str, list[str]] | None = None) -> dict[str, str]:
    """Return a hash of every table's rows, of the columns that `of` names if it is given."""
    found = {}
    with engine.connect() as connection:
        for table, columns in (of or shape(engine)).items():
            rows = sorted(
                repr(tuple(row)) for row in connection.execute(text(f"SELECT {', '.join(columns)} FROM {table}"))
            )
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def test_there_is_one_head_and_the_program_knows_it() -> None:
    assert head().get_heads() == [SCHEMA_VERSION]


def test_the_newest_schema_is_the_one_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, models.metadata) == []


def beside_a_column(engine: Engine, foreign_key: ReflectedForeignKeyConstraint) -> str | None:
    """Return the name of a foreign key that was added with its column, from the statement that SQLite keeps."""
    (column,) = foreign_key["constrained_columns"]
    with engine.connect() as connection:
        tables = connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'table'")).scalars()
        found = re.findall(rf"\b{column} \w+ CONSTRAINT (\w+) REFERENCES", " ".join(tables))
    return found[0] if found else None


def test_every_constraint_and_index_has_the_name_that_the_convention_gives(engine: Engine) -> None:
    seen = inspect(engine)
    for table in models.metadata.sorted_tables:
        wanted = {str(made.name) for made in table.constraints} | {str(made.name) for made in table.indexes}
        # SQLite does not tell the name that stands beside a column.
        found: set[str | None] = {seen.get_pk_constraint(table.name)["name"] or f"pk_{table.name}"}
        found |= {row["name"] or beside_a_column(engine, row) for row in seen.get_foreign_keys(table.name)}
        found |= {row["name"] for row in seen.get_unique_constraints(table.name)}
        found |= {row["name"] for row in seen.get_check_constraints(table.name)}
        found |= {row["name"] for row in seen.get_indexes(table.name)}
        assert found == wanted
        assert all(re.match(rf"(pk|fk|uq|ck|ix)_{table.name}", name) for name in wanted)


def test_down_and_up_again_keep_every_row(desk: Desk, engine: Engine) -> None:
    project, reader = desk.project(), desk.person("reader")
    desk.join(project, reader)
    for claim in desk.claims(desk.article(project)):
        desk.verdict(reader, claim, "editorial", marks=(), note="é \U0001f600\nß")
    new = contents(engine)
    move(desk, "0001")
    old, before = shape(engine), contents(engine)
    with engine.begin() as connection:  # the guards are gone, so the way down was taken
        connection.execute(text("UPDATE verdict SET note = note"))
    move(desk, SCHEMA_VERSION)
    assert contents(engine, old) == before
    assert {table for table, rows in contents(engine).items() if rows != new[table]} <= {"article", "person"}
    with pytest.raises(Exception, match="is history"), engine.begin() as connection:
        connection.execute(text("UPDATE verdict SET note = note"))


DIE = """
import os, sys
from sqlalchemy import event
from annotator import paths
from annotator.services import migrations
from annotator.storage.database import db
from tests.conftest import make_app

url, last = sys.argv[1], sys.argv[2]
seen = 0

def count(_connection, _cursor, statement, *_rest):
    global seen
    seen += statement.lstrip().startswith(("CREATE", "ALTER", "INSERT", "UPDATE"))
    if last.isdigit() and seen > int(last):
        os.kill(os.getpid(), 9)

with make_app(url).app_context():
    event.listen(db.engine, "before_cursor_execute", count)
    if last == "commit":
        event.listen(db.engine, "commit", lambda _connection: os.kill(os.getpid(), 9))
    migrations.upgrade(paths.migrations())
"""


def upgrade_elsewhere(url: str, last: str = "never") -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", DIE, url, last], cwd=paths.PACKAGE.parent)


@pytest.mark.parametrize("last", ["0", "9", "37", "50", "commit"])
def test_a_killed_migration_leaves_the_old_schema_and_the_next_one_succeeds(empty_url: str, last: str) -> None:
    assert upgrade_elsewhere(empty_url, last).wait(60) == -9
    assert tables(empty_url) == set()
    migrate(empty_url)
    assert tables(empty_url) == {*models.metadata.tables, "alembic_version"}


def test_a_migration_killed_on_the_way_from_an_older_schema_keeps_the_rows(
    desk: Desk, database_url: str, engine: Engine
) -> None:
    desk.claims(desk.article(desk.project()))
    move(desk, "0001")
    old, before = shape(engine), contents(engine)
    for last in ("5", "20", "31", "commit"):  # in the guards, in the new columns, in the new tables, at the end
        assert upgrade_elsewhere(database_url, last).wait(60) == -9
        assert contents(engine) == before
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0001"
    assert upgrade_elsewhere(database_url).wait(60) == 0
    assert contents(engine, old) == before


def test_two_processes_that_migrate_at_once_both_succeed(empty_url: str) -> None:
    processes = [upgrade_elsewhere(empty_url) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert tables(empty_url) == {*models.metadata.tables, "alembic_version"}


def test_a_database_at_the_newest_schema_is_left_alone(desk: Desk) -> None:
    with desk.app.app_context():
        assert migrations.upgrade(paths.migrations()) is False


def test_a_database_of_a_newer_program_is_refused_and_left_alone(desk: Desk, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = contents(engine)
    with desk.app.app_context(), pytest.raises(migrations.NewerSchema, match="9999"):
        migrations.upgrade(paths.migrations())
    assert contents(engine) == before


def test_a_folder_with_a_percent_sign_is_no_trouble(empty_url: str, tmp_path: Path) -> None:
    folder: Any = tmp_path / "100 % here"
    shutil.copytree(paths.migrations(), folder)
    with make_app(empty_url).app_context():
        assert migrations.upgrade(folder) is True
        db.session.remove()
        db.engine.dispose()
