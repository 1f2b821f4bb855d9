"""The commands `import` and `work`: what they read is imported by the services; here it is begun, shown and stopped."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click

from annotator.opening import REFUSED, Refused, json_option, language_tag, show, upgraded

ITEMS_AT_ONCE = 200


def columns_named(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Read FIELD=NAME pairs."""
    from annotator.services.table_columns import FIELDS

    parts = [value.partition("=") for value in values]
    for value in values:
        if value.partition("=")[0].strip() not in FIELDS or "=" not in value:
            raise click.BadParameter(f"{value!r} is not FIELD=NAME with a field of {', '.join(FIELDS)}")
    return {field.strip(): name.strip() for field, _, name in parts}


@click.command("import")
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
            project = find_project(slug)
            if project.archived_at is not None:
                raise Refused(f"Project {slug} is archived; bring it back first. Nothing was imported.")
            project_id = project.id
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
    from annotator.storage import import_results
    from annotator.storage.database import db, transaction
    from annotator.storage.jobs import Job

    with transaction(writes=False):
        job = db.session.get_one(Job, job_id)
        state, done, total, message = job.state, job.done, job.total, job.result.get("message", "")
        show_items(job_id, as_json=as_json, quiet=quiet)
        found = import_results.counts_of([job_id])[job_id]
    if not as_json:
        click.echo(f"Added {found.added:,}; {found.duplicate:,} were there already; {found.refused:,} refused.")
    if state != "done":
        ends = {
            "waiting": f"Stopped: {done:,} of {total:,} are done. The same command goes on.",
            "cancelled": f"Import {job_id} was cancelled: {done:,} of {total:,} are done.",
            "failed": message,
        }
        raise Refused(ends.get(state, f"Another process took over import {job_id}."))
    if found.refused:
        sys.exit(REFUSED)


def show_items(job_id: int, *, as_json: bool, quiet: bool) -> None:
    """Print a line for each item of an import, page by page."""
    from annotator.storage import import_results

    after = -1
    while rows := import_results.lines_of(job_id, after=after, limit=ITEMS_AT_ONCE):
        after = rows[-1].JobItem.position
        for row in rows:
            item = row.JobItem
            facts = {
                "job": job_id, "file": item.name, "result": item.result, "article": item.article_id, "title": row.title,
                "message": item.message,
            }  # fmt: skip
            line = item.message if item.result == "refused" else f"article {item.article_id}: {row.title}"
            if as_json or not quiet or item.result == "refused":
                show(facts, as_json=as_json, line=f"{item.result:10} {item.name}  {line}")


@click.command()
@click.option("--wait", is_flag=True, help="Wait for more jobs instead of ending when there are none.")
def work(wait: bool) -> None:
    """Run waiting imports here, until there are none.

    `annotator run` starts this by itself when there is something to do. On a machine of its own, use --wait. Told to
    stop, it finishes the article under way and gives the rest back.
    """
    from annotator.services import work as works

    with upgraded(), stopping() as stop:
        works.run_all(stop=stop, wait=wait)
