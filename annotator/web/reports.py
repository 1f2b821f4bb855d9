"""The disagreement report's page."""

from flask import Blueprint, abort, g, render_template
from flask.typing import ResponseReturnValue

from annotator.domain.languages import direction_of
from annotator.domain.roles import Permission
from annotator.services.reports import make_report
from annotator.storage.database import db
from annotator.storage.projects import Project
from annotator.web.access import requires
from annotator.web.language import chosen

bp = Blueprint("reports", __name__)


@bp.get("/projects/<slug>/disagreements")
@requires(Permission.READ_REPORTS)
def page(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show how far the reviewers agree, where they part, and what to settle first."""
    from annotator.web.charts import report_charts  # numpy comes with it, which no other page needs

    project = db.session.get(Project, g.place.id) or abort(404)
    report = make_report(project)
    charts = report_charts(report.agreement, rtl=direction_of(chosen()) == "rtl")
    return render_template("reports/page.html", project=g.place, report=report, charts=charts)
