"""What every request and every answer must keep to: hosts, cross-site forms, text that can be stored, headers."""

from typing import Any

from flask import Flask, Response, abort, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter, ValidationError

from annotator.domain.text import MAX_ID, UnstorableText, clean_block

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
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", ""})

CACHEABLE = frozenset({"static", "fonts.font", "icon"})

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
    csrf.init_app(app)
    app.before_request(_check_body)
    app.after_request(_add_headers)


def _check_address() -> None:
    request.host  # noqa: B018 (reading it refuses a host that is not ours)
    if len(request.full_path) > MAX_URL:
        abort(414)
    try:
        for value in (*request.args.values(), *request.args.keys(), request.path):
            clean_block(value)
    except UnstorableText as error:
        abort(400, str(error))


def _check_body() -> None:
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if request.mimetype not in FORM_TYPES:
        abort(415, "This address takes form fields (application/x-www-form-urlencoded or multipart/form-data).")
    try:
        for name, value in request.form.items(multi=True):
            if len(name) > MAX_FIELD_NAME:
                abort(400, "A field has a name that is too long.")
            clean_block(name)
            clean_block(value)
    except UnstorableText as error:
        abort(400, str(error))


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    if request.endpoint not in CACHEABLE:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response
