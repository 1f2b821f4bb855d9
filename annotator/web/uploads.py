"""Files that come in by a form: how large they may be, who may send them, and what is wrong with each."""

from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Request, g, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from annotator.domain.extraction.extracted import NotReadable
from annotator.domain.extraction.kinds import START, kind_of
from annotator.services.import_sources import FILE_LIMIT, MEGABYTE, clean_file_name
from annotator.storage.database import transaction
from annotator.web import access

REQUEST_LIMIT = 100 * MEGABYTE
MAX_FILES = 200
"""Files of one form. Each large one is a file on disk while the request lasts; more come in a zip archive."""
MORE_PARTS = 20
"""Fields that come with the files: the token and what is said of all of them."""
IN_MEMORY = 64 * 1024
"""Bytes of a file that are kept in memory; the rest of a longer one goes to disk."""


class FormRequest(Request):
    """A request that closes the files of its form when it ends, also those of a form that was given up half-way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin without files."""
        super().__init__(*args, **kwargs)
        self._spools: list[SpooledTemporaryFile[bytes]] = []

    def _get_file_stream(self, *_args: Any, **_kwargs: Any) -> IO[bytes]:
        spool = SpooledTemporaryFile[bytes](max_size=IN_MEMORY)
        self._spools.append(spool)
        return spool

    def close(self) -> None:
        """Close them."""
        super().close()
        for spool in self._spools:
            spool.close()


@dataclass(frozen=True)
class Chosen:
    """A file that was sent: its name without the path, its bytes still where the parser put them."""

    name: str
    size: int
    storage: FileStorage

    def start(self) -> bytes:
        """Return the first bytes."""
        self.storage.stream.seek(0)
        return self.storage.stream.read(START)

    def content(self) -> bytes:
        """Return all bytes."""
        self.storage.stream.seek(0)
        return self.storage.stream.read()


def make_room() -> None:
    """Let those who may add articles send large files; everybody else is turned away before the body is read."""
    if request.endpoint != "imports.send_files":
        return
    with transaction(writes=False):
        access.check()
    request.max_content_length = REQUEST_LIMIT
    request.max_form_parts = MAX_FILES + MORE_PARTS
    g.too_large = too_much()


def too_much() -> str:
    """Say what can be sent at once."""
    said = _(
        "At most %(files)d files and %(limit)d MB can be sent at once, and one file may have %(each)d MB."
        " Send them in several parts, or put them into a zip archive.",
        files=MAX_FILES,
        limit=REQUEST_LIMIT // MEGABYTE,
        each=FILE_LIMIT // MEGABYTE,
    )
    return str(said)


def chosen_files() -> list[Chosen]:
    """Return the files of the form; a field in which none was chosen comes as a file without name and bytes."""
    found = [_chosen(storage) for storage in request.files.getlist("files")]
    return [file for file in found if file.name or file.size]


def _chosen(storage: FileStorage) -> Chosen:
    storage.stream.seek(0, 2)
    sent = storage.filename or ""
    name = clean_file_name(sent) if sent.strip("/\\. ") else ""
    return Chosen(name, storage.stream.tell(), storage)


def refusals(files: list[Chosen]) -> Iterator[tuple[str, str]]:
    """Yield the name of each file that cannot be taken, and the reason."""
    for file in files:
        reason = _refusal(file)
        if reason:
            yield file.name or _("A file without a name"), reason


def _refusal(file: Chosen) -> str:
    if not file.name:
        return str(_("It has no name."))
    if not file.size:
        return str(_("It is empty."))
    if file.size > FILE_LIMIT:
        return str(_("It is larger than %(limit)d MB.", limit=FILE_LIMIT // MEGABYTE))
    try:
        kind_of(file.name, file.start())
    except NotReadable as error:
        return str(_(str(error)))
    return ""
