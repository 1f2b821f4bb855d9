"""Everybody on the site, for its administrators: found, renamed, let in again, kept out."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from annotator.services import accounts, invitations, second_factor
from annotator.services import people as service
from annotator.storage.database import db
from annotator.storage.people import Person
from annotator.storage.people_list import find_people, has_open_link, look_alike_of, projects_of
from annotator.web.access import admins
from annotator.web.errors import error_answer, problem, wants_json
from annotator.web.forms import errors_of, typed
from annotator.web.links import address_of
from annotator.web.notices import ROLE_NAMES
from annotator.web.pages import page_links, page_number
from annotator.web.people_forms import NamesForm, NewPersonForm, PeopleListForm
from annotator.web.refusals import said

bp = Blueprint("people", __name__)


@bp.get("/admin/people")
@admins
def index() -> ResponseReturnValue:
    """List the people of the site, as they were searched for."""
    return index_page(NewPersonForm())


def index_page(adding: NewPersonForm, status: int = 200) -> Response:
    """Render the list, or say to a program what is wrong; what asks for nothing that there is, asks for nothing."""
    if adding.errors and wants_json():
        return problem(status, errors=errors_of(adding))
    form = PeopleListForm(request.args)
    form.validate()
    words, state = ("" if form.q.errors else typed(form.q)), ("" if form.state.errors else form.state.data or "")
    found = find_people(words, state, page_number(request.args.get("page", "")))
    page = render_template(
        "people/index.html",
        form=form,
        asked={name: value for name, value in (("q", words), ("state", state)) if value},
        page=found,
        numbers=page_links(found.number, found.last),
        adding=adding,
    )
    return make_response(page, status)


@bp.post("/admin/people")
@admins
def add() -> ResponseReturnValue:
    """Add somebody to the site, and show the link of their invitation: this once, so it comes with this very answer."""
    form = NewPersonForm(request.form)
    if not form.validate():
        return index_page(form, 422)
    try:
        person = accounts.add_account(typed(form.name), typed(form.display_name), by_id=g.viewer.id)
    except accounts.NotAccepted as error:
        field = form.display_name if error.about == "display name" else form.name
        field.errors = [said(error)]
        return index_page(form, 422)
    return link_page(person, address_of("accounts.invitation", invitations.invite_again(person, g.viewer.id)))


def link_page(person: Person, address: str) -> Response:
    """Render the page that shows a link, once."""
    page = render_template("people/link.html", owner=person, address=address, waits=invitations.is_waiting(person))
    return make_response(page)


def person_here(person_id: int) -> Person:
    """Return a person of the site, or answer 404."""
    return db.session.get(Person, person_id) or abort(404)


@bp.get("/admin/people/<int:person_id>")
@admins
def show(person_id: int) -> ResponseReturnValue:
    """Show a person: names, projects, sessions, and what an administrator can do."""
    person = person_here(person_id)
    form = NamesForm(display_name=person.display_name, pseudonym=person.pseudonym, seen=service.seen_of(person))
    return person_page(person, form)


def person_page(
    person: Person, form: NamesForm, status: int = 200, conflict: list[tuple[str, str, str]] | None = None
) -> Response:
    """Render a person's page, with what somebody else wrote meanwhile."""
    if form.errors and wants_json():
        return problem(status, errors=errors_of(form))
    page = render_template(
        "people/show.html",
        owner=person,
        form=form,
        conflict=conflict,
        projects=projects_of(person.id),
        roles=ROLE_NAMES,
        sessions=accounts.open_sessions(person.id),
        waits=invitations.is_waiting(person),
        has_link=has_open_link(person.id, "invite") or has_open_link(person.id, "reset"),
        looks_like=look_alike_of(person),
    )
    return make_response(page, status)


