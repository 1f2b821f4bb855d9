"""Uploaded files wait here for their import; a table among them can be looked at before."""

import hashlib
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from annotator.domain.extraction import NotReadable
from annotator.domain.extraction.kinds import START, TABLES, kind_of
from annotator.services import import_sources, table_rows
from annotator.services.import_sources import FILE_LIMIT, MEGABYTE, clean_file_name
from annotator.services.table_columns import BadTable, NotImported
from annotator.services.table_rows import Preview
from annotator.storage.database import db, step_aside
from annotator.storage.jobs import Upload
from annotator.storage.projects import Project

KEPT = timedelta(days=1)
"""How long a file waits for an import that nobody starts."""


def stage(project_id: int, person_id: int | None, name: str, content: bytes) -> Upload:
    """Keep an uploaded file until its import has ended; raises NotImported for one too large or of a wrong kind.

    Its bytes are packed before the first statement, so that nobody waits for that to write.
    """
    name = clean_file_name(name)
    if len(content) > FILE_LIMIT:
        raise NotImported(f"{name} is larger than {FILE_LIMIT // MEGABYTE} MB")
    if not content:
        raise NotImported(f"{name} is empty")
    try:
        kind = kind_of(name, content[:START])
    except NotReadable as error:
        raise NotImported(f"{name}: {error}") from error
    upload = _packed(project_id, person_id, name, kind, content)
    table = Upload.__table__.c
    forgotten = table.job_id.is_(None) & (table.created_at < datetime.now(UTC) - KEPT)
    db.session.execute(delete(Upload.__table__).where(forgotten))
    return _kept(upload)


def keep(project_id: int, person_id: int | None, name: str, kind: str, content: bytes) -> Upload:
    """Store bytes, compressed."""
    return _kept(_packed(project_id, person_id, name, kind, content))


def _packed(project_id: int, person_id: int | None, name: str, kind: str, content: bytes) -> Upload:
    return Upload(
        project_id=project_id,
        person_id=person_id,
        name=name,
        kind=kind,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=zlib.compress(content),
        created_at=datetime.now(UTC),
    )


def _kept(upload: Upload) -> Upload:
    db.session.add(upload)
    db.session.flush()
    return upload


def preview(upload: Upload, columns: Mapping[str, str] | None = None) -> Preview:
    """Show what an uploaded table would become; raises NotImported if it is no table."""
    slug = db.session.get_one(Project, upload.project_id).slug
    name, kind, content = upload.name, upload.kind, upload.content
    step_aside()  # reading a long table takes seconds
    if kind not in TABLES:
        raise NotImported(f"{name} is no table")
    try:
        with import_sources.spooled(content) as file:
            return table_rows.preview(file, kind, slug, columns)
    except BadTable as error:
        raise NotImported(f"{name}: {error}") from error
