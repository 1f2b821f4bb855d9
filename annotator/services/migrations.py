"""The schema: is it the one that this version needs, and how does it become so."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from annotator.storage.database import SCHEMA_VERSION, db

if TYPE_CHECKING:
    from alembic.config import Config


def schema_version() -> str | None:
    """Return the version that the database is at, None for an empty one."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(folder: Path) -> bool:
    """Bring the schema to this version; False if it was there. Alembic is loaded only when there is something to do."""
    if schema_version() == SCHEMA_VERSION:
        return False
    from alembic import command

    command.upgrade(config(folder), "head")
    return True


def config(folder: Path) -> "Config":
    """Return Alembic's configuration for the application's engine."""
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(folder).replace("%", "%%"))
    found.set_main_option("path_separator", "os")
    found.attributes["engine"] = db.engine
    return found
