"""Signing in and out, one-time links, and a person's own account."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from annotator.services import accounts
from annotator.storage.people import Person
from annotator.web.access import public, signed_in
from annotator.web.errors import error_answer
from annotator.web.forms import PasswordForm, SignInForm, typed

bp = Blueprint("accounts", __name__)


def own_path(target: str | None) -> str:
    """Return `target` if it is a path of this site, else the front page: nobody is led elsewhere after signing in."""
    front = url_for("tagging.queue")
    if (
        not target
        or not target.isprintable()
        or "\\" in target
        or not target.startswith("/")
        or target[1:2] in {"/", "%"}
    ):
        return front
    try:
        parts = urlsplit(target)
    except ValueError:
        return front
    return front if parts.scheme or parts.netloc else target


def begin_session(person: Person) -> None:
    """Sign `person` in under a new session; whatever the browser's cookie held before is gone."""
    if isinstance(session.get("sid"), str) and g.viewer is not None:
        accounts.close_session(g.viewer.session_id, g.viewer.id)
    session.clear()
    session["sid"] = accounts.open_session(person, request.user_agent.string)


@bp.get("/sign-in")
@public
def sign_in_form() -> ResponseReturnValue:
    """Ask for name and password."""
    if g.viewer is not None:
        return redirect(own_path(request.args.get("next")), 303)
    return render_template(
        "accounts/sign_in.html", form=SignInForm(), next=own_path(request.args.get("next")), problem=""
    )


@bp.post("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Sign in, or say that name and password do not fit (never which of them)."""
    form, target = SignInForm(request.form), own_path(request.form.get("next"))
    if not form.validate():
        return sign_in_again(form, target, _("Fill in both fields."), 422)
    try:
        person = accounts.authenticate(typed(form.name), typed(form.password), request.remote_addr or "")
    except accounts.TooManyAttempts:
        answer = make_response(
            sign_in_again(
                form, target, _("Too many wrong passwords lately. Wait fifteen minutes, then try again."), 429
            )
        )
        answer.headers["Retry-After"] = str(int(accounts.WINDOW.total_seconds()))
        return answer
    if person is None:
        return sign_in_again(form, target, _("Name and password do not fit. Check both and try again."), 401)
    begin_session(person)
    return redirect(target, 303)


def sign_in_again(form: SignInForm, target: str, problem: str, status: int) -> ResponseReturnValue:
    """Show the form once more with what was wrong."""
    return render_template("accounts/sign_in.html", form=form, next=target, problem=problem), status


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    if g.viewer is not None:
        accounts.close_session(g.viewer.session_id, g.viewer.id)
    session.clear()
    return redirect(url_for("accounts.sign_in_form"), 303)


@bp.get("/sign-in/link/<token>")
@public
def link(token: str) -> ResponseReturnValue:
    """Show whom a one-time link signs in; only the button uses it up, so that a preview does not."""
    person = accounts.link_owner(token)
    if person is None:
        return error_answer(
            404, _("This link was used already or is too old. Ask for a new one, or sign in with your password.")
        )
    return render_template("accounts/link.html", person=person, token=token)


@bp.post("/sign-in/link/<token>")
@public
def use_link(token: str) -> ResponseReturnValue:
    """Sign in by a one-time link."""
    person = accounts.use_link(token)
    if person is None:
        return error_answer(
            404, _("This link was used already or is too old. Ask for a new one, or sign in with your password.")
        )
    begin_session(person)
    return redirect(url_for("tagging.queue"), 303)


@bp.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """Show the viewer's sessions, and the form for a new password."""
    return account_page(PasswordForm())


def account_page(form: PasswordForm, status: int = 200) -> ResponseReturnValue:
    """Render the account page."""
    sessions = accounts.open_sessions(g.viewer.id)
    page = render_template(
        "accounts/account.html", form=form, sessions=sessions, current_session=g.viewer.session_id, saved=False
    )
    return page, status


@bp.post("/account")
@signed_in
def change_password() -> ResponseReturnValue:
    """Take a new password; the viewer's other sessions end."""
    form = PasswordForm(request.form)
    if not form.validate():
        return account_page(form, 422)
    try:
        accounts.change_password(g.viewer.id, typed(form.old), typed(form.new), g.viewer.session_id)
    except accounts.NotAccepted as error:
        field = form.old if "present" in str(error) else form.new
        field.errors = [*field.errors, _(str(error))]
        return account_page(form, 422)
    flash(_("The new password is in force. Your other sessions have ended."))
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/sessions/<int:session_id>/revoke")
@signed_in
def revoke(session_id: int) -> ResponseReturnValue:
    """End one of the viewer's sessions."""
    if not accounts.close_session(session_id, g.viewer.id):
        abort(404)
    flash(_("That session has ended."))
    return redirect(url_for("accounts.account"), 303)
