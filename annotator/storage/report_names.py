"""What the report calls things by: its articles with outlet, language and import, its reviewers, days to know."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from annotator.storage.articles import IN_STUDY, Article
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.database import AnyRow, connection, db
from annotator.storage.jobs import Job, JobItem
from annotator.storage.people import Person
from annotator.storage.verdicts import StandingVerdict, Verdict


def article_facts(project_id: int) -> Sequence[AnyRow]:
    """Return id, title, outlet, language, direction and the job that imported it (or None) of the study's articles."""
    imported = (
        select(JobItem.article_id, func.max(JobItem.job_id).label("job_id"))
        .join(Job, Job.id == JobItem.job_id)
        .where(Job.project_id == project_id, JobItem.result == "added")
        .group_by(JobItem.article_id)
        .subquery()
    )
    return (
        connection()
        .execute(
            select(Article.id, Article.title, Article.outlet, Article.language, Article.direction, imported.c.job_id)
            .outerjoin(imported, imported.c.article_id == Article.id)
            .where(Article.project_id == project_id, IN_STUDY)
            .order_by(Article.id)
        )
        .all()
    )


def people(ids: Sequence[int]) -> dict[int, AnyRow]:
    """Return pseudonym and display name of people."""
    rows = db.session.execute(select(Person.id, Person.pseudonym, Person.display_name).where(Person.id.in_(ids)))
    return {row.id: row for row in rows}


def versions(project_id: int) -> Sequence[AnyRow]:
    """Return number and day of the codebook's published versions, in order."""
    return db.session.execute(
        select(CodebookVersion.number, CodebookVersion.published_at)
        .where(CodebookVersion.project_id == project_id, CodebookVersion.published_at.is_not(None))
        .order_by(CodebookVersion.number)
    ).all()


def beginnings(project_id: int, reviewer_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when each reviewer gave their first verdict in the project."""
    first = (
        select(func.min(Verdict.id))
        .where(Verdict.project_id == project_id, Verdict.reviewer_id.in_(reviewer_ids))
        .group_by(Verdict.reviewer_id)
    )
    rows = db.session.execute(select(Verdict.reviewer_id, Verdict.given_at).where(Verdict.id.in_(first)))
    return {row.reviewer_id: row.given_at for row in rows}


def articles_to_choose(project_id: int, chosen: Sequence[int], most: int) -> Sequence[AnyRow]:
    """Return id, title, language and direction of the study's articles: those chosen, then the newest, one too many."""
    return db.session.execute(
        select(Article.id, Article.title, Article.language, Article.direction)
        .where(Article.project_id == project_id, IN_STUDY)
        .order_by(Article.id.in_(chosen).desc(), Article.id.desc())
        .limit(most + 1)
    ).all()


def reviewers(project_id: int) -> Sequence[AnyRow]:
    """Return id, pseudonym and display name of whoever has a verdict in the project, by pseudonym."""
    gave = select(StandingVerdict.claim_id).where(
        StandingVerdict.reviewer_id == Person.id, StandingVerdict.project_id == project_id
    )
    return db.session.execute(
        select(Person.id, Person.pseudonym, Person.display_name).where(gave.exists()).order_by(Person.pseudonym)
    ).all()
