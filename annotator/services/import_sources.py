"""What an import reads: uploads, files on this machine and web addresses, one item after the other.

An item is read when its turn comes and not before, so that never more than one document is in memory. The same list
of sources gives the same items in the same places: whoever goes on with another's job passes over what is done.
"""

import contextlib
import hashlib
import json
import os
import stat
import tempfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, BinaryIO, Self
from urllib.parse import unquote, urlsplit

from sqlalchemy import select

from annotator.domain.extraction import NotReadable, kinds
from annotator.domain.extraction.archives import Member, members
from annotator.services import fetching, ingest, table_rows, tables
from annotator.services.extraction import Extractor
from annotator.services.table_columns import BadTable, mapping
from annotator.services.turns import JobFailed
from annotator.storage.database import db, transaction
from annotator.storage.jobs import Upload

MEGABYTE = 1024 * 1024
FILE_LIMIT = 50 * MEGABYTE
"""Bytes of one document, and of one uploaded file."""
NAME_LIMIT = 200
_CHUNK = MEGABYTE


class SourceChanged(JobFailed):
    """A table or archive is another than when its import began, so nobody can say what of it is done."""


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to import: an upload, a file on this machine, or a web address.

    `kind` (csv, tsv, jsonl, zip) says that it holds several articles; `sha256` is known of such a file on this machine.
    """

    upload_id: int | None = None
    path: str = ""
    url: str = ""
    name: str = ""
    kind: str = ""
    sha256: str = ""

    def to_line(self) -> bytes:
        """Return it as a line of a list; the names of files are bytes, which need not be text."""
        facts = {name: value for name in self.__slots__ if (value := getattr(self, name))}
        if self.path:
            facts["path"] = os.fsencode(self.path).decode("latin-1")
        return json.dumps(facts).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read what `to_line` has written."""
        facts: dict[str, Any] = json.loads(line)
        return cls(**facts | {"path": os.fsdecode(facts.get("path", "").encode("latin-1"))})


@dataclass(frozen=True)
class Place:
    """Where an import takes place, who asked for it, and what holds for all its articles."""

    project_id: int
    slug: str
    fallback_language: str
    person_id: int | None = None
    language: str = ""
    outlet: str = ""
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Item:
    """One article to be. `draft` reads it, and raises NotReadable, NotAnArticle, OSError or a refusal to fetch."""

    name: str
    draft: Callable[[Extractor], ingest.Draft]


def clean_file_name(name: str) -> str:
    """Return the last part of a file's name, without control characters; it is a fact about the file, never a path."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return shown_name(last)[-NAME_LIMIT:] or "unnamed"


def shown_name(path: str) -> str:
    """Return a path as one line of text that can be stored; its end is what tells files apart."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return one_line(text)[-NAME_LIMIT:]


