"""The list of a person's own standing verdicts: what is searched and filtered, a page at a time, the newest first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, literal, select
from sqlalchemy.orm import aliased

from annotator.domain.search import words_of
from annotator.domain.verdicts import FIELDS
from annotator.storage.articles import LIVING, Article, Claim
from annotator.storage.codebooks import in_force
from annotator.storage.database import AnyRow, Id, db
from annotator.storage.projects import Membership, Project
from annotator.storage.search import holding
from annotator.storage.verdicts import StandingVerdict, Verdict

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is asked for; what is empty asks for nothing.

    `state` is "skipped" or "open" (taken back); confidence 0 asks for those without one. `before` and `after` name
    a verdict of theirs by its claim and its revision there: only older ones, or only newer ones, are wanted. By its id
    the person could count what others gave meanwhile.
    """

    words: str = ""
    project_id: int | None = None
    article_id: int | None = None
    label: str = ""
    kind: str = ""
    state: str = ""
    skip_reason: str = ""
    is_flagged: bool = False
    confidence: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[int, int] | None = None
    after: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """A page of the list, the newest first; `newer` and `older` tell whether there is more on either side."""

    rows: Sequence[AnyRow]
    newer: bool
    older: bool


def projects_judged_in(person_id: int, *, everything: bool) -> Sequence[AnyRow]:
    """Return the projects where a person has verdicts and still takes part, with the codebook version in force there.

    `everything` adds those where they have no role.
    """
    judged = select(StandingVerdict.claim_id).where(
        StandingVerdict.reviewer_id == person_id, StandingVerdict.project_id == Project.id
    )
    mine = and_(Membership.project_id == Project.id, Membership.person_id == person_id)
    return db.session.execute(
        select(Project.id, Project.slug, Project.name, Membership.role, in_force(Project.id).label("version_id"))
        .join(Membership, mine, isouter=everything)
        .where(Project.archived_at.is_(None), judged.exists())
        .order_by(Project.name, Project.id)
    ).all()


def find_verdicts(person_id: int, project_ids: Iterable[int], wanted: Wanted) -> VerdictPage:
    """Return a page of a person's standing verdicts in some projects; the newest page is always a full one."""
    rows = _rows(person_id, project_ids, wanted)
    has_more = len(rows) > PER_PAGE
    if wanted.after is None:
        return VerdictPage(rows[:PER_PAGE], newer=wanted.before is not None, older=has_more)
    if not has_more:
        return find_verdicts(person_id, project_ids, replace(wanted, after=None))
    return VerdictPage(rows[:PER_PAGE][::-1], newer=True, older=True)


def _rows(person_id: int, project_ids: Iterable[int], wanted: Wanted) -> Sequence[AnyRow]:
    earlier = aliased(Claim)
    number = (
        select(func.count())
        .where(
            earlier.article_id == Claim.article_id,
            earlier.retired_at.is_(None),
            earlier.aside.is_(None),
            earlier.start <= Claim.start,
        )
        .correlate(Claim)
        .scalar_subquery()
    )
    order = StandingVerdict.verdict_id.asc() if wanted.after is not None else StandingVerdict.verdict_id.desc()
    return db.session.execute(
        select(
            StandingVerdict.verdict_id,
            StandingVerdict.revision,
            StandingVerdict.given_at,
            Claim.id.label("claim_id"),
            Claim.start,
            Claim.quote,
            number.label("number"),
            Article.id.label("article_id"),
            Article.title,
            Article.language,
            Article.direction,
            Article.project_id,
            *(getattr(Verdict, name) for name in FIELDS),
        )
        .join(Verdict, Verdict.id == StandingVerdict.verdict_id)
        .join(Claim, and_(Claim.id == StandingVerdict.claim_id, LIVING))
        .join(Article, and_(Article.id == Claim.article_id, Article.withdrawn_at.is_(None)))
        # By the article's project, not by the verdict's own: with that the databases sort all verdicts of a person.
        .where(
            StandingVerdict.reviewer_id == person_id,
            Article.project_id.in_(list(project_ids)),
            *_filters(person_id, wanted),
        )
        .order_by(order)
        .limit(PER_PAGE + 1)
    ).all()


def _filters(person_id: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    standing = StandingVerdict
    equal: list[tuple[Any, Any]] = [
        (Article.project_id, wanted.project_id),
        (Article.id, wanted.article_id),
        (standing.label, wanted.label),
        (standing.kind, wanted.kind),
        (standing.skip_reason, wanted.skip_reason),
        (Verdict.confidence, wanted.confidence),
        (standing.is_flagged, wanted.is_flagged),
    ]
    states: list[tuple[bool, ColumnElement[bool]]] = [
        (wanted.state == "skipped", standing.skip_reason.is_not(None)),
        (wanted.state == "open", and_(standing.label.is_(None), standing.skip_reason.is_(None))),
        (wanted.confidence == 0, Verdict.confidence.is_(None)),
    ]
    columns = (Claim.quote, Verdict.note, Verdict.source_name, Verdict.rewrite)
    return [
        *(column == value for column, value in equal if value),
        *(condition for is_asked, condition in states if is_asked),
        *_bounds(person_id, wanted),
        *(holding(columns, word) for word in words_of(wanted.words)),
    ]


def _bounds(person_id: int, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.since:
        yield StandingVerdict.given_at >= wanted.since
    if wanted.until:
        yield StandingVerdict.given_at < wanted.until
    if wanted.after is not None:
        yield StandingVerdict.verdict_id > _id_of(person_id, *wanted.after)
    if wanted.before is not None:
        yield StandingVerdict.verdict_id < _id_of(person_id, *wanted.before)


def _id_of(person_id: int, claim_id: int, revision: int) -> ScalarSelect[int]:
    said = aliased(Verdict)
    named = (said.claim_id == claim_id, said.reviewer_id == person_id, said.revision == literal(revision, Id))
    return select(said.id).where(*named).scalar_subquery()
