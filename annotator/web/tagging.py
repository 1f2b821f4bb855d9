"""The reviewer's pages: the queue, the article with its claims, and the verdicts that they send."""

import math
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import undefer

from annotator.domain.codebook import Codebook
from annotator.domain.roles import Permission
from annotator.services import tagging
from annotator.services.projects import codebook_in_force
from annotator.storage.articles import Article, Claim
from annotator.storage.claims import living_claims, projects_of, queue
from annotator.storage.database import db
from annotator.storage.verdicts import Verdict
from annotator.web import highlighting as view
from annotator.web.access import requires, signed_in
from annotator.web.errors import problem, wants_json
from annotator.web.forms import VerdictForm, errors_of

bp = Blueprint("tagging", __name__)


@dataclass(frozen=True)
class QueueArticle:
    """An article in the queue, with how far its reader has come."""

    id: int
    title: str
    outlet: str
    language: str
    direction: str
    total: int
    done: int
    last: datetime | None

    @property
    def status(self) -> str:
        """Return todo, doing or done."""
        return "todo" if not self.done else "done" if self.done >= self.total else "doing"


@dataclass(frozen=True)
class QueueProject:
    """A project in the queue with its articles."""

    slug: str
    name: str
    role: str | None
    articles: list[QueueArticle]


@dataclass(frozen=True)
class TaggingPage:
    """All that the annotate page shows; offsets are code points of the article."""

    article: Article
    codebook: Codebook
    codebook_number: int
    paragraphs: list[view.Paragraph]
    claims: list[view.ClaimView]
    current: view.ClaimView
    verdict: view.VerdictView
    words: list[view.Word]
    history: list[view.HistoryEntry]
    can_undo: bool
    client_key: str
    errors: dict[str, list[str]]

    @property
    def project(self) -> Any:
        """Return the project that the article belongs to."""
        return g.place

    @property
    def done(self) -> int:
        """Return how many claims the viewer has labelled or skipped."""
        return sum(claim.is_done for claim in self.claims)

    @property
    def total(self) -> int:
        """Return how many claims the article has."""
        return len(self.claims)

    @property
    def previous(self) -> int | None:
        """Return the number of the claim before, None at the first."""
        return self.current.number - 1 if self.current.number > 1 else None

    @property
    def next(self) -> int | None:
        """Return the number of the claim after, None at the last."""
        return self.current.number + 1 if self.current.number < self.total else None

    @property
    def next_open(self) -> int | None:
        """Return the number of the next claim without verdict, after this one or else from the start."""
        return next_open(self.claims, self.current.number)


def next_open(claims: Sequence[view.ClaimView], number: int) -> int | None:
    """Return the number of the first open claim after `number`, or else from the start; None if all are done."""
    return next((claim.number for claim in [*claims[number:], *claims[: number - 1]] if not claim.is_done), None)


@bp.get("/", endpoint="queue")
@signed_in
def queue_page() -> ResponseReturnValue:
    """Show what there is to tag, and where the viewer stopped."""
    projects = {
        row.slug: QueueProject(row.slug, row.name, row.role, [])
        for row in projects_of(g.viewer.id, everything=g.viewer.is_admin)
    }
    for slug, _name, _role, *facts in queue(g.viewer.id):
        projects[slug].articles.append(QueueArticle(*facts))
    started = [article for project in projects.values() for article in project.articles if article.last and article.status == "doing"]
    fresh = [article for project in projects.values() for article in project.articles if article.status == "todo"]
    resume = max(started, key=lambda article: article.last or datetime.min.replace(tzinfo=UTC)) if started else next(iter(fresh), None)
    return render_template("tagging/queue.html", projects=list(projects.values()), resume=resume)


@bp.get("/articles/<int:article_id>")
@requires(Permission.TAG)
def resume(article_id: int) -> ResponseReturnValue:
    """Go on at the first claim of the article that the viewer has not decided."""
    claims = view.claim_views(living_claims(article_id, g.viewer.id))
    number = next((claim.number for claim in claims if not claim.is_done), 1)
    return redirect(url_for("tagging.page", article_id=article_id, number=number), 303)


