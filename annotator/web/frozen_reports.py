"""Frozen reports: freeze what the page shows, list them, open one beside what changed since, take it along."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from annotator.domain.roles import Permission
from annotator.services import frozen_reports
from annotator.services.frozen_reports import Damaged, NotAccepted
from annotator.services.report_files.forms import FORMS
from annotator.services.reports import make_report
from annotator.storage.database import db, step_aside, transaction
from annotator.storage.frozen_reports import FrozenReport
from annotator.storage.projects import Project
from annotator.storage.report_changes import MOST, frozen_in, frozen_of
from annotator.web.access import requires
from annotator.web.report_files import asked_report, sent
from annotator.web.report_html import blocks

bp = Blueprint("frozen_reports", __name__)


@bp.get("/projects/<slug>/disagreements/frozen")
@requires(Permission.READ_REPORTS)
def index(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """List the project's frozen reports."""
    found = frozen_of(g.place.id)
    return render_template("reports/frozen.html", project=g.place, frozen=found, most=MOST)


@bp.post("/projects/<slug>/disagreements/frozen")
@requires(Permission.READ_REPORTS)
def freeze(slug: str) -> ResponseReturnValue:
    """Freeze the report that the address asks for."""
    step_aside()  # to make the report takes a while, and nobody should wait for it
    with transaction(writes=False):
        report = asked_report()
    try:
        frozen = frozen_reports.freeze(report, g.place.id, request.form.get("name", ""), g.viewer.id)
    except NotAccepted as error:
        abort(422, _(str(error)))
    flash(_("The report is frozen. Its address stays the same."))
    return redirect(url_for("frozen_reports.page", slug=slug, frozen_id=frozen.id), 303)


@bp.get("/projects/<slug>/disagreements/frozen/<int:frozen_id>")
@requires(Permission.READ_REPORTS)
def page(slug: str, frozen_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Show a frozen report as it was, and what changed since; one that is damaged says so, and shows nothing."""
    frozen = asked(frozen_id)
    try:
        then = frozen_reports.opened(frozen)
    except Damaged:
        return render_template("reports/frozen_damaged.html", project=g.place, frozen=frozen)
    project = db.session.get(Project, g.place.id) or abort(404)
    changes = frozen_reports.changes(then, make_report(project, then.filter), g.place.id)
    return render_template(
        "reports/frozen_page.html", project=g.place, frozen=frozen, then=then, changes=changes, blocks=blocks(then)
    )


@bp.get("/projects/<slug>/disagreements/frozen/<int:frozen_id>/<form>")
@requires(Permission.READ_REPORTS)
def download(slug: str, frozen_id: int, form: str) -> ResponseReturnValue:  # noqa: ARG001
    """Send a frozen report in a form: the same bytes each time."""
    if form not in FORMS:
        abort(404)
    frozen = asked(frozen_id)
    try:
        document, report = frozen_reports.document_of(frozen), frozen_reports.opened(frozen)
    except Damaged:
        abort(410, _("This frozen report is damaged: what is stored is not what was frozen."))
    return sent(report, form, frozen_id=frozen.id, document=document)


def asked(frozen_id: int) -> FrozenReport:
    """Return a frozen report of the project at hand; another project's is not there."""
    return frozen_in(g.place.id, frozen_id) or abort(404)
