"""What every command stands on: it opens the application, says what is wrong in one line, and prints its result."""

import contextlib
import gc
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from annotator import paths
from annotator.domain.languages import is_language_tag

REFUSED = 1


class Refused(click.ClickException):
    """Something that the user can mend; the message is one clear line."""

    exit_code = REFUSED


def language_tag(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Return a language tag as it is; anything else is wrong usage."""
    if value is not None and not is_language_tag(value):
        raise click.BadParameter(f"{value!r} is no language tag such as en, ar or pt-BR")
    return value


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Let a server import what it needs: that stays for good, so the garbage collector need not look at it, ever.

    The start takes a tenth less time, no request waits for a look at everything, and server processes go on sharing
    the memory that they began with.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextlib.contextmanager
def application(*, writes: bool = True) -> Iterator[Any]:
    """Open the application with a migrated database, and commit when the block returns.

    Commands that only read say so: they see one moment, and keep no reviewer waiting.
    """
    from annotator.services.accounts import NotAccepted as PersonNotAccepted
    from annotator.services.projects import NoSuchProject, NotAccepted
    from annotator.storage.database import transaction

    with upgraded() as app:
        try:
            with transaction(writes=writes):
                yield app
        except (NotAccepted, PersonNotAccepted, NoSuchProject) as error:
            raise Refused(str(error)) from error


@contextlib.contextmanager
def upgraded() -> Iterator[Any]:
    """Open the application with a migrated database; the block makes its own transactions."""
    from annotator.services.migrations import upgrade

    with opened() as app:
        upgrade(paths.migrations())
        yield app


@contextlib.contextmanager
def opened() -> Iterator[Any]:
    """Open the application; an unwritable folder or an unfit setting is one clear line."""
    instance = paths.instance()
    try:
        instance.mkdir(parents=True, exist_ok=True)
        if not os.access(instance, os.W_OK | os.X_OK):
            raise PermissionError
    except OSError as error:
        raise Refused(
            f"Can’t write to {instance}: make it writable, or choose another folder with ANNOTATOR_INSTANCE."
        ) from error
    app = make_application()
    from sqlalchemy.exc import DatabaseError

    from annotator.services.migrations import NewerSchema
    from annotator.storage.database import DatabaseBusy

    try:
        with app.app_context():
            yield app
    except NewerSchema as error:
        raise Refused(str(error)) from error
    except DatabaseBusy as error:
        reason = " ".join(str(error).split())
        raise Refused(f"The database is busy or can’t be written: {reason}. Nothing was changed; try again.") from error
    except DatabaseError as error:
        place = app.config["SQLALCHEMY_DATABASE_URI"].rpartition("@")[2]  # what stands before is the password
        raise Refused(f"Can’t use the database {place}: {' '.join(str(error.orig).split())}") from error


def make_application() -> Any:
    """Make the application from the environment; what is wrong there is one clear line."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    from annotator.app import create_app
    from annotator.settings import BadSetting, from_environment

    try:
        settings = from_environment()
        make_url(settings.database_url)
        return create_app(settings)
    except BadSetting as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"Can’t read or write {error.filename}: {error.strerror}") from error
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise Refused("PostgreSQL needs its driver: pip install 'claim-annotator[postgresql]'") from error
    except (ArgumentError, ValueError) as error:
        raise Refused("ANNOTATOR_DATABASE_URL is not the address of a database") from error


def write_whole(parts: Iterable[bytes], output: Path) -> None:
    """Write a file that appears whole or not at all."""
    unfinished = output.with_name(f"{output.name}.part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(parts)
        unfinished.replace(output)
    except OSError as error:
        raise Refused(f"Can’t write {output}: {error.strerror}") from error


def show(value: Any, *, as_json: bool, line: str) -> None:
    """Print a result: one JSON object, or a line for people."""
    click.echo(json.dumps(value, ensure_ascii=False) if as_json else line)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")
