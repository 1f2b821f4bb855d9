"""The pages of the product, one blueprint a noun, and what their layout needs to know."""

from typing import Any

from flask import Flask, g
from flask.typing import ResponseReturnValue
from jinja2.runtime import Macro
from sqlalchemy import text

from annotator.domain.codebook import Codebook
from annotator.domain.languages import LANGUAGES
from annotator.domain.references import REFERENCES
from annotator.domain.roles import Permission
from annotator.storage.database import SCHEMA_VERSION, DatabaseBusy, db
from annotator.web import (
    acceptance,
    answers,
    card_names,
    claims,
    codebooks,
    corrections,
    desk,
    doors,
    editor_publish,
    exports,
    feedback,
    frozen_reports,
    gaps,
    log,
    members,
    notices,
    oidc,
    others,
    people,
    planner,
    preferences,
    project_setup,
    queue,
    reading,
    repeats,
    report_articles,
    report_files,
    reports,
    results,
    second_factor,
    segmentation,
    threads,
    verdicts,
)
from annotator.web.access import public
from annotator.web.report_claims import contested_list


def init_app(app: Flask) -> None:
    """Register every page."""
    for noun in (
        acceptance, answers, claims, codebooks, corrections, desk, doors, editor_publish, exports, feedback,
        frozen_reports, gaps, log, members, notices, oidc, others, people, planner, preferences, project_setup, queue,
        reading, repeats, report_articles, report_files, reports, results, second_factor, segmentation, threads,
        verdicts,
    ):  # fmt: skip
        app.register_blueprint(noun.bp)
    app.add_url_rule("/health", "health", health)
    app.context_processor(surroundings)
    app.jinja_env.globals["once"] = Once
    app.jinja_env.globals["card_names"] = card_names
    app.jinja_env.globals["contested_list"] = contested_list
    app.jinja_env.globals["languages_known"] = LANGUAGES
    app.jinja_env.globals["references"] = REFERENCES


def surroundings() -> dict[str, object]:
    """Return what every page's frame shows: who is signed in, and the project at hand."""
    place = g.get("place")
    return {
        "person": g.get("viewer"),
        "nav_project": place,
        "can": lambda name: place is not None and place.can(Permission[name]),
    }


class Once:
    """What a macro makes of verdicts, made once for each label and skip reason: `once(look, codebook)[verdict]`."""

    def __init__(self, macro: Macro, codebook: Codebook) -> None:
        """Remember what to ask."""
        self._macro, self._codebook = macro, codebook
        self._made: dict[tuple[str | None, str | None], str] = {}

    def __getitem__(self, verdict: Any) -> str:
        """Return what the macro makes of a verdict, or made of one like it."""
        key = verdict.label, verdict.skip_reason
        if key not in self._made:
            self._made[key] = self._macro(self._codebook, verdict)
        return self._made[key]


@public
def health() -> ResponseReturnValue:
    """Tell a monitor whether the database answers and has the schema of this version."""
    version = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version != SCHEMA_VERSION:
        raise DatabaseBusy(f"schema {version}, expected {SCHEMA_VERSION}")
    return {"status": "ok", "schema": version}
