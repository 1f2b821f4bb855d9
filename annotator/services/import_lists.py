"""The list of an import's sources, made when it starts: what is on it is imported, whatever comes to the folder later.

It may be long, so it is kept beside the job, not in its row, and read line by line.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from sqlalchemy import select

from annotator.domain.extraction import NotReadable
from annotator.domain.extraction.archives import members
from annotator.domain.extraction.kinds import EXTENSIONS, START, TABLES, kind_of
from annotator.services import import_sources, table_rows, tables
from annotator.services.import_sources import Place, Source, clean_file_name, shown_name
from annotator.services.table_columns import BadTable, NotImported
from annotator.services.table_rows import BadRows
from annotator.storage.database import db, step_aside
from annotator.storage.jobs import Upload

CONTAINERS = TABLES | {"zip"}
NAMES_SHOWN = 3


@dataclass
class SourceList:
    """The sources as lines, how many items are in them, the first names, and the uploads among them."""

    lines: bytearray = field(default_factory=bytearray)
    total: int = 0
    names: list[str] = field(default_factory=list)
    upload_ids: list[int] = field(default_factory=list)


def list_sources(sources: Iterable[Source], place: Place) -> SourceList:
    """Look at each source; raises NotImported, or BadRows for a table with errors in it."""
    found = SourceList()
    for source in sources:
        described, count = _described(source, place)
        found.lines += described.to_line()
        found.total += count
        found.names += [described.name] if len(found.names) < NAMES_SHOWN else []
        found.upload_ids += [] if described.upload_id is None else [described.upload_id]
    return found


def _described(source: Source, place: Place) -> tuple[Source, int]:
    """Return a source with its name and kind, and how many items it holds."""
    if source.url:
        return replace(source, name=shown_name(source.url)), 1
    if source.upload_id is not None:
        return _upload(source.upload_id, place)
    source = replace(source, name=shown_name(source.name or source.path))
    if EXTENSIONS.get(PurePath(source.path).suffix.lower().lstrip(".")) not in CONTAINERS:
        return source, 1
    try:
        with import_sources.opened(source) as file:
            kind = kind_of(clean_file_name(source.path), file.read(START))
            source = replace(source, kind=kind if kind in CONTAINERS else "", sha256=import_sources.digest(file))
    except (NotReadable, OSError):
        return source, 1  # its turn comes, and then it is refused with the reason
    return source, _count(source, place)


def _upload(upload_id: int, place: Place) -> tuple[Source, int]:
    upload = db.session.scalar(
        select(Upload).where(
            Upload.id == upload_id, Upload.project_id == place.project_id, Upload.person_id == place.person_id
        )
    )
    if upload is None or upload.job_id is not None:
        raise NotImported("an uploaded file is not there any more; upload it again")
    kind = upload.kind if upload.kind in CONTAINERS else ""
    source = Source(upload_id=upload_id, name=upload.name, kind=kind)
    if not kind:
        return source, 1
    content = upload.content
    step_aside()  # reading a long table takes seconds
    return source, _count(source, place, content)


def _count(source: Source, place: Place, content: bytes | None = None) -> int:
    """Count what a table or archive holds; a table with errors is refused as a whole, an unsafe archive is one item."""
    with import_sources.opened(source) if content is None else import_sources.spooled(content) as file:
        try:
            if source.kind == "zip":
                return sum(1 for _ in members(file))
            table = tables.opened(file, source.kind)
            frame = import_sources.frame_of(table, source, place)
            count, errors, wrong = table_rows.check_rows(table, frame)
        except NotReadable:
            return 1
        except BadTable as error:
            raise NotImported(f"{source.name}: {error}") from error
    if wrong:
        raise BadRows(source.name, errors, wrong)
    if not count:
        raise NotImported(f"{source.name} has no rows")
    return count
