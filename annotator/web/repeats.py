"""Claims to look at again: each in its article, without anything that was said of it before."""

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import undefer

from annotator.domain.codebook import Codebook
from annotator.domain.roles import Permission
from annotator.domain.verdicts import BadVerdict, Content
from annotator.services import repeats as service
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of
from annotator.storage import repeats
from annotator.storage.articles import Article, Claim
from annotator.storage.database import db
from annotator.storage.segmentation import asides_of
from annotator.web import highlighting as view
from annotator.web.access import requires
from annotator.web.errors import error_answer

bp = Blueprint("repeats", __name__)


@dataclass(frozen=True, slots=True)
class RepeatPage:
    """What the page shows: nothing of what anybody said before. It has what tagging/labels.html asks for."""

    article: Article
    claim: view.ClaimView
    quote: str
    paragraphs: list[view.Paragraph]
    codebook: Codebook
    left: int
    verdict: Content = field(default_factory=Content)
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def begins_with_title(self) -> bool:
        """Tell whether the text begins with the title, which is then not shown twice."""
        first = "".join(piece.text for piece in self.paragraphs[0].pieces) if self.paragraphs else ""
        return first.split() == self.article.title.split()


@bp.get("/projects/<slug>/repeats")
@requires(Permission.TAG)
def page(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show the claim that the viewer is asked about again next."""
    due = repeats.due_in(g.viewer.id, g.place.id)
    left = repeats.due_counts(g.viewer.id).get(g.place.id, 0)
    shown = build_page(due.claim_id, left) if due else None
    return render_template("repeats/page.html", project=g.place, page=shown)


def build_page(claim_id: int, left: int, **said: Any) -> RepeatPage:
    """Collect what the page shows of a claim; `said` is what was sent and not stored."""
    claim = db.session.get_one(Claim, claim_id)
    query = select(Article).options(undefer(Article.text)).where(Article.id == claim.article_id)
    article = db.session.scalars(query).one()
    shown = view.ClaimView(
        id=claim.id, number=1, start=claim.start, end=claim.end, kind=claim.kind, is_repeat=claim.is_repeat,
        label=None, skip_reason=None, flagged=False, current=True,
    )  # fmt: skip
    return RepeatPage(
        article=article,
        claim=shown,
        quote=claim.quote,
        paragraphs=view.paragraphs(article.text, [shown], article.title, asides_of(article.id)),
        codebook=codebook_of(codebook_in_force(g.place.id).id),
        left=left,
        **said,
    )


@bp.post("/claims/<int:claim_id>/repeat")
@requires(Permission.TAG)
def answer(claim_id: int) -> ResponseReturnValue:
    """Keep what the viewer says of the claim now; what stands is not touched."""
    content = content_sent()
    if not (content.label or content.skip_reason):
        return refused(claim_id, content, _("Choose a label, or skip the claim with a reason."))
    try:
        service.answer_again(claim_id, g.place.id, g.viewer.id, content)
    except service.NotDue:
        return error_answer(409, _("You are not asked about this claim now. Nothing was stored."))
    except BadVerdict as error:
        return refused(claim_id, content, _(str(error)))
    flash(_("Thank you. What you said before still stands."))
    return redirect(url_for("repeats.page", slug=g.place.slug), 303)


def content_sent() -> Content:
    """Return what the form says: a label with its kind, or a reason to skip."""
    skip = request.form.get("skip_reason", "")[:40] or None
    label = None if skip else request.form.get("label", "")[:40] or None
    kind = request.form.get(f"kind_{label}", "")[:40] or None if label else None
    return Content(label=label, kind=kind, skip_reason=skip)


def refused(claim_id: int, content: Content, message: str) -> ResponseReturnValue:
    """Show the claim again with what is wrong, nothing stored; 404 if the viewer is not asked about it."""
    due = repeats.due_in(g.viewer.id, g.place.id, claim_id) or abort(404)
    left = repeats.due_counts(g.viewer.id).get(g.place.id, 0)
    shown = build_page(due.claim_id, left, verdict=content, errors={"label": [message]})
    return render_template("repeats/page.html", project=g.place, page=shown), 422
