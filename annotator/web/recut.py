"""Claims that were cut anew while somebody labelled them: confirm an earlier verdict, or go on with the new claims."""

import secrets
from dataclasses import replace

from flask import Response, abort, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from annotator.domain.verdicts import Content
from annotator.services.carrying import verdicts_of
from annotator.storage.articles import LIVING, Article, Claim
from annotator.storage.database import AnyRow, db
from annotator.storage.requeues import was_requeued
from annotator.storage.segmentation import questions_on, successors_of
from annotator.storage.verdicts import StandingVerdict
from annotator.web.errors import problem, wants_json
from annotator.web.forms import stretch
from annotator.web.verdict_fields import ROLES, name_of, sent_fields

NOT_KEPT = frozenset({"client_key", "revision", "confirm", *ROLES})
"""Fields of a form that mean something only for the claim that it was made for."""


def confirmed(claim_id: int, content: Content) -> tuple[Content, list[int]]:
    """Return what the form says with the earlier decision that it confirms, and the verdicts that said so.

    It may have been confirmed already: a repeated request must say the same again.
    """
    asked = stretch(request.form["confirm"])
    again = was_requeued(claim_id, g.viewer.id, asked[1]) if asked and asked[0] == claim_id else None
    if again:
        return replace(content, label=again.label, kind=again.kind, skip_reason=again.skip_reason), []
    for question in questions_on(claim_id, g.viewer.id):
        found = {verdict_id: row[0] for verdict_id, row in verdicts_of(question.verdict_ids).items()}
        chosen = next((row for row in found.values() if name_of(row) == request.form["confirm"]), None)
        if chosen:
            facts = {"label": chosen.label, "kind": chosen.kind, "skip_reason": chosen.skip_reason}
            agreeing = [row.id for row in found.values() if facts.items() <= vars(row).items()]
            return replace(content, **facts), sorted(agreeing)
    return abort(422, _("There is no such earlier verdict to confirm. Reload the page."))


def is_living(claim_id: int) -> bool:
    """Tell whether a claim is one that people label."""
    return db.session.scalar(select(Claim.id).where(Claim.id == claim_id, LIVING)) is not None


def answer(claim_id: int) -> Response:
    """Answer a verdict on a claim that was cut anew or set aside: 409 with the claims there now, and nothing lost."""
    article = db.session.scalar(select(Article).join(Claim, Claim.article_id == Article.id).where(Claim.id == claim_id))
    if article is None or article.withdrawn_at:
        abort(404)
    found = successors_of(claim_id)
    if wants_json():
        message = _("This claim was cut anew while you worked on it. What you chose is kept.")
        return problem(409, message, recut=[address_of(article.id, row.number) for row in found])
    page = render_template(
        "tagging/recut.html",
        article=article,
        quote=db.session.scalar(select(Claim.quote).where(Claim.id == claim_id)),
        successors=[(row, fields_for(row)) for row in found],
        change=request.form.get("client_key", ""),
        address=url_for("tagging.give", claim_id=claim_id),
        client_key=secrets.token_urlsafe(12),
        heading=heading(len(found)),
    )
    return make_response(page, 409)


def heading(count: int) -> str:
    """Return what happened to a claim in whose place `count` claims stand now."""
    if not count:
        return str(_("This is no claim any more"))
    return str(ngettext("This claim was replaced by another", "This claim was cut into others", count))


def address_of(article_id: int, number: int) -> str:
    """Return the address of a claim's page."""
    return url_for("tagging.page", article_id=article_id, number=number, _anchor=f"claim-{number}")


def fields_for(row: AnyRow) -> list[tuple[str, str]]:
    """Return what was typed, as the form of a new claim would say it: marked words outside of it are left out."""
    kept = []
    for name, value in sent_fields():
        found = stretch(value) if name in ROLES else None
        if name not in NOT_KEPT or (found and row.start <= found[0] < found[1] <= row.end):
            kept.append((name, value))
    mine = (StandingVerdict.claim_id == row.id, StandingVerdict.reviewer_id == g.viewer.id)
    revision = db.session.scalar(select(StandingVerdict.revision).where(*mine)) or 0
    return [*kept, ("revision", str(revision))]
