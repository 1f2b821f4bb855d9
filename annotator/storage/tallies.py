"""What the disagreement report counts: sufficient statistics by GROUP BY, never a row for each verdict in Python.

All counts rest on standing labels (each reviewer's newest verdict, if it is a label) of living claims.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, Subquery, case, func, select, tuple_

from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.database import AnyRow, db
from annotator.storage.people import Person
from annotator.storage.verdicts import StandingVerdict, Verdict


def standing_labels(project_id: int) -> Select[Any]:
    """Select the standing labels of a project's living claims in the articles of the study."""
    return (
        select(StandingVerdict)
        .join(Claim, Claim.id == StandingVerdict.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .where(
            StandingVerdict.project_id == project_id,
            StandingVerdict.label.is_not(None),
            LIVING,
            IN_STUDY,
        )
    )


def labels_in_use(project_id: int) -> Sequence[str]:
    """Return the label keys that stand anywhere in the project, sorted."""
    labels = standing_labels(project_id).with_only_columns(StandingVerdict.label).distinct()
    return sorted(label for label in db.session.scalars(labels) if label)


def claim_patterns(project_id: int, labels: Sequence[str]) -> Subquery:
    """Return one row a claim: how many reviewers gave it each label (columns `n0`, `n1`, …)."""
    counts = [
        func.sum(case((StandingVerdict.label == label, 1), else_=0)).label(f"n{i}") for i, label in enumerate(labels)
    ]
    return (
        standing_labels(project_id)
        .with_only_columns(StandingVerdict.article_id, StandingVerdict.claim_id, *counts)
        .group_by(StandingVerdict.article_id, StandingVerdict.claim_id)
        .subquery()
    )


def pattern_rows(project_id: int, labels: Sequence[str]) -> Iterator[tuple[int, tuple[int, ...], int]]:
    """Yield (article id, verdicts for each label, number of claims that show this pattern)."""
    claims = claim_patterns(project_id, labels)
    counts = [claims.c[f"n{i}"] for i in range(len(labels))]
    rows = db.session.execute(select(claims.c.article_id, func.count(), *counts).group_by(claims.c.article_id, *counts))
    for article_id, how_many, *pattern in rows:
        yield article_id, tuple(int(count) for count in pattern), how_many


def claims_showing(
    project_id: int, labels: Sequence[str], groups: Sequence[Sequence[tuple[int, ...]]], limit: int
) -> Sequence[AnyRow]:
    """Return up to `limit` claims that show a pattern of the groups, in the order of the groups, then of their ids."""
    if not groups:
        return []
    claims = claim_patterns(project_id, labels)
    counts = [claims.c[f"n{i}"] for i in range(len(labels))]
    rank = case(*((tuple_(*counts).in_(group), place) for place, group in enumerate(groups)), else_=len(groups))
    return db.session.execute(
        select(
            Claim.id,
            Claim.quote,
            Claim.start,
            Claim.kind,
            Claim.article_id,
            Article.title,
            Article.language,
            Article.direction,
            *counts,
        )
        .join(claims, claims.c.claim_id == Claim.id)
        .join(Article, Article.id == Claim.article_id)
        .where(tuple_(*counts).in_([pattern for group in groups for pattern in group]))
        .order_by(rank, Claim.id)
        .limit(limit)
    ).all()


def numbers_of(claim_ids: Sequence[int]) -> dict[int, int]:
    """Return the numbers of claims in their articles, counted from 1 in reading order."""
    articles = select(Claim.article_id).where(Claim.id.in_(claim_ids))
    numbered = (
        select(Claim.id, func.row_number().over(partition_by=Claim.article_id, order_by=Claim.start).label("number"))
        .where(Claim.article_id.in_(articles), LIVING)
        .subquery()
    )
    rows = db.session.execute(select(numbered.c.id, numbered.c.number).where(numbered.c.id.in_(claim_ids)))
    return {row.id: row.number for row in rows}


def votes_on(claim_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return who gave which label (and kind and note) to the claims."""
    return db.session.execute(
        select(StandingVerdict.claim_id, StandingVerdict.label, StandingVerdict.kind, Person.display_name, Verdict.note)
        .join(Person, Person.id == StandingVerdict.reviewer_id)
        .join(Verdict, Verdict.id == StandingVerdict.verdict_id)
        .where(StandingVerdict.claim_id.in_(claim_ids), StandingVerdict.label.is_not(None))
        .order_by(StandingVerdict.claim_id, Person.display_name, Person.id)
    ).all()


def scope_counts(project_id: int) -> AnyRow:
    """Return the numbers of articles, living claims, reviewers with a standing label, and standing skips."""

    def count(query: Select[Any]) -> Any:
        return query.correlate(None).scalar_subquery()

    living = (
        select(func.count(Claim.id))
        .join(Article, Article.id == Claim.article_id)
        .where(Article.project_id == project_id, IN_STUDY, LIVING)
    )
    articles = select(func.count(Article.id)).where(Article.project_id == project_id, IN_STUDY)
    reviewers = standing_labels(project_id).with_only_columns(func.count(StandingVerdict.reviewer_id.distinct()))
    skips = (
        select(func.count())
        .select_from(StandingVerdict)
        .join(Claim, Claim.id == StandingVerdict.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .where(
            StandingVerdict.project_id == project_id,
            StandingVerdict.skip_reason.is_not(None),
            LIVING,
            IN_STUDY,
        )
    )
    headlines = standing_labels(project_id).with_only_columns(func.count()).where(Claim.kind == "headline")
    return db.session.execute(
        select(
            count(articles).label("articles"),
            count(living).label("claims"),
            count(reviewers).label("reviewers"),
            count(skips).label("skips"),
            count(headlines).label("headlines"),
        )
    ).one()


def article_titles(article_ids: Sequence[int]) -> dict[int, AnyRow]:
    """Return title, outlet, language and direction of articles."""
    rows = db.session.execute(
        select(Article.id, Article.title, Article.outlet, Article.language, Article.direction).where(
            Article.id.in_(article_ids)
        )
    )
    return {row.id: row for row in rows}
