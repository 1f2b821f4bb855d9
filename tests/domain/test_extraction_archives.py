"""Archives: the whole directory is judged before a byte is unpacked (G02)."""

import io
import stat
import struct
import time
import zipfile

import pytest

from annotator.domain.extraction import NotReadable
from annotator.domain.extraction.archives import Member, members
from tests.papers import archive, raw_archive

FILE = stat.S_IFREG << 16
LINK = (stat.S_IFLNK | 0o777) << 16


def listed(content: bytes) -> list[Member]:
    return list(members(io.BytesIO(content)))


class Counted(io.BytesIO):
    """Counts the bytes that are read of it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.taken += len(found)
        return found


def test_files_come_in_their_order_without_what_systems_leave() -> None:
    names = [
        "a.txt",
        "folder/",
        "folder/b.md",
        "__MACOSX/._a.txt",
        "folder/.DS_Store",
        ".git/config",
        "Thumbs.db",
        "é.txt",
    ]
    found = listed(archive({name: b"" if name.endswith("/") else f"text of {name}".encode() for name in names}))
    assert [(member.name, member.read()) for member in found] == [
        ("a.txt", b"text of a.txt"),
        ("folder/b.md", b"text of folder/b.md"),
        ("é.txt", "text of é.txt".encode()),
    ]
    assert [member.size for member in found] == [13, 19, 14]


def test_a_name_in_utf_8_without_its_mark_is_read_as_such() -> None:
    assert [member.name for member in listed(raw_archive([("قصة.txt".encode(), b"x", 0, FILE)]))] == ["قصة.txt"]


def bomb() -> bytes:
    """Return 1.4 MB that unpack to more than a gigabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for number in range(14):
            new.writestr(f"{number}.txt", bytes(80_000_000))
    return out.getvalue()


def overlapping() -> bytes:
    """Return an archive whose second file lies inside of its first."""
    content = bytearray(raw_archive([(b"a.txt", b"a" * 50, 0, FILE), (b"b.txt", b"b" * 50, 0, FILE)]))
    second = content.rfind(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<L", 0)
    return bytes(content)


HOSTILE = {
    "100,000 members": (raw_archive([(b"%d" % number, b"", 0, FILE) for number in range(65_000)]), "65,000 files"),
    "nested": (archive({"a.txt": b"x", "inner.zip": archive({"b.txt": b"y"})}), "“inner.zip” is an archive within"),
    "overlapping": (overlapping(), "shares its bytes with"),
    "absolute": (raw_archive([(b"/etc/x.txt", b"x", 0, FILE)]), "“/etc/x.txt” .* names a place outside"),
    "upwards": (raw_archive([(b"a/../../x.txt", b"x", 0, FILE)]), "names a place outside"),
    "backslash": (raw_archive([(b"..\\x.txt", b"x", 0, FILE)]), "names a place outside"),
    "drive": (raw_archive([(b"C:x.txt", b"x", 0, FILE)]), "names a place outside"),
    "symlink": (raw_archive([(b"a.txt", b"/etc/passwd", 0, LINK)]), "“a.txt” .* is a link or device"),
    "device": (raw_archive([(b"a.txt", b"", 0, stat.S_IFCHR << 16)]), "is a link or device"),
    "encrypted": (raw_archive([(b"a.txt", b"secret", 1, FILE)]), "“a.txt” .* is encrypted"),
    "twice": (raw_archive([(b"a.txt", b"x", 0, FILE), (b"A.TXT", b"y", 0, FILE)]), "stands in the archive twice"),
    "NUL in a name": (raw_archive([(b"a.txt\0.exe", b"x", 0, FILE)]), "is no name of a file"),
    "newline in a name": (raw_archive([(b"a\n.txt", b"x", 0, FILE)]), "is no name of a file"),
    "1 GB declared": (raw_archive([(b"a.txt", b"x", 0, FILE)], size=1_000_000_000), "1,000,000,000 bytes unpacked"),
    "4 GB declared": (raw_archive([(b"a.txt", b"x", 0, FILE)], size=0xFFFFFFF0), "bytes unpacked"),
    "packed too tightly": (archive({"a.txt": bytes(50_000_000)}), "packed more than 200 times smaller"),
    "no archive": (b"plain words", "no zip archive"),
    "empty": (b"", "no zip archive"),
    "cut off": (archive({"a.txt": b"x" * 500})[:-10], "no zip archive"),
    "end record alone, lying": (struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, 500, 900, 0), "no zip archive"),
    "in pieces": (struct.pack("<4s4H2LH", b"PK\x05\x06", 4, 4, 1, 1, 0, 0, 0), "several pieces"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_g02_a_hostile_archive_is_refused_before_a_member_is_read(case: str) -> None:
    content, words = HOSTILE[case]
    start = time.perf_counter()
    with pytest.raises(NotReadable, match=words):
        members(io.BytesIO(content))  # at the call, not when the first member is asked for
    assert time.perf_counter() - start < 2


def test_g02_a_bomb_of_a_gigabyte_is_refused_from_its_directory_alone() -> None:
    content = bomb()
    assert len(content) < 6_000_000
    file = Counted(content)
    with pytest.raises(NotReadable, match="1,120,000,000 bytes unpacked; the limit is 500,000,000"):
        members(file)
    assert file.taken < 100_000


def test_g02_a_directory_that_counts_few_files_but_holds_many_is_refused() -> None:
    content = bytearray(raw_archive([(b"%d" % number, b"", 0, FILE) for number in range(12_000)]))
    end = content.rfind(b"PK\x05\x06")
    content[end + 8 : end + 12] = struct.pack("<2H", 5, 5)
    with pytest.raises(NotReadable, match=r"12,000 files"):
        members(io.BytesIO(bytes(content)))


@pytest.mark.parametrize("size", [1, 9, 11, 40])
def test_g02_a_lie_about_a_size_is_found_at_reading_and_bounded(size: int) -> None:
    (member,) = listed(raw_archive([(b"a.txt", b"ten bytes.", 0, FILE)], size=size))
    with pytest.raises(NotReadable, match=r"“a.txt” in the archive"):
        member.read()


def test_a_wrong_checksum_is_found() -> None:
    content = raw_archive([(b"a.txt", b"ten bytes.", 0, FILE)])
    directory = content.index(b"PK\x01\x02")
    damaged = content[: directory + 16] + b"\0\0\0\0" + content[directory + 20 :]
    (member,) = listed(damaged)
    with pytest.raises(NotReadable, match=r"“a.txt” in the archive is damaged"):
        member.read()


def test_a_name_in_a_message_is_short_and_cannot_change_the_line() -> None:
    name = "\u202e" + "x" * 300 + ".zip"
    with pytest.raises(NotReadable) as refusal:
        members(io.BytesIO(archive({name: b""})))
    assert len(str(refusal.value)) < 160
    assert "\u202e" not in str(refusal.value)
