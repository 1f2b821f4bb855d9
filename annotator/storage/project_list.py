"""The list of somebody's projects with their counts: a fixed number of queries a page, whatever is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from annotator.domain.roles import Permission, Role, allows
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.assignments import Assignment
from annotator.storage.claims import DECIDED
from annotator.storage.database import AnyRow, db
from annotator.storage.people import Person
from annotator.storage.projects import Membership, Project
from annotator.storage.verdicts import StandingVerdict

PER_PAGE = 50
_TAGGING = [role.value for role in Role if allows(role, Permission.TAG)]
_WANTED = func.coalesce(Article.wanted, Project.overlap)


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """A page of the list, those in work before the archived; `total` counts all, `number` is the page shown."""

    rows: Sequence[AnyRow]
    total: int
    number: int

    @property
    def last(self) -> int:
        """Return the number of the last page."""
        return max(-(-self.total // PER_PAGE), 1)


def projects_page(person_id: int, *, everything: bool, number: int) -> ProjectPage:
    """Return a page of a person's projects with their role; `everything` adds those where they have none."""
    mine = and_(Membership.project_id == Project.id, Membership.person_id == person_id)
    found = select(Project.id, Project.slug, Project.name, Project.language, Project.archived_at, Membership.role).join(
        Membership, mine, isouter=everything
    )
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    number = min(number, ProjectPage((), total, 1).last)
    ordered = found.order_by(Project.archived_at.is_not(None), Project.name, Project.id)
    rows = db.session.execute(ordered.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    return ProjectPage(rows, total, number)


def sizes_of(project_ids: Sequence[int]) -> dict[int, AnyRow]:
    """Return the articles, claims and wanted decisions of projects, by id; a project without articles is left out."""
    claims = select(Claim.article_id, func.count().label("claims")).where(LIVING).group_by(Claim.article_id).subquery()
    return _by_id(
        select(
            Article.project_id.label("id"),
            func.count().label("articles"),
            func.coalesce(func.sum(claims.c.claims), 0).label("claims"),
            func.coalesce(func.sum(claims.c.claims * _WANTED), 0).label("wanted"),
        )
        .join(Project, Project.id == Article.project_id)
        .outerjoin(claims, claims.c.article_id == Article.id)
        .where(Article.project_id.in_(project_ids), IN_STUDY)
        .group_by(Article.project_id)
    )


def given_in(project_ids: Sequence[int]) -> dict[int, AnyRow]:
    """Return how many of the wanted decisions there are in projects, by id: on a claim no more than it wants."""
    claims = (
        select(StandingVerdict.project_id, func.count().label("decisions"), func.min(_WANTED).label("wanted"))
        .join(Claim, and_(Claim.id == StandingVerdict.claim_id, LIVING))
        .join(Article, Article.id == Claim.article_id)
        .join(Project, Project.id == Article.project_id)
        .where(StandingVerdict.project_id.in_(project_ids), IN_STUDY, DECIDED)
        .group_by(StandingVerdict.project_id, StandingVerdict.claim_id)
        .subquery()
    )
    counted = case((claims.c.decisions < claims.c.wanted, claims.c.decisions), else_=claims.c.wanted)
    return _by_id(
        select(claims.c.project_id.label("id"), func.sum(counted).label("given")).group_by(claims.c.project_id)
    )


def own_in(project_ids: Sequence[int], person_id: int) -> dict[int, AnyRow]:
    """Return how many claims a person has decided in projects, by id."""
    return _by_id(
        select(StandingVerdict.project_id.label("id"), func.count().label("own"))
        .join(Claim, and_(Claim.id == StandingVerdict.claim_id, LIVING))
        .join(Article, Article.id == Claim.article_id)
        .where(StandingVerdict.project_id.in_(project_ids), StandingVerdict.reviewer_id == person_id, IN_STUDY, DECIDED)
        .group_by(StandingVerdict.project_id)
    )


def people_in(project_ids: Sequence[int]) -> dict[int, AnyRow]:
    """Return how many active people take part in projects, by id."""
    return _by_id(
        select(Membership.project_id.label("id"), func.count().label("people"))
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.project_id.in_(project_ids), Person.is_active)
        .group_by(Membership.project_id)
    )


def _by_id(query: Select[*tuple[Any, ...]]) -> dict[int, AnyRow]:
    return {row.id: row for row in db.session.execute(query)}


def beginnings_of(project_id: int) -> AnyRow:
    """Return how far the set-up of a project is: its name, hand-out, overlap, who labels, articles, assignments."""
    labelling = (
        select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.project_id == Project.id, Membership.role.in_(_TAGGING), Person.is_active)
    )
    articles = select(func.count(Article.id)).where(Article.project_id == Project.id, IN_STUDY)
    given = (
        select(func.count(Assignment.id))
        .join(Article, Article.id == Assignment.article_id)
        .where(Article.project_id == Project.id, Assignment.released_at.is_(None))
    )
    return db.session.execute(
        select(
            Project.slug,
            Project.handout,
            Project.overlap,
            labelling.correlate(Project).scalar_subquery().label("labelling"),
            articles.correlate(Project).scalar_subquery().label("articles"),
            given.correlate(Project).scalar_subquery().label("assignments"),
        ).where(Project.id == project_id)
    ).one()
