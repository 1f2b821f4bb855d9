"""The schema: is it the one that this version needs, and how does it become so."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from annotator.storage.database import SCHEMA_VERSION, db

if TYPE_CHECKING:
    from alembic.config import Config


class NewerSchema(RuntimeError):
    """The database was made by a newer version of the program, which alone knows how to use it."""


def schema_version() -> str | None:
    """Return the version that the database is at, None for an empty one."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(folder: Path) -> bool:
    """Bring the schema to this version; False if it was there. Raises NewerSchema for one that this version can't know.

    Alembic is loaded only when there is something to do.
    """
    found = schema_version()
    if found == SCHEMA_VERSION:
        return False
    from alembic import command
    from alembic.script import ScriptDirectory

    settings = config(folder)
    known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
    if found is not None and found not in known:
        raise NewerSchema(
            f"The database has schema {found}, and this version of the program knows schemas up to {SCHEMA_VERSION}: "
            "use the newer version that made it. Nothing was changed."
        )
    command.upgrade(settings, "head")
    return True


def config(folder: Path) -> "Config":
    """Return Alembic's configuration for the application's engine."""
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(folder).replace("%", "%%"))
    found.set_main_option("path_separator", "os")
    found.attributes["engine"] = db.engine
    return found
