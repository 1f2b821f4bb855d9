"""Queries on what is handed out: what can be, who has what, and how far they are; counted by the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, and_, case, cast, func, select

from annotator.domain.roles import Permission, Role, allows
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.assignments import Assignment
from annotator.storage.claims import DECIDED
from annotator.storage.database import AnyRow, db
from annotator.storage.people import Person
from annotator.storage.projects import Membership, Project
from annotator.storage.verdicts import StandingVerdict

STANDS = Assignment.released_at.is_(None)
TAGGING = [role.value for role in Role if allows(role, Permission.TAG)]
PER_PAGE = 50
MOST_SHOWN = 300
"""Articles that a choice offers."""


def _whole(count: ColumnElement[Any]) -> ColumnElement[int]:
    """Return a sum as a whole number, 0 for none; PostgreSQL would make it a decimal one."""
    return cast(func.coalesce(count, 0), BigInteger)


def claims_by_article(project_id: int) -> Subquery:
    """Return the numbers of claims of a study's articles (article_id, claims)."""
    return (
        select(Claim.article_id, func.count().label("claims"))
        .join(Article, Article.id == Claim.article_id)
        .where(Article.project_id == project_id, IN_STUDY, LIVING)
        .group_by(Claim.article_id)
        .subquery()
    )


def decided_by_person(project_id: int) -> Subquery:
    """Return what each person has decided in each article (article_id, person_id, done, last)."""
    return (
        select(
            StandingVerdict.article_id,
            StandingVerdict.reviewer_id.label("person_id"),
            func.sum(case((DECIDED, 1), else_=0)).label("done"),
            func.max(StandingVerdict.given_at).label("last"),
        )
        .join(Claim, and_(Claim.id == StandingVerdict.claim_id, LIVING))
        .where(StandingVerdict.project_id == project_id)
        .group_by(StandingVerdict.article_id, StandingVerdict.reviewer_id)
        .subquery()
    )


def articles_to_give(project_id: int) -> Sequence[AnyRow]:
    """Return the study's articles in the order in which they came, with claims and the number of reviewers wanted."""
    claims = claims_by_article(project_id)
    return db.session.execute(
        select(
            Article.id, claims.c.claims, func.coalesce(Article.wanted, Project.overlap).label("wanted"), Article.wanted
        )
        .join(claims, claims.c.article_id == Article.id)
        .join(Project, Project.id == Article.project_id)
        .order_by(Article.id)
    ).all()


def holders(project_id: int) -> dict[int, frozenset[int]]:
    """Return who has which article, by article."""
    rows = db.session.execute(
        select(Assignment.article_id, Assignment.person_id)
        .join(Article, Article.id == Assignment.article_id)
        .where(Article.project_id == project_id, IN_STUDY, STANDS)
    )
    found: dict[int, set[int]] = {}
    for article_id, person_id in rows:
        found.setdefault(article_id, set()).add(person_id)
    return {article_id: frozenset(people) for article_id, people in found.items()}


def desks(project_id: int, idle_since: datetime | None = None) -> Sequence[AnyRow]:
    """Return who can label in a project: name, role, quota, and what is on their desk.

    `idle` counts unfinished articles in which they did nothing since `idle_since`.
    """
    held = _held(project_id, idle_since).subquery()
    return db.session.execute(
        select(
            Person.id,
            Person.display_name,
            Membership.role,
            Membership.quota,
            Membership.qualified_at,
            *(_whole(held.c[name]).label(name) for name in ("articles", "claims", "done", "open", "idle")),
            held.c.due,
            held.c.last,
        )
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(held, held.c.person_id == Person.id)
        .where(Membership.project_id == project_id)
        .where((and_(Person.is_active, Membership.role.in_(TAGGING))) | held.c.articles.is_not(None))
        .order_by(Person.display_name, Person.id)
    ).all()


def _held(project_id: int, idle_since: datetime | None) -> Select[Any]:
    claims, done = claims_by_article(project_id), decided_by_person(project_id)
    given = func.coalesce(done.c.done, 0)
    is_open = given < claims.c.claims
    idle = and_(is_open, touched(done) < idle_since) if idle_since else claims.c.claims < 0
    return (
        select(
            Assignment.person_id,
            func.count().label("articles"),
            func.sum(claims.c.claims).label("claims"),
            func.sum(given).label("done"),
            func.sum(case((is_open, 1), else_=0)).label("open"),
            func.sum(case((idle, 1), else_=0)).label("idle"),
            func.min(case((is_open, Assignment.due_on))).label("due"),
            func.max(done.c.last).label("last"),
        )
        .join(claims, claims.c.article_id == Assignment.article_id)
        .outerjoin(done, theirs(done))
        .where(STANDS)
        .group_by(Assignment.person_id)
    )


