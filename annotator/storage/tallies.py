"""What the disagreement report counts: sufficient statistics by GROUP BY, never a row for each verdict in Python.

All counts rest on standing labels (each reviewer's newest verdict, if it is a label) of living claims, or on what a
filter wants instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import BindParameter, Select, Subquery, Text, bindparam, case, cast, func, select, true

from annotator.domain.article_groups import is_grouped
from annotator.domain.report_filter import Filter
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.counted import counted, skipped
from annotator.storage.database import AnyRow, connection, db
from annotator.storage.kept_tallies import ArticleTally, ClaimTally, PartTally, ProjectTally, claims_of
from annotator.storage.people import Person

EVERYTHING = Filter()
_PROJECT: BindParameter[int] = bindparam("project")
_PAIRED_ARTICLES = select(func.sum(PartTally.articles)).where(PartTally.project_id == _PROJECT)


def _by_pattern(tally: type[ArticleTally] | type[ProjectTally], group: Any) -> Select[*tuple[Any, ...]]:
    """Select one row a pattern of two labels or more: it, the groups that show it, and by how many claims each."""
    columns = (func.aggregate_strings(cast(column, Text), " ") for column in (group, tally.claims))
    found: Select[*tuple[Any, ...]] = select(tally.pattern, *columns).group_by(tally.pattern)
    return found.where(tally.project_id == _PROJECT, tally.labels > 1, tally.claims > 0)


_GROUPS = _by_pattern(ProjectTally, ProjectTally.part)
_EACH = _by_pattern(ArticleTally, ArticleTally.article_id)


def labels_in_use(project_id: int) -> Sequence[str]:
    """Return the label keys that stand anywhere in the project, sorted."""
    tally = ProjectTally
    shown = select(tally.pattern).where(tally.project_id == project_id, tally.claims > 0).distinct()
    votes = {vote for pattern in db.session.scalars(shown) for vote in pattern.split(",")}
    return sorted({vote.rpartition("=")[0] for vote in votes})


def pattern_rows(project_id: int) -> Iterator[tuple[int, tuple[int, ...], int]]:
    """Yield (article id, how many gave each of a claim's labels, claims of the article of which this is so)."""
    tally = ArticleTally
    rows = select(tally.article_id, tally.pattern, tally.claims).where(tally.project_id == project_id, tally.claims > 0)
    for article_id, pattern, claims in db.session.execute(rows):
        yield article_id, tuple(int(votes.rpartition("=")[2]) for votes in pattern.split(",")), claims


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


def scope_counts(project_id: int, wanted: Filter = EVERYTHING) -> AnyRow:
    """Return the numbers of articles, living claims, reviewers with a label, skips, and labels of headlines."""
    there = [Article.project_id == project_id, IN_STUDY]
    if wanted.articles:
        there.append(Article.id.in_(wanted.articles))
    verdicts = counted(project_id, wanted)
    # One look for each person, at most, beats reading all verdicts.
    gave = select(verdicts.c.claim_id).where(verdicts.c.reviewer_id == Person.id).exists()
    labels = (
        select(func.coalesce(func.sum(ClaimTally.labels), 0)).join(Claim, Claim.id == ClaimTally.claim_id)
        if is_kept(wanted)
        else select(func.count()).select_from(verdicts).join(Claim, Claim.id == verdicts.c.claim_id)
    )
    counts = {
        "articles": select(func.count(Article.id)).where(*there),
        "claims": select(func.count(Claim.id)).join(Article, Article.id == Claim.article_id).where(*there, LIVING),
        "reviewers": select(func.count(Person.id)).where(gave),
        "skips": select(func.count()).select_from(skipped(project_id, wanted)),
        "headlines": labels.join(Article, Article.id == Claim.article_id).where(
            *there, LIVING, Claim.kind == "headline"
        ),
    }
    return db.session.execute(select(*(query.scalar_subquery().label(name) for name, query in counts.items()))).one()


def is_kept(wanted: Filter) -> bool:
    """Tell whether the tallies that are kept answer a filter: only articles are chosen, if anything is."""
    return replace(wanted, articles=()) == EVERYTHING


def signatures(project_id: int, wanted: Filter) -> Subquery:
    """Select one row a claim: claim_id, article_id, week, signature."""
    if is_kept(wanted):
        columns = (ClaimTally.claim_id, ClaimTally.article_id, ClaimTally.week, ClaimTally.signature)
        chosen = ClaimTally.article_id.in_(wanted.articles) if wanted.articles else true()
        return select(*columns).where(ClaimTally.project_id == project_id, ClaimTally.signature > "", chosen).subquery()
    votes = counted(project_id, wanted)
    return claims_of(select(votes.c.claim_id, votes.c.article_id, votes.c.reviewer_id, votes.c.label, votes.c.given_at))


def vote_rows(project_id: int, wanted: Filter = EVERYTHING) -> Iterator[tuple[int, int, str, int]]:
    """Yield (article id, week, signature, claims) as `domain.votes.VoteRow` says."""
    claims = signatures(project_id, wanted)
    keys = (claims.c.article_id, claims.c.week, claims.c.signature)
    with connection().execute(select(*keys, func.count()).group_by(*keys)) as rows:
        # The driver's own tuples: to make rows of them takes twice as long as the query.
        yield from rows.cursor.fetchall()


def claims_with(project_id: int, wanted: Filter, shown: Sequence[str], limit: int) -> Sequence[AnyRow]:
    """Return up to `limit` claims that show one of the signatures, in the order of these, then of their ids.

    Thousands of claims may show the first of thousands of signatures, so that not all can be looked at. The first ones
    are enough if a claim shows each; else the next ones are asked for.
    """
    look = _first_claims if is_kept(wanted) else _claims_showing
    found: list[tuple[int, str]] = []
    for begin in range(0, len(shown), limit):
        found += look(project_id, wanted, shown[begin : begin + limit], limit - len(found))
        if len(found) >= limit:
            break
    if not found:
        return []
    place = {claim_id: number for number, (claim_id, _) in enumerate(found)}
    signature = case(dict(found), value=Claim.id).label("signature")
    columns = (Claim.id, Claim.article_id, Claim.quote, Claim.start, Claim.kind, signature)
    rows = db.session.execute(select(*columns).where(Claim.id.in_(list(place))))
    return sorted(rows, key=lambda row: place[row.id])


def _first_claims(project_id: int, wanted: Filter, shown: Sequence[str], limit: int) -> list[tuple[int, str]]:
    groups = [(signature,) for signature in shown]
    return first_claims(project_id, wanted.articles, ClaimTally.signature, groups, limit)


def first_claims(
    project_id: int, articles: Sequence[int], column: Any, groups: Sequence[Sequence[str]], limit: int
) -> list[tuple[int, str]]:
    """Return up to `limit` (claim id, text) whose signature or pattern is in a group, by group, then by id.

    An index gives the first claims of each text, so that no more are looked at, however many there are.
    """
    here = ClaimTally.article_id.in_(articles) if articles else true()
    query = select(ClaimTally.claim_id).where(ClaimTally.project_id == project_id, here)
    query = query.where(column == bindparam("text")).order_by(ClaimTally.claim_id).limit(bindparam("left"))
    found: list[tuple[int, str]] = []
    for group in groups:
        left = limit - len(found)
        if not left:
            break
        claims: list[tuple[int, str]] = []
        for text in group:
            asked = {"text": text, "left": left}
            claims += [(claim_id, text) for claim_id in connection().scalars(query, asked)]
        found += sorted(claims)[:left]
    return found


def _claims_showing(project_id: int, wanted: Filter, shown: Sequence[str], limit: int) -> list[tuple[int, str]]:
    """Find claims by their signatures in all that a filter leaves."""
    claims = signatures(project_id, wanted)
    place = case({signature: number for number, signature in enumerate(shown)}, value=claims.c.signature)
    query = select(claims.c.claim_id, claims.c.signature).where(claims.c.signature.in_(shown))
    return [(row[0], row[1]) for row in connection().execute(query.order_by(place, claims.c.claim_id).limit(limit))]


def headline_rows(project_id: int) -> tuple[int, Sequence[AnyRow]]:
    """Return how many articles have a claim with two labels, and (pattern, groups, claims) of such claims.

    A group is an article or, among many, what `domain.article_groups` leaves out together; `groups` and `claims` are
    their numbers with spaces between, one for one. It costs the same whatever the project's size.
    """
    articles = connection().execute(_PAIRED_ARTICLES, {"project": project_id}).scalar() or 0
    rows = connection().execute(_GROUPS if is_grouped(articles) else _EACH, {"project": project_id})
    return articles, rows.all()


def article_titles(article_ids: Sequence[int]) -> dict[int, AnyRow]:
    """Return title, outlet, language and direction of articles."""
    rows = db.session.execute(
        select(Article.id, Article.title, Article.outlet, Article.language, Article.direction).where(
            Article.id.in_(article_ids)
        )
    )
    return {row.id: row for row in rows}
