"""The annotate page's addresses: show a claim in its article, store a verdict, take the last one back."""

import math

from flask import Blueprint, Response, abort, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from annotator.domain.rewrites import difference
from annotator.domain.roles import Permission
from annotator.domain.verdicts import FIELDS, BadVerdict, Content, fitted
from annotator.services import tagging
from annotator.storage.articles import Claim
from annotator.storage.database import db, finish_writing
from annotator.storage.progress import Progress, progress_at
from annotator.web import recut, versions
from annotator.web.access import requires
from annotator.web.contradictions import warnings_on
from annotator.web.errors import invalid, problem, wants_json
from annotator.web.forms import VerdictForm, errors_of, typed
from annotator.web.lessons import lesson_after
from annotator.web.permission_to_label import not_theirs, require_theirs
from annotator.web.tagging_page import Refused, build_page, claims_of, clock
from annotator.web.verdict_fields import content_from, fields_of

bp = Blueprint("tagging", __name__)


@bp.get("/articles/<int:article_id>/continue")
@requires(Permission.TAG)
def resume(article_id: int) -> ResponseReturnValue:
    """Go on at the first claim of the article that the viewer has not decided."""
    if g.place.is_archived:
        return redirect(url_for("reading.page", article_id=article_id), 303)
    require_theirs(article_id)
    claims = claims_of(article_id)
    number = next((claim.number for claim in claims if not claim.is_done), 1)
    return redirect(url_for("tagging.page", article_id=article_id, number=number), 303)


@bp.get("/articles/<int:article_id>/claims/<int:number>")
@requires(Permission.TAG)
def page(article_id: int, number: int) -> ResponseReturnValue:
    """Show the article with one claim to decide; in an archived project there is nothing to decide."""
    if g.place.is_archived:
        return redirect(url_for("reading.page", article_id=article_id), 303)
    require_theirs(article_id)
    return render_template("tagging/page.html", page=build_page(article_id, number))


@bp.post("/claims/<int:claim_id>/verdicts")
@requires(Permission.TAG)
def give(claim_id: int) -> ResponseReturnValue:
    """Store a verdict, and say so only once it is stored."""
    form = VerdictForm(request.form)
    errors = {} if form.validate() else errors_of(form)
    if errors or "answer" in request.form:
        return refuse(claim_id, form, errors)
    content, carried_from = content_from(form), list[int]()
    if "confirm" in request.form:
        content, carried_from = recut.confirmed(claim_id, content)
    try:
        given = tagging.give_verdict(
            claim_id,
            g.viewer.id,
            content,
            seen_revision=int(typed(form.revision)),
            client_key=typed(form.client_key),
            seconds=seconds_from(form.seconds.data),
            carried_from=carried_from,
        )
    except tagging.NoSuchClaim:
        return recut.answer(claim_id)
    except tagging.NotYours as error:
        abort(403, not_theirs(error.reason))
    except BadVerdict as error:
        return refuse(claim_id, form, {error.field: [_(str(error))]})
    except tagging.KeyReused:
        abort(422, _("This was sent before with other contents; the first one stays. Reload the page."))
    except tagging.Stale as stale:
        return conflict(stale, content)
    return acknowledge(given, request.form.get("action", "save"))


def seconds_from(value: str | None) -> float | None:
    """Read how long the reviewer looked at the claim, in seconds; None unless it is a number up to a day."""
    try:
        seconds = float(value or "nan")
    except ValueError:
        return None
    return round(seconds, 1) if math.isfinite(seconds) and 0 <= seconds <= 86_400 else None  # noqa: PLR2004


def article_of(claim_id: int) -> int:
    """Return the id of a claim's article."""
    return db.session.scalar(select(Claim.article_id).where(Claim.id == claim_id)) or abort(404)


def quote_of(claim_id: int) -> str:
    """Return the words of a claim."""
    return db.session.scalar(select(Claim.quote).where(Claim.id == claim_id)) or ""


def progress_of(claim_id: int, article_id: int) -> Progress:
    """Return a claim's place in its article, and how far the viewer is there; 404 if it was retired."""
    return progress_at(claim_id, article_id, g.viewer.id) or abort(404)


