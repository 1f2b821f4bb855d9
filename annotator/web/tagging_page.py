"""All that the annotate page shows, collected in a handful of queries."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import abort, g
from sqlalchemy import select
from sqlalchemy.orm import undefer

from annotator.domain.carrying import unite
from annotator.domain.codebook import Codebook
from annotator.domain.rewrites import Part, difference
from annotator.domain.verdicts import BadVerdict, Content, check_decision
from annotator.services import tagging
from annotator.services.carrying import verdicts_of
from annotator.services.projects import codebook_in_force
from annotator.storage.articles import Article
from annotator.storage.claims import living_claims
from annotator.storage.database import AnyRow, db
from annotator.storage.requeues import requeued_of
from annotator.storage.segmentation import CarriedVerdict, asides_of, asked_of, earlier_verdicts
from annotator.storage.verdicts import Verdict
from annotator.web import highlighting as view
from annotator.web.contradictions import warnings_on
from annotator.web.lessons import Lesson, lesson_of, lessons_in
from annotator.web.meanings import MeaningChange, meaning_changes
from annotator.web.tree import Tree, answered, tree_of
from annotator.web.verdict_fields import name_of, path_text


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision that the reviewer gave before the claim was cut anew, with the words that it was given on.

    `name` is that of the verdict, or of the first of those that say the same.
    """

    name: str
    content: Content
    quotes: list[str]


@dataclass(frozen=True, slots=True)
class AskedView:
    """What the reviewer is asked (confirm, conflict, or changed: the meaning), and what there is to choose from.

    `changes` say what a newer version of the codebook changed, each with its number and its note.
    """

    outcome: str
    choices: list[Choice]
    changes: Sequence[MeaningChange] = ()


@dataclass(frozen=True)
class TaggingPage(view.Counted):
    """All that the annotate page shows; offsets are code points of the article."""

    article: Article
    codebook: Codebook
    codebook_number: int
    paragraphs: list[view.Paragraph]
    claims: Sequence[view.ClaimView]
    current: view.ClaimView
    verdict: view.VerdictView
    words: list[view.Word]
    asked: AskedView | None
    warnings: list[str]
    lesson: Lesson | None
    diff: list[Part]
    history: list[view.HistoryEntry]
    can_undo: bool
    client_key: str
    errors: dict[str, list[str]]
    tree: Tree | None
    is_unsaved: bool

    @property
    def project(self) -> Any:
        """Return the project that the article belongs to."""
        return g.place

    @property
    def previous_claim(self) -> view.ClaimView | None:
        """Return the claim right before, whose quotation this one may continue."""
        return self.claims[self.current.number - 2] if self.current.number > 1 else None

    @property
    def chain(self) -> str:
        """Tell whether the quotation goes on from the claim right before (joined), or from one cut anew (orphan)."""
        if not self.verdict.continues:
            return ""
        return "joined" if self.previous_claim and self.previous_claim.id == self.verdict.continues else "orphan"

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


@dataclass(frozen=True)
class Refused:
    """What a reviewer sent that was not stored, and why not: the page shows it again, so that nothing typed is lost.

    `answer` is one to a question of the decision tree, given by a plain form.
    """

    content: Content
    revision: int
    errors: dict[str, list[str]]
    answer: str = ""


def build_page(article_id: int, number: int, refused: Refused | None = None) -> TaggingPage:
    """Collect what the annotate page shows; 404 for a claim that is not there."""
    article = db.session.scalar(select(Article).options(undefer(Article.text)).where(Article.id == article_id))
    questions, requeued = asked_of(g.viewer.id, article_id), requeued_of(g.viewer.id, article_id)
    claims = view.claim_views(living_claims(article_id, g.viewer.id), number, outcomes(questions, requeued))
    if article is None or article.withdrawn_at or not 1 <= number <= len(claims):
        abort(404)
    version = codebook_in_force(article.project_id)
    codebook = tagging.codebook_of(version.id)
    current, past = claims[number - 1], tagging.history(claims[number - 1].id, g.viewer.id)
    asked = asked_about(current, questions.get(current.id)) or changed_for(past, requeued.get(current.id, ()), codebook)
    earlier = earlier_verdicts(current.id, g.viewer.id)
    content = tagging.content_of(past[0]) if past else details_before(asked, current)
    content = answered(refused.content, codebook, refused.answer) if refused else content
    return TaggingPage(
        article=article,
        codebook=codebook,
        codebook_number=version.number,
        paragraphs=view.paragraphs(article.text, claims, article.title, asides_of(article_id)),
        claims=claims,
        current=current,
        verdict=content_view(content, codebook, refused.revision if refused else 0)
        if refused or not past
        else verdict_view(past[0], codebook),
        words=view.words(article.text[current.start : current.end], current.start, content),
        asked=asked,
        warnings=warnings_on(content, codebook),
        lesson=lesson_of(lessons_in(article_id, article.purpose), current.id, past, codebook),
        diff=difference(article.text[current.start : current.end], content.rewrite),
        history=[history_entry(verdict) for verdict in past] + [history_entry(row[0], row[1]) for row in earlier],
        can_undo=tagging.last_change(article_id, g.viewer.id) is not None,
        client_key=secrets.token_urlsafe(12),
        errors=refused.errors if refused else {},
        tree=tree_of(codebook, content.path),
        is_unsaved=refused is not None,
    )


