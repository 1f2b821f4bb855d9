"""Open files, folders and archives of verdicts, and read their records: rows of a table, objects of JSON."""

import codecs
import contextlib
import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple

from annotator.domain.text import is_utf_8

CELL_LIMIT = 10_000_000
"""Characters of one cell of a table, or of one line."""
DECODE_LIMIT = 200 * 1024 * 1024
"""Bytes of a file that is not Unicode, or of one JSON document: it is in memory at once."""
HEADER_LIMIT = 1_000
BLANK_LIMIT = 1_000
"""Lines before the first one that is not blank."""
READABLE = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson")
POTATO_FILES = ("annotated_instances.jsonl", "user_state.json")
FAULTS = MappingProxyType(
    {
        "field larger than field limit": "a cell is too long; perhaps a quotation mark is not closed",
        "unexpected end of data": "a quotation mark is not closed",
        "expected after": "a quotation mark stands within a cell; write it twice there",
    }
)
"""What is meant by the messages of the library."""
TOO_DEEP = "the JSON is nested too deeply, or holds a number that is too long"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNS = ",;\t|"
_DECODER = json.JSONDecoder()


class BadFile(ValueError):
    """The file cannot be read; the message says why in one clear sentence without its name."""


class Record(NamedTuple):
    """One row or object, and the line on which it begins."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """One file: its name for messages, and who it is of where a tool writes one for each reviewer."""

    name: str
    owner: str
    folder: str
    path: Path
    member: str = ""
    is_one_of_many: bool = False

    @contextlib.contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Open the file's bytes, which can be read again from the start."""
        if not self.member:
            with self.path.open("rb") as file:
                yield file
            return
        with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as inner:
            yield inner  # type: ignore[misc]  # it can be read and sought, which is all that is asked


def sources(path: Path) -> tuple[Source, ...]:
    """List the files at a place: one file, those of a folder, or those of a .zip."""
    if path.is_dir():
        found = [file for file in sorted(path.rglob("*")) if file.is_file() and not _is_hidden(file.relative_to(path))]
        potato = [file for file in found if file.name == POTATO_FILES[0]] or [
            file for file in found if file.name == POTATO_FILES[1]
        ]
        kept = potato or [file for file in found if file.suffix.casefold() in READABLE]
        return _some([Source(str(file), file.stem, file.parent.name, file) for file in kept], "folder")
    if not path.is_file():
        raise BadFile("it is neither a file nor a folder")
    if not zipfile.is_zipfile(path):
        return (Source(str(path), path.stem, path.absolute().parent.name, path),)
    with zipfile.ZipFile(path) as archive:
        members = [PurePosixPath(info.filename) for info in archive.infolist() if not info.is_dir()]
    kept_members = sorted(m for m in members if m.suffix.casefold() in READABLE and not _is_hidden(m))
    return _some([Source(f"{path}/{m}", m.stem, m.parent.name, path, str(m)) for m in kept_members], "archive")


def _is_hidden(path: Path | PurePosixPath) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.parts)


def _some(found: Sequence[Source], what: str) -> tuple[Source, ...]:
    if not found:
        raise BadFile(f"the {what} holds no {', '.join(READABLE)} file")
    return tuple(found)


@contextlib.contextmanager
def text_of(file: BinaryIO) -> Iterator[io.TextIOBase]:
    """Open bytes as text: by their mark, as UTF-8 if all of them are, or by what their letters say."""
    start = file.read(4)
    charset = next((name for mark, name in _MARKS if start.startswith(mark)), "")
    if not charset and not is_utf_8(file):
        yield io.StringIO(_decoded(file), newline="")
        return
    file.seek(0)
    wrapper = io.TextIOWrapper(file, encoding=charset or "utf-8", errors="strict", newline="")
    try:
        yield wrapper
    except UnicodeError as error:
        raise BadFile(f"it is not {(charset or 'utf-8').removesuffix('-sig').upper()} throughout") from error
    finally:
        wrapper.detach()


def _decoded(file: BinaryIO) -> str:
    """Decode a file that is not UTF-8 as the import of articles does."""
    from annotator.domain.extraction import NotReadable
    from annotator.domain.extraction.charsets import decode

    file.seek(0)
    content = file.read(DECODE_LIMIT + 1)
    if len(content) > DECODE_LIMIT:
        raise BadFile("it is not UTF-8; save a file of this size as UTF-8")
    try:
        return decode(content).text
    except NotReadable as error:
        raise BadFile(str(error).rstrip(".")) from error


def records(text: io.TextIOBase) -> tuple[str, Iterator[Record]]:
    """Say whether a text is a `table` or `json`, and yield its records."""
    first = _first_line(text)
    if not first.strip():
        raise BadFile("it is empty")
    if "\0" in first:
        raise BadFile("it contains NUL characters, which no text has; UTF-16 needs its byte order mark")
    if first.lstrip()[0] not in "[{":
        return "table", _rows(text, first)
    is_lines = first.lstrip()[0] == "{" and _is_object(first)
    text.seek(0)
    return "json", _json_lines(text) if is_lines else _json_elements(text)


