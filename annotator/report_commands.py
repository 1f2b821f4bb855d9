"""`annotator report`: the disagreement report of a project in any of its forms, without a running server."""

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotator.opening import Refused, application, write_whole

if TYPE_CHECKING:  # slow to load, and only a report needs them
    from annotator.domain.report import Report
    from annotator.domain.report_filter import Filter

FORMS = ("text", "json", "html", "csv", "latex")
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("slug", metavar="PROJECT")
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="csv and latex: ZIP."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; standard output if not given.",
)
@click.option(
    "--article", "articles", type=click.IntRange(1), multiple=True, help="Number of an article; may be repeated."
)
@click.option("--reviewer", "reviewers", multiple=True, help="Pseudonym or sign-in name; may be repeated.")
@click.option("--label", "labels", multiple=True, help="Claims that somebody labelled so; may be repeated.")
@click.option("--since", type=DAY, help="Verdicts from this day on.")
@click.option("--until", type=DAY, help="Verdicts up to this day.")
@click.option("--version", type=click.IntRange(1), help="Verdicts under this version of the codebook.")
@click.option("--round", "round_", type=click.Choice(["standing", "first"]), default="standing", show_default=True)
def report(slug: str, form: str, output: Path | None, *, as_json: bool, **limits: Any) -> None:
    """Print the disagreement report of PROJECT: the same numbers as its page. People appear by their pseudonyms."""
    from annotator.services.projects import find_project
    from annotator.services.report_files import forms
    from annotator.services.reports import make_report

    form = "json" if as_json else form
    if forms.FORMS[form].is_binary and output is None and sys.stdout.isatty():
        raise Refused(f"The form {form} is a ZIP file, which a terminal can't show: name a file with --output.")
    with application(writes=False) as app:
        project = find_project(slug)
        body = list(body_of(app, make_report(project, wanted(project.id, **limits)), form))
    if output is None:
        sys.stdout.buffer.writelines(body)
        sys.stdout.flush()
    else:
        write_whole(body, output)
        click.echo(f"Wrote {output}", err=True)


def body_of(app: Any, made: "Report", form: str) -> Iterable[bytes]:
    """Return a report in a form."""
    from annotator.services.report_files.forms import WRITERS

    if form != "html":
        return WRITERS[form](made)
    with app.test_request_context():  # templates ask for the request's language
        from annotator.web.report_html import html_file

        return [html_file(made).encode()]


def wanted(  # noqa: PLR0913 (a filter is just these limits)
    project_id: int,
    *,
    articles: tuple[int, ...],
    reviewers: tuple[str, ...],
    labels: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    version: int | None,
    round_: str,
) -> "Filter":
    """Return what the report is limited to; what the project does not have is refused."""
    from annotator.domain.report_filter import Filter

    if since and until and until < since:
        raise Refused("The last day lies before the first.")
    return Filter(
        articles=tuple(sorted(set(articles))),
        reviewers=tuple(sorted({reviewer_called(project_id, name) for name in reviewers})),
        labels=tuple(sorted({known_label(project_id, key) for key in labels})),
        since=since.date() if since else None,
        until=until.date() if until else None,
        version=version,
        round=round_,
    )


def reviewer_called(project_id: int, name: str) -> int:
    """Return the id of the reviewer with this pseudonym or sign-in name; who gave no verdict here is refused."""
    from annotator.domain.text import name_key
    from annotator.services.people import find_person
    from annotator.storage import report_names

    known = {row.pseudonym: row.id for row in report_names.reviewers(project_id)}
    if name in known:
        return int(known[name])
    person = find_person(name_key(name))
    if person.id not in known.values():
        raise Refused(f"“{name}” has given no verdict in this project.")
    return person.id


def known_label(project_id: int, key: str) -> str:
    """Return a label's key if the project has it, or had it."""
    from annotator.services.projects import codebook_in_force
    from annotator.services.tagging import codebook_of
    from annotator.storage.tallies import labels_in_use

    known = {label.key for label in codebook_of(codebook_in_force(project_id).id).labels} | set(
        labels_in_use(project_id)
    )
    if key not in known:
        raise Refused(f"There is no label {key!r} (there is: {', '.join(sorted(known))}).")
    return key
