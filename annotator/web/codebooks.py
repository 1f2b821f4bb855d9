"""The guidelines: the codebook in force, or an earlier version of it, for reading and searching beside the work."""

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from annotator.domain.roles import Permission
from annotator.domain.search import words_of
from annotator.services.tagging import codebook_of
from annotator.storage.codebooks import published_versions
from annotator.web.access import requires
from annotator.web.guidance import html_of
from annotator.web.guideline_search import search

bp = Blueprint("codebooks", __name__)


@bp.get("/projects/<slug>/guidelines")
@requires(Permission.READ)
def guidelines(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show labels, kinds, skip reasons and rules that are in force."""
    return show(None)


@bp.get("/projects/<slug>/guidelines/<int:number>")
@requires(Permission.READ)
def version(slug: str, number: int) -> ResponseReturnValue:  # noqa: ARG001
    """Show a version that was published, also one that is no longer in force."""
    return show(number)


def show(number: int | None) -> ResponseReturnValue:
    """Show a version (None for the one in force), or what of it holds the words that are searched for."""
    versions = published_versions(g.place.id)
    shown = next((row for row in versions if number in {None, row.number}), None) or abort(404)
    codebook, words = codebook_of(shown.id), words_of(request.args.get("q", ""))
    return render_template(
        "codebooks/guidelines.html",
        project=g.place,
        version=shown,
        versions=versions,
        codebook=codebook,
        words=words,
        parts=search(codebook, words) if words else [],
        guidance=Markup(html_of(codebook.guidance)),  # noqa: S704 (it is cleaned)
    )
