"""The disagreement report's page."""

from typing import TYPE_CHECKING

from flask import Blueprint, abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from annotator.domain.languages import direction_of
from annotator.domain.roles import Permission
from annotator.services.reports import make_report
from annotator.storage import report_names
from annotator.storage.database import db
from annotator.storage.projects import Project
from annotator.web.access import requires
from annotator.web.errors import invalid, wants_json
from annotator.web.language import chosen
from annotator.web.report_filter import BadFilter, FilterForm, arguments_of, choices_of, wanted_from

if TYPE_CHECKING:
    from annotator.domain.report import Report

bp = Blueprint("reports", __name__)


@bp.get("/projects/<slug>/disagreements")
@requires(Permission.READ_REPORTS)
def page(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show how far the reviewers agree, where they part, and what to settle first."""
    from annotator.web.charts import report_charts  # numpy comes with it, which no other page needs

    project = db.session.get(Project, g.place.id) or abort(404)
    try:
        wanted, errors = wanted_from(request.args), {}
    except BadFilter as refused:
        if wants_json():
            return invalid(refused.errors)
        wanted, errors = wanted_from(request.args.__class__()), refused.errors
    report = make_report(project, wanted)
    text = render_template(
        "reports/page.html",
        project=g.place,
        report=report,
        charts=report_charts(report, rtl=direction_of(chosen()) == "rtl"),
        wanted=wanted,
        asked=arguments_of(wanted),
        form=FilterForm(request.args),
        errors=errors,
        choices=choices_of(g.place, wanted),
        is_frozen=False,
        names=names_for(report),
    )
    return make_response(text, 422 if errors else 200)


def names_for(report: "Report") -> tuple[str, ...]:
    """Return what each reviewer is called: by name for those who settle claims, by pseudonym for others."""
    if not g.place.can(Permission.ADJUDICATE):
        return tuple(reviewer.pseudonym for reviewer in report.reviewers)
    known = report_names.people([reviewer.id for reviewer in report.reviewers])
    return tuple(
        known[reviewer.id].display_name if reviewer.id in known else reviewer.pseudonym for reviewer in report.reviewers
    )
