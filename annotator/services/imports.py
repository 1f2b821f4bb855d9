"""Imports of many articles: started, watched and cancelled here; `work` runs them."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from annotator.domain.text import UnstorableText, clean_line
from annotator.services import import_runs, ingest, turns, watch
from annotator.services.import_lists import SourceList, list_sources
from annotator.services.import_sources import Place, Source
from annotator.services.table_columns import NotImported
from annotator.services.table_rows import BadRows, Preview
from annotator.services.uploads import keep, preview, stage
from annotator.storage import events, jobs
from annotator.storage.database import db, step_aside
from annotator.storage.jobs import STALE_SECONDS, Job, Upload
from annotator.storage.projects import Project

__all__ = ["BadRows", "NotImported", "Options", "Preview", "Source", "cancel", "preview", "stage", "start"]


@dataclass(frozen=True)
class Options:
    """What holds for all articles of an import; `columns` says which column of a table holds a field.

    An empty language is detected for each text.
    """

    language: str = ""
    outlet: str = ""
    columns: Mapping[str, str] | None = None

    def plain(self) -> dict[str, Any]:
        """Return them as they stand in a job's order."""
        return {**vars(self), "columns": dict(self.columns) if self.columns else None}


def start(
    project_id: int,
    person_id: int | None,
    sources: Iterable[Source],
    options: Options | None = None,
    *,
    asked: str = "",
) -> Job:
    """Start the import of `sources`; raises NotImported, or BadRows for a table with errors: then nothing is imported.

    `asked` says what a command was given: the same command finds its import again, and no other worker takes it.
    """
    options = _checked(options or Options())
    place = _place(project_id, person_id, options)
    step_aside()  # looking at long tables takes seconds
    found = list_sources(sources, place)
    if not found.total:
        raise NotImported("there is nothing to import")
    job = Job(
        kind=import_runs.COMMAND_KIND if asked else import_runs.KIND,
        project_id=project_id,
        created_by_id=person_id,
        state="waiting",
        order={"options": options.plain(), "asked": asked, "names": found.names},
        total=found.total,
        result={},
        created_at=datetime.now(UTC),
    )
    db.session.add(job)
    db.session.flush()
    _attach(job, found)
    detail = {"job": job.id, "items": found.total}
    events.record("import started", "job", job.id, person_id=person_id, project_id=project_id, detail=detail)
    watch.look_soon()
    return job


def _place(project_id: int, person_id: int | None, options: Options) -> Place:
    project = db.session.get_one(Project, project_id)
    return Place(project.id, project.slug, project.language, person_id, **options.plain())


def _checked(options: Options) -> Options:
    """Refuse at once what every article would be refused for."""
    try:
        for name in ("language", "outlet"):
            clean_line(getattr(options, name), limit=ingest.LINES[name], what=name)
    except UnstorableText as error:
        raise NotImported(str(error)) from error
    return options


def _attach(job: Job, found: SourceList) -> None:
    """Tie the list of sources, and the uploads that are on it, to the job."""
    listed = keep(job.project_id or 0, job.created_by_id, "list", "list", bytes(found.lines))
    job.order = {**job.order, "list": listed.id}
    ids = [*found.upload_ids, listed.id]
    table = Upload.__table__
    tied = update(table).where(table.c.id.in_(ids), table.c.job_id.is_(None)).values(job_id=job.id)
    if len(db.session.execute(tied.returning(table.c.id)).all()) != len(ids):
        raise NotImported("an uploaded file is in another import already; upload it again")


def cancel(job_id: int, person_id: int | None) -> bool:
    """End an import that waits or runs; what is in stays in. False if it has ended already."""
    if not jobs.cancel(job_id):
        return False
    jobs.remove_uploads(job_id)
    project_id = db.session.scalar(select(Job.project_id).where(Job.id == job_id))
    events.record("import cancelled", "job", job_id, person_id=person_id, project_id=project_id)
    return True


def fingerprint(places: Sequence[str], options: Options) -> str:
    """Return what tells that two commands ask for the same."""
    said = json.dumps([*places, options.plain()], sort_keys=True)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def unfinished(project_id: int, asked: str) -> Job | None:
    """Return the import of the same command that has not ended, if there is one."""
    waiting = select(Job).where(
        Job.project_id == project_id,
        Job.kind == import_runs.COMMAND_KIND,
        Job.state.in_(("waiting", "running")),
    )
    found = (job for job in db.session.scalars(waiting.order_by(Job.id.desc())) if job.order["asked"] == asked)
    return next(found, None)


def is_interrupted(job: Job) -> bool:
    """Tell whether an import that should run has nobody who runs it."""
    if job.state != "running" or job.seen_at is None or job.taken_by is None:
        return False
    return turns.is_dead(job.taken_by) or datetime.now(UTC) - job.seen_at > timedelta(seconds=STALE_SECONDS)