def claims_of(article_id: int) -> list[view.ClaimView]:
    """Return an article's claims with the viewer's verdicts, and what they are asked about."""
    asked = outcomes(asked_of(g.viewer.id, article_id), requeued_of(g.viewer.id, article_id))
    return view.claim_views(living_claims(article_id, g.viewer.id), None, asked)


def outcomes(questions: Mapping[int, CarriedVerdict], requeued: Iterable[int] = ()) -> dict[int, str]:
    """Return what the reviewer is asked, by claim; `requeued` are those whose verdict a new codebook asks about."""
    return dict.fromkeys(requeued, "changed") | {claim_id: row.outcome for claim_id, row in questions.items()}


def changed_for(past: Sequence[Verdict], rows: Sequence[AnyRow], codebook: Codebook) -> AskedView | None:
    """Return what the reviewer is asked since a meaning changed: the verdict that stands, if it can still be given."""
    if not rows or not past:
        return None
    content = tagging.content_of(past[0])
    try:
        check_decision(content, codebook)
        choices = [Choice(name_of(past[0]), content, [])]
    except BadVerdict:
        choices = []
    return AskedView("changed", choices, meaning_changes(rows, codebook))


def asked_about(claim: view.ClaimView, question: CarriedVerdict | None) -> AskedView | None:
    """Return what the reviewer is asked about a claim, with their earlier verdicts, equal ones together."""
    if question is None:
        return None
    found = verdicts_of(question.verdict_ids)
    choices: dict[object, Choice] = {}
    for verdict, quote, _start, _end in (found[verdict_id] for verdict_id in question.verdict_ids):
        content = tagging.content_of(verdict)
        decision = (content.label, content.kind, content.skip_reason)
        if decision in choices:
            before = choices[decision]
            content = unite([before.content, content], (claim.start, claim.end))
            choices[decision] = Choice(before.name, content, [*before.quotes, quote])
        else:
            choices[decision] = Choice(name_of(verdict), unite([content], (claim.start, claim.end)), [quote])
    return AskedView(question.outcome, list(choices.values()))


def details_before(asked: AskedView | None, claim: view.ClaimView) -> Content:
    """Return what the form of an undecided claim begins with: all that was said before but the decision itself."""
    if asked is None:
        return Content()
    united = unite([choice.content for choice in asked.choices], (claim.start, claim.end))
    return replace(united, label=None, kind=None, skip_reason=None, rewrite="", path=())


def verdict_view(verdict: Verdict, codebook: Codebook) -> view.VerdictView:
    """Return what the form shows of a standing verdict."""
    return content_view(tagging.content_of(verdict), codebook, verdict.revision, clock(verdict.given_at))


def content_view(content: Content, codebook: Codebook, revision: int, time: str | None = None) -> view.VerdictView:
    """Return what the form shows of a content that is based on `revision`, stored at `time` or not at all."""
    return view.VerdictView(
        label=content.label,
        kind=content.kind,
        skip_reason=content.skip_reason,
        flagged=content.is_flagged,
        source_name=content.source_name,
        evidence_url=content.evidence_url,
        note=content.note,
        confidence=content.confidence,
        also_attributed=content.also_attributed,
        source_kind=content.source_kind,
        speech=content.speech,
        depth=content.depth,
        continues=content.continues_id,
        rewrite=content.rewrite,
        path=path_text(content.path) if codebook.outcome(content.path) else "",
        revision=revision,
        time=time,
    )


def clock(at: datetime) -> str:
    """Return the time of day in UTC; the page's script turns it into the reader's own."""
    return at.strftime("%H:%M:%S")


def history_entry(verdict: Verdict, quote: str = "") -> view.HistoryEntry:
    """Return what the history shows of a verdict; `quote` are the words of the earlier claim that it was given on."""
    return view.HistoryEntry(
        verdict.given_at,
        clock(verdict.given_at),
        verdict.label,
        verdict.kind,
        verdict.skip_reason,
        verdict.is_flagged,
        verdict.undoes_id is not None,
        verdict.note,
        bool(verdict.carried_from),
        quote,
    )
