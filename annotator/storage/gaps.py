"""Why reviewers part: the causes of settled claims, counted by rule and by the labels that met; the claims behind."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased

from annotator.storage.adjudication_queue import answer
from annotator.storage.adjudications import settled
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.database import AnyRow, db
from annotator.storage.verdicts import StandingVerdict

PER_PAGE = 30


def _explained(project_id: int) -> tuple[Select[Any], Any]:
    """Select the settled claims of the study whose decision names a cause."""
    decision = settled()
    query = (
        select(decision.c.id)
        .select_from(decision)
        .join(Claim, Claim.id == decision.c.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .where(Article.project_id == project_id, IN_STUDY, LIVING, decision.c.cause.is_not(None))
    )
    return query, decision


def _meetings() -> tuple[Any, Any, Any, Any]:
    """Return two verdicts on a claim, and what each says, the one that comes first in the alphabet first."""
    one, other = aliased(StandingVerdict), aliased(StandingVerdict)
    return one, other, answer(one), answer(other)


def pairs_in(project_id: int) -> Sequence[AnyRow]:
    """Return which two answers (one, other) meet on how many claims of the study, the most frequent first."""
    one, other, first, second = _meetings()
    how_many = func.count(Claim.id.distinct())
    return db.session.execute(
        select(first.label("one"), second.label("other"), how_many.label("claims"))
        .select_from(one)
        .join(other, and_(other.claim_id == one.claim_id, second > first))
        .join(Claim, Claim.id == one.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .where(one.project_id == project_id, LIVING, IN_STUDY)
        .group_by(first, second)
        .order_by(how_many.desc(), first, second)
    ).all()


def by_rule(project_id: int) -> Sequence[AnyRow]:
    """Return how many claims were settled for each cause by each rule ("" for none)."""
    query, decision = _explained(project_id)
    group = (decision.c.rule, decision.c.cause)
    return db.session.execute(query.with_only_columns(*group, func.count().label("claims")).group_by(*group)).all()


def by_pair(project_id: int) -> Sequence[AnyRow]:
    """Return how many claims were settled for each cause where each pair of answers (one, other) had met."""
    query, decision = _explained(project_id)
    one, other, first, second = _meetings()
    group = (first, second, decision.c.cause)
    return db.session.execute(
        query.join(one, one.claim_id == Claim.id)
        .join(other, and_(other.claim_id == one.claim_id, second > first))
        .with_only_columns(
            first.label("one"),
            second.label("other"),
            decision.c.cause,
            func.count(Claim.id.distinct()).label("claims"),
        )
        .group_by(*group)
    ).all()


def find_claims(  # noqa: PLR0913 (the cell of a table is just these facts)
    project_id: int,
    *,
    cause: str = "",
    rule: str | None = None,
    pair: tuple[str, str] | None = None,
    before: int | None = None,
    claim_id: int | None = None,
) -> tuple[Sequence[AnyRow], bool]:
    """Return a page of the claims behind a cell, the newest decision first, and whether there are more."""
    query, decision = _explained(project_id)
    conditions = [
        (cause, decision.c.cause == cause),
        (rule is not None, decision.c.rule == rule),
        (before is not None, decision.c.id < (before or 0)),
        (claim_id is not None, Claim.id == claim_id),
    ]
    query = query.where(*(condition for asked, condition in conditions if asked))
    if pair:
        one, other, first, second = _meetings()
        met = select(one.claim_id).select_from(one).join(other, other.claim_id == one.claim_id)
        query = query.where(met.where(one.claim_id == Claim.id, first == pair[0], second == pair[1]).exists())
    rows = db.session.execute(
        query.with_only_columns(
            *(decision.c[name] for name in ("id", "label", "kind", "skip_reason", "cause", "rule", "reason")),
            Claim.id.label("claim_id"),
            Claim.quote,
            Article.id.label("article_id"),
            Article.title,
            Article.language,
            Article.direction,
        )
        .order_by(decision.c.id.desc())
        .limit(PER_PAGE + 1)
    ).all()
    return rows[:PER_PAGE], len(rows) > PER_PAGE
