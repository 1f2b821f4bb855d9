"""The disagreement report's page."""

from flask import Blueprint, abort, g, render_template
from flask.typing import ResponseReturnValue

from annotator.domain.roles import Permission
from annotator.services.reports import make_report
from annotator.storage.database import db
from annotator.storage.projects import Project
from annotator.web.access import requires

bp = Blueprint("reports", __name__)


@bp.get("/projects/<slug>/disagreements")
@requires(Permission.READ_REPORTS)
def page(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show how far the reviewers agree, where they part, and what to settle first."""
    project = db.session.get(Project, g.place.id) or abort(404)
    return render_template("reports/page.html", project=g.place, report=make_report(project))
