"""The desk's queue: claims with enough verdicts, what people say of each, and how far they part; counted by SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlalchemy.types import Float

from annotator.domain.adjudication import FEWEST
from annotator.storage.adjudications import Adjudication, newest
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.claims import DECIDED
from annotator.storage.database import AnyRow, db
from annotator.storage.projects import Project
from annotator.storage.threads import waiting
from annotator.storage.verdicts import StandingVerdict, Verdict

PER_PAGE = 50
TABS = ("open", "unanimous", "reopened", "settled")
SORTS = ("entropy", "article", "newest")
SKIP = "skip:"
"""Stands before the reason in the answer of a verdict that skips; labels have no colon."""
_NUMBERS = ("decided", "answers", "entropy", "flagged", "noted", "mine")
_MOST = 100
"""Verdicts on a claim whose entropy is exact."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the queue is asked for; what is empty asks for nothing.

    `pair` are two answers that both have to be given; `incomplete` adds claims that wait for more verdicts. Questions
    without an answer (`asked`) are asked of claims that nobody has decided yet, too.
    """

    tab: str = "open"
    article_id: int | None = None
    pair: tuple[str, str] | None = None
    flagged: bool = False
    noted: bool = False
    asked: bool = False
    mine: bool = False
    incomplete: bool = False
    sort: str = "entropy"
    page: int = 1


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the queue. `total` counts all that was found, `number` is the page that is shown."""

    rows: Sequence[AnyRow]
    total: int
    number: int

    @property
    def last(self) -> int:
        """Return the number of the last page."""
        return max(-(-self.total // PER_PAGE), 1)


def answer(row: Any = StandingVerdict) -> ColumnElement[str]:
    """Select what a standing verdict says in one word: its label, or "skip:" and the reason."""
    # Written out, since PostgreSQL does not see that two parameters to group by are the same.
    return func.coalesce(row.label, literal_column(f"'{SKIP}'", Text) + row.skip_reason)


def answers(project_id: int, person_id: int) -> Subquery:
    """Select how often each answer was given to each claim of a project, and what goes with it."""
    return (
        select(
            StandingVerdict.claim_id,
            answer().label("answer"),
            func.count().label("given"),
            func.max(StandingVerdict.verdict_id).label("newest_id"),
            func.sum(case((StandingVerdict.is_flagged, 1), else_=0)).label("flagged"),
            func.sum(case((Verdict.note != "", 1), else_=0)).label("noted"),
            func.sum(case((Verdict.also_attributed, 1), else_=0)).label("also"),
            func.min(func.coalesce(StandingVerdict.kind, "")).label("first_kind"),
            func.max(func.coalesce(StandingVerdict.kind, "")).label("last_kind"),
            func.sum(case((StandingVerdict.reviewer_id == person_id, 1), else_=0)).label("mine"),
        )
        .join(Verdict, Verdict.id == StandingVerdict.verdict_id)
        .where(StandingVerdict.project_id == project_id, DECIDED)
        .group_by(StandingVerdict.claim_id, answer())
        .subquery("answers")
    )


def _weight(count: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return n·log2(n); neither database is sure to have logarithms."""
    table = {number: number * log2(number) for number in range(1, _MOST + 1)}
    return case(table, value=count, else_=_MOST * log2(_MOST))


def tallies(project_id: int, person_id: int, fewest: int = FEWEST) -> Subquery:
    """Select for each claim that so many decided how many these are, their answers, the entropy in bits, and so on."""
    given = answers(project_id, person_id)
    total = func.sum(given.c.given)
    entropy = (_weight(total) - func.sum(_weight(given.c.given))) / cast(total, Float)
    return (
        select(
            given.c.claim_id,
            total.label("decided"),
            func.count().label("answers"),
            entropy.label("entropy"),
            func.min(given.c.answer).label("answer"),
            func.max(given.c.newest_id).label("newest_id"),
            func.sum(given.c.flagged).label("flagged"),
            func.sum(given.c.noted).label("noted"),
            func.sum(given.c.also).label("also"),
            func.min(given.c.first_kind).label("first_kind"),
            func.max(given.c.last_kind).label("last_kind"),
            func.sum(given.c.mine).label("mine"),
        )
        .group_by(given.c.claim_id)
        .having(total >= fewest)
        .subquery("tally")
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """The tables of the queue's statement."""

    tally: Subquery
    last: Subquery
    everything: bool

    def select(self, *columns: Any) -> Select[Any]:
        return (
            select(*columns)
            .select_from(Claim)
            .join(Article, Article.id == Claim.article_id)
            .join(Project, Project.id == Article.project_id)
            .join(self.tally, self.tally.c.claim_id == Claim.id, isouter=self.everything)
            .outerjoin(self.last, self.last.c.claim_id == Claim.id)
        )

    @property
    def tab(self) -> ColumnElement[str]:
        return case(
            (self.last.c.action == "reopen", "reopened"),
            (self.last.c.action.is_not(None), "settled"),
            (and_(self.tally.c.answers == 1, self.tally.c.decided >= FEWEST), "unanimous"),
            else_="open",
        )


def _parts(project_id: int, person_id: int, wanted: Wanted) -> _Parts:
    return _Parts(tallies(project_id, person_id, 1 if wanted.asked else FEWEST), newest(), wanted.asked)


def counts(project_id: int, person_id: int, wanted: Wanted) -> dict[str, int]:
    """Return how many claims stand under each tab, with the filters that are asked for."""
    parts = _parts(project_id, person_id, wanted)
    rows = db.session.execute(
        parts.select(parts.tab.label("tab"), func.count())
        .where(*_filters(project_id, parts, wanted))
        .group_by(literal_column("tab"))
    )
    found = {row[0]: row[1] for row in rows}
    return {tab: found.get(tab, 0) for tab in TABS}


def find_claims(project_id: int, person_id: int, wanted: Wanted, total: int) -> QueuePage:
    """Return a page of the queue; a page beyond the end is the last one."""
    number = min(wanted.page, max(-(-total // PER_PAGE), 1))
    parts = _parts(project_id, person_id, wanted)
    rows = db.session.execute(
        parts.select(
            Claim.id,
            Claim.quote,
            Claim.article_id,
            Article.title,
            Article.language,
            Article.direction,
            func.coalesce(Article.wanted, Project.overlap).label("wanted"),
            *(func.coalesce(parts.tally.c[name], 0).label(name) for name in _NUMBERS),
            waiting(Claim.id).label("asked"),
            *(parts.last.c[name].label(f"said_{name}") for name in ("action", "label", "skip_reason", "decided_at")),
        )
        .where(*_in_tab(project_id, parts, wanted))
        .order_by(*_order(parts, wanted))
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    ).all()
    return QueuePage(rows, total, number)


def neighbours(project_id: int, person_id: int, wanted: Wanted, claim_id: int) -> tuple[int | None, int | None]:
    """Return the ids of the claims before and after one in the queue; if it is not there, none and the first."""
    parts = _parts(project_id, person_id, wanted)
    order = _order(parts, wanted)
    queue = (
        parts.select(
            Claim.id,
            func.lag(Claim.id).over(order_by=order).label("before"),
            func.lead(Claim.id).over(order_by=order).label("after"),
            func.row_number().over(order_by=order).label("place"),
        )
        .where(*_in_tab(project_id, parts, wanted))
        .cte("queue")
    )
    is_it = queue.c.id == claim_id
    found = db.session.execute(
        select(queue.c.id, queue.c.before, queue.c.after)
        .where(or_(is_it, queue.c.place == 1))
        .order_by(case((is_it, 0), else_=1))
        .limit(1)
    ).first()
    if found is None:
        return None, None
    return (found.before, found.after) if found.id == claim_id else (None, found.id)


def answers_to(claim_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    """Return the answers to some claims (label, skip_reason, given), those that most people give first."""
    rows = db.session.execute(
        select(
            StandingVerdict.claim_id,
            StandingVerdict.label,
            StandingVerdict.skip_reason,
            func.count().label("given"),
        )
        .where(StandingVerdict.claim_id.in_(claim_ids), DECIDED)
        .group_by(StandingVerdict.claim_id, StandingVerdict.label, StandingVerdict.skip_reason)
        .order_by(func.count().desc(), StandingVerdict.label, StandingVerdict.skip_reason)
    )
    found: dict[int, list[AnyRow]] = {}
    for row in rows:
        found.setdefault(row.claim_id, []).append(row)
    return found


def _in_tab(project_id: int, parts: _Parts, wanted: Wanted) -> list[ColumnElement[bool]]:
    return [*_filters(project_id, parts, wanted), parts.tab == wanted.tab]


def _filters(project_id: int, parts: _Parts, wanted: Wanted) -> list[ColumnElement[bool]]:
    tally = parts.tally
    conditions: list[tuple[object, ColumnElement[bool]]] = [
        (True, and_(Article.project_id == project_id, IN_STUDY, LIVING)),
        (not (wanted.incomplete or wanted.asked), is_complete(tally)),
        (wanted.article_id, Article.id == wanted.article_id),
        (wanted.flagged, tally.c.flagged > 0),
        (wanted.noted, tally.c.noted > 0),
        (wanted.mine, tally.c.mine > 0),
        (wanted.asked, waiting(Claim.id)),
    ]
    return [condition for asked, condition in conditions if asked] + [_says(one) for one in wanted.pair or ()]


def is_complete(tally: Subquery) -> ColumnElement[bool]:
    """Ask for claims that as many have decided as the study wants, or that the desk has said something of."""
    return or_(
        tally.c.decided >= func.coalesce(Article.wanted, Project.overlap),
        exists().where(Adjudication.claim_id == Claim.id),
    )


def _says(said: str) -> ColumnElement[bool]:
    """Ask for claims to which somebody gives an answer."""
    row = aliased(StandingVerdict)
    is_it = row.skip_reason == said.removeprefix(SKIP) if said.startswith(SKIP) else row.label == said
    return select(row.claim_id).where(row.claim_id == Claim.id, is_it).exists()


def _order(parts: _Parts, wanted: Wanted) -> tuple[Any, ...]:
    by_place = (Claim.article_id, Claim.start)
    if wanted.sort == "article":
        return by_place
    if wanted.sort == "newest":
        return (func.coalesce(parts.last.c.id, 0).desc(), func.coalesce(parts.tally.c.newest_id, 0).desc())
    # Equal disputes stand in the order of their articles: who decides stays within one text.
    return (func.coalesce(parts.tally.c.entropy, 0.0).desc(), *by_place)