@bp.get("/articles/<int:article_id>/claims/<int:number>")
@requires(Permission.TAG)
def page(article_id: int, number: int) -> ResponseReturnValue:
    """Show the article with one claim to decide."""
    return render_template("tagging/page.html", page=build_page(article_id, number))


def build_page(article_id: int, number: int, errors: dict[str, list[str]] | None = None) -> TaggingPage:
    """Collect what the annotate page shows; 404 for a claim that is not there."""
    article = db.session.scalar(select(Article).options(undefer(Article.text)).where(Article.id == article_id))
    claims = view.claim_views(living_claims(article_id, g.viewer.id), number)
    if article is None or article.withdrawn_at or not 1 <= number <= len(claims):
        abort(404)
    version = codebook_in_force(article.project_id)
    current, past = claims[number - 1], tagging.history(claims[number - 1].id, g.viewer.id)
    content = tagging.content_of(past[0]) if past else tagging.Content()
    return TaggingPage(
        article=article, codebook=tagging.codebook_of(version.id), codebook_number=version.number,
        paragraphs=view.paragraphs(article.text, claims, article.title), claims=claims, current=current,
        verdict=verdict_view(past[0] if past else None),
        words=view.words(article.text[current.start : current.end], current.start, content),
        history=[history_entry(verdict) for verdict in past],
        can_undo=tagging.last_change(article_id, g.viewer.id) is not None, client_key=secrets.token_urlsafe(12), errors=errors or {},
    )


def verdict_view(verdict: Verdict | None) -> view.VerdictView:
    """Return what the form shows of a standing verdict."""
    if verdict is None:
        return view.VerdictView()
    return view.VerdictView(
        verdict.label, verdict.kind, verdict.skip_reason, verdict.is_flagged, verdict.source_name, verdict.evidence_url,
        verdict.note, verdict.confidence, verdict.also_attributed, verdict.revision, clock(verdict.given_at),
    )


def clock(at: datetime) -> str:
    """Return the time of day in UTC; the page's script turns it into the reader's own."""
    return at.strftime("%H:%M:%S")


def history_entry(verdict: Verdict) -> view.HistoryEntry:
    """Return what the history shows of a verdict."""
    return view.HistoryEntry(
        verdict.given_at, clock(verdict.given_at), verdict.label, verdict.kind, verdict.skip_reason,
        verdict.is_flagged, verdict.undoes_id is not None, verdict.note,
    )


@bp.post("/claims/<int:claim_id>/verdicts")
@requires(Permission.TAG)
def give(claim_id: int) -> ResponseReturnValue:
    """Store a verdict, and say so only once it is stored."""
    form = VerdictForm(request.form)
    if not form.validate():
        return refuse(claim_id, errors_of(form))
    try:
        given = tagging.give_verdict(
            claim_id, g.viewer.id, content_from(form), seen_revision=int(form.revision.data), client_key=form.client_key.data,
            seconds=seconds_from(form.seconds.data),
        )
    except tagging.NoSuchClaim:
        abort(404)
    except tagging.BadVerdict as error:
        return refuse(claim_id, {error.field: [str(error)]})
    except tagging.KeyReused:
        abort(422, _("This was sent before with other contents; the first one stays. Reload the page."))
    except tagging.Stale as stale:
        return conflict(stale, form)
    return acknowledge(given, request.form.get("action", "save"))


def content_from(form: VerdictForm) -> tagging.Content:
    """Return what the form says, as the service takes it."""
    skip = form.skip_reason.data or None
    label = None if skip else form.label.data or None
    if not label and not skip:
        skip = form.kept_skip.data or None  # a note on a skipped claim leaves it skipped
    kind = request.form.get(f"kind_{label}") or None if label else None
    return tagging.Content(
        label=label, kind=kind, skip_reason=skip, is_flagged=form.flagged.data != (request.form.get("action") == "flag"),
        also_attributed=form.also_attributed.data, marks=tuple(map(mark_from, sorted(set(request.form.getlist("word"))))),
        source_name=form.source_name.data, evidence_url=form.evidence_url.data or "", note=form.note.data,
        confidence=int(form.confidence.data) if form.confidence.data else None,
    )


