"""Signing in and out, and a person's own account."""

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf

from annotator.services import accounts, second_factor
from annotator.storage.database import db
from annotator.storage.people import Person
from annotator.web.access import public, signed_in
from annotator.web.errors import problem, wants_json
from annotator.web.forms import PasswordForm, SignInForm, errors_of, typed
from annotator.web.refusals import said

bp = Blueprint("accounts", __name__)

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
"""What to look for in a User-Agent header, in this order: each of these pretends to be the ones behind it."""

MAX_PATH = 2000
"""Characters of a path to go back to: a longer one could not stand in an answer's header."""

TOO_MANY = _l("Too many wrong passwords lately. Wait fifteen minutes, then try again.")


def own_path(target: str | None) -> str:
    """Return `target` if it is a path of this site, else the front page: nobody is led elsewhere after signing in."""
    front = url_for("tagging.queue")
    if (
        not target
        or len(target) > MAX_PATH
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


def browser_name(user_agent: str) -> str:
    """Return what a person calls the browser that sent this header, such as "Firefox, Windows"; nothing if unknown."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return ", ".join(filter(None, (browser, system)))


def leave() -> None:
    """End whatever session this browser has, and forget what its cookie holds."""
    if isinstance(session.get("sid"), str) and g.viewer is not None:
        accounts.close_session(g.viewer.session_id, g.viewer.id)
    session.clear()


def enter(person: Person, target: str) -> ResponseReturnValue:
    """Sign `person` in and lead to `target`; who has a second factor is asked for its code first, and not in before."""
    if person.totp_since is None:
        begin_session(person)
        return session_answer(person.id) if wants_json() else redirect(target, 303)
    leave()
    session["half"] = second_factor.ask_for_code(person)
    if wants_json():
        return jsonify(person=None, csrf=generate_csrf(), code=url_for("accounts.give_code"))
    return redirect(url_for("accounts.code_form", next=target), 303)


def begin_session(person: Person) -> None:
    """Sign `person` in under a new session; whatever the browser's cookie held before is gone."""
    leave()
    session["sid"] = accounts.open_session(person, browser_name(request.user_agent.string))


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
        return wait(sign_in_again(form, target, str(TOO_MANY), 429))
    if person is None:
        return sign_in_again(form, target, _("Name and password do not fit. Check both and try again."), 401)
    return enter(person, target)


@bp.get("/session")
@public
def current_session() -> ResponseReturnValue:
    """Say who is signed in in this browser, for a page whose own session may have ended meanwhile."""
    return session_answer(g.viewer.id if g.viewer else None)


def session_answer(person_id: int | None) -> Response:
    """Return who is signed in, with the token that this session's forms need."""
    return jsonify(person=person_id, csrf=generate_csrf())


def sign_in_again(form: SignInForm, target: str, wrong: str, status: int) -> Response:
    """Show the form once more with what was wrong."""
    if wants_json():
        return problem(status, wrong)
    return make_response(render_template("accounts/sign_in.html", form=form, next=target, problem=wrong), status)


def wait(answer: Response) -> Response:
    """Add to an answer how many seconds of rest there have to be."""
    answer.headers["Retry-After"] = str(int(accounts.WINDOW.total_seconds()))
    return answer


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    leave()
    return redirect(url_for("accounts.sign_in_form"), 303)


@bp.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """Show the viewer's sessions, and the form for a new password."""
    return account_page(PasswordForm())


def account_page(form: PasswordForm, status: int = 200) -> Response:
    """Render the account page."""
    if wants_json() and form.errors:
        return problem(status, errors=errors_of(form))
    sessions = accounts.open_sessions(g.viewer.id)
    page = render_template(
        "accounts/account.html",
        form=form,
        owner=db.session.get_one(Person, g.viewer.id),
        sessions=sessions,
        current_session=g.viewer.session_id,
    )
    return make_response(page, status)


@bp.post("/account")
@signed_in
def change_password() -> ResponseReturnValue:
    """Take a new password; the viewer's other sessions end."""
    form, viewer = PasswordForm(request.form), g.viewer
    if not form.validate():
        return account_page(form, 422)
    try:
        accounts.change_password(
            viewer.id, typed(form.old), typed(form.new), viewer.session_id, request.remote_addr or ""
        )
    except accounts.TooManyAttempts:
        form.old.errors = [str(TOO_MANY)]
        return wait(account_page(form, 429))
    except accounts.NotAccepted as error:
        field = form.old if isinstance(error, accounts.WrongPassword) else form.new
        field.errors = [said(error)]
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


@bp.post("/account/sessions/revoke-others")
@signed_in
def revoke_others() -> ResponseReturnValue:
    """End all of the viewer's sessions but this one."""
    accounts.close_other_sessions(g.viewer.id, g.viewer.session_id)
    flash(_("You are signed out everywhere else."))
    return redirect(url_for("accounts.account"), 303)
