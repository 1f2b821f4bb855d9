"""Answers to what went wrong: one page or one problem document for each status, and never a stack trace."""

from collections.abc import Iterable, Mapping
from itertools import chain

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from annotator.storage.database import DatabaseBusy
from annotator.web.access import SecondFactorFirst, SignInFirst

RETRY_SECONDS = "2"


def init_app(app: Flask) -> None:
    """Answer every error in the form that the client reads."""
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(DatabaseBusy, on_busy)
    app.register_error_handler(Exception, on_bug)


def wants_json() -> bool:
    """Tell whether the client reads JSON rather than pages."""
    kinds = ["text/html", "application/json", "application/problem+json"]
    return request.accept_mimetypes.best_match(kinds, default="text/html") != "text/html"


def title_of(status: int) -> str:
    """Return what an error is called, in the viewer's language."""
    titles = {
        400: _("This request can’t be read"),
        401: _("Sign in first"),
        403: _("You may not do this"),
        404: _("There is no such page"),
        405: _("This can’t be done here"),
        409: _("Somebody changed this before you"),
        413: _("This is too large"),
        414: _("This address is too long"),
        415: _("This kind of file or form is not taken here"),
        422: _("Some fields need another look"),
        429: _("Too many attempts"),
        500: _("Something broke on our side"),
        503: _("The database is busy"),
    }
    return str(titles.get(status, _("Something went wrong")))


def advice_for(status: int) -> str:
    """Return what the reader can do about an error."""
    limit = current_app.config["MAX_CONTENT_LENGTH"] // 1024**2
    advice = {
        400: _("Go back, reload the page and try again."),
        403: _("Your role in this project does not include it. Ask the project’s manager."),
        404: _("It may have been moved, or you are not in its project. Check the address, or start from your queue."),
        405: _("Go back and use the buttons of the page."),
        413: g.get("too_large")
        or _("At most %(limit)d MB can be sent at once. Shorten it, or split it into several parts.", limit=limit),
        429: _("Wait a few minutes, then try again."),
        500: _("What you saved before is safe. Try again; if it happens once more, tell whoever runs this server."),
        503: _("Nothing was lost and nothing was changed. Try again in a moment."),
    }
    return str(advice.get(status, ""))


def problem(status: int, detail: str = "", **members: object) -> Response:
    """Return a problem document (RFC 9457)."""
    body = {"type": "about:blank", "title": title_of(status), "status": status, "detail": detail or advice_for(status)}
    response = jsonify(body | members)
    response.status_code, response.mimetype = status, "application/problem+json"
    return response


def invalid(errors: Mapping[str, Iterable[str]], status: int = 422) -> Response:
    """Return a problem document that says what is wrong, and with which field."""
    return problem(status, " ".join(chain.from_iterable(errors.values())), errors=errors)


def error_answer(status: int, detail: str = "") -> Response:
    """Return an error as a page or as a problem document."""
    response = problem(status, detail) if wants_json() else make_response(error_page(status, detail), status)
    if status == 503:  # noqa: PLR2004
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def error_page(status: int, detail: str = "") -> str:
    """Return the page that says what went wrong; a plain one if that page is what is broken."""
    try:
        return render_template(
            "errors/page.html", status=status, title=title_of(status), detail=detail or advice_for(status)
        )
    except Exception:  # whatever breaks the page must not take the answer with it
        current_app.logger.exception("the page for error %s is broken", status)
        return f'<!doctype html><html lang="en"><title>Error {status}</title><h1>Error {status}</h1></html>'


def on_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer what a view or Werkzeug refused."""
    if isinstance(error, (SignInFirst, SecondFactorFirst)) and not wants_json():
        return error.page()  # type: ignore[return-value]
    if error.code is None or error.code < 400:  # noqa: PLR2004 (a redirect)
        return error
    default = type(error).description
    detail = error.description if error.description and error.description != default else ""
    if isinstance(error, SignInFirst):
        detail = _("Your session has ended. Sign in again; what you chose is still on the page.")
    if isinstance(error, SecondFactorFirst):
        detail = _("This site asks you for a second factor. Set it up under your account; then the work goes on.")
    response = error_answer(error.code, detail)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def on_csrf_error(_error: CSRFError) -> ResponseReturnValue:
    """Answer a form whose token is missing or belongs to another session."""
    return error_answer(400, _("This form is from another session or too old. Reload the page and send it again."))


def on_busy(_error: DatabaseBusy) -> ResponseReturnValue:
    """Answer that the database can't take the request now; nothing of it was stored."""
    return error_answer(503)


def on_bug(error: Exception) -> ResponseReturnValue:
    """Log what nobody foresaw, and say so without details."""
    current_app.logger.error("unforeseen error on %s", request.endpoint, exc_info=error)
    return error_answer(500)