@bp.post("/admin/people/<int:person_id>")
@admins
def rename(person_id: int) -> ResponseReturnValue:
    """Give a person another display name or pseudonym, unless somebody did so since they were shown."""
    person, form = person_here(person_id), NamesForm(request.form)
    if not form.validate():
        return person_page(person, form, 422)
    names = typed(form.display_name), typed(form.pseudonym)
    try:
        changed = service.rename(person, *names, seen=form.seen.data or "", by_id=g.viewer.id)
    except service.Stale:
        return stale(person, form)
    except accounts.NotAccepted as error:
        field = form.pseudonym if isinstance(error, service.PseudonymNotAccepted) else form.display_name
        field.errors = [said(error)]
        return person_page(person, form, 422)
    flash(_("The names are stored.") if changed else _("Nothing was changed."))
    return back_to(person)


def stale(person: Person, form: NamesForm) -> Response:
    """Answer names that somebody else changed meanwhile: 409 with both, nothing stored."""
    if wants_json():
        return problem(409, current={"display_name": person.display_name, "pseudonym": person.pseudonym})
    now = ((form.display_name, person.display_name), (form.pseudonym, person.pseudonym))
    both = [(str(field.label.text), value, typed(field)) for field, value in now if value != typed(field)]
    form.seen.data = service.seen_of(person)
    return person_page(person, form, 409, both)


def back_to(person: Person) -> ResponseReturnValue:
    """Lead back to a person's page."""
    return redirect(url_for("people.show", person_id=person.id), 303)


@bp.post("/admin/people/<int:person_id>/link")
@admins
def make_link(person_id: int) -> ResponseReturnValue:
    """Make a link for a lost password, or an invitation for who was never in, and show it, this once."""
    person = person_here(person_id)
    try:
        if invitations.is_waiting(person):
            return link_page(person, address_of("accounts.invitation", invitations.invite_again(person, g.viewer.id)))
        return link_page(person, address_of("accounts.reset", service.make_reset_link(person, g.viewer.id)))
    except accounts.NotAccepted as error:
        return error_answer(409, said(error))


@bp.post("/admin/people/<int:person_id>/link/revoke")
@admins
def revoke_link(person_id: int) -> ResponseReturnValue:
    """End the links of a person that still work."""
    person = person_here(person_id)
    ended = service.revoke_links(person, g.viewer.id)
    flash(_("The link does not work any more.") if ended else _("There was no link that worked."))
    return back_to(person)


@bp.post("/admin/people/<int:person_id>/deactivate")
@admins
def deactivate(person_id: int) -> ResponseReturnValue:
    """Close an account; sessions and links end at once."""
    return done(
        person_id, service.deactivate, _("The account is closed, and its sessions have ended. Their work stays.")
    )


@bp.post("/admin/people/<int:person_id>/reactivate")
@admins
def reactivate(person_id: int) -> ResponseReturnValue:
    """Open an account again."""
    return done(person_id, service.reactivate, _("The account is open again."))


@bp.post("/admin/people/<int:person_id>/administrator")
@admins
def set_administrator(person_id: int) -> ResponseReturnValue:
    """Make a person an administrator of the site, or no longer."""
    if request.form.get("is_admin") == "yes":
        return done(person_id, service.make_administrator, _("The person is an administrator now."))
    return done(person_id, service.unmake_administrator, _("The person is no longer an administrator."))


@bp.post("/admin/people/<int:person_id>/second-factor/off")
@admins
def take_off_second_factor(person_id: int) -> ResponseReturnValue:
    """Take the second factor off somebody who lost it."""
    return done(person_id, second_factor.take_off, _("The second factor is off, and all their sessions have ended."))


@bp.post("/admin/people/<int:person_id>/sessions/end")
@admins
def end_sessions(person_id: int) -> ResponseReturnValue:
    """Sign a person out everywhere."""
    return done(person_id, service.end_sessions, _("All their sessions have ended."))


def done(person_id: int, verb: Callable[[Person, int], None], message: str) -> ResponseReturnValue:
    """Do something to a person, unless it would leave the site without an administrator."""
    person = person_here(person_id)
    try:
        verb(person, g.viewer.id)
    except service.LastAdministrator as error:
        return error_answer(409, _(str(error)))
    flash(message)
    return back_to(person)
