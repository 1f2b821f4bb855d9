"""All that the page of one claim on the desk shows: who said what is never among it, only cards with letters."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, current_app, g
from sqlalchemy import select
from sqlalchemy.orm import undefer

from annotator.domain.adjudication import agree, in_hidden_order, letter, may_decide, seal
from annotator.domain.codebook import Codebook
from annotator.domain.verdicts import Content
from annotator.services.adjudication import is_party
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of, content_of
from annotator.storage.adjudications import Adjudication, decisions_on
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.claims import DECIDED
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.database import AnyRow, db
from annotator.storage.repeats import Repeat
from annotator.storage.segmentation import asides_of
from annotator.storage.tallies import numbers_of
from annotator.storage.threads import entries_on
from annotator.storage.verdicts import StandingVerdict, Verdict
from annotator.web import highlighting as view
from annotator.web.marked_words import phrases
from annotator.web.verdict_fields import ROLES

SIGNS = {role: name for name, role in ROLES.items()}


@dataclass(frozen=True, slots=True)
class Card:
    """What one reviewer says of the claim, under a letter; `seen` names this very verdict, without telling whose."""

    letter: str
    seen: str
    content: Content
    phrases: Mapping[str, Sequence[str]]
    codebook: Codebook
    codebook_number: int
    earlier: Sequence[AnyRow]
    repeat: Repeat | None
    is_mine: bool
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the claim, and who marks it: letters by the sign of the mark."""

    text: str
    marks: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """An entry of the thread: a reviewer is a letter; `to` is the letter of whom the desk answers, "" for all."""

    text: str
    at: Any
    is_mine: bool
    is_desk: bool
    letter: str
    to: str


@dataclass(frozen=True, slots=True)
class Form:
    """What the decision's form shows."""

    label: str | None = None
    kind: str | None = None
    skip_reason: str | None = None
    also_attributed: bool = False
    cause: str | None = None
    rule: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ClaimPage:
    """All that the page shows; it has what the labels of the annotate page ask for (page.verdict, page.errors)."""

    article: Article
    codebook: Codebook
    codebook_number: int
    claim: view.ClaimView
    quote: str
    paragraphs: Sequence[view.Paragraph]
    cards: Sequence[Card]
    segments: Sequence[Segment]
    verdict: Form
    is_agreed: bool
    may_decide: bool
    history: Sequence[AnyRow]
    thread: Sequence[Said]
    people: Sequence[tuple[str, str]]
    client_key: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def last(self) -> Adjudication | None:
        """Return the newest thing that the desk said of the claim."""
        return self.history[0][0] if self.history else None

    @property
    def is_settled(self) -> bool:
        """Tell whether a decision stands."""
        return self.last is not None and self.last.action != "reopen"

    @property
    def revision(self) -> int:
        """Return that of the newest thing that the desk said of the claim, 0 for nothing."""
        return self.last.revision if self.last else 0


def secret() -> str:
    """Return what the order of the cards and the names of verdicts rest on."""
    return str(current_app.secret_key)


def sealed(verdict_id: int) -> str:
    """Return the name under which a page carries a verdict that it has shown."""
    return seal(secret(), g.viewer.id, verdict_id)


def seen_by(names: Collection[str]) -> Any:
    """Return what tells whether these are the verdicts that the page had shown."""
    return lambda ids: {sealed(verdict_id) for verdict_id in ids} == set(names)


def find_claim(claim_id: int) -> Claim | None:
    """Return a claim of the study of the project at hand, also a retired one."""
    claim: Claim | None = db.session.scalar(
        select(Claim).join(Article).where(Claim.id == claim_id, Article.project_id == g.place.id, IN_STUDY)
    )
    return claim


def is_living(claim_id: int) -> bool:
    """Tell whether a claim is still one that people tag."""
    return db.session.scalar(select(Claim.id).where(Claim.id == claim_id, LIVING)) is not None


def build_page(
    claim_id: int,
    sent: Form | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
    seen: Collection[str] | None = None,
) -> ClaimPage:
    """Collect what the page shows, in a fixed number of queries; 404 for a claim that is not there.

    `sent` is what the adjudicator had filled in, `seen` the verdicts that they had before them: others are new.
    """
    claim = find_claim(claim_id) or abort(404)
    article = db.session.scalars(
        select(Article).options(undefer(Article.text)).where(Article.id == claim.article_id)
    ).one()
    version = codebook_in_force(article.project_id)
    rows = _verdicts(claim_id)
    order = in_hidden_order([row.reviewer_id for row, _number in rows], secret(), claim_id, g.viewer.id)
    cards = _cards(rows, order, claim, seen)
    shown = _claim_view(claim)
    thread, people = thread_of(claim_id, order)
    answers = [row for row, _number in rows]
    agreed = bool(rows) and agree(answers)
    return ClaimPage(
        article=article,
        codebook=codebook_of(version.id),
        codebook_number=version.number,
        claim=shown,
        quote=claim.quote,
        paragraphs=view.paragraphs(article.text, [shown], article.title, asides_of(article.id)),
        cards=cards,
        segments=overlaid(claim, cards),
        verdict=sent or _suggested(answers if agreed else []),
        is_agreed=agreed,
        may_decide=may_decide(answers, is_party=is_party(claim_id, g.viewer.id)),
        history=decisions_on(claim_id),
        thread=thread,
        people=people,
        errors=errors or {},
    )


