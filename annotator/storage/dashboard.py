"""What the dashboard counts: a fixed number of statements that group in the database, however large the project.

Only living claims of articles in the study count (neither withdrawn nor for training). A claim wants as many decisions
as its article, or else the project, says; what it has beyond them is not counted.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Subquery, and_, case, cast, func, or_, select

from annotator.domain.adjudication import FEWEST
from annotator.domain.forecast import ACTIVE_DAYS
from annotator.domain.roles import Role
from annotator.storage.adjudications import newest
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.assignments import Assignment
from annotator.storage.claims import DECIDED
from annotator.storage.database import AnyRow, db
from annotator.storage.people import Person
from annotator.storage.projects import Membership
from annotator.storage.queue import PACE_OF
from annotator.storage.segmentation import CarriedVerdict
from annotator.storage.verdicts import StandingVerdict, Verdict

TOP = 20
"""Articles on the dashboard; all of them are in the list of articles."""

_CARRIED = select(CarriedVerdict.standing_id).where(
    CarriedVerdict.outcome == "carried", CarriedVerdict.standing_id.is_not(None)
)
"""Verdicts that an edit of the segmentation gave in a reviewer's name: nobody's work of that day."""


def study_claims(project_id: int, overlap: int) -> Subquery:
    """Return a row a claim: article, decisions wanted, given as far as wanted, all decided, and whether they differ."""
    wanted = func.coalesce(Article.wanted, overlap)
    given = func.count(StandingVerdict.reviewer_id)
    labels = func.count(StandingVerdict.label.distinct())
    skips = func.count(StandingVerdict.skip_reason.distinct())
    return (
        select(
            Claim.id,
            Claim.article_id,
            wanted.label("wanted"),
            case((given < wanted, given), else_=wanted).label("given"),
            given.label("decided"),
            (labels + skips > 1).label("is_disputed"),
        )
        .join(Article, Article.id == Claim.article_id)
        .outerjoin(StandingVerdict, and_(StandingVerdict.claim_id == Claim.id, DECIDED))
        .where(Article.project_id == project_id, IN_STUDY, LIVING)
        .group_by(Claim.id, Claim.article_id, Article.wanted)
        .subquery()
    )


def _summed(number: Any) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(number), 0), Integer)  # PostgreSQL's sum of whole numbers is a decimal


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return _summed(case((condition, 1), else_=0))


def totals(project_id: int, overlap: int) -> AnyRow:
    """Return claims and decisions of the study: wanted, given, complete, half done, and in which tab of the queue."""
    claim = study_claims(project_id, overlap)
    last = newest()
    is_complete, is_new = claim.c.given >= claim.c.wanted, last.c.claim_id.is_(None)
    return db.session.execute(
        select(
            func.count().label("claims"),
            _summed(claim.c.wanted).label("wanted"),
            _summed(claim.c.given).label("given"),
            _counted(is_complete).label("complete"),
            _counted(and_(claim.c.given > 0, ~is_complete)).label("half_done"),
            _counted(last.c.action != "reopen").label("settled"),
            _counted(last.c.action == "reopen").label("reopened"),
            _counted(and_(is_complete, is_new, claim.c.is_disputed)).label("disputed"),
            _counted(and_(is_complete, is_new, ~claim.c.is_disputed, claim.c.decided >= FEWEST)).label("unanimous"),
        )
        .select_from(claim)
        .outerjoin(last, last.c.claim_id == claim.c.id)
    ).one()


def _articles(project_id: int, overlap: int) -> Subquery:
    claim = study_claims(project_id, overlap)
    return (
        select(
            claim.c.article_id,
            func.count().label("claims"),
            _summed(claim.c.wanted).label("wanted"),
            _summed(claim.c.given).label("given"),
            _counted(claim.c.given >= claim.c.wanted).label("complete"),
        )
        .group_by(claim.c.article_id)
        .subquery()
    )


def article_states(project_id: int, overlap: int) -> AnyRow:
    """Return how many articles are done, begun and untouched."""
    one = _articles(project_id, overlap)
    is_done = one.c.given >= one.c.wanted
    return db.session.execute(
        select(
            func.count().label("articles"),
            _counted(is_done).label("done"),
            _counted(and_(one.c.given > 0, ~is_done)).label("doing"),
            _counted(one.c.given == 0).label("todo"),
        ).select_from(one)
    ).one()


def article_rows(project_id: int, overlap: int) -> Sequence[AnyRow]:
    """Return the first articles with their progress: those that are begun, then the untouched, then the done."""
    one = _articles(project_id, overlap)
    place = case((one.c.given >= one.c.wanted, 2), (one.c.given == 0, 1), else_=0)
    return db.session.execute(
        select(
            Article.id, Article.title, Article.outlet, Article.language, Article.direction,
            one.c.claims, one.c.wanted, one.c.given, one.c.complete,
        )
        .join(one, one.c.article_id == Article.id)
        .order_by(place, Article.id)
        .limit(TOP)
    ).all()  # fmt: skip


def reviewers(project_id: int, *, by_name: bool = True) -> Sequence[AnyRow]:
    """Return who labels here or has done so: id, name, role (None if they left), when they decided last.

    Unless `by_name`, the name is the pseudonym.
    """
    name = Person.display_name if by_name else Person.pseudonym
    last = (
        select(StandingVerdict.reviewer_id, func.max(StandingVerdict.given_at).label("at"))
        .where(StandingVerdict.project_id == project_id, StandingVerdict.verdict_id.not_in(_CARRIED))
        .group_by(StandingVerdict.reviewer_id)
        .subquery()
    )
    member = and_(Membership.person_id == Person.id, Membership.project_id == project_id)
    return db.session.execute(
        select(Person.id, name.label("name"), Person.is_active, Membership.role, last.c.at.label("last"))
        .outerjoin(Membership, member)
        .outerjoin(last, last.c.reviewer_id == Person.id)
        .where(or_(Membership.role == Role.REVIEWER.value, last.c.reviewer_id.is_not(None)))
        .order_by(func.lower(name), Person.id)
    ).all()


def decisions(project_id: int) -> Sequence[AnyRow]:
    """Return how many decisions stand by reviewer and label (None for skips)."""
    return db.session.execute(
        select(StandingVerdict.reviewer_id, StandingVerdict.label, func.count().label("number"))
        .join(Claim, Claim.id == StandingVerdict.claim_id)
        .join(Article, Article.id == StandingVerdict.article_id)
        .where(StandingVerdict.project_id == project_id, DECIDED, LIVING, IN_STUDY)
        .group_by(StandingVerdict.reviewer_id, StandingVerdict.label)
    ).all()


def seconds_by_reviewer(project_id: int) -> dict[int, tuple[float, int]]:
    """Return each reviewer's median seconds of their newest first decisions, and how many these are."""
    reviewer = Verdict.reviewer_id
    newest = (
        select(reviewer, Verdict.seconds, func.row_number().over(partition_by=reviewer, order_by=Verdict.id.desc()))
        .join(Article, Article.id == Verdict.article_id)
        .where(Verdict.project_id == project_id, Verdict.is_first, Verdict.seconds.is_not(None), IN_STUDY)
        .subquery()
    )
    ranked = (
        select(
            newest.c.reviewer_id,
            newest.c.seconds,
            func.row_number().over(partition_by=newest.c.reviewer_id, order_by=newest.c.seconds).label("place"),
            func.count().over(partition_by=newest.c.reviewer_id).label("size"),
        )
        .where(newest.c[2] <= PACE_OF)
        .subquery()
    )
    middle = and_(2 * ranked.c.place >= ranked.c.size, 2 * ranked.c.place <= ranked.c.size + 2)
    rows = db.session.execute(
        select(ranked.c.reviewer_id, func.avg(ranked.c.seconds), func.max(ranked.c.size))
        .where(middle)
        .group_by(ranked.c.reviewer_id)
    )
    return {person: (float(seconds), size) for person, seconds, size in rows}


