"""What the annotate page's script needs to go from claim to claim by itself: the viewer's work on an article."""

from dataclasses import asdict

from flask import Blueprint, abort, g, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import undefer

from annotator.domain.codebook import Codebook
from annotator.domain.rewrites import difference
from annotator.domain.roles import Permission
from annotator.services import tagging
from annotator.services.projects import codebook_in_force
from annotator.storage.articles import Article
from annotator.storage.claims import living_claims, standing_verdicts
from annotator.storage.database import AnyRow, db
from annotator.storage.gold import GoldAnswer
from annotator.storage.requeues import requeued_of
from annotator.storage.segmentation import asked_of
from annotator.web import highlighting as view
from annotator.web.access import requires
from annotator.web.contradictions import warnings_on
from annotator.web.lessons import lesson_on, lessons_in
from annotator.web.permission_to_label import require_theirs
from annotator.web.verdict_fields import fields_of

bp = Blueprint("claims", __name__)


@bp.get("/articles/<int:article_id>/work")
@requires(Permission.TAG)
def work(article_id: int) -> ResponseReturnValue:
    """Return what the viewer has said of each claim of an article, in the words of the annotate page's form."""
    article = db.session.scalar(select(Article).options(undefer(Article.text)).where(Article.id == article_id))
    if article is None or article.withdrawn_at:
        abort(404)
    require_theirs(article_id)
    codebook = tagging.codebook_of(codebook_in_force(article.project_id).id)
    asked = asked_of(g.viewer.id, article_id).keys() | requeued_of(g.viewer.id, article_id).keys()
    standing = {row.claim_id: row for row in standing_verdicts(article_id, g.viewer.id)}
    lessons = lessons_in(article_id, article.purpose)
    claims = [
        claim_facts(row, article.text[row.start : row.end], row.id in asked)
        | (
            verdict_facts(standing[row.id], article.text[row.start : row.end], codebook, lessons.get(row.id))
            if row.id in standing
            else {}
        )
        for row in living_claims(article_id, g.viewer.id)
    ]
    return jsonify(person=g.viewer.id, article=article_id, claims=claims)


def claim_facts(row: AnyRow, quote: str, is_asked: bool) -> dict[str, object]:  # noqa: FBT001 (one of its facts)
    """Return a claim's place and how its words are cut; `asked`: what its reader is asked stands on its page alone."""
    facts = {"id": row.id, "start": row.start, "words": view.word_lengths(quote)}
    return facts | {name: True for name, holds in (("repeat", row.is_repeat), ("asked", is_asked)) if holds}


def verdict_facts(row: AnyRow, quote: str, codebook: Codebook, right: GoldAnswer | None) -> dict[str, object]:
    """Return what stands: its revision and time, the form's fields, and what the page says about them."""
    content = tagging.content_of(row)
    lesson = lesson_on(right, codebook, content.label, content.skip_reason)
    facts = {
        "fields": fields_of(content, codebook),
        "warnings": warnings_on(content, codebook),
        "diff": difference(quote, content.rewrite),
        "lesson": asdict(lesson) if lesson else None,
    }
    said = {name: fact for name, fact in facts.items() if fact}
    return {"revision": row.revision, "time": row.given_at.isoformat(), **said}
