"""Find what an import command names: files, folders, patterns and web addresses."""

import glob
import os
from collections.abc import Iterator, Sequence

from annotator.domain.extraction.kinds import EXTENSIONS
from annotator.services.import_sources import Source, shown_name
from annotator.services.table_columns import NotImported

SCHEMES = ("http://", "https://")


def sources_at(places: Sequence[str]) -> Iterator[Source]:
    """Yield the sources at `places` in order; raises NotImported for one where nothing is."""
    for place in places:
        if place.lower().startswith(SCHEMES):
            yield Source(url=place)
        else:
            yield from _files_at(place)


def whole(place: str) -> str:
    """Return a place as it is named from anywhere."""
    return place if place.lower().startswith(SCHEMES) else os.path.abspath(place)  # noqa: PTH100 (patterns are no paths)


def _files_at(place: str) -> Iterator[Source]:
    if os.path.lexists(place):
        found = [place]
    else:
        found = sorted(glob.glob(place, recursive=True)) if glob.has_magic(place) else []  # noqa: PTH207 (may be absolute)
        if not found:
            raise NotImported(f"there is no file or folder {shown_name(place)}")
    is_empty = True
    for path in found:
        for source in _walk(path) if os.path.isdir(path) else (_file(path),):  # noqa: PTH112
            is_empty = False
            yield source
    if is_empty:
        raise NotImported(f"there is no article in {shown_name(place)}")


def _file(path: str) -> Source:
    return Source(path=os.path.abspath(path), name=shown_name(path))  # noqa: PTH100 (links stay as they are)


def _walk(folder: str) -> Iterator[Source]:
    """Yield the files below a folder that may be articles, sorted; hidden ones, and links to folders, are left out."""
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    for name in names:
        path = os.path.join(folder, name)  # noqa: PTH118 (names of files need not be text)
        if os.path.isdir(path):  # noqa: PTH112
            if not os.path.islink(path):  # noqa: PTH114
                yield from _walk(path)
        elif os.path.splitext(name)[1].lower().lstrip(".") in EXTENSIONS:  # noqa: PTH122
            yield _file(path)