def day_of(moment: Any) -> ColumnElement[Any]:
    """Return the day of a moment in UTC."""
    return func.date(moment if db.engine.dialect.name == "sqlite" else func.timezone("UTC", moment))


def daily_decisions(project_id: int, before: date) -> dict[int, dict[date, int]]:
    """Return how many claims each reviewer decided for the first time on each of their last active days before one."""
    day = day_of(Verdict.given_at).label("day")
    daily = (
        select(Verdict.reviewer_id, day, func.count().label("number"))
        .join(Article, Article.id == Verdict.article_id)
        .where(Verdict.project_id == project_id, Verdict.is_first, IN_STUDY, Verdict.id.not_in(_CARRIED))
        .group_by(Verdict.reviewer_id, day)
        .subquery()
    )
    place = func.row_number().over(partition_by=daily.c.reviewer_id, order_by=daily.c.day.desc())
    newest = select(*daily.c, place.label("place")).where(daily.c.day < _bound(before)).subquery()
    rows = db.session.execute(
        select(newest.c.reviewer_id, newest.c.day, newest.c.number).where(newest.c.place <= ACTIVE_DAYS)
    )
    found: dict[int, dict[date, int]] = {}
    for person, when, number in rows:
        found.setdefault(person, {})[date.fromisoformat(str(when))] = number
    return found


