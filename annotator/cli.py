"""The `annotator` command. Each runs in one transaction; a refusal is one line and exit code 1, wrong usage 2."""

import sys
from pathlib import Path
from typing import Any

import click

from annotator import (
    __version__,
    agreement_commands,
    assignment_commands,
    codebook_commands,
    import_commands,
    paths,
    person_commands,
    project_commands,
    report_commands,
)
from annotator.opening import Refused, application, json_option, language_tag, loading, opened, show, write_whole


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="annotator")
def main() -> None:
    """Split news articles into claims, tag them with several reviewers, and read how far they agree.

    Start with `annotator run`, then open the address that it prints. The database lies in the instance folder
    (ANNOTATOR_INSTANCE) or at ANNOTATOR_DATABASE_URL.
    """
    for stream in (sys.stdout, sys.stderr):  # results are UTF-8, whatever the terminal's language
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


main.add_command(agreement_commands.agreement)
main.add_command(assignment_commands.assignment)
main.add_command(codebook_commands.codebook)
main.add_command(import_commands.import_)
main.add_command(import_commands.work)
main.add_command(person_commands.person)
main.add_command(project_commands.project)
main.add_command(report_commands.report)


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
    with loading():
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
            accounts.fill_look_keys()
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
        write_whole((line.encode() for line in lines), output)
    click.echo(f"Wrote {output}", err=True)


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


@database.command("tallies")
@click.option("--rebuild", is_flag=True, help="Count them anew first.")
@json_option
def database_tallies(rebuild: bool, as_json: bool) -> None:
    """Prove the tallies that the database keeps equal to a recount of the verdicts; exit code 1 if they differ."""
    from annotator.services import tallies

    with application(writes=rebuild):
        if rebuild:
            tallies.rebuild()
        found = tallies.differences()
    if found:
        said = "; ".join(f"{one.table} has {one.wrong} wrong rows and lacks {one.missing}" for one in found)
        raise Refused(f"The tallies differ from a recount: {said}. Count them anew with --rebuild.")
    line = "The tallies equal a recount" + (", which they were just given." if rebuild else ".")
    show({"equal": True, "rebuilt": rebuild}, as_json=as_json, line=line)