def _first_line(text: io.TextIOBase) -> str:
    """Return the first line that is not blank, and stay before it."""
    for _ in range(BLANK_LIMIT):
        place = text.tell()
        line = text.readline(CELL_LIMIT)
        if line.strip() or not line:
            text.seek(place)
            return line
    return ""


def _lines(text: io.TextIOBase) -> Iterator[str]:
    """Yield the lines of a text, none of which may fill the memory."""
    number = 0
    while line := text.readline(CELL_LIMIT + 1):
        number += 1
        if len(line) > CELL_LIMIT:
            raise BadFile(f"line {number:,}: it is longer than {CELL_LIMIT:,} characters")
        yield line


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _rows(text: io.TextIOBase, first: str) -> Iterator[Record]:
    """Yield the rows of a table whose first row names the columns."""
    csv.field_size_limit(CELL_LIMIT)
    sign = max(_SIGNS, key=lambda sign: (len(next(csv.reader([first], delimiter=sign), [])), -_SIGNS.index(sign)))
    reader = csv.reader(_lines(text), delimiter=sign, strict=True)
    columns = [cell.strip().removeprefix("\ufeff") for cell in _next(reader) or []]
    _check(columns)
    while (cells := _next(reader)) is not None:
        if len(cells) == len(columns):
            yield Record(reader.line_num, dict(zip(columns, cells, strict=True)))
        elif any(map(str.strip, cells)):
            raise BadFile(
                f"line {reader.line_num:,}: it has {len(cells):,} cells, but there are {len(columns):,} columns"
            )


def _next(reader: Any) -> list[str] | None:
    try:
        found: list[str] | None = next(reader, None)
    except csv.Error as error:
        reason = next((words for part, words in FAULTS.items() if part in str(error)), f"it cannot be read: {error}")
        raise BadFile(f"line {reader.line_num:,}: {reason}") from error
    return found


def _check(columns: list[str]) -> None:
    if len(columns) > HEADER_LIMIT:
        raise BadFile(f"it has {len(columns):,} columns; the limit is {HEADER_LIMIT:,}")
    if len(columns) == 1:
        raise BadFile(
            f"it has one column, “{columns[0][:50]}”; needed are a unit, a reviewer and a label, "
            "separated by commas, semicolons or tabs"
        )
    twice = next((name for name in columns if name and columns.count(name) > 1), None)
    if twice:
        raise BadFile(f"two columns are called “{twice[:50]}”")


def _json_lines(text: io.TextIOBase) -> Iterator[Record]:
    """Yield the objects of JSON Lines."""
    for number, line in enumerate(_lines(text), 1):
        if stripped := line.strip():
            yield Record(number, _object(stripped, number))


def _object(source: str, number: int) -> dict[str, Any]:
    try:
        values = json.loads(source)
    except json.JSONDecodeError as error:
        raise BadFile(f"line {number:,}: the JSON is broken at column {error.colno:,}: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise BadFile(f"line {number:,}: {TOO_DEEP}") from error
    if not isinstance(values, dict):
        raise BadFile(f"line {number:,}: it is no JSON object")
    return values


def _json_elements(text: io.TextIOBase) -> Iterator[Record]:
    """Yield the objects of a JSON array one by one, so that only its text is in memory; or the one object."""
    document = text.read(DECODE_LIMIT + 1)
    if len(document) > DECODE_LIMIT:
        raise BadFile("one JSON document of this size does not fit; export JSON Lines or CSV")
    at, line, is_array = _skip(document, 0), 1, document.lstrip()[0] == "["
    line += document.count("\n", 0, at)
    at += is_array
    while (begin := _skip(document, at)) < len(document) and document[begin] != "]":
        line += document.count("\n", at, begin)
        values, end = _element(document, begin)
        if not isinstance(values, dict):
            raise BadFile(f"line {line:,}: it is no JSON object")
        yield Record(line, values)
        line += document.count("\n", begin, end)
        at = _skip(document, end)
        line += document.count("\n", end, at)
        if not is_array:
            break
        if document[at : at + 1] not in {",", "]"}:
            raise BadFile(f"line {line:,}: the JSON is broken: a comma or ] is missing")
        at += document[at] == ","
    if document[_skip(document, at) :].strip() not in ({"]"} if is_array else {""}):
        raise BadFile(f"line {line:,}: the JSON goes on after its end, or breaks off")


def _skip(document: str, at: int) -> int:
    """Return the next place that is not white space."""
    while at < len(document) and document[at] in " \t\r\n":
        at += 1
    return at


def _element(document: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(document, at)
    except json.JSONDecodeError as error:
        raise BadFile(f"line {error.lineno:,}: the JSON is broken at column {error.colno:,}: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise BadFile(TOO_DEEP) from error
