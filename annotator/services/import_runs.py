"""Run an import: item after item is read, and stored in one short transaction with the note of what became of it.

So each is in exactly once, whoever is killed when.
"""

import contextlib
import logging
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from annotator.domain.extraction import NotReadable
from annotator.services import fetching, import_sources, ingest
from annotator.services.extraction import Extractor
from annotator.services.import_sources import Item, Place, Source
from annotator.services.turns import Turn
from annotator.storage import jobs
from annotator.storage.database import DatabaseBusy, Raced, connection, db, transaction
from annotator.storage.import_results import IMPORTS
from annotator.storage.jobs import Job, JobItem
from annotator.storage.projects import Project

KIND, COMMAND_KIND = IMPORTS
"""An import that any worker runs, and one of files that lie where a command was given: nobody else could read them."""
BUSY_SECONDS = 60.0
"""How long a database that is busy or out of reach is asked again before the worker gives up."""
PAUSE_SECONDS = 0.5
TRIES = 3
FATAL = "reading it ended the program several times"
"""Said of an item at which worker after worker died, so that the rest goes on."""
MESSAGE_LIMIT = 1_000

logger = logging.getLogger("annotator.work")
_NOTE = insert(JobItem.__table__)


def run(turn: Turn) -> None:
    """Import what the job names, from the first item on that is not done."""
    with transaction():
        turn.hold()
        job = db.session.get_one(Job, turn.job_id)
        place, list_id = place_of(job), int(job.order["list"])
        begin = jobs.next_position(job.id)
        is_fatal = _has_ended_workers(job, begin)
    turn.told(begin)
    with Extractor() as extractor, import_sources.unpacked(list_id) as lines:
        found = import_sources.items(map(Source.from_line, lines), place)
        with contextlib.closing(found):
            for position, item in enumerate(found):
                if position < begin:
                    continue
                turn.pause()
                is_next_fatal = is_fatal and position == begin
                chosen = replace(item, draft=import_sources.refusing(FATAL)) if is_next_fatal else item
                _import(turn, position, chosen, place, extractor)
                turn.told(position + 1)


def _has_ended_workers(job: Job, begin: int) -> bool:
    """Count the workers that ended at the item where this one begins; a command may be stopped at will."""
    before = job.result.get("tries", 0) if job.result.get("at") == begin else 0
    job.result = {"at": begin, "tries": before + 1}
    return job.kind == KIND and before >= TRIES


def place_of(job: Job) -> Place:
    """Return where a job's articles go, and what its order says of all of them."""
    project = db.session.get_one(Project, job.project_id)
    options = job.order["options"]
    return Place(
        project.id,
        project.slug,
        project.language,
        job.created_by_id,
        options["language"],
        options["outlet"],
        options["columns"],
    )


def _import(turn: Turn, position: int, item: Item, place: Place, extractor: Extractor) -> None:
    """Read one item, and store what became of it."""
    prepared, refusal = None, ""
    try:
        prepared = ingest.prepare(item.draft(extractor), place.fallback_language)
    except (NotReadable, ingest.NotAnArticle, *REFUSED_FETCHES) as error:
        refusal = str(error)
    except OSError as error:
        refusal = f"it can’t be read: {error.strerror or error}"
    end = time.monotonic() + BUSY_SECONDS
    while not _is_stored(turn, position, item.name, prepared or refusal, place):
        if time.monotonic() > end:
            raise DatabaseBusy("the database was busy for too long")
        turn.stop.wait(PAUSE_SECONDS)
        turn.pause()


REFUSED_FETCHES = (fetching.FetchingOff, fetching.QuotaSpent, fetching.NotFetched)


def _is_stored(turn: Turn, position: int, name: str, found: ingest.Prepared | str, place: Place) -> bool:
    """Store an item with its article in one transaction; False if the database is busy, or somebody came first."""
    try:
        with transaction() as session:
            turn.hold(done=position + 1)
            facts = _refused(found) if isinstance(found, str) else _stored(found, place)
            note = {"job_id": turn.job_id, "position": position, "name": name, "done_at": datetime.now(UTC)}
            connection().execute(_NOTE, note | facts)
            session.expunge_all()
    except Raced:
        return False
    except DatabaseBusy as error:
        logger.warning("job %s waits for the database: %s", turn.job_id, error)
        return False
    return True


def _refused(reason: str) -> dict[str, Any]:
    return {"result": "refused", "article_id": None, "message": _sentence(reason)}


def _stored(prepared: ingest.Prepared, place: Place) -> dict[str, Any]:
    try:
        article = ingest.store(db.session.get_one(Project, place.project_id), prepared, place.person_id)
    except ingest.AlreadyThere as error:
        return {"result": "duplicate", "article_id": error.article.id, "message": _sentence(str(error))}
    return {"result": "added", "article_id": article.id, "message": ""}


def _sentence(words: str) -> str:
    """Return a refusal as one sentence of one line."""
    line = import_sources.one_line(words)[:MESSAGE_LIMIT].rstrip(".")
    return f"{line[:1].upper()}{line[1:]}."
