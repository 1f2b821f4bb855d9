"""What the pages of imports show: jobs with their counts, result lines with their articles, tables that wait."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from annotator.domain.extraction.kinds import TABLES
from annotator.storage.articles import Article
from annotator.storage.database import AnyRow, db
from annotator.storage.jobs import Job, JobItem, Upload
from annotator.storage.people import Person

IMPORTS = ("import", "command import")
"""Kinds of jobs that are imports: from the pages, and from the command line."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many things of a job came to which end."""

    added: int = 0
    duplicate: int = 0
    refused: int = 0

    @property
    def all(self) -> int:
        """Return how many things are done."""
        return self.added + self.duplicate + self.refused


def import_of(project_id: int, job_id: int) -> Job | None:
    """Return an import of this project; another project's is none."""
    query = select(Job).where(Job.id == job_id, Job.project_id == project_id, Job.kind.in_(IMPORTS))
    found: Job | None = db.session.scalar(query)
    return found


def imports_of(project_id: int, *, before: int | None, limit: int) -> Sequence[AnyRow]:
    """Return a project's imports with who started them, the newest first, from below the id `before` on."""
    query = select(Job, Person.display_name.label("who")).outerjoin(Person, Person.id == Job.created_by_id)
    query = query.where(Job.project_id == project_id, Job.kind.in_(IMPORTS))
    if before is not None:
        query = query.where(Job.id < before)
    return db.session.execute(query.order_by(Job.id.desc()).limit(limit)).all()


def counts_of(job_ids: Iterable[int]) -> dict[int, Counts]:
    """Return the counts of each job."""
    wanted = list(job_ids)
    query = (
        select(JobItem.job_id, JobItem.result, func.count())
        .where(JobItem.job_id.in_(wanted))
        .group_by(JobItem.job_id, JobItem.result)
    )
    found: dict[int, dict[str, int]] = {job_id: {} for job_id in wanted}
    for job_id, result, number in db.session.execute(query):
        found[job_id][result] = number
    return {job_id: Counts(**numbers) for job_id, numbers in found.items()}


def lines_of(job_id: int, *, after: int, limit: int, only: str | None = None) -> Sequence[AnyRow]:
    """Return a job's result lines after the position `after`, each with the title and language of its article."""
    query = (
        select(JobItem, Article.title, Article.language, Article.direction)
        .outerjoin(Article, Article.id == JobItem.article_id)
        .where(JobItem.job_id == job_id, JobItem.position > after)
    )
    if only is not None:
        query = query.where(JobItem.result == only)
    return db.session.execute(query.order_by(JobItem.position).limit(limit)).all()


def table_of(project_id: int, person_id: int, upload_id: int) -> Upload | None:
    """Return a table that this person uploaded for this project; anybody else's is none."""
    found: Upload | None = db.session.scalar(
        select(Upload).where(Upload.id == upload_id, *_mine(project_id, person_id))
    )
    return found


def waiting_tables(project_id: int, person_id: int) -> Sequence[Upload]:
    """Return the tables of this person whose columns are not named yet, the oldest first."""
    query = select(Upload).where(Upload.job_id.is_(None), *_mine(project_id, person_id))
    return db.session.scalars(query.order_by(Upload.id)).all()


def _mine(project_id: int, person_id: int) -> tuple[ColumnElement[bool], ...]:
    return Upload.project_id == project_id, Upload.person_id == person_id, Upload.kind.in_(TABLES)


def known_addresses(project_id: int, addresses: Iterable[str]) -> set[str]:
    """Return those of the addresses that articles of the project have, as given or as fetched."""
    wanted = list(addresses)
    mine = and_(Article.project_id == project_id, or_(Article.url.in_(wanted), Article.final_url.in_(wanted)))
    rows = db.session.execute(select(Article.url, Article.final_url).where(mine))
    return {address for row in rows for address in row} & set(wanted)
