"""The publication of a draft: what it changes, which verdicts a change of meaning makes stale, and the step itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from annotator.domain.codebook_changes import Change, changes_between
from annotator.domain.roles import Permission
from annotator.services import codebooks
from annotator.services.projects import codebook_in_force
from annotator.storage.codebooks import CodebookVersion, draft_of
from annotator.storage.requeues import STALE_A_PAGE, StaleCount, stale_verdicts, standing_counts
from annotator.web.access import requires
from annotator.web.editor import overview, seen, the_draft
from annotator.web.editor_messages import FIELD_NAMES
from annotator.web.editor_parts import bp
from annotator.web.errors import invalid, wants_json
from annotator.web.forms import block, whole_number

__all__ = ["bp"]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A change with what a change of meaning would ask about again: how many verdicts, and of whom."""

    change: Change
    id: str
    verdicts: int
    reviewers: Sequence[tuple[str, int]]
    chosen: str
    """meaning, wording, or nothing yet."""


@bp.get("/projects/<slug>/codebook/publish")
@requires(Permission.MANAGE)
def review(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show what the draft changes, and what that would ask about again."""
    return review_page()


def review_page(status: int = 200, errors: dict[str, list[str]] | None = None) -> ResponseReturnValue:
    """Render the changes with the choices that were made so far."""
    errors = errors or {}
    if errors and wants_json():
        return invalid(errors, status)
    draft, base = the_draft(), codebook_in_force(g.place.id)
    counts = standing_counts(g.place.id)
    changes = [reviewed(change, counts) for change in changes_between(base.codebook, draft.codebook)]
    html = render_template(
        "editor/publish.html",
        project=g.place,
        draft=draft,
        base=base,
        changes=changes,
        names=FIELD_NAMES,
        note=request.form.get("note", ""),
        standing=sum(count.verdicts for count in counts),
        longest_note=codebooks.LONGEST_NOTE,
        errors=errors,
    )
    return html, status


def reviewed(change: Change, counts: Sequence[StaleCount]) -> Reviewed:
    """Add to a change what it reaches, and what was chosen for it."""
    by_reviewer, names = Counter[int](), dict[int, str]()
    for count in counts:
        if count.is_reached(change.target):
            by_reviewer[count.reviewer_id] += count.verdicts
            names[count.reviewer_id] = count.reviewer
    people = [(names[reviewer_id], number) for reviewer_id, number in by_reviewer.most_common()]
    default = "wording" if change.has_default else ""
    chosen = request.form.get(field_of(change), default)
    return Reviewed(change, field_of(change), sum(by_reviewer.values()), people, chosen)


def field_of(change: Change) -> str:
    """Return the name of the field in which the manager says what a change is; keys fit into it as they are."""
    return "meaning." + change.part.replace(":", ".").replace("/", ".")


@bp.post("/projects/<slug>/codebook/publish")
@requires(Permission.MANAGE)
def publish(slug: str) -> ResponseReturnValue:
    """Put the draft in force at once, if it is the one that was seen."""
    draft, known = the_draft_or_none(), seen()
    if draft is None or draft.revision != known:
        return too_late()
    changes = changes_between(codebook_in_force(g.place.id).codebook, draft.codebook)
    meanings = [change.part for change in changes if request.form.get(field_of(change)) == "meaning"]
    errors = errors_in(changes)
    if errors:
        return review_page(422, errors)
    try:
        version, count = codebooks.publish(
            g.place.id, g.viewer.id, seen=known, meanings=meanings, note=block(request.form.get("note", ""))
        )
    except codebooks.NotReady as error:
        return review_page(422, {error.field: [_("The draft says the same as the version in force.")]})
    except (codebooks.StaleDraft, codebooks.NoDraft):
        return too_late()
    asked = ngettext("%(num)d verdict is asked about again.", "%(num)d verdicts are asked about again.", count)
    flash(_("Version %(number)s is in force.", number=version.number) + " " + (asked if count else ""))
    return redirect(url_for("editor.page", slug=slug), 303)


def the_draft_or_none() -> CodebookVersion | None:
    """Return the draft, None if somebody has published it or put it away."""
    return draft_of(g.place.id)


def errors_in(changes: Sequence[Change]) -> dict[str, list[str]]:
    """Return what the manager still has to say."""
    errors = {
        field_of(change): [_("Say whether the meaning changed, or only the wording.")]
        for change in changes
        if change.can_matter
        and not change.has_default
        and request.form.get(field_of(change)) not in {"meaning", "wording"}
    }
    if not request.form.get("note", "").strip():
        errors["note"] = [_("Say what changed, and why: reviewers read it.")]
    elif len(block(request.form["note"])) > codebooks.LONGEST_NOTE:
        errors["note"] = [_("This is too long: at most %(max)d characters fit here.", max=codebooks.LONGEST_NOTE)]
    return errors


def too_late() -> ResponseReturnValue:
    """Answer who publishes a draft that is no longer the one they saw: 409, and the draft or version that is there."""
    message = _(
        "Somebody changed or published the draft since you saw it. Nothing of yours was done; look at it again."
    )
    return overview(409, errors=[message])


@bp.get("/projects/<slug>/codebook/stale/<part>")
@requires(Permission.MANAGE)
def stale(slug: str, part: str) -> ResponseReturnValue:  # noqa: ARG001
    """List the standing verdicts that a change of meaning would ask about again."""
    draft, base = the_draft(), codebook_in_force(g.place.id)
    changes = changes_between(base.codebook, draft.codebook)
    change = next((one for one in changes if field_of(one) == part), None) or abort(404)
    after = whole_number(request.args.get("after", ""))
    rows = stale_verdicts(g.place.id, change.target, after or 0)
    return render_template(
        "editor/stale.html",
        project=g.place,
        change=change,
        part=part,
        codebook=base.codebook,
        rows=rows[:STALE_A_PAGE],
        next=rows[STALE_A_PAGE - 1].verdict_id if len(rows) > STALE_A_PAGE else None,
        is_first=after is None,
    )
