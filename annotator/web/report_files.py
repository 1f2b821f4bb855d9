"""Downloads of the report: the whole in several forms, and each chart as SVG; all obey the filter of the address."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from annotator.domain.roles import Permission
from annotator.services.report_files.forms import FORMS, WRITERS
from annotator.services.reports import make_report
from annotator.storage import events
from annotator.storage.database import db, step_aside, transaction
from annotator.storage.projects import Project
from annotator.web import report_html
from annotator.web.access import requires
from annotator.web.report_filter import FIELDS, BadFilter, arguments_of, wanted_from

if TYPE_CHECKING:  # numpy is slow to load, and only a report needs it
    from annotator.domain.report import Report

bp = Blueprint("report_files", __name__)

OFFERED = (
    ("html", _l("Web page"), _l("All blocks in one file that opens without a network.")),
    ("csv", _l("Tables"), _l("A ZIP of CSV files, with a description of each column.")),
    ("latex", _l("LaTeX"), _l("Tables and a methods paragraph for a paper.")),
    ("json", _l("JSON"), _l("Every number in full precision, for programs.")),
)
"""The forms, what they are called, and what they are good for."""


@bp.app_template_global()
def report_forms() -> tuple[tuple[str, object, object], ...]:
    """Return the forms in which the report can be downloaded."""
    return OFFERED


@bp.app_template_global()
def chart_address(name: str) -> str:
    """Return where a chart of the report's page is as a file; "" where there is no such page, as in a file."""
    if request.endpoint != "reports.page":
        return ""
    asked: dict[str, Any] = {field: request.args.getlist(field) for field in FIELDS}
    return url_for("report_files.chart", slug=g.place.slug, name=name, **asked)


@bp.get("/projects/<slug>/disagreements/download/<form>")
@requires(Permission.READ_REPORTS)
def download(slug: str, form: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Send the report in a form."""
    if form not in FORMS:
        abort(404)
    return sent(asked_report(), form)


@bp.get("/projects/<slug>/disagreements/charts/<name>.svg")
@requires(Permission.READ_REPORTS)
def chart(slug: str, name: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Send one chart of the report as a picture of its own."""
    report = asked_report()
    picture = report_html.chart_file(report, name) or abort(404)
    note_taken(report, "svg", chart=name)
    return attached(picture, f"{file_stem(report)}-{name}.svg", "image/svg+xml")


def asked_report() -> "Report":
    """Return the report that the address asks for; a filter that means nothing is refused."""
    project = db.session.get(Project, g.place.id) or abort(404)
    try:
        wanted = wanted_from(request.args)
    except BadFilter as refused:
        abort(422, " ".join(sentence for errors in refused.errors.values() for sentence in errors))
    return make_report(project, wanted)


def sent(report: "Report", form: str, *, frozen_id: int | None = None, document: str = "") -> Response:
    """Send a report in a form; that the viewer took it is recorded before. A frozen one has its JSON as `document`."""
    made = FORMS[form]
    if form == "html":
        body: str | Iterable[bytes] = report_html.html_file(report)
    elif form == "json" and document:
        body = document
    else:
        body = WRITERS[form](report)
    note_taken(report, form, frozen_id=frozen_id)
    return attached(body, f"{file_stem(report)}{made.ending}", made.media_type)


def attached(body: str | Iterable[bytes], name: str, media_type: str) -> Response:
    """Return a file as an answer."""
    response = Response(body, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def file_stem(report: "Report") -> str:
    """Return the beginning of a file's name: project and day, and whether it is all of the report."""
    made = report.identity
    return f"{made.project}-disagreements-{made.made_at:%Y-%m-%d}{'' if report.filter.is_empty else '-filtered'}"


def note_taken(report: "Report", form: str, *, frozen_id: int | None = None, chart: str = "") -> None:
    """Record who took what, in a transaction of its own: the one of a download only reads."""
    if request.method != "GET":
        return
    wanted = {name: value for name, value in arguments_of(report.filter).items() if value}
    detail = {"form": form, "chart": chart, "filter": wanted, "data_sha256": report.identity.data_hash}
    step_aside()
    with transaction():
        events.record(
            "report downloaded",
            "report",
            frozen_id,
            person_id=g.viewer.id,
            project_id=g.place.id,
            detail={name: value for name, value in detail.items() if value},
        )
