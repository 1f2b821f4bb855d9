"""What every request and every answer must keep to: hosts, cross-site forms, text that can be stored, headers."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter, ValidationError

from annotator.domain.text import MAX_ID, UnstorableText, clean_block
from annotator.web import uploads

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types app"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
MAX_URL = 8000
"""Bytes of an address with its query."""
MAX_FIELD_NAME = 100
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", ""})

CACHEABLE = frozenset({"static", "icon"})
SERVED = frozenset({200, 206, 304})
"""Statuses of an answer that has the file: the page that says there is none is as private as any other."""

csrf = CSRFProtect()


class StorableId(IntegerConverter):
    """A whole number in an address that fits the database's ids; any other is no page."""

    def __init__(self, map: Any, *args: Any, **kwargs: Any) -> None:  # noqa: A002 (werkzeug's own name)
        """Bound the number."""
        kwargs.setdefault("max", MAX_ID)
        super().__init__(map, *args, **kwargs)

    def to_python(self, value: str) -> int:
        """Accept plain ASCII digits only (`int` would take other scripts' digits too)."""
        if not value.isascii():
            raise ValidationError
        return int(super().to_python(value))


def init_app(app: Flask) -> None:
    """Put the guards in front of every view, and the headers on every answer."""
    app.before_request(_check_address)
    app.before_request(uploads.make_room)  # after this the body is read
    app.before_request(_check_body)
    csrf.init_app(app)
    app.after_request(_add_headers)


def _check_address() -> None:
    # Flask's own list of trusted hosts knows no IPv6, and leaves a request without the means to build an error page.
    if urlsplit(f"//{request.host}").hostname not in current_app.config["HOSTS"]:
        abort(400, _("This server does not answer under that name."))
    if len(request.full_path) > MAX_URL:
        abort(414)
    _check_text(request.path, *(part for item in request.args.items(multi=True) for part in item))


def _check_body() -> None:
    if request.url_rule is None or request.method in SAFE_METHODS:
        return
    if request.mimetype not in FORM_TYPES:
        abort(415, _("This address takes form fields (application/x-www-form-urlencoded or multipart/form-data)."))
    if not all(name and len(name) <= MAX_FIELD_NAME for name in (*request.form, *request.files)):
        abort(400, _("A field has no name, or one that is too long."))
    _check_text(*(part for item in request.form.items(multi=True) for part in item))
    _check_text(*(part for name, file in request.files.items(multi=True) for part in (name, file.filename or "")))


def _check_text(*values: str) -> None:
    try:
        for value in values:
            clean_block(value)
    except UnstorableText as error:
        abort(400, _(str(error)))


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    if request.endpoint not in CACHEABLE or response.status_code not in SERVED:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response
