"""An article to read with the viewer's own labels: what they said of each claim, and how far they are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, abort, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import undefer

from annotator.domain.codebook import Codebook
from annotator.domain.roles import Permission
from annotator.domain.verdicts import Content
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of, content_of
from annotator.storage.articles import Article
from annotator.storage.claims import standing_verdicts
from annotator.storage.database import db
from annotator.storage.segmentation import asides_of
from annotator.web import highlighting as view
from annotator.web.access import requires
from annotator.web.marked_words import phrases, with_marks
from annotator.web.permission_to_label import refusal_here
from annotator.web.tagging_page import claims_of

bp = Blueprint("reading", __name__)


@dataclass(frozen=True, slots=True)
class Said:
    """What the viewer said of a claim, and when."""

    claim: view.ClaimView
    content: Content
    phrases: Mapping[str, Sequence[str]]
    at: datetime

    @property
    def has_details(self) -> bool:
        """Tell whether it says more than the line of its decision does."""
        said = self.content
        decision = Content(said.label, said.kind, said.skip_reason, said.is_flagged, said.also_attributed)
        return replace(said, marks=(), path=(), continues_id=None) != decision


@dataclass(frozen=True)
class ReadingPage(view.Counted):
    """All that the page shows; it has what the parts of the annotate page ask for (article.html, progress.html)."""

    article: Article
    codebook: Codebook
    paragraphs: Sequence[view.Paragraph]
    claims: Sequence[view.ClaimView]
    said: Sequence[Said]
    refusal: str
    """Why the viewer may not label it; nothing if they may."""

    @property
    def labels(self) -> Counter[str | None]:
        """Return how many claims have each label."""
        return Counter(claim.label for claim in self.claims)

    @property
    def skipped(self) -> int:
        """Return how many claims were skipped."""
        return sum(bool(claim.skip_reason) for claim in self.claims)

    @property
    def flagged(self) -> int:
        """Return how many claims are flagged."""
        return sum(claim.flagged for claim in self.claims)

    @property
    def asked(self) -> int:
        """Return of how many claims the viewer is asked to confirm what they said."""
        return sum(bool(claim.asked) for claim in self.claims)


@bp.get("/articles/<int:article_id>")
@requires(Permission.TAG)
def page(article_id: int) -> ResponseReturnValue:
    """Show an article with all that the viewer said of its claims."""
    return render_template("tagging/reading.html", page=build_page(article_id))


def build_page(article_id: int) -> ReadingPage:
    """Collect what the page shows, in a fixed number of queries; 404 for an article that is withdrawn."""
    found = db.session.scalar(select(Article).options(undefer(Article.text)).where(Article.id == article_id))
    if found is None or found.withdrawn_at:
        abort(404)
    claims = claims_of(article_id)
    standing = {row.claim_id: row for row in standing_verdicts(article_id, g.viewer.id)}
    said = [
        Said(claim, content, phrases(found.text[claim.start : claim.end], claim.start, content), row.given_at)
        for claim in claims
        if (row := standing.get(claim.id)) and (content := content_of(row)) != Content()
    ]
    paragraphs = view.paragraphs(found.text, claims, found.title, asides_of(article_id))
    return ReadingPage(
        article=found,
        codebook=codebook_of(codebook_in_force(found.project_id).id),
        paragraphs=marked(paragraphs, {one.claim.id: one.content for one in said if one.content.marks}),
        claims=claims,
        said=said,
        refusal=refusal_here(article_id),
    )


def marked(paragraphs: Sequence[view.Paragraph], contents: Mapping[int, Content]) -> list[view.Paragraph]:
    """Return the paragraphs with the words marked that the viewer's verdicts mark, by claim."""
    return [
        replace(paragraph, pieces=tuple(with_marked_words(piece, contents) for piece in paragraph.pieces))
        for paragraph in paragraphs
    ]


def with_marked_words(piece: view.Piece, contents: Mapping[int, Content]) -> view.Piece:
    """Return a piece of text; if it is a claim that a verdict marks words of, as HTML with the marks."""
    content = contents.get(piece.claim.id) if piece.claim else None
    return replace(piece, text=with_marks(piece.text, piece.claim.start, content)) if piece.claim and content else piece
