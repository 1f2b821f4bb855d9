"""What tests of imports share: start one, run it, and see what became of it."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from annotator.services import imports, work
from annotator.services.imports import Options, Source
from annotator.storage.articles import Article, Claim
from annotator.storage.database import db
from annotator.storage.import_results import lines_of
from annotator.storage.jobs import Job, JobItem, Upload
from tests.desk import Desk


def packed(*members: tuple[str, bytes]) -> bytes:
    """Return a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def stage(desk: Desk, project: int, name: str, content: bytes, person: int | None = None) -> Source:
    """Stage an upload."""
    with desk.inside():
        return Source(upload_id=imports.stage(project, person, name, content).id)


def texts(desk: Desk, project: int, count: int) -> list[Source]:
    """Stage `count` short texts."""
    return [stage(desk, project, f"{n}.txt", f"Claim {n} stands here. And another.".encode()) for n in range(count)]


def start(desk: Desk, project: int, *sources: Source, person: int | None = None, asked: str = "", **facts: Any) -> int:
    """Start an import."""
    with desk.inside():
        return imports.start(project, person, sources, Options(**facts), asked=asked).id


def run(desk: Desk, worker: str = "worker", **facts: Any) -> bool:
    """Run the next job in this process."""
    with desk.app.app_context():
        return work.run_next(worker, **facts)


def job(desk: Desk, job_id: int) -> Job:
    """Return a job as it stands."""
    with desk.inside(writes=False) as session:
        found = session.get_one(Job, job_id)
        session.expunge(found)
        return found


def results(desk: Desk, job_id: int) -> list[tuple[str, str, str]]:
    """Return name, result and message of each item."""
    with desk.inside(writes=False):
        items = [row.JobItem for row in lines_of(job_id, after=-1, limit=1_000)]
        return [(item.name, item.result, item.message) for item in items]


def articles(desk: Desk, project: int) -> list[Article]:
    """Return the articles of a project, in order."""
    with desk.inside(writes=False) as session:
        found = list(session.scalars(select(Article).where(Article.project_id == project).order_by(Article.id)))
        session.expunge_all()
        return found


def count(desk: Desk, model: type[Any]) -> int:
    """Count the rows of a table."""
    with desk.inside(writes=False) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def assert_each_is_in_once(desk: Desk, project: int, job_id: int, number: int) -> None:
    """Fail unless all of a job's texts are in exactly once, with whole claims, and nothing waits any more."""
    with desk.inside(writes=False) as session:
        assert session.get_one(Job, job_id).state == "done"
        positions = list(session.scalars(select(JobItem.position).where(JobItem.job_id == job_id).order_by(JobItem.id)))
        assert positions == list(range(number))
        rows = session.execute(
            select(Article.text, func.count(Claim.id))
            .outerjoin(Claim, Claim.article_id == Article.id)
            .where(Article.project_id == project)
            .group_by(Article.id, Article.text)
        ).all()
        assert len({text for text, _ in rows}) == len(rows) == number
        assert all(claims >= 2 for _, claims in rows)
        assert count_uploads(job_id) == 0


def count_uploads(job_id: int) -> int:
    """Count the files that a job keeps; inside a transaction."""
    return db.session.scalar(select(func.count()).select_from(Upload).where(Upload.job_id == job_id)) or 0


def write(folder: Path, names: Iterable[str]) -> None:
    """Write a short text into each of the named files."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name} says this. And that.", encoding="utf-8")
