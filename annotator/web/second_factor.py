"""The second factor: asked for at signing in, set up and switched off under one's account."""

from collections.abc import Callable
from io import BytesIO

import segno
from flask import Response, abort, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form

from annotator.services import accounts, links
from annotator.services import second_factor as service
from annotator.storage.database import db
from annotator.storage.people import Person
from annotator.web.access import lacks_second_factor, public, setting_up
from annotator.web.account_forms import CodeForm, SwitchOffForm
from annotator.web.accounts import begin_session, own_path, session_answer, wait
from annotator.web.errors import problem, wants_json
from annotator.web.forms import errors_of, typed
from annotator.web.links import bp

__all__ = ["bp"]

TOO_MANY_CODES = _l("Too many wrong codes lately. Wait fifteen minutes, then try again.")
TOO_LATE = _l("That took too long. Sign in again, then give the code.")


def who_waits() -> tuple[Person | None, str]:
    """Return who gave the right password in this browser and owes the code, and the token that says so."""
    token = session.get("half")
    if not isinstance(token, str):
        return None, ""
    return links.link_owner(token, "second-factor"), token


@bp.get("/sign-in/code")
@public
def code_form() -> ResponseReturnValue:
    """Ask for the code of the second factor."""
    owner, _token = who_waits()
    if owner is None:
        return redirect(url_for("accounts.sign_in_form", next=request.args.get("next")), 303)
    return code_page(CodeForm(), own_path(request.args.get("next")))


def code_page(form: CodeForm, target: str, status: int = 200) -> Response:
    """Render the page that asks for the code, or say to a program what is wrong."""
    if form.errors and wants_json():
        return problem(status, " ".join(map(str, form.code.errors)))
    return make_response(render_template("accounts/code.html", form=form, next=target), status)


@bp.post("/sign-in/code")
@public
def give_code() -> ResponseReturnValue:
    """Sign in whoever gave the right password before, and now the right code."""
    (owner, token), form, target = who_waits(), CodeForm(request.form), own_path(request.form.get("next"))
    if owner is None:
        return too_late(target)
    if not form.validate():
        return code_page(form, target, 422)
    try:
        is_right = service.check_code(owner, typed(form.code))
    except accounts.TooManyAttempts:
        form.code.errors = [TOO_MANY_CODES]
        return wait(code_page(form, target, 429))
    if not is_right:
        form.code.errors = [_("This code is not right, or was used already. Take the one that is shown now.")]
        return code_page(form, target, 401)
    if links.use_link(token, "second-factor") is None:
        return too_late(target)
    begin_session(owner)
    return session_answer(owner.id) if wants_json() else redirect(target, 303)


def too_late(target: str) -> ResponseReturnValue:
    """Lead back to the password."""
    session.pop("half", None)
    if wants_json():
        return problem(401, str(TOO_LATE), again=True)
    flash(str(TOO_LATE))
    return redirect(url_for("accounts.sign_in_form", next=target), 303)


@bp.get("/account/second-factor")
@setting_up
def second_factor() -> ResponseReturnValue:
    """Show whether the viewer has a second factor, and how to set it up or switch it off."""
    return setup_page(CodeForm(prefix="confirm-"), CodeForm(prefix="renew-"), SwitchOffForm(prefix="off-"))


def setup_page(confirming: Form, renewing: Form, switching: Form, status: int = 200) -> Response:
    """Render the page of the second factor, or say to a program what is wrong."""
    wrong = next((form for form in (confirming, renewing, switching) if form.errors), None)
    if wrong is not None and wants_json():
        return problem(status, errors=errors_of(wrong))
    page = render_template(
        "accounts/second_factor.html",
        owner=viewer(),
        asked=lacks_second_factor(g.viewer),
        codes_left=service.recovery_codes_left(g.viewer.id),
        confirming=confirming,
        renewing=renewing,
        switching=switching,
        wrong=wrong,
    )
    return make_response(page, status)


def viewer() -> Person:
    """Return the row of whoever asks."""
    person: Person = db.session.get_one(Person, g.viewer.id)
    return person


@bp.post("/account/second-factor/propose")
@setting_up
def propose() -> ResponseReturnValue:
    """Make a secret, which counts once a code confirms it."""
    try:
        service.propose(g.viewer.id)
    except service.AlreadyOn:
        return already_on()
    return redirect(url_for("accounts.second_factor"), 303)


def already_on() -> ResponseReturnValue:
    """Answer what was asked for in another window already."""
    flash(_("The second factor is on already, or its set-up has to begin anew."))
    return redirect(url_for("accounts.second_factor"), 303)


@bp.get("/account/second-factor/picture")
@setting_up
def picture() -> ResponseReturnValue:
    """Draw the secret that waits to be confirmed, for a telephone's camera."""
    person = viewer()
    if person.totp_secret is None or person.totp_since is not None:
        abort(404)
    file = BytesIO()
    segno.make(service.proposed_address(person), micro=False).save(
        file, kind="svg", scale=6, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return Response(file.getvalue(), mimetype="image/svg+xml")


@bp.post("/account/second-factor/confirm")
@setting_up
def confirm() -> ResponseReturnValue:
    """Switch the second factor on, and show the recovery codes, this once."""
    form = CodeForm(request.form, prefix="confirm-")

    def refused(status: int) -> Response:
        return setup_page(form, CodeForm(prefix="renew-"), SwitchOffForm(prefix="off-"), status)

    if not form.validate():
        return refused(422)
    try:
        codes = service.confirm(g.viewer.id, typed(form.code), g.viewer.session_id)
    except service.AlreadyOn:
        return already_on()
    except (service.WrongCode, accounts.TooManyAttempts) as error:
        return wrong_code(form, error, refused)
    return render_template("accounts/recovery_codes.html", codes=codes, is_new=True)


def wrong_code(form: CodeForm, error: Exception, refused: Callable[[int], Response]) -> Response:
    """Say what is wrong with a code at its field."""
    if isinstance(error, accounts.TooManyAttempts):
        form.code.errors = [TOO_MANY_CODES]
        return wait(refused(429))
    form.code.errors = [_("This code is not right, or was used already. Take the one that is shown now.")]
    return refused(422)


@bp.post("/account/second-factor/codes")
@setting_up
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes, and show them, this once."""
    form = CodeForm(request.form, prefix="renew-")

    def refused(status: int) -> Response:
        return setup_page(CodeForm(prefix="confirm-"), form, SwitchOffForm(prefix="off-"), status)

    if not form.validate():
        return refused(422)
    try:
        codes = service.renew_recovery_codes(g.viewer.id, typed(form.code))
    except (service.WrongCode, accounts.TooManyAttempts) as error:
        return wrong_code(form, error, refused)
    return render_template("accounts/recovery_codes.html", codes=codes, is_new=False)


@bp.post("/account/second-factor/off")
@setting_up
def switch_off() -> ResponseReturnValue:
    """Switch the second factor off, with the password and a code."""
    form = SwitchOffForm(request.form, prefix="off-")

    def refused(status: int) -> Response:
        return setup_page(CodeForm(prefix="confirm-"), CodeForm(prefix="renew-"), form, status)

    if not form.validate():
        return refused(422)
    try:
        service.switch_off(g.viewer.id, typed(form.password), typed(form.code), request.remote_addr or "")
    except accounts.WrongPassword as error:
        form.password.errors = [_(str(error))]
        return refused(422)
    except (service.WrongCode, accounts.TooManyAttempts) as error:
        return wrong_code(form, error, refused)
    flash(_("The second factor is off. The password alone signs you in now."))
    return redirect(url_for("accounts.account"), 303)
