"""The pages of the product, one blueprint a noun, and what their layout needs to know."""

from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Flask, abort, current_app, g, send_from_directory
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from annotator.domain.roles import Permission
from annotator.storage.database import SCHEMA_VERSION, DatabaseBusy, db
from annotator.web import accounts, codebooks, corrections, doors, exports, preferences, queue, reports, segmentation
from annotator.web.access import public

FONTS = {
    "ui.ttf": ("fontpkg_public_sans", "files/PublicSans[wght].ttf"),
    "read.ttf": ("fontpkg_newsreader", "files/Newsreader[opsz,wght].ttf"),
    "ui-ar.ttf": ("fontpkg_ibm_plex_sans_arabic", "files/IBMPlexSansArabic-Regular.ttf"),
    "ui-ar-b.ttf": ("fontpkg_ibm_plex_sans_arabic", "files/IBMPlexSansArabic-SemiBold.ttf"),
    "read-ar.ttf": ("fontpkg_amiri", "files/Amiri-Regular.ttf"),
}
"""Font files of optional packages; without them the pages use the system's fonts."""
YEAR = 365 * 24 * 3600

fonts = Blueprint("fonts", __name__)


def init_app(app: Flask) -> None:
    """Register every page."""
    for noun in (accounts, codebooks, corrections, doors, exports, preferences, queue, reports, segmentation):
        app.register_blueprint(noun.bp)
    app.register_blueprint(fonts)
    app.add_url_rule("/health", "health", health)
    app.add_url_rule("/favicon.ico", "icon", icon)
    app.context_processor(surroundings)


def surroundings() -> dict[str, object]:
    """Return what every page's frame shows: who is signed in, and the project at hand."""
    place = g.get("place")
    return {
        "person": g.get("viewer"),
        "nav_project": place,
        "can": lambda name: place is not None and place.can(Permission[name]),
        "has_fonts": current_app.extensions["fonts"],
    }


@public
def health() -> ResponseReturnValue:
    """Tell a monitor whether the database answers and has the schema of this version."""
    version = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version != SCHEMA_VERSION:
        raise DatabaseBusy(f"schema {version}, expected {SCHEMA_VERSION}")
    return {"status": "ok", "schema": version}


def icon() -> ResponseReturnValue:
    """Serve the icon where browsers look for it unasked."""
    return send_from_directory(str(current_app.static_folder), "icon.svg", max_age=YEAR)


@fonts.get("/fonts/<name>")
def font(name: str) -> ResponseReturnValue:
    """Serve a font file of an installed package."""
    package, file = FONTS.get(name) or abort(404)
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        abort(404)
    path = Path(spec.origin).parent / file
    return send_from_directory(path.parent, path.name, mimetype="font/ttf", max_age=YEAR)