def one_line(text: str) -> str:
    """Return a text without control and other characters that show nothing."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())


def items(sources: Iterable[Source], place: Place) -> Generator[Item, None, None]:
    """Yield what is to be imported, in order."""
    for source in sources:
        if source.kind:
            with opened(source) as file:
                yield from _contained(file, source, place)
        elif source.url:
            yield Item(shown_name(source.url), partial(_page, source, place))
        else:
            yield Item(source.name, partial(_document, source, place))


def _contained(file: BinaryIO, source: Source, place: Place) -> Iterator[Item]:
    """Yield the files of an archive, or the rows of a table."""
    try:
        yield from _rows(file, source, place) if source.kind in kinds.TABLES else _members(file, source, place)
    except (NotReadable, BadTable) as error:  # an archive that is not safe: nothing in it is read
        yield Item(source.name, refusing(str(error)))


def refusing(reason: str) -> Callable[[Extractor], ingest.Draft]:
    """Return what refuses instead of reading."""

    def refuse(_extractor: Extractor) -> ingest.Draft:
        raise NotReadable(reason)

    return refuse


def _members(file: BinaryIO, source: Source, place: Place) -> Iterator[Item]:
    for member in members(file):
        yield Item(shown_name(f"{source.name}/{member.name}"), partial(_member, member, source, place))


def _member(member: Member, source: Source, place: Place, extractor: Extractor) -> ingest.Draft:
    content = member.read()
    name = clean_file_name(member.name)
    extracted = extractor.read(name, content)
    file_name = f"{source.name}/{member.name}"
    return ingest.draft_of(
        extracted, content, language=place.language, outlet=place.outlet, file_name=shown_name(file_name)
    )


def _rows(file: BinaryIO, source: Source, place: Place) -> Iterator[Item]:
    table = tables.opened(file, source.kind)
    frame = frame_of(table, source, place)
    for row in table.rows():
        line = row.line
        yield Item(f"{source.name}:{line}", partial(_row, row, table, frame))


def frame_of(table: tables.Table, source: Source, place: Place) -> table_rows.Frame:
    """Return what holds for the rows of a table; raises BadTable if no column is its text."""
    columns = mapping(table.columns, place.columns)
    return table_rows.Frame(place.slug, columns, source.name, place.language, place.outlet)


def _row(
    row: tables.Row | tables.RowError, table: tables.Table, frame: table_rows.Frame, _extractor: Extractor
) -> ingest.Draft:
    if isinstance(row, tables.RowError):
        raise ingest.NotAnArticle(row.message)
    return table_rows.draft_of_row(row, table, frame)


def _document(source: Source, place: Place, extractor: Extractor) -> ingest.Draft:
    with opened(source) as file:
        content = file.read(FILE_LIMIT + 1)
    if len(content) > FILE_LIMIT:
        raise ingest.NotAnArticle(f"it is larger than {FILE_LIMIT // MEGABYTE} MB")
    name = clean_file_name(source.name)
    extracted = extractor.read(name, content)
    return ingest.draft_of(extracted, content, language=place.language, outlet=place.outlet, file_name=name)


def _page(source: Source, place: Place, extractor: Extractor) -> ingest.Draft:
    with transaction():
        fetched = fetching.fetch(place.project_id, place.person_id, source.url)
    name = clean_file_name(unquote(urlsplit(fetched.url).path))
    extracted = extractor.read(
        name, fetched.content, media_type=fetched.media_type, header_charset=fetched.charset, url=fetched.url
    )
    draft = ingest.draft_of(
        extracted,
        fetched.content,
        language=place.language,
        outlet=place.outlet,
        fetched_at=fetched.fetched_at,
        final_url=fetched.url,
    )
    return draft if draft.url else replace(draft, url=source.url)


@contextlib.contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """Open a source's bytes; raises OSError, and SourceChanged for a table or archive that is another by now."""
    if source.upload_id is not None:
        with unpacked(source.upload_id) as file:
            yield file
        return
    try:
        file = open(source.path, "rb", opener=_regular)  # noqa: SIM115 (a Path opens without an opener)
    except OSError as error:
        if source.sha256:
            raise SourceChanged(f"{source.name} can’t be read any more; start a new import") from error
        raise
    with file:
        if source.sha256 and digest(file) != source.sha256:
            raise SourceChanged(f"{source.name} has changed since the import began; start a new import")
        yield file


def _regular(path: str, flags: int) -> int:
    """Open a regular file only: a pipe would wait for a writer, and a device never ends."""
    handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotReadable("It is no regular file.")
    return handle


def digest(file: BinaryIO) -> str:
    """Return the SHA-256 of an open file, and go back to its start."""
    file.seek(0)
    found = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


@contextlib.contextmanager
def unpacked(upload_id: int) -> Iterator[BinaryIO]:
    """Give the bytes of an upload as a file on disk; raises SourceChanged if its import was ended meanwhile."""
    with transaction(writes=False):
        content = packed(upload_id)
    if content is None:
        raise SourceChanged("the uploaded file is not there any more")
    with spooled(content) as file:
        del content
        yield file


def packed(upload_id: int) -> bytes | None:
    """Return the compressed bytes of an upload, or None if it is not there."""
    found: bytes | None = db.session.scalar(select(Upload.content).where(Upload.id == upload_id))
    return found


@contextlib.contextmanager
def spooled(content: bytes) -> Iterator[BinaryIO]:
    """Give compressed bytes as a file on disk, so that they are never in memory as a whole."""
    with tempfile.TemporaryFile() as file:
        unpacker = zlib.decompressobj()
        while content:
            file.write(unpacker.decompress(content, _CHUNK))
            content = unpacker.unconsumed_tail
        file.write(unpacker.flush())
        file.seek(0)
        yield file
