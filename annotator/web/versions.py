"""Two versions of a verdict side by side: what a reviewer sent, and what was stored since they had looked."""

import secrets
from dataclasses import dataclass

from flask import Response, g, make_response, render_template, request
from sqlalchemy import select

from annotator.domain.rewrites import difference
from annotator.domain.verdicts import Content
from annotator.services import tagging
from annotator.services.projects import codebook_in_force
from annotator.storage.articles import Article, Claim
from annotator.storage.claims import living_claims
from annotator.storage.database import AnyRow, db
from annotator.storage.progress import Progress
from annotator.storage.verdicts import Verdict
from annotator.web.marked_words import phrases
from annotator.web.verdict_fields import sent_fields

NOT_KEPT = frozenset({"client_key", "revision"})
"""Fields that belong to one request: its successor has its own."""


@dataclass(frozen=True, slots=True)
class Version:
    """All that one version says; `continues` is the number of the claim whose quotation goes on, 0 for one of old."""

    content: Content
    phrases: dict[str, list[str]]
    continues: int | None


def page(claim: Progress, standing: Verdict | None, yours: Content) -> Response:
    """Show both versions and ask which of them stands: 409, nothing stored, and all that was sent still there."""
    article = db.session.get_one(Article, claim.article_id)
    words = db.session.execute(select(Claim.quote, Claim.start).where(Claim.id == claim.id)).one()
    numbers = {row.id: number for number, row in enumerate(living_claims(article.id, g.viewer.id), 1)}
    theirs = tagging.content_of(standing) if standing else Content()
    shown = render_template(
        "tagging/conflict.html",
        article=article,
        claim=claim,
        quote=words.quote,
        codebook=tagging.codebook_of(codebook_in_force(article.project_id).id),
        mine=version(yours, words, numbers),
        theirs=version(theirs, words, numbers),
        given_at=standing.given_at if standing else None,
        texts={name: sides(getattr(yours, name), getattr(theirs, name)) for name in ("note", "rewrite")},
        fields=[(name, value) for name, value in sent_fields() if name not in NOT_KEPT],
        change=request.form["client_key"],
        revision=standing.revision if standing else 0,
        client_key=secrets.token_urlsafe(12),
    )
    return make_response(shown, 409)


def version(content: Content, words: AnyRow, numbers: dict[int, int]) -> Version:
    """Return what a verdict says, with its marked words and the claim that it continues as a reader knows them."""
    continues = numbers.get(content.continues_id, 0) if content.continues_id else None
    return Version(content, phrases(words.quote, words.start, content), continues)


def sides(mine: str, theirs: str) -> tuple[list[tuple[bool, str]], list[tuple[bool, str]]]:
    """Cut two texts into the parts that they share and those (True) that only one of them has."""
    if not mine or not theirs:
        return [(False, mine)], [(False, theirs)]
    parts = difference(theirs, mine)
    return (
        [(kind == "ins", text) for kind, text in parts if kind != "del"],
        [(kind == "del", text) for kind, text in parts if kind != "ins"],
    )
