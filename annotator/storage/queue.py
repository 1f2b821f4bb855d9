"""Queries for a person's queue: few, however many articles there are, and light enough to be asked for them all."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Subquery, and_, case, func, or_, select

from annotator.domain.roles import Permission, Role, allows
from annotator.storage.articles import LIVING, Article, Claim
from annotator.storage.assignments import Assignment
from annotator.storage.claims import DECIDED
from annotator.storage.database import AnyRow, db
from annotator.storage.projects import Membership, Project
from annotator.storage.verdicts import StandingVerdict, Verdict

PACE_OF = 50
"""First verdicts that a reviewer's pace is taken from, the newest ones."""
_TAGGING = [role.value for role in Role if allows(role, Permission.TAG)]
_QUALIFIED = or_(~Project.requires_qualification, Membership.qualified_at.is_not(None))


def tasks_of(person_id: int) -> Sequence[AnyRow]:
    """Return the articles that a person has to label: what was given to them, where not everybody has every article.

    Columns: id, project, claims, claims done, last verdict, due date, purpose, place in the plan. Before they have
    qualified, a project that asks for it holds only what they train on.
    """
    mine = _decided_by(person_id)
    total = select(func.count()).where(Claim.article_id == Article.id, LIVING).correlate(Article).scalar_subquery()
    given = and_(
        Assignment.article_id == Article.id, Assignment.person_id == person_id, Assignment.released_at.is_(None)
    )
    return db.session.execute(
        select(
            Article.id,
            Article.project_id,
            total.label("total"),
            func.coalesce(mine.c.done, 0).label("done"),
            mine.c.last,
            Assignment.due_on,
            Article.purpose,
            func.coalesce(Assignment.position, 0).label("position"),
        )
        .join(Project, Project.id == Article.project_id)
        .join(Membership, and_(Membership.project_id == Project.id, Membership.person_id == person_id))
        .outerjoin(mine, mine.c.article_id == Article.id)
        .outerjoin(Assignment, given)
        .where(
            Membership.role.in_(_TAGGING),
            Project.archived_at.is_(None),
            Article.withdrawn_at.is_(None),
            or_(
                Article.purpose != "work",
                and_(_QUALIFIED, or_(Project.handout == "everyone", Assignment.id.is_not(None))),
            ),
        )
    ).all()


def _decided_by(person_id: int) -> Subquery:
    """Return what a person has decided in each article, and when they last did something there."""
    return (
        select(
            StandingVerdict.article_id,
            func.sum(case((DECIDED, 1), else_=0)).label("done"),
            func.max(StandingVerdict.given_at).label("last"),
        )
        .join(Claim, and_(Claim.id == StandingVerdict.claim_id, LIVING))
        .where(StandingVerdict.reviewer_id == person_id)
        .group_by(StandingVerdict.article_id)
        .subquery()
    )


def titles_of(article_ids: Iterable[int]) -> dict[int, AnyRow]:
    """Return what a list shows of some articles, by id."""
    rows = db.session.execute(
        select(Article.id, Article.title, Article.outlet, Article.language, Article.direction).where(
            Article.id.in_(list(article_ids))
        )
    )
    return {row.id: row for row in rows}


def projects_of(person_id: int, *, everything: bool) -> Sequence[AnyRow]:
    """Return id, slug, name and role of a person's projects; `everything` adds those where they have no role."""
    mine = and_(Membership.project_id == Project.id, Membership.person_id == person_id)
    return db.session.execute(
        select(Project.id, Project.slug, Project.name, Project.handout, _QUALIFIED.label("is_open"), Membership.role)
        .join(Membership, mine, isouter=everything)
        .where(Project.archived_at.is_(None))
        .order_by(Project.name, Project.id)
    ).all()


def seconds_of(person_id: int) -> Sequence[float]:
    """Return how long each of a person's newest first verdicts took, as far as that is known."""
    return db.session.scalars(
        select(Verdict.seconds)
        .where(Verdict.reviewer_id == person_id, Verdict.is_first, Verdict.seconds.is_not(None))
        .order_by(Verdict.id.desc())
        .limit(PACE_OF)
    ).all()  # type: ignore[return-value]


def seconds_by_person(person_ids: Iterable[int]) -> dict[int, list[float]]:
    """Return the same for several people in one statement."""
    newest = (
        select(
            Verdict.reviewer_id,
            Verdict.seconds,
            func.row_number().over(partition_by=Verdict.reviewer_id, order_by=Verdict.id.desc()).label("place"),
        )
        .where(Verdict.reviewer_id.in_(list(person_ids)), Verdict.is_first, Verdict.seconds.is_not(None))
        .subquery()
    )
    found: dict[int, list[float]] = {}
    rows = db.session.execute(select(newest.c.reviewer_id, newest.c.seconds).where(newest.c.place <= PACE_OF))
    for person_id, seconds in rows:
        found.setdefault(person_id, []).append(seconds)
    return found
