"""Tallies that triggers of the database keep with every verdict, so that a headline costs the same at any size.

Nothing in the program writes these tables but `services.tallies.rebuild`; migration 0006 has the triggers. They hold
what follows from the standing labels of living claims in the articles of the study, and a recount proves it.
"""

from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, Select, Subquery, Text, cast, extract, func, literal, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Mapped, mapped_column

from annotator.domain.article_groups import GROUPS
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.database import db
from annotator.storage.verdicts import StandingVerdict


class ClaimTally(db.Model):  # type: ignore[name-defined,misc]
    """What reviewers say of a claim: `signature` "12=sourced,15=editorial", `pattern` "editorial=1,sourced=1".

    `labels` is how many labels it has and `week` the Monday of the newest, in days since 1970-01-01. A claim that lost
    its labels, its life or its article's place in the study keeps a row with 0 labels and empty texts.
    """

    __tablename__ = "claim_tally"
    __table_args__ = (
        Index(None, "project_id", "article_id", "week", "signature"),
        Index(None, "project_id", "signature", "claim_id"),
        Index(None, "project_id", "pattern", "claim_id"),
    )

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True, autoincrement=False)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    week: Mapped[int]
    labels: Mapped[int]
    signature: Mapped[str]
    pattern: Mapped[str]


class ArticleTally(db.Model):  # type: ignore[name-defined,misc]
    """How many claims of an article show a pattern; a row may have 0 claims. `labels` is how many a claim has."""

    __tablename__ = "article_tally"
    __table_args__ = (
        Index(
            "ix_article_tally_paired",
            "project_id",
            sqlite_where=text("labels > 1"),
            postgresql_where=text("labels > 1"),
        ),
        {"sqlite_with_rowid": False},
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True, autoincrement=False)
    pattern: Mapped[str] = mapped_column(primary_key=True)
    labels: Mapped[int]
    claims: Mapped[int]


class ProjectTally(db.Model):  # type: ignore[name-defined,misc]
    """How many claims of a project show a pattern, in 200 parts by article id, which bound it whatever its size.

    The jackknife of many articles leaves out such a part, and the writers of PostgreSQL do not all queue for one row.
    """

    __tablename__ = "project_tally"
    __table_args__ = ({"sqlite_with_rowid": False},)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pattern: Mapped[str] = mapped_column(primary_key=True)
    labels: Mapped[int]
    claims: Mapped[int]


class PartTally(db.Model):  # type: ignore[name-defined,misc]
    """How many articles of a part have a claim with two labels or more: what an interval names as its articles."""

    __tablename__ = "part_tally"
    __table_args__ = ({"sqlite_with_rowid": False},)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    articles: Mapped[int]


def claims_of(votes: Select[*tuple[Any, ...]], spread: str = "") -> Subquery:
    """Make one row a claim (claim_id, article_id, week, signature) of votes (claim, article, reviewer, label, time).

    Of a column that `spread` names, the least and the greatest value among the votes are the columns first and last.
    """
    # SQLite 3.40 knows no ORDER BY within an aggregate; it adds up in the order of the rows.
    rows = votes.order_by("claim_id", "reviewer_id").subquery()
    vote = cast(rows.c.reviewer_id, Text) + "=" + rows.c.label
    keys = (rows.c.claim_id, rows.c.article_id)
    week, signature = _monday(func.max(rows.c.given_at)), _joined(vote, rows.c.reviewer_id)
    ends = (func.min(rows.c[spread]).label("first"), func.max(rows.c[spread]).label("last")) if spread else ()
    return select(*keys, week.label("week"), signature.label("signature"), *ends).group_by(*keys).subquery()


def _joined(parts: Any, order: Any) -> Any:
    if _is_postgresql():
        return func.string_agg(parts, aggregate_order_by(literal(","), order))
    return func.group_concat(parts, ",")


