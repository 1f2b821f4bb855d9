"""One-time links: sign in, accept an invitation, choose a new password. Looking at one does not use it up."""

from flask import current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import StringField

from annotator.domain.roles import PERMISSIONS, Permission, Role
from annotator.services import invitations
from annotator.services import links as service
from annotator.services.accounts import NotAccepted
from annotator.storage.database import db
from annotator.storage.people import Person
from annotator.storage.projects import Membership, Project
from annotator.web.access import public
from annotator.web.account_forms import NewPasswordForm, WelcomeForm
from annotator.web.accounts import bp, enter
from annotator.web.errors import error_answer, problem, wants_json
from annotator.web.forms import errors_of, typed
from annotator.web.refusals import said

__all__ = ["bp"]

LINK_ENDED = _l("This link was used already or is too old. Ask for a new one, or sign in with your password.")


def address_of(endpoint: str, token: str) -> str:
    """Return the whole address of a one-time link, as it is handed to somebody."""
    base = current_app.config["BASE_URL"] or request.host_url.rstrip("/")  # the host was judged already
    return base + url_for(endpoint, token=token)


def ended() -> ResponseReturnValue:
    """Answer a link that does not work, whatever the reason."""
    return error_answer(404, str(LINK_ENDED))


@bp.get("/sign-in/link/<token>")
@public
def link(token: str) -> ResponseReturnValue:
    """Show whom a one-time link signs in; only the button uses it up, so that a preview does not."""
    owner = service.link_owner(token)
    return ended() if owner is None else render_template("accounts/link.html", owner=owner)


@bp.post("/sign-in/link/<token>")
@public
def use_link(token: str) -> ResponseReturnValue:
    """Sign in by a one-time link."""
    owner = service.use_link(token)
    return ended() if owner is None else enter(owner, url_for("tagging.queue"))


@bp.get("/sign-in/invite/<token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    """Show whom an invitation is for, and ask for a name and a password."""
    owner = service.link_owner(token, "invite")
    return ended() if owner is None else welcome_page(owner, WelcomeForm(display_name=owner.display_name))


def welcome_page(owner: Person, form: WelcomeForm, status: int = 200) -> ResponseReturnValue:
    """Render the page of an invitation, or say to a program what is wrong."""
    if form.errors and wants_json():
        return problem(status, errors=errors_of(form))
    return render_template("accounts/welcome.html", owner=owner, form=form, project=project_of(owner)), status


def project_of(person: Person) -> tuple[Project, Role] | None:
    """Return the project that a person came into last, and their role in it."""
    row = db.session.execute(
        select(Project, Membership.role)
        .join(Membership, Membership.project_id == Project.id)
        .where(Membership.person_id == person.id)
        .order_by(Membership.created_at.desc(), Project.id.desc())
        .limit(1)
    ).first()
    return (row[0], Role(row[1])) if row else None


@bp.post("/sign-in/invite/<token>")
@public
def accept_invitation(token: str) -> ResponseReturnValue:
    """Open the account of an invited person, and lead into their project."""
    owner, form = service.link_owner(token, "invite"), WelcomeForm(request.form)
    if owner is None:
        return ended()
    if not form.validate():
        return welcome_page(owner, form, 422)
    try:
        person = invitations.accept(token, typed(form.display_name), typed(form.new))
    except NotAccepted as error:
        refuse(form.display_name if error.about == "display name" else form.new, error)
        return welcome_page(owner, form, 422)
    return ended() if person is None else enter(person, front_of(person))


def refuse(field: StringField, error: NotAccepted) -> None:
    """Say at a field why it was refused."""
    field.errors = [said(error)]


def front_of(person: Person) -> str:
    """Return where a new member begins: the desk of their project if they may see it, else their queue."""
    found = project_of(person)
    if found and "desk.page" in current_app.view_functions and Permission.READ_REPORTS in PERMISSIONS[found[1]]:
        return url_for("desk.page", slug=found[0].slug)
    return url_for("tagging.queue")


@bp.get("/sign-in/reset/<token>")
@public
def reset(token: str) -> ResponseReturnValue:
    """Show whom a reset link is for, and ask for a new password."""
    owner = service.link_owner(token, "reset")
    return ended() if owner is None else reset_page(owner, NewPasswordForm())


def reset_page(owner: Person, form: NewPasswordForm, status: int = 200) -> ResponseReturnValue:
    """Render the page of a reset link, or say to a program what is wrong."""
    if form.errors and wants_json():
        return problem(status, errors=errors_of(form))
    return render_template("accounts/reset.html", owner=owner, form=form), status


@bp.post("/sign-in/reset/<token>")
@public
def reset_password(token: str) -> ResponseReturnValue:
    """Take a new password from the owner of a reset link; all their sessions end."""
    owner, form = service.link_owner(token, "reset"), NewPasswordForm(request.form)
    if owner is None:
        return ended()
    if not form.validate():
        return reset_page(owner, form, 422)
    try:
        person = invitations.reset_password(token, typed(form.new))
    except NotAccepted as error:
        refuse(form.new, error)
        return reset_page(owner, form, 422)
    if person is None:
        return ended()
    answer = enter(person, url_for("tagging.queue"))
    flash(_("The new password is in force. Your sessions elsewhere have ended."))
    return answer
