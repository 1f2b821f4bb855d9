"""The neutral record of a verdict on its way out, and the one query that streams all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, func, not_, select

from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.database import AnyRow, db
from annotator.storage.people import Person
from annotator.storage.projects import Project
from annotator.storage.verdicts import StandingVerdict, Verdict

BATCH = 500
"""Rows that are in memory at once."""

FIELDS = (
    "project",
    "article_id",
    "article_title",
    "outlet",
    "byline",
    "url",
    "published_on",
    "language",
    "claim_id",
    "claim_number",
    "claim_kind",
    "start",
    "end",
    "quote",
    "claim_retired",
    "reviewer",
    "label",
    "kind",
    "skip_reason",
    "flagged",
    "also_attributed",
    "marks",
    "source_name",
    "evidence_url",
    "note",
    "confidence",
    "source_kind",
    "speech",
    "depth",
    "continues_claim_id",
    "rewrite",
    "path",
    "exposure",
    "codebook_version",
    "codebook_digest",
    "verdict_id",
    "revision",
    "first",
    "standing",
    "undoes_verdict_id",
    "carried_from",
    "seconds",
    "given_at",
)
"""The record's fields, in the order in which every format writes them."""


@dataclass(frozen=True)
class Counts:
    """How much there is to export."""

    articles: int
    claims: int
    standing: int
    verdicts: int


def counts(project_id: int) -> Counts:
    """Count a project's articles, living claims, standing labels or skips, and verdicts of all time."""
    living = (
        select(func.count(Claim.id), func.count(Claim.article_id.distinct()))
        .join(Article, Article.id == Claim.article_id)
        .where(Article.project_id == project_id, LIVING, IN_STUDY)
    )
    claims, articles = db.session.execute(living).one()
    standing = db.session.scalar(select(func.count()).select_from(_standing(project_id).subquery()))
    verdicts = db.session.scalar(
        select(func.count())
        .select_from(Verdict)
        .join(Article, Article.id == Verdict.article_id)
        .where(Verdict.project_id == project_id, Article.purpose == "work")
    )
    return Counts(articles, claims, standing or 0, verdicts or 0)


def _standing(project_id: int) -> Select[Any]:
    return (
        select(StandingVerdict.verdict_id)
        .join(Claim, Claim.id == StandingVerdict.claim_id)
        .join(Article, Article.id == StandingVerdict.article_id)
        .where(
            StandingVerdict.project_id == project_id,
            LIVING,
            IN_STUDY,
            StandingVerdict.label.is_not(None) | StandingVerdict.skip_reason.is_not(None),
        )
    )


_VERDICT = (
    Verdict.label,
    Verdict.kind,
    Verdict.skip_reason,
    Verdict.is_flagged.label("flagged"),
    Verdict.also_attributed,
    Verdict.marks,
    Verdict.source_name,
    Verdict.evidence_url,
    Verdict.note,
    Verdict.confidence,
    Verdict.source_kind,
    Verdict.speech,
    Verdict.depth,
    Verdict.continues_id.label("continues_claim_id"),
    Verdict.rewrite,
    Verdict.path,
    Verdict.exposure,
    Verdict.id.label("verdict_id"),
    Verdict.revision,
    Verdict.is_first.label("first"),
    Verdict.undoes_id.label("undoes_verdict_id"),
    Verdict.carried_from,
    Verdict.seconds,
    Verdict.given_at,
)


def _query(project_id: int, *, history: bool) -> Select[Any]:
    numbers = (
        select(Claim.id, func.row_number().over(partition_by=Claim.article_id, order_by=Claim.start).label("number"))
        .join(Article, Article.id == Claim.article_id)
        .where(Article.project_id == project_id, LIVING)
        .subquery()
    )
    query = (
        select(
            Project.slug.label("project"),
            Article.id.label("article_id"),
            Claim.id.label("claim_id"),
            Article.title.label("article_title"),
            Article.outlet,
            Article.byline,
            Article.url,
            Article.published_on,
            Article.language,
            numbers.c.number.label("claim_number"),
            Claim.kind.label("claim_kind"),
            Claim.start.label("start"),
            Claim.end.label("end"),
            Claim.quote,
            not_(LIVING).label("claim_retired"),
            Person.pseudonym.label("reviewer"),
            CodebookVersion.number.label("codebook_version"),
            CodebookVersion.digest.label("codebook_digest"),
            StandingVerdict.verdict_id.is_not(None).label("standing"),
            *_VERDICT,
        )
        .select_from(Verdict)
        .join(Claim, Claim.id == Verdict.claim_id)
        .join(Article, Article.id == Verdict.article_id)
        .join(Project, Project.id == Verdict.project_id)
        .join(Person, Person.id == Verdict.reviewer_id)
        .join(CodebookVersion, CodebookVersion.id == Verdict.codebook_version_id)
        .outerjoin(numbers, numbers.c.id == Claim.id)
        .outerjoin(StandingVerdict, and_(StandingVerdict.verdict_id == Verdict.id))
        .where(Verdict.project_id == project_id, Article.purpose == "work")
        .order_by(Article.id, Claim.start, Claim.id, Verdict.id)
    )
    return query if history else query.where(Verdict.id.in_(_standing(project_id)))


def records(project_id: int, *, history: bool = False) -> Iterator[dict[str, Any]]:
    """Yield a record for each standing label or skip, or with `history` for each verdict ever given.

    What was said of training and qualification articles is no part of the study, and never goes out.

    One statement on a connection of its own: everything comes from one moment, whoever saves meanwhile.
    """
    with db.engine.connect() as connection, connection.begin():
        yield from _stream(connection, project_id, history=history)


def _stream(connection: Connection, project_id: int, *, history: bool) -> Iterator[dict[str, Any]]:
    query = _query(project_id, history=history)
    with connection.execution_options(stream_results=True, yield_per=BATCH).execute(query) as rows:
        for row in rows:  # a reader may break off: then the cursor is closed, too
            yield record(row)


def record(row: AnyRow) -> dict[str, Any]:
    """Return one row as the neutral record. Marks carry their words, so that a reader need not have the article."""
    facts = {name: getattr(row, name) for name in FIELDS}
    return facts | {
        "published_on": row.published_on.isoformat() if row.published_on else None,
        "claim_retired": bool(row.claim_retired),
        "marks": [
            {"start": start, "end": end, "role": role, "quote": row.quote[start - row.start : end - row.start]}
            for start, end, role in row.marks
        ],
        "path": [{"question": key, "answer": "yes" if answer else "no"} for key, answer in row.path],
        "standing": bool(row.standing),
        "given_at": row.given_at.isoformat(),
    }
