"""The application factory: one Flask application whose every request is one transaction."""

import contextlib
import os
from typing import Any

from flask import Flask, g, request
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix

from annotator import paths
from annotator.settings import Settings, from_environment
from annotator.storage.database import DatabaseBusy, Raced, db, prepare_engine, transaction
from annotator.web import access, blueprints, compression, errors, language, security, static_files, uploads

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TRIES = 3


class Annotator(Flask):
    """Flask, with each view in one transaction: returning commits, raising rolls back."""

    request_class = uploads.FormRequest

    def dispatch_request(self, *ctx: Any) -> ResponseReturnValue:
        """Check who asks for what, and answer, in one transaction; a lost race is run again."""
        rule = request.url_rule
        if rule is None or rule.endpoint in access.WITHOUT_DATABASE:
            return super().dispatch_request(*ctx)
        for _ in range(TRIES - 1):
            with contextlib.suppress(Raced):
                return self._answer(*ctx)
        return self._answer(*ctx)

    def _answer(self, *ctx: Any) -> ResponseReturnValue:
        with transaction(writes=request.method not in SAFE_METHODS):
            access.check()
            answer = super().dispatch_request(*ctx)
            if not isinstance(answer, str):
                answer = self.make_response(answer)
        if g.get("session_to_touch"):
            with contextlib.suppress(DatabaseBusy), transaction():
                access.touch(g.session_to_touch)
        return answer


def create_app(settings: Settings | None = None, **overrides: Any) -> Annotator:
    """Make the application; `overrides` are Flask settings, for tests."""
    app = Annotator(
        "annotator",
        static_folder=None,  # web/static_files.py serves it
        template_folder=str(paths.templates()),
        instance_relative_config=True,
        instance_path=os.environ.get("ANNOTATOR_INSTANCE") or str(paths.instance()),
    )
    app.config.from_mapping((settings or from_environment()).flask(), **overrides)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters["int"] = security.StorableId
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    language.init_app(app)
    security.init_app(app)
    compression.init_app(app)
    errors.init_app(app)
    blueprints.init_app(app)
    static_files.init_app(app)
    access.require_every_view_declared(app)
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