def _verdicts(claim_id: int) -> list[tuple[Verdict, int]]:
    """Return the verdicts that stand and decide, each with the number of its codebook version."""
    rows = db.session.execute(
        select(Verdict, CodebookVersion.number)
        .join(StandingVerdict, StandingVerdict.verdict_id == Verdict.id)
        .join(CodebookVersion, CodebookVersion.id == Verdict.codebook_version_id)
        .where(StandingVerdict.claim_id == claim_id, DECIDED)
    )
    return [(row[0], row[1]) for row in rows]


def _cards(
    rows: Sequence[tuple[Verdict, int]], order: Sequence[int], claim: Claim, seen: Collection[str] | None
) -> list[Card]:
    earlier, repeats = _earlier(claim.id), _repeats(claim.id)
    found = {row.reviewer_id: (row, number) for row, number in rows}
    cards = []
    for place, reviewer_id in enumerate(order):
        row, number = found[reviewer_id]
        content = content_of(row)
        cards.append(
            Card(
                letter(place),
                sealed(row.id),
                content,
                phrases(claim.quote, claim.start, content),
                codebook_of(row.codebook_version_id),
                number,
                [one for one in earlier if one.reviewer_id == reviewer_id and one.id != row.id],
                repeats.get(reviewer_id),
                reviewer_id == g.viewer.id,
                seen is not None and sealed(row.id) not in seen,
            )
        )
    return cards


def _earlier(claim_id: int) -> Sequence[AnyRow]:
    """Return all that was ever said of the claim, the oldest first."""
    return db.session.execute(
        select(Verdict.id, Verdict.reviewer_id, Verdict.label, Verdict.kind, Verdict.skip_reason, Verdict.is_flagged)
        .where(Verdict.claim_id == claim_id)
        .order_by(Verdict.id)
        .limit(500)
    ).all()


def _repeats(claim_id: int) -> dict[int, Repeat]:
    """Return what reviewers said when they were asked a second time, by reviewer."""
    rows = db.session.scalars(select(Repeat).where(Repeat.claim_id == claim_id, Repeat.answered_at.is_not(None)))
    return {row.reviewer_id: row for row in rows}


def _claim_view(claim: Claim) -> view.ClaimView:
    number = numbers_of([claim.id]).get(claim.id, 0)
    return view.ClaimView(
        claim.id, number, claim.start, claim.end, claim.kind, claim.is_repeat, None, None, flagged=False, current=True
    )


def _suggested(answers: Sequence[Verdict]) -> Form:
    """Return what the form begins with: what all agree on, if they do."""
    if not answers:
        return Form()
    first = answers[0]
    kinds = {answer.kind for answer in answers}
    also = all(answer.also_attributed for answer in answers)
    kind = first.kind if len(kinds) == 1 else None
    return Form(first.label, kind, first.skip_reason, also_attributed=also)


def overlaid(claim: Claim, cards: Sequence[Card]) -> list[Segment]:
    """Cut the claim where the marks of any card begin or end, and say of each stretch which cards mark it as what."""
    words = [view.words(claim.quote, claim.start, card.content) for card in cards]
    found: list[Segment] = []
    for places in zip(*words, strict=True):
        by_sign = {
            sign: tuple(card.letter for card, word in zip(cards, places, strict=True) if role in word.roles)
            for role, sign in SIGNS.items()
        }
        segment = Segment(places[0].text, tuple((sign, letters) for sign, letters in by_sign.items() if letters))
        if found and found[-1].marks == segment.marks:
            segment = Segment(found.pop().text + segment.text, segment.marks)
        elif len(found) > 1 and found[-2].marks == segment.marks and segment.marks and not found[-1].text.strip():
            gap, before = found.pop().text, found.pop().text
            segment = Segment(before + gap + segment.text, segment.marks)
        found.append(segment)
    return found or [Segment(claim.quote)]


def thread_of(claim_id: int, order: Sequence[int]) -> tuple[list[Said], list[tuple[str, str]]]:
    """Return what was said of a claim with letters for the reviewers, and whom the desk can answer (name, letter)."""
    entries = entries_on(claim_id)
    asking = [entry.with_id for entry in entries if entry.with_id is not None]
    others = in_hidden_order(set(asking) - set(order), secret(), claim_id, g.viewer.id)
    letters = {person_id: letter(place) for place, person_id in enumerate([*order, *others])}
    said = [
        Said(
            entry.text,
            entry.said_at,
            is_mine=entry.person_id == g.viewer.id,
            is_desk=entry.person_id != entry.with_id,
            letter=letters.get(entry.person_id, ""),
            to=letters.get(entry.with_id or 0, ""),
        )
        for entry in entries
    ]
    return said, [(seal(secret(), claim_id, g.viewer.id, person_id), name) for person_id, name in letters.items()]