def _monday(moment: Any) -> Any:
    """Return the Monday, in days since 1970-01-01, of the week of a moment in UTC."""
    seconds = func.floor(extract("epoch", moment)) if _is_postgresql() else func.strftime("%s", moment)
    days = func.floor(seconds / 86400) if _is_postgresql() else cast(seconds, Integer).op("/")(86400)
    day = cast(days, Integer)
    return day - (day + 3) % 7


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def recounted(model: type[db.Model], project_id: int | None) -> Select[*tuple[Any, ...]]:  # type: ignore[name-defined]
    """Select what a table of tallies should hold, for one project or for all, with its columns in their order."""
    return {ClaimTally: _claims, ArticleTally: _articles, ProjectTally: _parts, PartTally: _paired}[model](project_id)


def _votes(project_id: int | None) -> Select[*tuple[Any, ...]]:
    votes = StandingVerdict
    found: Select[*tuple[Any, ...]] = (
        select(votes.claim_id, votes.project_id, votes.article_id, votes.reviewer_id, votes.label, votes.given_at)
        .join(Claim, Claim.id == votes.claim_id)
        .join(Article, Article.id == votes.article_id)
        .where(votes.label.is_not(None), LIVING, IN_STUDY)
    )
    return found if project_id is None else found.where(votes.project_id == project_id)


def _claims(project_id: int | None) -> Select[*tuple[Any, ...]]:
    votes = _votes(project_id).subquery()
    signed = claims_of(
        select(votes.c.claim_id, votes.c.article_id, votes.c.reviewer_id, votes.c.label, votes.c.given_at)
    )
    label = votes.c.label.collate("C") if _is_postgresql() else votes.c.label
    keys = (votes.c.claim_id, votes.c.project_id)
    by_label = (
        select(*keys, votes.c.label, func.count().label("votes"))
        .group_by(*keys, votes.c.label)
        .order_by(votes.c.claim_id, label)
        .subquery()
    )
    order = by_label.c.label.collate("C") if _is_postgresql() else by_label.c.label
    pattern = _joined(by_label.c.label + "=" + cast(by_label.c.votes, Text), order)
    shown = (
        select(by_label.c.claim_id, by_label.c.project_id, func.sum(by_label.c.votes).label("labels"))
        .add_columns(pattern.label("pattern"))
        .group_by(by_label.c.claim_id, by_label.c.project_id)
        .subquery()
    )
    return select(
        signed.c.claim_id,
        shown.c.project_id,
        signed.c.article_id,
        signed.c.week,
        cast(shown.c.labels, Integer).label("labels"),
        signed.c.signature,
        shown.c.pattern,
    ).join(shown, shown.c.claim_id == signed.c.claim_id)


def _articles(project_id: int | None) -> Select[*tuple[Any, ...]]:
    return _counted(project_id, ClaimTally.article_id)


def _parts(project_id: int | None) -> Select[*tuple[Any, ...]]:
    return _counted(project_id, (ClaimTally.article_id % GROUPS).label("part"))


def _counted(project_id: int | None, group: Any) -> Select[*tuple[Any, ...]]:
    keys = (ClaimTally.project_id, group, ClaimTally.pattern)
    return _of(
        project_id,
        select(*keys, func.min(ClaimTally.labels).label("labels"), func.count().label("claims"))
        .where(ClaimTally.labels > 0)
        .group_by(*keys),
    )


def _paired(project_id: int | None) -> Select[*tuple[Any, ...]]:
    part = (ClaimTally.article_id % GROUPS).label("part")
    articles = func.count(ClaimTally.article_id.distinct()).label("articles")
    found: Select[*tuple[Any, ...]] = select(ClaimTally.project_id, part, articles).where(ClaimTally.labels > 1)
    return _of(project_id, found.group_by(ClaimTally.project_id, part))


def _of(project_id: int | None, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query if project_id is None else query.where(ClaimTally.project_id == project_id)
