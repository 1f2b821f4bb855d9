"""The segmentation page: cut an article's claims anew, see what becomes of the verdicts, save, take back."""

from flask import Blueprint, abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from annotator.domain.roles import Permission
from annotator.domain.segmentation import BadEdit, NothingChanges
from annotator.services import segmentation
from annotator.services.segmentation_lock import Locked, NoSuchArticle, check_reviewer, set_lock
from annotator.storage.database import finish_writing
from annotator.storage.segmentation import SegmentationEdit, asked_of
from annotator.web.access import requires
from annotator.web.errors import problem, wants_json
from annotator.web.forms import whole_number
from annotator.web.permission_to_label import require_theirs
from annotator.web.segmentation_form import edit_from, number, reason_in
from annotator.web.segmentation_page import build_page, edit_views, names_of, show_plan

bp = Blueprint("segmentation", __name__)

LOCKED = _l(
    "Several reviewers are coding these claims without seeing each other’s verdicts. Until all have finished, the "
    "claims stay as they are; a manager can unlock them."
)


@bp.get("/articles/<int:article_id>/segmentation")
@requires(Permission.SEGMENT)
def page(article_id: int) -> ResponseReturnValue:
    """Show the article's claims with their boundaries, one of them chosen."""
    built = build_page(article_id, whole_number(request.args.get("at")))
    done, last = whole_number(request.args.get("done")), built.undoable
    if last and last.revision == done == built.article.segmentation_revision and last.person_id == g.viewer.id:
        built.done, built.asked = last, len(asked_of(g.viewer.id, article_id))
    return render_template("segmentation/page.html", page=built)


@bp.post("/articles/<int:article_id>/segmentation")
@requires(Permission.SEGMENT)
def edit(article_id: int) -> ResponseReturnValue:
    """Show what an edit does; with `confirmed`, make it."""
    is_confirmed = "confirmed" in request.form and "nudge" not in request.form
    try:
        revision, reason = number(request.form.get("revision")), reason_in(request.form)
        is_undo = request.form.get("action") == "undo"
        if not g.place.can(Permission.READ_REPORTS):
            require_theirs(article_id)
            check_reviewer(article_id, g.viewer.id, is_undo=is_undo)
        if is_undo:
            return take_back(article_id, revision, reason, is_confirmed=is_confirmed)
        return cut(article_id, revision, reason, is_confirmed=is_confirmed)
    except NoSuchArticle:
        abort(404)
    except segmentation.StaleSegmentation as stale:
        return stale_page(article_id, stale)
    except Locked:
        return refused(article_id, 409, str(LOCKED))
    except BadEdit as error:
        if isinstance(error, NothingChanges) and "nudge" in request.form:  # the boundary is back where it was
            at = whole_number(request.form.get("block"))
            return redirect(url_for("segmentation.page", article_id=article_id, at=at, _anchor=f"at-{at}"), 303)
        return refused(article_id, 422, _(str(error)))


def cut(article_id: int, revision: int, reason: str, *, is_confirmed: bool) -> ResponseReturnValue:
    """Plan the edit that the form asks for, or make it."""
    if is_confirmed:  # the form says it in full: a repeated one is known by what it says
        asked = edit_from(request.form, "", ())
        return saved(segmentation.apply(article_id, revision, asked, person_id=g.viewer.id, reason=reason))
    article = segmentation.article_at(article_id, revision)
    asked = edit_from(request.form, article.text, segmentation.blocks_in(article_id))
    return preview(article_id, segmentation.plan(article_id, revision, asked), reason)


def take_back(article_id: int, revision: int, reason: str, *, is_confirmed: bool) -> ResponseReturnValue:
    """Take the last edit back; where the viewer may know that it asks somebody to decide, show that first."""
    plan = None if is_confirmed else segmentation.plan_undo(article_id, revision, g.viewer.id)
    sees_all = g.place.can(Permission.READ_REPORTS)
    shown = [fate for fate in plan.fates if sees_all or fate.reviewer_id == g.viewer.id] if plan else []
    if plan and any(fate.name in segmentation.STORED for fate in shown):
        return preview(article_id, plan, reason)
    made = segmentation.undo(article_id, revision, person_id=g.viewer.id, reason=reason)
    flash(_("Taken back: the claims are as they were, with the verdicts that stood on them."))
    return saved(made)


@bp.post("/articles/<int:article_id>/segmentation/lock")
@requires(Permission.MANAGE)
def lock(article_id: int) -> ResponseReturnValue:
    """Open the article to edits while it is being coded, or close it again."""
    unlocked = request.form.get("action") == "unlock"
    try:
        set_lock(article_id, unlocked=unlocked, person_id=g.viewer.id)
    except NoSuchArticle:
        abort(404)
    flash(_("The claims can be edited now.") if unlocked else _("The claims are locked while they are being coded."))
    at = whole_number(request.form.get("at"))
    return redirect(url_for("segmentation.page", article_id=article_id, at=at), 303)


def preview(article_id: int, plan: segmentation.Plan, reason: str) -> ResponseReturnValue:
    """Show what an edit will do, before it is saved; others can write while the page of a long article is built."""
    planned = plan.article.segmentation_revision
    finish_writing()
    built = build_page(article_id, chosen())
    if built.article.segmentation_revision != planned:  # the page would offer the plan for claims it was not made for
        segmentation.article_at(article_id, planned)
    built = show_plan(built, plan)
    built.reason = reason
    return render_template("segmentation/page.html", page=built)


def chosen() -> int | None:
    """Return the place that the form was about, with the word that was chosen in it."""
    at, block = whole_number(request.form.get("at")), whole_number(request.form.get("block"))
    return block if at is None else at


def refused(article_id: int, status: int, message: str) -> ResponseReturnValue:
    """Answer an edit that cannot be made; nothing has changed."""
    if wants_json():
        return problem(status, message)
    finish_writing()
    built = build_page(article_id, chosen())
    built.error, built.reason = message, request.form.get("reason", "")
    return make_response(render_template("segmentation/page.html", page=built), status)


def stale_page(article_id: int, stale: segmentation.StaleSegmentation) -> ResponseReturnValue:
    """Answer an edit of claims that somebody else edited: 409 with what was done, and the claims as they are now."""
    message = _("Somebody edited these claims in the meantime. Nothing of yours was stored; look at them again.")
    if wants_json():
        since = [{"action": row.action, "revision": row.revision} for row in stale.since]
        return problem(409, message, since=since)
    finish_writing()
    built, names = build_page(article_id, chosen()), names_of(row.person_id for row in stale.since if row.person_id)
    built.error, built.reason = message, request.form.get("reason", "")
    built.since = edit_views([(row, names.get(row.person_id or 0)) for row in stale.since])
    return make_response(render_template("segmentation/page.html", page=built), 409)


def saved(made: SegmentationEdit) -> ResponseReturnValue:
    """Lead back to the page, at the first claim that has changed, where the edit can be taken back."""
    blocks = {block.id: block.start for block in segmentation.blocks_in(made.article_id)}
    ids = [*made.changes["made"], *made.changes["restored"], *(row[0] for row in made.changes["aside"])]
    at = min((blocks[claim_id] for claim_id in ids if claim_id in blocks), default=None)
    done = made.revision if made.action != "undo" else None
    anchor = f"at-{at}" if at is not None else None
    return redirect(url_for("segmentation.page", article_id=made.article_id, at=at, done=done, _anchor=anchor), 303)
