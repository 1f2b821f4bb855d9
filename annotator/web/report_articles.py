"""An article painted by disagreement: its text with each claim's entropy, and the votes on each claim."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from annotator.domain.roles import Permission
from annotator.services.reports import make_report
from annotator.storage.article_votes import studied_article, votes_in
from annotator.storage.articles import Article
from annotator.storage.database import AnyRow, db
from annotator.storage.projects import Project
from annotator.storage.segmentation import blocks_of
from annotator.web import highlighting as view
from annotator.web.access import requires
from annotator.web.errors import invalid, wants_json
from annotator.web.report_filter import BadFilter, arguments_of, wanted_from
from annotator.web.reports import names_for

if TYPE_CHECKING:  # numpy is slow to load, and only a report needs it
    from annotator.domain.report import ArticleName, LabelName, Report

bp = Blueprint("report_articles", __name__)

SOME, MORE = 0.5, 1.0
"""Bits of entropy up to which a claim's ground is pale, and middling: two reviewers who part have 1 bit."""


@dataclass(frozen=True, slots=True)
class LabelVotes:
    """A label and who gave it to a claim."""

    label: str
    reviewers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PaintedClaim:
    """A claim with its votes, the most frequent label first; `entropy` in bits, None below two votes."""

    id: int
    number: int
    quote: str
    votes: tuple[LabelVotes, ...]
    entropy: float | None

    @property
    def n(self) -> int:
        """Return how many reviewers labelled it."""
        return sum(len(vote.reviewers) for vote in self.votes)

    @property
    def is_disputed(self) -> bool:
        """Tell whether its reviewers part."""
        return bool(self.entropy)

    @property
    def split(self) -> str:
        """Return the votes as "2–1"; how many there are if all say the same."""
        return "–".join(str(len(vote.reviewers)) for vote in self.votes)

    @property
    def paint(self) -> str:
        """Return how its ground is painted: none, single, agreed, some, more or most."""
        if self.entropy is None:
            return "single" if self.votes else "none"
        if not self.is_disputed:
            return "agreed"
        return "some" if self.entropy <= SOME else "more" if self.entropy <= MORE else "most"


@dataclass(frozen=True)
class PaintedArticle:
    """All that the page shows."""

    article: Article
    paragraphs: Sequence[view.Paragraph]
    claims: Mapping[int, PaintedClaim]
    more: "ArticleName | None"
    """The article with the next higher mean entropy."""
    less: "ArticleName | None"

    @property
    def paired(self) -> Sequence[PaintedClaim]:
        """Return the claims that can show agreement: two reviewers or more labelled them."""
        return [claim for claim in self.claims.values() if claim.entropy is not None]

    @property
    def disputed(self) -> Sequence[PaintedClaim]:
        """Return the claims on which reviewers part."""
        return [claim for claim in self.claims.values() if claim.is_disputed]

    @property
    def heat(self) -> float | None:
        """Return the mean entropy of the claims that can show agreement, in bits."""
        found = [claim.entropy for claim in self.paired if claim.entropy is not None]
        return sum(found) / len(found) if found else None


@bp.get("/projects/<slug>/disagreements/articles/<int:article_id>")
@requires(Permission.READ_REPORTS)
def page(slug: str, article_id: int) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show an article with its claims painted by how far reviewers part on them, limited as the report is."""
    article = studied_article(g.place.id, article_id) or abort(404)
    try:
        wanted = wanted_from(request.args)
    except BadFilter as refused:
        return invalid(refused.errors) if wants_json() else abort(422)
    report = make_report(db.session.get_one(Project, g.place.id), wanted)
    return render_template(
        "reports/article.html",
        project=g.place,
        report=report,
        names=names_for(report),
        asked=arguments_of(wanted),
        painted=paint(article, report),
    )


def paint(article: Article, report: "Report") -> PaintedArticle:
    """Collect what the page shows: two queries beside the article and the report, whatever the article's length."""
    blocks = blocks_of(article.id)
    claims = view_of([block for block in blocks if block.aside is None])
    asides = [block for block in blocks if block.aside is not None]
    more, less = neighbours(report, article.id)
    return PaintedArticle(
        article=article,
        paragraphs=view.paragraphs(article.text, claims, article.title, asides),
        claims=painted_claims(article, claims, votes_in(article.project_id, article.id, report.filter), report),
        more=more,
        less=less,
    )


def view_of(blocks: Sequence[AnyRow]) -> list[view.ClaimView]:
    """Return the claims with their numbers, without anybody's verdicts."""
    return [
        view.ClaimView(
            row.id, number, row.start, row.end, row.kind, row.is_repeat, label=None, skip_reason=None, flagged=False,
            current=False,
        )
        for number, row in enumerate(blocks, 1)
    ]  # fmt: skip


def painted_claims(
    article: Article, claims: Sequence[view.ClaimView], votes: Sequence[AnyRow], report: "Report"
) -> dict[int, PaintedClaim]:
    """Return the claims with their votes, by id, in reading order."""
    from annotator.domain.agreement import entropy

    said: dict[int, dict[str, list[int]]] = {}
    place = {reviewer.id: number for number, reviewer in enumerate(report.reviewers)}
    for vote in votes:
        if vote.reviewer_id in place:
            said.setdefault(vote.claim_id, {}).setdefault(vote.label, []).append(place[vote.reviewer_id])
    painted = {}
    for claim in claims:
        found = ordered(said.get(claim.id, {}), report.labels)
        counts = [len(vote.reviewers) for vote in found]
        bits = entropy(counts) if sum(counts) > 1 else None
        quote = article.text[claim.start : claim.end]
        painted[claim.id] = PaintedClaim(claim.id, claim.number, quote, found, bits)
    return painted


def ordered(said: Mapping[str, Sequence[int]], labels: Sequence["LabelName"]) -> tuple[LabelVotes, ...]:
    """Return a claim's votes, the most frequent label first, then in the codebook's order."""
    rank = {label.key: number for number, label in enumerate(labels)}
    keys = sorted(said, key=lambda key: (-len(said[key]), rank.get(key, len(rank)), key))
    return tuple(LabelVotes(key, tuple(sorted(said[key]))) for key in keys)


def neighbours(report: "Report", article_id: int) -> tuple["ArticleName | None", "ArticleName | None"]:
    """Return the articles with the next higher and the next lower mean entropy; None beyond the report's articles."""
    measured = [(row.heat, row.article_id) for row in report.articles if row.heat is not None]
    order = [number for _heat, number in sorted(measured, key=lambda one: (-one[0], one[1]))]
    if article_id not in order:
        return None, None
    names = {article.id: article for article in report.article_names}
    at = order.index(article_id)
    higher = names.get(order[at - 1]) if at else None
    lower = names.get(order[at + 1]) if at + 1 < len(order) else None
    return higher, lower
