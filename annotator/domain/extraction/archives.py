"""Look into a zip archive without trusting it: its whole directory is judged before the first file is read.

What a directory says may be a lie, so reading stops at the size that it states and the checksum has to be right.
"""

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from annotator.domain.extraction.extracted import NotReadable

MAX_MEMBERS = 10_000
MAX_TOTAL = 500_000_000
MAX_MEMBER = 100_000_000
MAX_DIRECTORY = 10_000_000
"""Bytes of the archive's directory."""
MAX_RATIO = 200
RATIO_FROM = 1_000_000
"""A file below this size may be packed as tightly as it likes."""
_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_WIDE = 0xFFFF
_ARCHIVES = re.compile(r"\.(?:zip|jar|7z|rar|gz|tgz|bz2|xz|tar|cab|iso|zst)\Z", re.IGNORECASE)
_LEFT_OUT = frozenset({"thumbs.db", "desktop.ini"})
_UTF_8 = 0x800
_ENCRYPTED = 0x1 | 0x40
_LOCAL_HEADER = 30


@dataclass(frozen=True)
class Member:
    """A file in an archive; `read` gives its bytes and raises NotReadable where they are not as stated."""

    name: str
    size: int
    read: Callable[[], bytes]


def members(file: BinaryIO) -> Iterator[Member]:
    """Return the files of an archive, less folders and what systems leave in archives.

    The directory is checked at once; `file` has to stay open while the members are read.
    """
    archive = open_archive(file)
    infos = [info for info in archive.infolist() if not info.is_dir() and not _is_left_out(_name(info))]
    nested = next((info for info in infos if _ARCHIVES.search(_name(info))), None)
    if nested is not None:
        raise NotReadable(f"“{_shown(nested)}” is an archive within the archive; unpack it first.")
    return (Member(_name(info), info.file_size, _reading(archive, info)) for info in infos)


def open_archive(
    file: BinaryIO, *, max_members: int = MAX_MEMBERS, max_total: int = MAX_TOTAL, max_member: int = MAX_MEMBER
) -> zipfile.ZipFile:
    """Open an archive and check its directory; raises NotReadable before anything in it is read."""
    _check_end(file, max_members)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError, OverflowError) as error:
        raise NotReadable("It is no zip archive, or a damaged one.") from error
    infos = archive.infolist()
    if len(infos) > max_members:
        raise NotReadable(_too_many(len(infos), max_members))
    total = sum(info.file_size for info in infos)
    if total > max_total:
        raise NotReadable(f"Its files would be {total:,} bytes unpacked; the limit is {max_total:,}.")
    for info in infos:
        _check_member(info, max_member)
    _check_unique(infos)
    _check_places(infos, archive.start_dir)
    return archive


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Read a file of a checked archive, not one byte more than it is said to have."""
    try:
        with archive.open(info) as file:
            content = file.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, struct.error) as error:
        raise NotReadable(f"“{_shown(info)}” in the archive is damaged or not as its directory says.") from error
    if len(content) != info.file_size:
        raise NotReadable(f"“{_shown(info)}” in the archive has another size than its directory says.")
    return content


def _check_end(file: BinaryIO, max_members: int) -> None:
    """Read the end record first: a directory of a million entries is refused before it is read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size - _WIDE))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        raise NotReadable("It is no zip archive, or a damaged one.")
    _, disk, _, _, count, directory, _, _ = _END.unpack_from(tail, at)
    if disk not in {0, _WIDE}:
        raise NotReadable("It is a part of an archive in several pieces; import it as one.")
    if count > max_members:
        raise NotReadable(_too_many(count, max_members))
    if directory > MAX_DIRECTORY:
        raise NotReadable("Its directory is larger than that of any archive of articles.")


def _too_many(count: int, limit: int) -> str:
    return f"It has {count:,} files or more; the limit is {limit:,}."


def _check_member(info: zipfile.ZipInfo, max_member: int) -> None:
    name = _name(info)
    _check_name(info, name)
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise NotReadable(f"“{_shown(info)}” in the archive is a link or device, not a file.")
    if info.flag_bits & _ENCRYPTED:
        raise NotReadable(f"“{_shown(info)}” in the archive is encrypted; save it without a password.")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise NotReadable(f"“{_shown(info)}” in the archive is packed in a way that is not read.")
    if info.file_size > max_member:
        raise NotReadable(f"“{_shown(info)}” would be {info.file_size:,} bytes unpacked; the limit is {max_member:,}.")
    if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * info.compress_size:
        raise NotReadable(f"“{_shown(info)}” is packed more than {MAX_RATIO} times smaller, as no text is.")


def _check_name(info: zipfile.ZipInfo, name: str) -> None:
    parts = name.split("/")
    is_outside = name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name)
    if is_outside or "\\" in info.orig_filename:
        raise NotReadable(f"“{_shown(info)}” in the archive names a place outside of it.")
    if not name or any(unicodedata.category(character) == "Cc" for character in name + info.orig_filename):
        raise NotReadable(f"“{_shown(info)}” in the archive is no name of a file.")


def _check_unique(infos: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for info in infos:
        key = unicodedata.normalize("NFC", _name(info)).casefold().rstrip("/")
        if key in seen:
            raise NotReadable(f"“{_shown(info)}” stands in the archive twice.")
        seen.add(key)


def _check_places(infos: list[zipfile.ZipInfo], directory_at: int) -> None:
    """Refuse files that share bytes: many large ones may hide in a few."""
    end, before = 0, None
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise NotReadable(f"“{_shown(info)}” shares its bytes with “{_shown(before or info)}” in the archive.")
        end = info.header_offset + _LOCAL_HEADER + len(info.orig_filename) + info.compress_size
        before = info
    if before is not None and end > directory_at:
        raise NotReadable(f"“{_shown(before)}” in the archive runs into its directory.")


def _reading(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    return lambda: read_member(archive, info)


def _is_left_out(name: str) -> bool:
    parts = name.split("/")
    return "__MACOSX" in parts or any(part.startswith(".") for part in parts) or parts[-1].lower() in _LEFT_OUT


def _name(info: zipfile.ZipInfo) -> str:
    """Return a file's name; without the mark for UTF-8 it is often UTF-8 all the same."""
    if info.flag_bits & _UTF_8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _shown(info: zipfile.ZipInfo) -> str:
    """Return a file's name for a message: short, and without what could change the line it stands in."""
    name = "".join(c if unicodedata.category(c)[0] not in "CZ" or c == " " else "�" for c in _name(info))
    return name if len(name) <= 80 else name[:79] + "…"  # noqa: PLR2004 - a message is a line