def mark_from(value: str) -> tagging.Mark:
    """Read a marked word's "start-end"; 422 for anything else."""
    start, _dash, end = value.partition("-")
    if not (start.isascii() and start.isdigit() and end.isascii() and end.isdigit() and len(value) <= 20):  # noqa: PLR2004
        abort(422, _("A marked word has no place in the claim. Reload the page."))
    return int(start), int(end), "loaded"


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


def place_of(article_id: int, claim_id: int) -> tuple[list[view.ClaimView], view.ClaimView]:
    """Return an article's claims, and the one that is meant among them; 404 if it was retired."""
    claims = view.claim_views(living_claims(article_id, g.viewer.id))
    return claims, next((claim for claim in claims if claim.id == claim_id), None) or abort(404)


def refuse(claim_id: int, errors: dict[str, list[str]]) -> Response:
    """Answer a verdict that does not fit: 422 with the reasons at their fields, nothing stored."""
    if wants_json():
        return problem(422, " ".join(message for messages in errors.values() for message in messages), errors=errors)
    article_id = article_of(claim_id)
    _claims, claim = place_of(article_id, claim_id)
    return make_response(render_template("tagging/page.html", page=build_page(article_id, claim.number, errors)), 422)


def conflict(stale: tagging.Stale, form: VerdictForm) -> Response:
    """Answer a verdict that was based on an older one: 409 with both, nothing stored."""
    article_id = article_of(stale.claim_id)
    claims, claim = place_of(article_id, stale.claim_id)
    standing = stale.standing
    if wants_json():
        return problem(409, current=verdict_json(standing, article_id, claims, claim) if standing else None)
    article = db.session.get_one(Article, article_id)
    yours = content_from(form)
    page = render_template(
        "tagging/conflict.html", article=article, claim=claim, current=verdict_view(standing), yours=yours,
        codebook=tagging.codebook_of(codebook_in_force(article.project_id).id), fields=list(request.form.items(multi=True)),
        revision=standing.revision if standing else 0, client_key=secrets.token_urlsafe(12),
    )
    return make_response(page, 409)


def verdict_json(
    verdict: Verdict | tagging.Given, article_id: int, claims: Sequence[view.ClaimView], claim: view.ClaimView
) -> dict[str, object]:
    """Return a verdict and its surroundings for the page's script."""
    content = verdict.content if isinstance(verdict, tagging.Given) else tagging.content_of(verdict)
    facts = asdict(content)
    facts["flagged"] = facts.pop("is_flagged")
    facts["marks"] = [[start, end] for start, end, _role in content.marks]
    return facts | {
        "claim": claim.id, "number": claim.number, "url": url_for("tagging.page", article_id=article_id, number=claim.number),
        "revision": verdict.revision, "at": verdict.given_at.isoformat(), "time": clock(verdict.given_at),
        "done": sum(other.is_done for other in claims), "total": len(claims),
        "next": claim.number + 1 if claim.number < len(claims) else None, "next_open": next_open(claims, claim.number),
        "can_undo": True,
    }


def acknowledge(given: tagging.Given, action: str) -> ResponseReturnValue:
    """Answer a stored verdict: the facts for the script, the next page for a form."""
    article_id = given.article_id
    claims, claim = place_of(article_id, given.claim_id)
    if wants_json():
        return jsonify(verdict_json(given, article_id, claims, claim))
    onward = action in {"next", "skip"} or "skip_reason" in request.form
    number = claim.number + 1 if onward and claim.number < len(claims) else claim.number
    return redirect(url_for("tagging.page", article_id=article_id, number=number, _anchor=f"claim-{number}"), 303)


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
    if given is None:
        abort(409, _("There is nothing left to take back in this article."))
    claims, claim = place_of(article_id, given.claim_id)
    if wants_json():
        answer = verdict_json(given, article_id, claims, claim)
        return jsonify(answer | {"can_undo": tagging.last_change(article_id, g.viewer.id) is not None})
    return redirect(url_for("tagging.page", article_id=article_id, number=claim.number, _anchor=f"claim-{claim.number}"), 303)
