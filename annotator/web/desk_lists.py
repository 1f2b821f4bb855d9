"""What lies on one person's desk: give an article, take some away, hand them on, say by when."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Response, abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from annotator.domain.roles import Permission
from annotator.services import assignments as service
from annotator.storage import hand_outs
from annotator.storage.database import AnyRow
from annotator.web.access import requires
from annotator.web.assignment_forms import DeskForm, GiveForm, choices
from annotator.web.assignments import bp, project_here
from annotator.web.errors import problem, wants_json
from annotator.web.forms import errors_of, whole_number
from annotator.web.pages import page_links, page_number

__all__ = ["bp"]

ACTIONS = ("release", "release-all", "due", "move")


@bp.get("/projects/<slug>/assignment/people/<int:person_id>")
@requires(Permission.MANAGE)
def person(slug: str, person_id: int) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show what lies on a person's desk."""
    return desk_page(person_id, DeskForm(), GiveForm())


def desk_page(person_id: int, form: DeskForm, give: GiveForm, status: int = 200, refusal: str = "") -> Response:
    """Render a person's desk, or say to a program what is wrong."""
    people = hand_outs.desks(g.place.id)
    owner = next((row for row in people if row.id == person_id), None) or abort(404)
    if status >= 400 and wants_json():  # noqa: PLR2004 (an error)
        return problem(status, refusal, errors=errors_of(form) | errors_of(give))
    number = page_number(request.args.get("page", ""))
    rows, total = hand_outs.on_desk(g.place.id, person_id, number)
    form.to.choices = [("", _("Choose a person")), *choices(others(people, person_id))]
    lacking = hand_outs.articles_without(g.place.id, person_id)
    give.article.choices = [("", _("Choose an article")), *((str(row.id), row.title) for row in lacking)]
    last = max(-(-total // hand_outs.PER_PAGE), 1)
    answer = render_template(
        "assignments/person.html",
        project=g.place,
        owner=owner,
        rows=rows,
        total=total,
        number=number,
        last=last,
        numbers=page_links(min(number, last), last),
        form=form,
        give=give,
        lacking=lacking,
        refusal=refusal,
        today=datetime.now(UTC).date(),
        ticked=set(form.ids()),
    )
    return make_response(answer, status)


def others(people: Sequence[AnyRow], person_id: int) -> list[AnyRow]:
    """Return who else can label."""
    return [row for row in people if row.id != person_id and row.role in hand_outs.TAGGING]


@bp.post("/projects/<slug>/assignment/people/<int:person_id>")
@requires(Permission.MANAGE)
def change(slug: str, person_id: int) -> ResponseReturnValue:
    """Do with the ticked articles of a desk what is asked for."""
    form, action = DeskForm(request.form), request.form.get("do", "")
    if action not in ACTIONS:
        abort(400)
    if all(row.id != person_id for row in hand_outs.desks(g.place.id)):
        abort(404)
    if not form.validate():
        return desk_page(person_id, form, GiveForm(), 422)
    if not form.ids() and action != "release-all":
        return desk_page(person_id, form, GiveForm(), 422, _("Tick the articles first."))
    if action == "move" and not form.sure.data:
        return handing_on(person_id, form)
    try:
        do(action, person_id, form)
    except service.NoSuchAssignment:
        return desk_page(
            person_id, form, GiveForm(), 409, _("Somebody changed this list before you. Here it is as it is now.")
        )
    except service.NotPossible as error:
        return desk_page(person_id, form, GiveForm(), 422, _(str(error)))
    return redirect(url_for("assignments.person", slug=slug, person_id=person_id), 303)


def do(action: str, person_id: int, form: DeskForm) -> None:
    """Carry it out, and say what was done."""
    project, ids = project_here(), form.ids()
    if action in {"release", "release-all"}:
        count = (
            service.release_all(project, person_id, g.viewer.id)
            if action == "release-all"
            else service.release(project, ids, g.viewer.id)
        )
        flash(
            ngettext(
                "%(num)d article is off the list. What was given there stands.",
                "%(num)d articles are off the list. What was given there stands.",
                count,
            )
        )
    elif action == "due":
        service.set_due(project, ids, form.due_on.data, g.viewer.id)
        flash(_("The date is set."))
    else:
        receiver = whole_number(form.to.data) or 0
        for assignment_id in ids:
            service.reassign(project, assignment_id, receiver, g.viewer.id)
        flash(ngettext("%(num)d article is handed on.", "%(num)d articles are handed on.", len(ids)))


def handing_on(person_id: int, form: DeskForm) -> Response:
    """Show what was given in the articles that are about to be handed on, and to whom they go."""
    people = hand_outs.desks(g.place.id)
    owner = next((row for row in people if row.id == person_id), None) or abort(404)
    receiver = next((row for row in others(people, person_id) if str(row.id) == form.to.data), None)
    if receiver is None:
        return desk_page(person_id, form, GiveForm(), 422, _("Choose who gets them."))
    rows = hand_outs.ticked(g.place.id, person_id, form.ids())
    if len(rows) != len(form.ids()):
        return desk_page(
            person_id, form, GiveForm(), 409, _("Somebody changed this list before you. Here it is as it is now.")
        )
    answer = render_template("assignments/handing_on.html", project=g.place, owner=owner, receiver=receiver, rows=rows)
    return make_response(answer)


@bp.post("/projects/<slug>/assignment/people/<int:person_id>/give")
@requires(Permission.MANAGE)
def give(slug: str, person_id: int) -> ResponseReturnValue:
    """Put an article on a desk."""
    form = GiveForm(request.form)
    lacking = hand_outs.articles_without(g.place.id, person_id)
    form.article.choices = [(str(row.id), row.title) for row in lacking]
    if not form.validate():
        return desk_page(person_id, DeskForm(), form, 422)
    try:
        service.give(project_here(), int(form.article.data), person_id, g.viewer.id, form.due_on.data)
    except service.NoSuchAssignment:
        abort(404)
    except service.NotPossible as error:
        return desk_page(person_id, DeskForm(), form, 422, _(str(error)))
    flash(_("The article is given out."))
    return redirect(url_for("assignments.person", slug=slug, person_id=person_id), 303)
