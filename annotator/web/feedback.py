"""A reviewer's feedback: where the desk decided otherwise than they had, by which rule, and why. Theirs alone."""

from collections.abc import Mapping

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from annotator.services.tagging import codebook_of
from annotator.storage.database import AnyRow
from annotator.storage.feedback import find_overruled, pairs_of, settled_in
from annotator.storage.tallies import numbers_of
from annotator.storage.verdict_list import projects_judged_in
from annotator.web.access import signed_in
from annotator.web.forms import whole_number

bp = Blueprint("feedback", __name__)


@bp.get("/feedback")
@signed_in
def page() -> ResponseReturnValue:
    """List the desk's decisions that are not what the viewer had said, the newest first."""
    projects = {row.id: row for row in projects_judged_in(g.viewer.id, everything=g.viewer.is_admin)}
    slug = request.args.get("slug", "")
    chosen = [row.id for row in projects.values() if slug in {"", row.slug}] or list(projects)
    rows, has_more = find_overruled(g.viewer.id, chosen, whole_number(request.args.get("before")))
    return render_template(
        "feedback/page.html",
        projects=projects,
        slug=slug if len(chosen) < len(projects) else "",
        codebooks={row.id: codebook_of(row.version_id) for row in projects.values()},
        rows=rows,
        has_more=has_more,
        can_look=_can_look(projects),
        claim_numbers=numbers_of([row.claim_id for row in rows]),
        pairs=pairs_of(g.viewer.id, chosen),
        settled=settled_in(g.viewer.id, chosen),
    )


def _can_look(projects: Mapping[int, AnyRow]) -> set[int]:
    """Return the projects whose articles the viewer may open for work."""
    return {row.id for row in projects.values() if g.viewer.is_admin or row.role != "observer"}