def theirs(done: Subquery) -> ColumnElement[bool]:
    """Match what a person has decided to what they were given."""
    return and_(done.c.article_id == Assignment.article_id, done.c.person_id == Assignment.person_id)


def touched(done: Subquery) -> ColumnElement[datetime]:
    """Return when a person last did something about an assignment: it was given to them, or they decided a claim."""
    later = and_(done.c.last.is_not(None), done.c.last > Assignment.assigned_at)
    return case((later, done.c.last), else_=Assignment.assigned_at)


def idle_assignments(project_id: int, since: datetime, person_id: int | None = None) -> Sequence[AnyRow]:
    """Return unfinished assignments that nobody worked on since a moment (id, article_id, person_id)."""
    claims, done = claims_by_article(project_id), decided_by_person(project_id)
    query = (
        select(Assignment.id, Assignment.article_id, Assignment.person_id)
        .join(claims, claims.c.article_id == Assignment.article_id)
        .outerjoin(done, theirs(done))
        .where(STANDS, func.coalesce(done.c.done, 0) < claims.c.claims, touched(done) < since)
        .order_by(Assignment.id)
    )
    return db.session.execute(query.where(Assignment.person_id == person_id) if person_id else query).all()


def on_desk(project_id: int, person_id: int, page: int) -> tuple[Sequence[AnyRow], int]:
    """Return a page of what a person has: article, claims, done, due, last; and how many there are."""
    rows = db.session.execute(
        _on_desk(project_id, person_id)
        .add_columns(func.count().over().label("total"))
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    return rows, rows[0].total if rows else 0


def ticked(project_id: int, person_id: int, assignment_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return some of what a person has, with how far they are."""
    return db.session.execute(_on_desk(project_id, person_id).where(Assignment.id.in_(assignment_ids))).all()


def _on_desk(project_id: int, person_id: int) -> Select[Any]:
    claims, done = claims_by_article(project_id), decided_by_person(project_id)
    return (
        select(
            Article.id,
            Article.title,
            Article.language,
            Article.direction,
            Assignment.id.label("assignment_id"),
            Assignment.due_on,
            Assignment.assigned_at,
            claims.c.claims,
            _whole(done.c.done).label("done"),
            done.c.last,
        )
        .join(Assignment, Assignment.article_id == Article.id)
        .join(claims, claims.c.article_id == Article.id)
        .outerjoin(done, theirs(done))
        .where(STANDS, Assignment.person_id == person_id)
        .order_by(Assignment.due_on.asc().nulls_last(), Assignment.position, Article.id)
    )


def articles_without(project_id: int, person_id: int) -> Sequence[AnyRow]:
    """Return articles that a person does not have, fewest reviewers first (id, title), at most MOST_SHOWN."""
    given = select(func.count()).where(Assignment.article_id == Article.id, STANDS).correlate(Article).scalar_subquery()
    mine = select(Assignment.article_id).where(Assignment.person_id == person_id, STANDS)
    return db.session.execute(
        select(Article.id, Article.title)
        .where(Article.project_id == project_id, IN_STUDY, Article.id.not_in(mine))
        .order_by(given, Article.id)
        .limit(MOST_SHOWN)
    ).all()


def coverage(project_id: int) -> AnyRow:
    """Return how many articles a study has, how many of them have all reviewers they want, some, or none."""
    claims = claims_by_article(project_id)
    given = (
        select(func.count())
        .where(Assignment.article_id == Article.id, STANDS)
        .correlate(Article)
        .scalar_subquery()
        .label("given")
    )
    rows = (
        select(claims.c.claims, given, func.coalesce(Article.wanted, Project.overlap).label("wanted"))
        .select_from(Article)
        .join(claims, claims.c.article_id == Article.id)
        .join(Project, Project.id == Article.project_id)
        .subquery()
    )
    return db.session.execute(
        select(
            func.count().label("articles"),
            _whole(func.sum(rows.c.claims)).label("claims"),
            _whole(func.sum(case((rows.c.given >= rows.c.wanted, 1), else_=0))).label("full"),
            _whole(func.sum(case((rows.c.given == 0, 1), else_=0))).label("untouched"),
        ).select_from(rows)
    ).one()
