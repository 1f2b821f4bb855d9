"""Assignment: who has what, a plan with its preview, and what lies idle."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from annotator.domain.queue import pace_of
from annotator.domain.roles import Permission
from annotator.services import assignments as service
from annotator.services.hand_out import return_idle as take_back
from annotator.storage import hand_outs, queue
from annotator.storage.database import db
from annotator.storage.projects import Project
from annotator.web.access import requires
from annotator.web.assignment_forms import PlanForm
from annotator.web.errors import problem, wants_json
from annotator.web.forms import errors_of, typed

bp = Blueprint("assignments", __name__)

IDLE_DAYS = 7
"""Days without a decision after which an article counts as idle, where the project does not say."""


def project_here() -> Project:
    """Return the project at hand."""
    return db.session.get_one(Project, g.place.id)


@bp.get("/projects/<slug>/assignment")
@requires(Permission.MANAGE)
def page(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show who has what, and the form of a plan."""
    project = project_here()
    people = hand_outs.desks(project.id)
    everybody = [str(row.id) for row in people if row.role == "reviewer" and is_open_to(row, project)]
    form = PlanForm(readers=str(min(project.overlap, max(len(everybody), 1))), people=everybody)
    return whole_page(form)


def is_open_to(row: object, project: Project) -> bool:
    """Tell whether a person may label the project's articles by now."""
    return not project.requires_qualification or getattr(row, "qualified_at", None) is not None


def whole_page(form: PlanForm, status: int = 200, refusal: str = "") -> Response:
    """Render the page, or say to a program what is wrong."""
    if status >= 400 and wants_json():  # noqa: PLR2004 (an error)
        return problem(status, refusal, errors=errors_of(form))
    project = project_here()
    idle_since = datetime.now(UTC) - timedelta(days=project.return_after_days or IDLE_DAYS)
    people = hand_outs.desks(project.id, idle_since)
    answer = render_template(
        "assignments/page.html",
        project=project,
        people=people,
        can_label=[row for row in people if row.role in hand_outs.TAGGING],
        is_open_to=is_open_to,
        coverage=hand_outs.coverage(project.id),
        idle_days=project.return_after_days or IDLE_DAYS,
        form=form,
        refusal=refusal,
        today=datetime.now(UTC).date(),
    )
    return make_response(answer, status)


@bp.get("/projects/<slug>/assignment/plan")
@requires(Permission.MANAGE)
def preview(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show what a plan would do; nothing is stored."""
    form = PlanForm(request.args)
    if not form.validate():
        return whole_page(form, 422)
    ask = form.ask()
    try:
        made = service.preview(project_here(), ask)
    except service.NotPossible as error:
        return whole_page(form, 422, _(str(error)))
    return preview_page(form, ask, made)


def preview_page(form: PlanForm, ask: service.Ask, made: service.Preview, status: int = 200) -> Response:
    """Render what a plan would put on each desk."""
    if status >= 400 and wants_json():  # noqa: PLR2004
        return problem(
            status, _("Articles or people have changed since the preview. Here is the plan as it would be now.")
        )
    seconds = queue.seconds_by_person(load.person.id for load in made.loads)
    answer = render_template(
        "assignments/preview.html",
        project=project_here(),
        form=form,
        ask=ask,
        preview=made,
        paces={person_id: pace_of(found) for person_id, found in seconds.items()},
        is_open_to=is_open_to,
        is_stale=status != 200,  # noqa: PLR2004
    )
    return make_response(answer, status)


@bp.post("/projects/<slug>/assignment/plan")
@requires(Permission.MANAGE)
def store(slug: str) -> ResponseReturnValue:
    """Put a plan that was shown on the desks, unless it would be another one now."""
    form, project = PlanForm(request.form), project_here()
    if not form.validate():
        return whole_page(form, 422)
    ask = form.ask()
    try:
        plan = service.store_plan(project, ask, typed(form.seen), g.viewer.id)
    except service.NotPossible as error:
        return whole_page(form, 422, _(str(error)))
    except service.Stale as stale:
        return preview_page(form, ask, stale.preview, 409)
    articles = plan.facts["articles"]
    flash(ngettext("%(num)d article is given out.", "%(num)d articles are given out.", articles))
    if project.handout == "everyone":
        flash(
            _(
                "In this project everybody still has every article. For the plan to count, set “Who labels which "
                "article” to it."
            )
        )
    return redirect(url_for("assignments.page", slug=slug), 303)


@bp.post("/projects/<slug>/assignment/return")
@requires(Permission.MANAGE)
def return_idle(slug: str) -> ResponseReturnValue:
    """Take back what lies idle for longer than the project allows."""
    returned = take_back(project_here())
    flash(ngettext("%(num)d article went back.", "%(num)d articles went back.", returned))
    return redirect(url_for("assignments.page", slug=slug), 303)
