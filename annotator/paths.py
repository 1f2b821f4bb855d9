"""Where the files beside the code lie: inside the package when it was installed from a wheel, else in the checkout."""

import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def templates() -> Path:
    """Return the folder of the pages."""
    return _inside_or_beside("templates")


def seeds() -> Path:
    """Return the folder of the shipped codebook and the sample project."""
    return _inside_or_beside("seeds")


def static() -> Path:
    """Return the folder of style sheets, scripts and icons."""
    return PACKAGE / "static"


def migrations() -> Path:
    """Return the folder that Alembic reads."""
    return PACKAGE / "migrations"


def translations() -> Path:
    """Return the folder of the message catalogues."""
    return PACKAGE / "translations"


def instance() -> Path:
    """Return the folder of what this installation owns: $ANNOTATOR_INSTANCE, else the place that Flask would take."""
    chosen = os.environ.get("ANNOTATOR_INSTANCE")
    if chosen:
        return Path(chosen).resolve()
    if (PACKAGE / "templates").is_dir():
        return Path(sys.prefix) / "var" / "annotator-instance"
    return PACKAGE.parent / "instance"


def _inside_or_beside(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name
