"""The viewer's preferences (kept in cookies, a year) and the key map."""

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from annotator.web.access import public
from annotator.web.accounts import own_path
from annotator.web.language import CHOICES, LANGUAGES, chosen

bp = Blueprint("preferences", __name__)

YEAR = 365 * 24 * 3600


@bp.get("/keys")
@public
def keys() -> ResponseReturnValue:
    """Show what each key does, and the switch that turns them off."""
    return render_template("preferences/keys.html")


@bp.get("/settings")
@public
def settings() -> ResponseReturnValue:
    """Show all that a viewer can set."""
    return render_template("preferences/settings.html")


@bp.post("/preferences")
@public
def save() -> ResponseReturnValue:
    """Keep what the viewer chose, and go back to where they were."""
    response = make_response(redirect(own_path(request.form.get("back")), 303))
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    for name, values in CHOICES.items():
        if request.form.get(name) in values:
            response.set_cookie(name, request.form[name], max_age=YEAR, samesite="Lax", httponly=True, secure=secure)
    if "said" in request.form:
        language = request.form.get("lang", "")
        with force_locale(language if language in LANGUAGES else chosen()):
            flash(gettext("The settings are saved."))
    return response
