"""Signing in by an identity provider (OpenID Connect), where the operator has configured one."""

from dataclasses import asdict
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
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

from annotator.services import accounts, identities, oidc
from annotator.storage.database import begin_writing, db, step_aside
from annotator.storage.people import Identity, Person
from annotator.web.access import public, signed_in
from annotator.web.account_forms import OwnPasswordForm
from annotator.web.accounts import TOO_MANY, begin_session, own_path, wait
from annotator.web.errors import problem, wants_json
from annotator.web.forms import errors_of, typed

bp = Blueprint("oidc", __name__)

NOT_BEGUN = _l("This sign-in was not begun in this browser, was used already, or took too long. Begin it again.")
NO_ANSWER = _l("%(name)s did not sign you in. Try again, or sign in with your password.")
UNKNOWN = _l(
    "Nobody here has this account at %(name)s. Ask for an invitation; or sign in with your password, and link the "
    "account under “My account”."
)
REFUSALS = (
    _l("This account belongs to somebody else here already."),
    _l("This is your only way to sign in. Choose a password first."),
)
"""What the service says, for the catalogue of translations."""


@bp.record_once
def tell_templates(state: Any) -> None:
    """Let templates ask for the provider's name, and for the viewer's accounts there."""
    app: Flask = state.app
    if app.config.get("OIDC") and not oidc.is_installed():
        app.logger.warning("the identity provider is not used: install claim-annotator[oidc]")
    app.jinja_env.globals["identity_provider"] = provider_name
    app.jinja_env.globals["own_identities"] = own_identities


def provider() -> oidc.Provider | None:
    """Return the identity provider; None if none is configured, or the optional extra is not installed."""
    chosen = current_app.config.get("OIDC")
    return oidc.provider_for(**asdict(chosen)) if chosen and oidc.is_installed() else None


def provider_name() -> str:
    """Return what the provider is called, nothing if there is none."""
    chosen = provider()
    return chosen.name if chosen else ""


def own_identities() -> list[Identity]:
    """Return the viewer's accounts at identity providers."""
    return identities.identities_of(g.viewer.id)


def redirect_uri() -> str:
    """Return where the provider sends people back: the configured address, whatever the request says."""
    return f"{current_app.config['BASE_URL']}{url_for('oidc.callback')}"


@bp.get("/sign-in/provider")
@public
def begin() -> ResponseReturnValue:
    """Send the browser to the provider; whoever is signed in is about to link their account there."""
    chosen = provider() or abort(404)
    step_aside()  # the provider may take its time, and no transaction should wait for it
    try:
        address, start = oidc.begin(chosen, redirect_uri())
    except oidc.NotSignedIn as error:
        return _no_answer(chosen, error, 502)
    session["oidc"] = {
        **asdict(start),
        "next": own_path(request.args.get("next")),
        "person": g.viewer.id if g.viewer else None,
    }
    return redirect(address, 303)


@bp.get("/sign-in/provider/callback")
@public
def callback() -> ResponseReturnValue:
    """Take the provider's answer: sign in whoever has this account, or ask a signed-in person whether to link it."""
    chosen = provider() or abort(404)
    kept = session.pop("oidc", None) or {}
    viewer_id = g.viewer.id if g.viewer else None
    start = _start(kept)
    if start is None or viewer_id != kept["person"] or not start.fits(request.args.get("state", "")):
        return _refused(str(NOT_BEGUN), 400)
    if not _spend(start.state):
        return _refused(str(NOT_BEGUN), 400)
    if request.args.get("iss", chosen.issuer) != chosen.issuer or not request.args.get("code"):
        return _no_answer(chosen, oidc.NotSignedIn(f"error {request.args.get('error', '')[:100]!r}"))
    try:
        account = oidc.finish(chosen, request.args["code"], start, redirect_uri())
    except oidc.NotSignedIn as error:
        return _no_answer(chosen, error)
    return _enter(chosen, account, kept["next"]) if viewer_id is None else _ask(account)


def _spend(state: str) -> bool:
    """Note for good that a state was answered; False if it was before. The provider's answer comes as a GET."""
    begin_writing()
    is_new = identities.spend(state)
    step_aside()
    return is_new


def _start(kept: dict[str, Any]) -> oidc.Start | None:
    try:
        return oidc.Start(kept["state"], kept["nonce"], kept["verifier"], kept["at"])
    except KeyError:
        return None


def _enter(chosen: oidc.Provider, account: oidc.Account, target: str) -> ResponseReturnValue:
    """Sign in; a second factor is the provider's matter."""
    person = identities.person_of(account)
    if person is None:
        return _refused(_(str(UNKNOWN), name=chosen.name), 403)
    begin_session(person)
    session["by"] = "provider"
    return redirect(own_path(target), 303)


def _ask(account: oidc.Account) -> ResponseReturnValue:
    session["linking"] = asdict(account)
    return redirect(url_for("oidc.confirm"), 303)


@bp.get("/account/provider")
@signed_in
def confirm() -> ResponseReturnValue:
    """Ask whether an account at the provider should sign the viewer in from now on."""
    return confirm_page(OwnPasswordForm())


def confirm_page(form: OwnPasswordForm, status: int = 200) -> Response:
    """Render the question, or say to a program what is wrong."""
    chosen = provider() or abort(404)
    account = session.get("linking") or abort(404)
    if form.errors and wants_json():
        return problem(status, errors=errors_of(form))
    page = render_template("oidc/confirm.html", account=account, name=chosen.name, form=form, owner=owner())
    return make_response(page, status)


def owner() -> Person:
    """Return the row of whoever asks."""
    person: Person = db.session.get_one(Person, g.viewer.id)
    return person


@bp.post("/account/provider")
@signed_in
def link() -> ResponseReturnValue:
    """Link the account that the provider has just vouched for: a way in for good, so the password is asked for."""
    if provider() is None or "linking" not in session:
        abort(404)
    form, person = OwnPasswordForm(request.form), owner()
    if not form.validate():
        return confirm_page(form, 422)
    try:
        if person.password_hash is not None:
            accounts.check_password(person, typed(form.password), request.remote_addr or "")
        identities.link(person.id, oidc.Account(**session.pop("linking")))
    except accounts.TooManyAttempts:
        form.password.errors = [str(TOO_MANY)]
        return wait(confirm_page(form, 429))
    except accounts.WrongPassword as error:
        form.password.errors = [_(str(error))]
        return confirm_page(form, 422)
    except identities.NotLinked as error:
        return _refused(_(str(error)), 409)
    flash(_("From now on you can sign in by %(name)s.", name=provider_name()))
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/provider/<int:identity_id>/unlink")
@signed_in
def unlink(identity_id: int) -> ResponseReturnValue:
    """Take one of the viewer's accounts away."""
    try:
        if not identities.unlink(g.viewer.id, identity_id):
            abort(404)
    except identities.NotLinked as error:
        return _refused(_(str(error)), 409)
    flash(_("That account no longer signs you in."))
    return redirect(url_for("accounts.account"), 303)


def _no_answer(chosen: oidc.Provider, error: oidc.NotSignedIn, status: int = 403) -> ResponseReturnValue:
    current_app.logger.warning("sign-in by the identity provider failed: %r", str(error))
    return _refused(_(str(NO_ANSWER), name=chosen.name), status)


def _refused(sentence: str, status: int) -> ResponseReturnValue:
    return render_template("oidc/refused.html", sentence=sentence), status
