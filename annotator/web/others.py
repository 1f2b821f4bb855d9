"""What others said of a claim, for a reviewer whom the project's policy lets see it; else which rule keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, g, render_template
from flask.typing import ResponseReturnValue

from annotator.domain.roles import Permission
from annotator.domain.verdicts import Content
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of, content_of
from annotator.storage import events, others
from annotator.storage.database import AnyRow, step_aside, transaction
from annotator.storage.tallies import numbers_of
from annotator.web.access import requires
from annotator.web.marked_words import phrases

bp = Blueprint("others", __name__)


@bp.app_template_global()
def shows_others() -> bool:
    """Tell whether the project at hand ever lets reviewers see what others said; the pages offer it only then."""
    if "shows_others" not in g:
        g.shows_others = others.policy_of(g.place.id) != "never"
    return bool(g.shows_others)


@dataclass(frozen=True, slots=True)
class OthersVerdict:
    """What somebody else said of the claim, under their pseudonym."""

    pseudonym: str
    content: Content
    phrases: Mapping[str, Sequence[str]]


@bp.get("/claims/<int:claim_id>/others")
@requires(Permission.TAG)
def page(claim_id: int) -> ResponseReturnValue:
    """Show what others said of a claim, or which rule keeps it back; that it was shown is recorded before it is."""
    claim = others.claim_for(claim_id, g.place.id, g.viewer.id) or abort(404)
    verdicts = [verdict_view(row, claim) for row in others.visible_verdicts(claim_id, g.viewer.id)]
    shown_before = others.shown_at_revision(claim_id, g.viewer.id) == (claim.revision or 0)
    answer = render_template(
        "tagging/others.html",
        project=g.place,
        claim=claim,
        number=numbers_of([claim_id])[claim_id],
        verdicts=verdicts,
        codebook=codebook_of(codebook_in_force(g.place.id).id),
    )
    if verdicts and not shown_before:  # to HEAD, too: the length of an answer tells what is in it
        note_shown(claim, len(verdicts))
    return answer, 403 if claim.visibility == "never" else 200


def verdict_view(row: AnyRow, claim: AnyRow) -> OthersVerdict:
    """Return a verdict with the words that it marks."""
    content = content_of(row)
    return OthersVerdict(row.pseudonym, content, phrases(claim.quote, claim.start, content))


def note_shown(claim: AnyRow, number: int) -> None:
    """Record that the viewer sees others' verdicts, in a transaction of its own: the one of a page only reads."""
    step_aside()
    with transaction():
        events.record(
            others.SHOWN,
            "claim",
            claim.id,
            person_id=g.viewer.id,
            project_id=g.place.id,
            detail={"revision": claim.revision or 0, "verdicts": number, "policy": claim.visibility},
        )
