"""Where the desk decided otherwise than a reviewer: their own verdicts beside its decisions, never those of others."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from annotator.storage.adjudications import settled
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.database import AnyRow, db
from annotator.storage.verdicts import StandingVerdict, Verdict

PER_PAGE = 30


def _differs(row: Any, decision: Any) -> ColumnElement[bool]:
    return and_(
        or_(row.label.is_not(None), row.skip_reason.is_not(None)),
        or_(
            row.label.is_distinct_from(decision.label),
            row.skip_reason.is_distinct_from(decision.skip_reason),
        ),
    )


def _overruled(person_id: int, project_ids: Sequence[int]) -> tuple[Select[Any], Any, Any]:
    """Select the settled claims where what a person says, or said at first, is not what the desk decided."""
    decision, first = settled(), aliased(Verdict)
    is_first = and_(first.claim_id == Claim.id, first.reviewer_id == person_id, first.is_first)
    query = (
        select(decision.c.id)
        .select_from(decision)
        .join(Claim, Claim.id == decision.c.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .join(StandingVerdict, and_(StandingVerdict.claim_id == Claim.id, StandingVerdict.reviewer_id == person_id))
        .outerjoin(first, is_first)
        .where(Article.project_id.in_(project_ids), IN_STUDY, LIVING)
        .where(or_(_differs(StandingVerdict, decision.c), _differs(first, decision.c)))
    )
    return query, decision, first


def find_overruled(
    person_id: int, project_ids: Sequence[int], before: int | None = None
) -> tuple[Sequence[AnyRow], bool]:
    """Return a page of them, the newest decision first, and whether there are more; `before` is a decision's id."""
    query, decision, first = _overruled(person_id, project_ids)
    if before is not None:
        query = query.where(decision.c.id < before)
    rows = db.session.execute(
        query.with_only_columns(
            *(decision.c[name] for name in ("id", "label", "kind", "skip_reason", "cause", "rule", "reason")),
            decision.c.decided_at,
            *(getattr(StandingVerdict, name).label(f"my_{name}") for name in ("label", "kind", "skip_reason")),
            *(getattr(first, name).label(f"first_{name}") for name in ("label", "skip_reason")),
            Claim.id.label("claim_id"),
            Claim.quote,
            Article.id.label("article_id"),
            Article.title,
            Article.language,
            Article.direction,
            Article.project_id,
        )
        .order_by(decision.c.id.desc())
        .limit(PER_PAGE + 1)
    ).all()
    return rows[:PER_PAGE], len(rows) > PER_PAGE


def pairs_of(person_id: int, project_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return how often which of a person's answers became which decision, and how often by which rule."""
    query, decision, first = _overruled(person_id, project_ids)
    still = _differs(StandingVerdict, decision.c)
    mine = case((still, StandingVerdict.label), else_=first.label)
    my_skip = case((still, StandingVerdict.skip_reason), else_=first.skip_reason)
    group = (mine, my_skip, decision.c.label, decision.c.skip_reason)
    how_many = func.count()
    names = ("my_label", "my_skip_reason", "label", "skip_reason")
    return db.session.execute(
        query.with_only_columns(
            Article.project_id,
            *(column.label(name) for column, name in zip(group, names, strict=True)),
            how_many.label("claims"),
        )
        .group_by(Article.project_id, *group)
        .order_by(how_many.desc())
        .limit(100)
    ).all()


def settled_in(person_id: int, project_ids: Sequence[int]) -> int:
    """Return how many of the claims that a person decided the desk has settled."""
    decision = settled()
    decided = or_(StandingVerdict.label.is_not(None), StandingVerdict.skip_reason.is_not(None))
    return (
        db.session.scalar(
            select(func.count())
            .select_from(decision)
            .join(Claim, Claim.id == decision.c.claim_id)
            .join(Article, Article.id == Claim.article_id)
            .join(StandingVerdict, and_(StandingVerdict.claim_id == Claim.id, StandingVerdict.reviewer_id == person_id))
            .where(Article.project_id.in_(project_ids), IN_STUDY, LIVING, decided)
        )
        or 0
    )