def _bound(day: date) -> str | date:
    return day.isoformat() if db.engine.dialect.name == "sqlite" else day


def labels_by_window(project_id: int, since: datetime) -> Sequence[AnyRow]:
    """Return how many first labels each reviewer gave by label, before a moment and since."""
    is_recent = (Verdict.given_at >= since).label("is_recent")
    return db.session.execute(
        select(Verdict.reviewer_id, Verdict.label, is_recent, func.count().label("number"))
        .join(Article, Article.id == Verdict.article_id)
        .where(Verdict.project_id == project_id, Verdict.is_first, Verdict.label.is_not(None), IN_STUDY)
        .where(Verdict.id.not_in(_CARRIED))
        .group_by(Verdict.reviewer_id, Verdict.label, is_recent)
    ).all()


def assigned(project_id: int, today: date, idle_since: datetime) -> Sequence[AnyRow]:
    """Return by person what is on their desk: claims left, articles unfinished, overdue, and idle ones.

    Idle is an unfinished article that was given out before `idle_since`, and in which they decided nothing since.
    """
    total = (
        select(Claim.article_id, func.count().label("claims"))
        .join(Article, Article.id == Claim.article_id)
        .where(Article.project_id == project_id, IN_STUDY, LIVING)
        .group_by(Claim.article_id)
        .subquery()
    )
    done = (
        select(
            StandingVerdict.article_id,
            StandingVerdict.reviewer_id,
            _counted(DECIDED).label("claims"),
            func.max(StandingVerdict.given_at).label("last"),
        )
        .join(Claim, and_(Claim.id == StandingVerdict.claim_id, LIVING))
        .where(StandingVerdict.project_id == project_id)
        .group_by(StandingVerdict.article_id, StandingVerdict.reviewer_id)
        .subquery()
    )
    mine = and_(done.c.article_id == Assignment.article_id, done.c.reviewer_id == Assignment.person_id)
    left = total.c.claims - func.coalesce(done.c.claims, 0)
    touched = func.coalesce(done.c.last, Assignment.assigned_at)
    is_idle = and_(left > 0, Assignment.assigned_at < idle_since, touched < idle_since)
    return db.session.execute(
        select(
            Assignment.person_id,
            _summed(left).label("left"),
            _counted(left > 0).label("articles"),
            _counted(and_(left > 0, Assignment.due_on < today)).label("overdue"),
            _counted(is_idle).label("idle"),
        )
        .join(total, total.c.article_id == Assignment.article_id)
        .outerjoin(done, mine)
        .where(Assignment.released_at.is_(None))
        .group_by(Assignment.person_id)
    ).all()
