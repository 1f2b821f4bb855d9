"""The list of a project's articles: what is searched, filtered, sorted and counted, in two statements a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, cast, func, select
from sqlalchemy.types import Float

from annotator.domain.search import words_of
from annotator.storage.articles import LIVING, Article, Claim
from annotator.storage.claims import DECIDED
from annotator.storage.database import AnyRow, db
from annotator.storage.search import holding
from annotator.storage.verdicts import StandingVerdict

PER_PAGE = 50
STATUSES = ("todo", "doing", "done", "withdrawn")
SORTS = ("added", "date", "title", "progress", "claims")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for; empty fields ask for nothing. `sort` is one of SORTS, `-` before it turns it round."""

    words: str = ""
    in_text: bool = False
    status: str = ""
    purpose: str = ""
    outlet: str = ""
    language: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = "-added"
    page: int = 1

    @property
    def order(self) -> str:
        """Return the name of the sort without its direction."""
        return self.sort.removeprefix("-")


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A page of the list. `total` counts all that was found, `number` is the page that is shown."""

    rows: Sequence[AnyRow]
    total: int
    number: int

    @property
    def last(self) -> int:
        """Return the number of the last page."""
        return max(-(-self.total // PER_PAGE), 1)


def facets(project_id: int) -> Sequence[AnyRow]:
    """Return how many articles a project has by outlet, language and whether they were withdrawn."""
    gone = Article.withdrawn_at.is_not(None)
    return db.session.execute(
        select(Article.outlet, Article.language, gone.label("is_withdrawn"), func.count().label("articles"))
        .where(Article.project_id == project_id)
        .group_by(Article.outlet, Article.language, gone)
    ).all()


def find_articles(project_id: int, overlap: int, wanted: Wanted) -> ArticlePage:
    """Return a page of a project's articles; a page beyond the end is the last one."""
    rows = _rows(project_id, overlap, wanted, wanted.page)
    if rows:
        return ArticlePage(rows, rows[0].total, wanted.page)
    if wanted.page == 1:
        return ArticlePage((), 0, 1)
    total = db.session.scalar(select(func.count()).select_from(_found(project_id, overlap, wanted).subquery())) or 0
    last = ArticlePage((), total, 1).last
    rows = _rows(project_id, overlap, wanted, last)
    return ArticlePage(rows, total, last)


def _rows(project_id: int, overlap: int, wanted: Wanted, number: int) -> Sequence[AnyRow]:
    found = _found(project_id, overlap, wanted).subquery()
    page = (
        select(found.c.id, func.count().over().label("total"), func.row_number().over(order_by=_order(found, wanted)))
        .order_by(*_order(found, wanted))
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
        .cte("page")
    )
    progress = progress_of(Claim.article_id.in_(select(page.c.id)), overlap)
    return db.session.execute(
        select(
            page.c.total,
            Article.id,
            Article.title,
            Article.outlet,
            Article.published_on,
            Article.language,
            Article.direction,
            Article.added_at,
            Article.withdrawn_at,
            Article.purpose,
            func.coalesce(Article.wanted, overlap).label("wanted"),
            func.coalesce(progress.c.claims, 0).label("claims"),
            func.coalesce(progress.c.given, 0).label("given"),
            func.coalesce(progress.c.complete, 0).label("complete"),
        )
        .join(Article, Article.id == page.c.id)
        .outerjoin(progress, progress.c.article_id == Article.id)
        .order_by(page.c[2])
    ).all()


def progress_of(which: ColumnElement[bool], overlap: int) -> Subquery:
    """Return claims, decisions given (no more of a claim count than it wants) and claims with enough, by article.

    An article wants as many reviewers as a plan says, or else `overlap`.
    """
    count, wanted = func.count(StandingVerdict.reviewer_id), func.coalesce(Article.wanted, overlap)
    claims = (
        select(
            Claim.article_id,
            case((count < wanted, count), else_=wanted).label("given"),
            case((count >= wanted, 1), else_=0).label("has_enough"),
        )
        .join(Article, Article.id == Claim.article_id)
        .outerjoin(StandingVerdict, and_(StandingVerdict.claim_id == Claim.id, DECIDED))
        .where(which, LIVING)
        .group_by(Claim.article_id, Claim.id, Article.wanted)
        .subquery()
    )
    return (
        select(
            claims.c.article_id,
            func.count().label("claims"),
            func.sum(claims.c.given).label("given"),
            func.sum(claims.c.has_enough).label("complete"),
        )
        .group_by(claims.c.article_id)
        .subquery()
    )


def _found(project_id: int, overlap: int, wanted: Wanted) -> Select[Any]:
    """Select the ids of what is wanted, each with its sort key; progress is counted for all only if it decides."""
    query = select(Article.id).where(Article.project_id == project_id, *_filters(wanted))
    if wanted.status not in {"todo", "doing", "done"} and wanted.order not in {"progress", "claims"}:
        return query.add_columns(_plain_key(wanted.order).label("rank"))
    in_project = Claim.article_id.in_(select(Article.id).where(Article.project_id == project_id))
    progress = progress_of(in_project, overlap)
    claims, given = func.coalesce(progress.c.claims, 0), func.coalesce(progress.c.given, 0)
    share = case((claims == 0, 1.0), else_=cast(given, Float) / (claims * func.coalesce(Article.wanted, overlap)))
    key = {"progress": share, "claims": claims}.get(wanted.order, _plain_key(wanted.order))
    complete = func.coalesce(progress.c.complete, 0) == claims
    status = {"todo": and_(given == 0, ~complete), "doing": and_(given > 0, ~complete), "done": complete}
    query = query.outerjoin(progress, progress.c.article_id == Article.id).add_columns(key.label("rank"))
    return query.where(status[wanted.status]) if wanted.status in status else query


def _plain_key(order: str) -> ColumnElement[Any]:
    return {"date": Article.published_on, "title": func.lower(Article.title)}.get(order, Article.id)  # type: ignore[return-value]


def _order(found: Subquery, wanted: Wanted) -> tuple[ColumnElement[Any], ...]:
    # What has no date comes last either way; of equals, the newest first.
    key = found.c.rank.desc() if wanted.sort.startswith("-") else found.c.rank.asc()
    return key.nulls_last(), found.c.id.desc()


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    gone = Article.withdrawn_at.is_not(None)
    filters: list[ColumnElement[bool]] = [gone if wanted.status == "withdrawn" else ~gone]
    if wanted.purpose:
        filters.append(Article.purpose == wanted.purpose)
    if wanted.outlet:
        filters.append(Article.outlet == wanted.outlet)
    if wanted.language:
        filters.append(Article.language == wanted.language)
    if wanted.since:
        filters.append(Article.published_on >= wanted.since)
    if wanted.until:
        filters.append(Article.published_on <= wanted.until)
    return filters + [_holding(word, in_text=wanted.in_text) for word in words_of(wanted.words)]


def _holding(word: str, *, in_text: bool) -> ColumnElement[bool]:
    """Ask for articles with `word` in a field. Claims are stretches of the text, so to search it is to search them."""
    columns: list[Any] = [Article.title, Article.outlet, Article.byline, Article.url]
    return holding([*columns, Article.text] if in_text else columns, word)
