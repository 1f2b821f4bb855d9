"""The desk's overview: how far the project is, what waits for whom, and what looks wrong."""

from flask import Blueprint, abort, g, render_template
from flask.typing import ResponseReturnValue

from annotator.domain.roles import Permission
from annotator.services.dashboard import DRIFT_DAYS, make_dashboard
from annotator.services.headline import headline
from annotator.services.projects import codebook_in_force, next_steps
from annotator.services.tagging import codebook_of
from annotator.storage import tallies
from annotator.storage.database import db
from annotator.storage.projects import Project
from annotator.web.access import requires

bp = Blueprint("desk", __name__)


@bp.get("/projects/<slug>/desk")
@requires(Permission.READ_REPORTS)
def page(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show the overview; reviewers never see it, because it counts what others said."""
    project = db.session.get(Project, g.place.id) or abort(404)
    codebook = codebook_of(codebook_in_force(project.id).id)
    labels = [*dict.fromkeys([*(label.key for label in codebook.labels), *tallies.labels_in_use(project.id)])]
    return render_template(
        "desk/page.html",
        project=g.place,
        settings=project,
        found=make_dashboard(project, by_name=g.place.can(Permission.ADJUDICATE)),
        headline=headline(project.id, labels),
        steps=next_steps(project.id) if g.place.can(Permission.MANAGE) else None,
        codebook=codebook,
        drift_days=DRIFT_DAYS,
    )
