"""The guidelines: the codebook in force, for reading beside the work."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from annotator.domain.extraction import rich_text
from annotator.domain.roles import Permission
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of
from annotator.web.access import requires

bp = Blueprint("codebooks", __name__)


@bp.get("/projects/<slug>/guidelines")
@requires(Permission.READ)
def guidelines(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show labels, kinds, skip reasons and rules."""
    version = codebook_in_force(g.place.id)
    codebook = codebook_of(version.id)
    guidance = Markup(rich_text(codebook.guidance))  # noqa: S704 (rich_text returns cleaned HTML)
    return render_template(
        "codebooks/guidelines.html", project=g.place, version=version, codebook=codebook, guidance=guidance
    )
