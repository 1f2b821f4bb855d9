"""The language of the interface, and the other preferences that a browser keeps."""

from types import MappingProxyType
from typing import Any

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_translations

from annotator import paths
from annotator.domain.languages import direction_of
from annotator.web.numbers import fixed, whole

LANGUAGES = MappingProxyType({"en": "English", "ar": "العربية", "de": "Deutsch", "es": "Español", "fr": "Français"})
CHOICES = MappingProxyType(
    {
        "theme": ("light", "dark", "auto"),
        "lang": tuple(LANGUAGES),
        "keys": ("on", "off"),
        "advance": ("on", "off"),
        "tree": ("on", "off"),
    }
)


def init_app(app: Flask) -> None:
    """Choose a language for each request, and tell the templates."""
    Babel(app, locale_selector=chosen, default_translation_directories=str(paths.translations()))
    # As Flask-Babel does it, but for the way to the catalogue, which a page would go hundreds of times.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue().ugettext(text),
        lambda one, many, count: catalogue().ungettext(one, many, count),
        newstyle=True,
    )
    app.context_processor(preferences)
    app.add_template_filter(fixed)
    app.add_template_filter(whole)


def catalogue() -> Any:
    """Return the catalogue of the viewer's language; each request finds it once."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def chosen() -> str:
    """Return the language that the viewer chose, else the browser's, else English."""
    if not has_request_context():
        return "en"
    kept = request.cookies.get("lang")
    if kept is not None and kept in LANGUAGES:
        return kept
    wanted = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
    return next((code for code in wanted if code in LANGUAGES), "en")


def preference(name: str, default: str) -> str:
    """Return a preference cookie's value if it is one of the choices."""
    value = request.cookies.get(name, "")
    return value if value in CHOICES[name] else default


def preferences() -> dict[str, object]:
    """Return what the layout needs to know of the viewer's choices."""
    if "lang" not in g:
        g.lang = chosen()
    theme = preference("theme", "auto")
    return {
        "lang": g.lang,
        "direction": direction_of(g.lang),
        "languages": LANGUAGES,
        "theme": "" if theme == "auto" else theme,
        "shortcuts_on": preference("keys", "on") == "on",
        "advance_on": preference("advance", "off") == "on",
        "tree_on": preference("tree", "off") == "on",
    }