def refuse(claim_id: int, form: VerdictForm, errors: dict[str, list[str]]) -> Response:
    """Show again what was sent, nothing stored: 422 with the reasons at their fields, or the next question of the tree.

    An answer to a question is no verdict yet; the reviewer saves what the answers have led to.
    """
    if not recut.is_living(claim_id):
        return recut.answer(claim_id)
    if wants_json():
        return invalid(errors)
    article_id = article_of(claim_id)
    claim = progress_of(claim_id, article_id)
    seen = "0" if "revision" in errors else typed(form.revision)
    refused = Refused(content_from(form), int(seen), errors, request.form.get("answer", ""))
    page = build_page(article_id, claim.number, refused)
    return make_response(render_template("tagging/page.html", page=page), 422 if errors else 200)


def conflict(stale: tagging.Stale, content: Content) -> ResponseReturnValue:
    """Answer a verdict that was based on an older one: 409 with both, nothing stored. The same twice is no conflict."""
    standing, article_id = stale.standing, article_of(stale.claim_id)
    claim = progress_of(stale.claim_id, article_id)
    if standing and tagging.content_of(standing) == fitted(content, tagging.codebook_of(standing.codebook_version_id)):
        return acknowledge(tagging.given_of(standing), request.form.get("action", "save"))
    if wants_json():
        return problem(409, current=verdict_json(tagging.given_of(standing), claim) if standing else None)
    return versions.page(claim, standing, content)


def verdict_json(verdict: tagging.Given, claim: Progress) -> dict[str, object]:
    """Return a verdict and its surroundings for the page's script."""
    content, codebook = verdict.content, tagging.codebook_of(verdict.version_id)
    facts = {name: getattr(content, name) for name in FIELDS if name != "is_flagged"}
    return facts | {
        "fields": fields_of(content, codebook),
        "warnings": warnings_on(content, codebook),
        "lesson": lesson_after(verdict),
        "diff": difference(quote_of(claim.id), content.rewrite) if content.rewrite else [],
        "flagged": content.is_flagged,
        "claim": claim.id,
        "number": claim.number,
        "url": url_for("tagging.page", article_id=claim.article_id, number=claim.number),
        "revision": verdict.revision,
        "at": verdict.given_at.isoformat(),
        "time": clock(verdict.given_at),
        "done": claim.done,
        "total": claim.total,
        "next": claim.next,
        "next_open": claim.next_open,
        "can_undo": True,
    }


def acknowledge(given: tagging.Given, action: str) -> ResponseReturnValue:
    """Answer a stored verdict: the facts for the script, the next page for a form."""
    claim = progress_of(given.claim_id, given.article_id)
    finish_writing()
    if wants_json():
        return jsonify(verdict_json(given, claim))
    onward = action in {"next", "skip"} or "skip_reason" in request.form
    number = claim.next or claim.number if onward else claim.number
    return redirect(url_for("tagging.page", article_id=claim.article_id, number=number, _anchor=f"claim-{number}"), 303)


@bp.post("/articles/<int:article_id>/undo")
@requires(Permission.TAG)
def undo(article_id: int) -> ResponseReturnValue:
    """Take the viewer's last change in the article back and go to its claim."""
    key = request.form.get("client_key", "")
    if not 8 <= len(key) <= 100:  # noqa: PLR2004
        abort(422, _("Reload the page: the form lost track of what it showed."))
    try:
        given = tagging.undo(article_id, g.viewer.id, key)
    except tagging.KeyReused:
        abort(422, _("This was sent before with other contents; the first one stays. Reload the page."))
    except tagging.NotYours as error:
        abort(403, not_theirs(error.reason))
    except BadVerdict:
        abort(409, _("What stood before does not fit the codebook in force. Choose a label instead."))
    if given is None:
        abort(409, _("There is nothing left to take back in this article."))
    claim = progress_of(given.claim_id, article_id)
    if wants_json():
        answer = verdict_json(given, claim)
        return jsonify(answer | {"can_undo": tagging.last_change(article_id, g.viewer.id) is not None})
    return redirect(
        url_for("tagging.page", article_id=article_id, number=claim.number, _anchor=f"claim-{claim.number}"), 303
    )
