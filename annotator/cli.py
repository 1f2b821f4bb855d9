"""The `annotator` command. Each command runs in one transaction; refusals are one line and exit code 1, wrong usage 2.

Long because it holds every command together with its help, which is documentation.
"""

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from annotator import __version__, paths

REFUSED = 1


class Refused(click.ClickException):
    """Something that the user can mend; the message is one clear line."""

    exit_code = REFUSED


def language_tag(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Return a language tag (RFC 5646) as it is; anything else is wrong usage."""
    if value is not None and (len(value) > 35 or not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", value)):  # noqa: PLR2004
        raise click.BadParameter(f"{value!r} is no language tag such as en, ar or pt-BR")
    return value


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


def show(value: Any, *, as_json: bool, line: str) -> None:
    """Print a result: one JSON object, or a line for people."""
    click.echo(json.dumps(value, ensure_ascii=False) if as_json else line)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="annotator")
def main() -> None:
    """Split news articles into claims, tag them with several reviewers, and read how far they agree.

    Start with `annotator run`, then open the address that it prints. The database lies in the instance folder
    (ANNOTATOR_INSTANCE) or at ANNOTATOR_DATABASE_URL.
    """
    for stream in (sys.stdout, sys.stderr):  # results are UTF-8, whatever the terminal's language
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Server processes.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Threads of each process.")
def run(host: str, port: int, workers: int, threads: int) -> None:
    """Start the web server.

    The first start makes the database, loads the sample project and makes the first administrator, whose password is
    printed once. Ctrl+C stops the server.
    """
    from annotator.serving import CannotServe, check_address, serve

    with opened() as app:
        try:
            check_address(host, port)
        except CannotServe as error:
            raise Refused(str(error)) from error
        base = app.config["BASE_URL"] or f"http://{f'[{host}]' if ':' in host else host}:{port}"
        first_start(base)
    click.echo(f"Claim Annotator {__version__} serves at {base}/  (Ctrl+C stops it)")
    serve(app, host, port, workers, threads)


def first_start(base: str) -> None:
    """Bring the schema up to date; in an empty database make the administrator and the sample project."""
    from sqlalchemy import select

    from annotator.domain.roles import Role
    from annotator.services import accounts, migrations, projects
    from annotator.storage.database import transaction
    from annotator.storage.people import Person

    migrations.upgrade(paths.migrations())
    with transaction() as session:
        if session.scalar(select(Person.id).limit(1)) is not None:
            return
        made = accounts.add_person("admin", "Administrator", is_admin=True)
        projects.set_role(load_sample_project(), made.person, Role.MANAGER)
    click.echo(f"""
This is the first start. The sample project is loaded, and there is one account:

    Name       admin
    Password   {made.password}
    Or open    {base}/sign-in/link/{made.link_token}
               (signs you in once, within three days)

Neither is shown again. You can change the password under Account.
""")


def load_sample_project() -> Any:
    """Load the sample project and return it."""
    from annotator.services.sample import load_sample

    return load_sample(paths.seeds())


@main.command()
@json_option
def sample(as_json: bool) -> None:
    """Load the sample project (invented articles with demo verdicts) without serving."""
    with application():
        project = load_sample_project()
        show(
            {"slug": project.slug, "name": project.name},
            as_json=as_json,
            line=f"Loaded project {project.slug}: {project.name}",
        )


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--language",
    "--lang",
    callback=language_tag,
    help="Language of the text, such as en or ar; detected if not given.",
)
@json_option
def split(file: Path, language: str | None, as_json: bool) -> None:
    """Split a UTF-8 text file into claim sentences, and print them.

    With --json each line has start, end (Unicode code points, end not included), text, kind (headline or body), aside
    (why it is no claim: byline, caption, link, other; else null) and is_repeat. Needs no database.
    """
    from annotator.domain.languages import detect
    from annotator.domain.sentences import sentences

    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(f"{file}: byte {error.start:,} is not UTF-8; save the file as UTF-8 text.") from error
    for number, found in enumerate(sentences(text, language or detect(text, "en")), 1):
        facts = {"start": found.start, "end": found.end, "text": found.text, "kind": found.kind}
        facts |= {"aside": found.aside, "is_repeat": found.is_repeat}
        kind = found.aside or found.kind
        show(facts, as_json=as_json, line=f"{number:4}  {found.start:>6}–{found.end:<6} {kind:9} {found.text}")


@main.group()
def project() -> None:
    """Make and list projects."""


@project.command("create")
@click.argument("name")
@click.option("--slug", default="", help="Short name for addresses; made from NAME if not given.")
@click.option("--description", default="", help="What the project is about.")
@click.option("--language", default="en", callback=language_tag, show_default=True, help="Language of most articles.")
@click.option(
    "--overlap", default=2, show_default=True, type=click.IntRange(1, 100), help="Verdicts wanted for each claim."
)
@json_option
def project_create(name: str, slug: str, description: str, language: str, overlap: int, as_json: bool) -> None:
    """Make a project called NAME with the shipped codebook."""
    from annotator.services.projects import create_project
    from annotator.services.sample import shipped_codebook

    with application():
        made = create_project(
            name,
            shipped_codebook(paths.seeds()),
            slug=slug,
            description=description,
            language=language,
            overlap=overlap,
        )
        show({"slug": made.slug, "name": made.name}, as_json=as_json, line=f"Made project {made.slug}")


@project.command("list")
@json_option
def project_list(as_json: bool) -> None:
    """List the projects."""
    from sqlalchemy import select

    from annotator.storage.database import db
    from annotator.storage.projects import Project

    with application(writes=False):
        for row in db.session.scalars(select(Project).order_by(Project.slug)):
            facts = {"slug": row.slug, "name": row.name, "language": row.language, "overlap": row.overlap}
            show(facts, as_json=as_json, line=f"{row.slug:24} {row.name}")


@main.group()
def person() -> None:
    """Add people and give them a role in a project."""


@person.command("add")
@click.argument("name")
@click.option("--display-name", default="", help="Name that others see; NAME if not given.")
@click.option("--project", "slug", help="Project in which the person gets the role.")
@click.option(
    "--role",
    type=click.Choice(["manager", "adjudicator", "reviewer", "observer"]),
    default="reviewer",
    show_default=True,
)
@click.option("--admin", is_flag=True, help="Make the person an administrator of the site.")
@click.option(
    "--base-url",
    default="http://127.0.0.1:8000",
    show_default=True,
    envvar="ANNOTATOR_BASE_URL",
    help="Start of the link.",
)
@json_option
def person_add(
    name: str, display_name: str, slug: str | None, role: str, admin: bool, base_url: str, as_json: bool
) -> None:
    """Add a person called NAME, who signs in with that name; prints a password and a one-time link, once."""
    from annotator.domain.roles import Role
    from annotator.domain.text import UnstorableText
    from annotator.services import accounts, projects

    with application():
        try:
            made = accounts.add_person(name, display_name, is_admin=admin)
        except UnstorableText as error:
            raise Refused(str(error)) from error
        if slug:
            projects.set_role(projects.find_project(slug), made.person, Role(role))
        link = f"{base_url.rstrip('/')}/sign-in/link/{made.link_token}"
        facts = {
            "name": made.person.name,
            "password": made.password,
            "link": link,
            "project": slug,
            "role": role if slug else None,
        }
    show(facts, as_json=as_json, line=f"Added {facts['name']}\n  Password   {made.password}\n  One-time   {link}")


def columns_named(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Read FIELD=NAME pairs."""
    from annotator.services.table_columns import FIELDS

    parts = [value.partition("=") for value in values]
    for value in values:
        if value.partition("=")[0].strip() not in FIELDS or "=" not in value:
            raise click.BadParameter(f"{value!r} is not FIELD=NAME with a field of {', '.join(FIELDS)}")
    return {field.strip(): name.strip() for field, _, name in parts}


@main.command("import")
@click.argument("slug", metavar="PROJECT")
@click.argument("places", metavar="SOURCES...", nargs=-1, required=True)
@click.option("--language", callback=language_tag, help="Language of all the texts; detected if not given.")
@click.option("--outlet", default="", help="Outlet of all the texts.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    callback=columns_named,
    metavar="FIELD=NAME",
    help="Which column of a table holds a field, such as text=Inhalt; may be repeated.",
)
@click.option("--progress/--no-progress", default=None, help="Show progress; on a terminal it is shown anyway.")
@click.option("--quiet", "-q", is_flag=True, help="Print only what was refused, and the sum.")
@json_option
def import_(
    slug: str,
    places: tuple[str, ...],
    language: str | None,
    outlet: str,
    columns: dict[str, str],
    progress: bool | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Add articles to PROJECT from SOURCES: files, folders, patterns in quotation marks, and web addresses.

    Read are .txt .md .html .docx .pdf, one article a file; .zip, one article a file in it; .csv .tsv .jsonl, one
    article a row, with columns found by their names. Of a folder all such files are read, also in folders below.

    Each article is in whole or not at all. One that can't be read is refused with the reason and the rest goes on; but
    a table with an error in any row is refused as a whole, before anything is imported. A text that the project has is
    passed over. If the command is killed or stopped (Ctrl+C), the same command goes on where it was. It ends with
    code 1 if anything was refused.
    """
    from annotator.services.imports import Options

    with upgraded():
        options = Options(language or "", outlet, columns or None)
        job_id, worker = begin_import(slug, places, options)
        shows_progress = sys.stderr.isatty() and not quiet if progress is None else progress
        run_import(job_id, worker, shows_progress=shows_progress)
        end_import(job_id, as_json=as_json, quiet=quiet)


def begin_import(slug: str, places: tuple[str, ...], options: Any) -> tuple[int, str]:
    """Start an import, or find the unfinished one of the same command, and take it; return its id and our name."""
    from annotator.services import import_files, import_runs, imports, turns
    from annotator.services.projects import NoSuchProject, find_project
    from annotator.storage import jobs
    from annotator.storage.database import transaction

    asked, worker = imports.fingerprint([*map(import_files.whole, places)], options), turns.worker_name()
    try:
        with transaction():
            project_id = find_project(slug).id
            going_on = imports.unfinished(project_id, asked)
            is_dead = going_on is not None and imports.is_interrupted(going_on)
            job = going_on or imports.start(project_id, None, import_files.sources_at(places), options, asked=asked)
            done, stale = f"{job.done:,} of {job.total:,}", 0.0 if is_dead else jobs.STALE_SECONDS
            if jobs.take(worker, (import_runs.COMMAND_KIND,), stale_seconds=stale, job_id=job.id) is None:
                raise Refused(f"Another process is at work on import {job.id}: {done} are done. Wait for it.")
            if going_on is not None:
                click.echo(f"Going on with import {job.id}: {done} were done", err=True)
            return job.id, worker
    except imports.BadRows as error:
        lines = [f"{error.name}, line {row.line:,}: {row.message}" for row in error.errors]
        more = [f"and {error.count - len(lines):,} more"] if error.count > len(lines) else []
        raise Refused("\n  ".join(["Nothing was imported; the table has errors:", *lines, *more])) from error
    except (imports.NotImported, NoSuchProject) as error:
        raise Refused(f"{str(error).rstrip('.')}. Nothing was imported.") from error


def run_import(job_id: int, worker: str, *, shows_progress: bool) -> None:
    """Run an import here, with a bar on the terminal; told to stop, it ends after the item under way."""
    from annotator.services import turns, work
    from annotator.storage.database import db, transaction
    from annotator.storage.jobs import Job

    with transaction(writes=False):
        total = db.session.get_one(Job, job_id).total or 0
    with stopping() as stop, progress_bar(total, shows_progress=shows_progress) as told:
        work.run(turns.Turn(job_id, worker, stop, told))


@contextlib.contextmanager
def progress_bar(total: int, *, shows_progress: bool) -> Iterator[Callable[[int], None]]:
    """Give what is told how many items are done: it draws a bar, or away from a terminal a line for each tenth."""
    if shows_progress and not sys.stderr.isatty():
        tenths = [0]

        def told(done: int) -> None:
            if done * 10 // max(total, 1) > tenths[-1]:
                tenths[:] = [done * 10 // total]
                click.echo(f"Importing: {done:,} of {total:,}", err=True)

        yield told
        return
    bar: Any
    with click.progressbar(
        length=total, label="Importing", file=sys.stderr, hidden=not shows_progress, show_pos=True
    ) as bar:
        yield lambda done: bar.update(done - bar.pos)


@contextlib.contextmanager
def stopping() -> Iterator[Any]:
    """Give an event that is set by SIGTERM and Ctrl+C; the second one ends the process as usual."""
    import signal
    import threading

    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def told(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, told)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_import(job_id: int, *, as_json: bool, quiet: bool) -> None:
    """Print what became of an import; what did not go in ends the command with code 1."""
    from annotator.services import imports
    from annotator.storage.database import db, transaction
    from annotator.storage.jobs import Job

    with transaction(writes=False):
        job = db.session.get_one(Job, job_id)
        state, done, total, message = job.state, job.done, job.total, job.result.get("message", "")
        show_items(job_id, as_json=as_json, quiet=quiet)
        found = imports.counts(job_id)
    if not as_json:
        click.echo(
            f"Added {found['added']:,}; {found['duplicate']:,} were there already; {found['refused']:,} refused."
        )
    if state != "done":
        ends = {
            "waiting": f"Stopped: {done:,} of {total:,} are done. The same command goes on.",
            "cancelled": f"Import {job_id} was cancelled: {done:,} of {total:,} are done.",
            "failed": message,
        }
        raise Refused(ends.get(state, f"Another process took over import {job_id}."))
    if found["refused"]:
        sys.exit(REFUSED)


def show_items(job_id: int, *, as_json: bool, quiet: bool) -> None:
    """Print a line for each item of an import, page by page."""
    from annotator.services import imports

    after = 0
    while rows := imports.items(job_id, after):
        after = rows[-1].id
        for row in rows:
            facts = {
                "job": job_id, "file": row.name, "result": row.result, "article": row.article_id, "title": row.title,
                "message": row.message,
            }  # fmt: skip
            line = row.message if row.result == "refused" else f"article {row.article_id}: {row.title}"
            if as_json or not quiet or row.result == "refused":
                show(facts, as_json=as_json, line=f"{row.result:10} {row.name}  {line}")


@main.command()
@click.option("--wait", is_flag=True, help="Wait for more jobs instead of ending when there are none.")
def work(wait: bool) -> None:
    """Run waiting imports here, until there are none.

    `annotator run` starts this by itself when there is something to do. On a machine of its own, use --wait. Told to
    stop, it finishes the article under way and gives the rest back.
    """
    from annotator.services import work as works

    with upgraded(), stopping() as stop:
        works.run_all(stop=stop, wait=wait)


@main.command()
@click.argument("slug", metavar="PROJECT")
@click.option("--format", "name", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--history", is_flag=True, help="Every verdict ever given, not only the standing ones.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; standard output if not given.",
)
def export(slug: str, name: str, history: bool, output: Path | None) -> None:
    """Write the verdicts of PROJECT, one row a verdict; reviewers appear as pseudonyms."""
    from annotator.services.exports.formats import export as lines_of
    from annotator.services.projects import find_project

    with application(writes=False):
        lines = lines_of(find_project(slug).id, name, history=history)
        if output is None:
            sys.stdout.reconfigure(newline="")  # type: ignore[union-attr]
            sys.stdout.writelines(lines)
            return
        write_whole(lines, output)
    click.echo(f"Wrote {output}", err=True)


def write_whole(lines: Iterator[str], output: Path) -> None:
    """Write a file that appears whole or not at all."""
    unfinished = output.with_name(f"{output.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
        unfinished.replace(output)
    except OSError as error:
        raise Refused(f"Can’t write {output}: {error.strerror}") from error


@main.command()
@click.argument("slug", metavar="PROJECT")
@click.option("--format", "name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def report(slug: str, name: str, as_json: bool) -> None:
    """Print the disagreement report of PROJECT: the same numbers as its page."""
    from annotator.services.projects import find_project
    from annotator.services.report_text import text
    from annotator.services.reports import make_report

    with application(writes=False):
        made = make_report(find_project(slug))
    if as_json or name == "json":
        click.echo(json.dumps(made.to_dict(), ensure_ascii=False, allow_nan=False))
    else:
        click.echo(text(made), nl=False)


@main.group("db")
def database() -> None:
    """Look after the database."""


@database.command("upgrade")
@json_option
def database_upgrade(as_json: bool) -> None:
    """Bring the database's schema to this version; harmless if it is there."""
    from annotator.services import migrations
    from annotator.storage.database import SCHEMA_VERSION

    with opened():
        changed = migrations.upgrade(paths.migrations())
    show(
        {"schema": SCHEMA_VERSION, "changed": changed},
        as_json=as_json,
        line=f"Schema {SCHEMA_VERSION}" + (" is new" if changed else ""),
    )
