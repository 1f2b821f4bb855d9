"""Read tables of articles, CSV, TSV and JSON Lines, row by row and within bounds; nothing in them is trusted."""

import codecs
import contextlib
import csv
import io
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, BinaryIO

from annotator.domain.extraction import NotReadable
from annotator.domain.extraction.charsets import decode
from annotator.domain.text import UnstorableText, clean_line, is_utf_8, load_json
from annotator.services.table_columns import BadTable, guess

LINE_LIMIT = 5_000_000
"""Bytes of one line of JSON; characters of one line of another table."""
CELL_LIMIT = 1_000_001
"""Characters of one cell: one more than an article may have, so that the article's limit is what is named."""
COLUMN_LIMIT = 1_000
ROW_LIMIT = 100_000
DECODE_LIMIT = 50 * 1024 * 1024
"""Bytes of a table that is not UTF-8: its charset is seen from the whole."""
NAMES_FROM_ROWS = 200
"""Rows of JSON that are asked for their names before the columns are shown."""
NAME_LIMIT = 200
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
VERDICTS = frozenset({"verdict_id", "quote"})
IS_EXPORT = (
    "this is an export of verdicts, not a table of articles: it holds single claims with their labels, and the texts "
    "that they stand in are not in it"
)
NOT_CLOSED = "a quotation mark is not closed"
FAULTS = MappingProxyType(
    {
        "field larger than field limit": f"a cell is longer than 1,000,000 characters; perhaps {NOT_CLOSED}",
        "unexpected end of data": NOT_CLOSED,
        "expected after": "a quotation mark stands within a cell; write it twice there",
    }
)
"""What is meant by the messages of the library."""


@dataclass(frozen=True)
class Row:
    """A row that could be read: its line, its values by column, and the bytes it came from (none for CSV)."""

    line: int
    values: Mapping[str, Any]
    source: bytes = b""


@dataclass(frozen=True)
class RowError:
    """What is wrong in one line."""

    line: int
    message: str


@dataclass(frozen=True)
class Table:
    """A table that is open: its columns, and how its bytes are read."""

    file: BinaryIO
    kind: str
    columns: tuple[str, ...] = ()
    delimiter: str = ","
    charset: str = "utf-8"
    charset_reason: str = ""

    def rows(self) -> Iterator[Row | RowError]:
        """Yield the rows in order; an error after which the rest cannot be trusted is the last one."""
        return _json_rows(self.file) if self.kind == "jsonl" else _cell_rows(self)


def opened(file: BinaryIO, kind: str) -> Table:
    """Look at a table's start, and say what its columns are; raises BadTable."""
    if kind == "jsonl":
        table = Table(file, kind, _json_names(file), charset="utf-8", charset_reason="JSON is UTF-8")
    else:
        charset, reason = _charset(file)
        table = _with_header(Table(file, kind, charset=charset, charset_reason=reason))
    if set(table.columns) >= VERDICTS:
        raise BadTable(IS_EXPORT)
    return table


def _charset(file: BinaryIO) -> tuple[str, str]:
    """Return the charset of a table: by its mark, as UTF-8 if all of it is, else by what its letters say."""
    file.seek(0)
    start = file.read(4)
    found = next((name for mark, name in MARKS if start.startswith(mark)), "")
    if found:
        return found, "byte order mark"
    if is_utf_8(file):
        return "utf-8", "the bytes are valid UTF-8"
    file.seek(0)
    content = file.read(DECODE_LIMIT + 1)
    if len(content) > DECODE_LIMIT:
        raise BadTable("it is not UTF-8; save a table of this size as UTF-8")
    try:
        decoded = decode(content)
    except NotReadable as error:
        raise BadTable(_as_reason(str(error))) from error
    return decoded.charset, decoded.reason


def _as_reason(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


class _TooLong(ValueError):
    """A line is longer than any that people write."""


def _lines(table: Table) -> Generator[str, None, None]:
    """Yield the table's lines with their ends, none of them longer than the limit."""
    table.file.seek(next((len(mark) for mark, _ in MARKS if _starts(table.file, mark)), 0))
    with _text(table) as text:
        while line := text.readline(LINE_LIMIT):
            if len(line) >= LINE_LIMIT:
                raise _TooLong
            yield line


def _starts(file: BinaryIO, mark: bytes) -> bool:
    file.seek(0)
    return file.read(len(mark)) == mark


@contextlib.contextmanager
def _text(table: Table) -> Iterator[io.TextIOWrapper]:
    """Open the table's bytes as text; the file stays open when the text is done with."""
    wrapper = io.TextIOWrapper(table.file, encoding=table.charset, errors="strict", newline="")
    try:
        yield wrapper
    finally:
        wrapper.detach()


def _with_header(table: Table) -> Table:
    """Find out what separates the cells: what shows a column for the text, or else the most columns."""
    headers = {sign: _header(replace(table, delimiter=sign)) for sign in ("\t" if table.kind == "tsv" else ",;\t")}
    best = max(headers, key=lambda sign: ("text" in guess(headers[sign]), len(headers[sign])))
    columns = headers[best]
    if not any(columns):
        raise BadTable("its first line names no columns")
    if len(columns) > COLUMN_LIMIT:
        raise BadTable(f"it has {len(columns):,} columns; the limit is {COLUMN_LIMIT:,}")
    try:
        columns = tuple(clean_line(column, limit=NAME_LIMIT, what="name of a column") for column in columns)
    except UnstorableText as error:
        raise BadTable(_as_reason(str(error))) from error
    seen: set[str] = set()
    for column in filter(None, columns):
        if column.casefold() in seen:
            raise BadTable(f"two columns are called “{column[:50]}”")
        seen.add(column.casefold())
    return replace(table, columns=columns, delimiter=best)


def _header(table: Table) -> tuple[str, ...]:
    """Return the first row, or nothing if it cannot be read in this way."""
    csv.field_size_limit(CELL_LIMIT)
    with contextlib.closing(_lines(table)) as lines, contextlib.suppress(csv.Error, _TooLong, UnicodeDecodeError):
        cells = next(csv.reader(lines, delimiter=table.delimiter, strict=True), [])
        return tuple(cell.strip() for cell in cells)
    return ()


def _cell_rows(table: Table) -> Iterator[Row | RowError]:
    csv.field_size_limit(CELL_LIMIT)
    with contextlib.closing(_lines(table)) as lines:
        reader = csv.reader(lines, delimiter=table.delimiter, strict=True)
        next(reader, None)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except (csv.Error, _TooLong, UnicodeDecodeError) as error:
                yield RowError(line, _fault(error))
                return
            if cells is None:
                return
            if any(map(str.strip, cells)):
                yield _row(line, cells, table.columns)


def _fault(error: Exception) -> str:
    if isinstance(error, _TooLong):
        return f"the line is longer than {LINE_LIMIT:,} characters"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not {error.encoding.upper()} from here on"
    return next((words for part, words in FAULTS.items() if part in str(error)), f"it cannot be read: {error}")


def _row(line: int, cells: list[str], columns: tuple[str, ...]) -> Row | RowError:
    if len(cells) != len(columns):
        return RowError(line, f"it has {len(cells):,} cells, but there are {len(columns):,} columns")
    if any("\0" in cell for cell in cells):
        return RowError(line, "it contains a NUL character")
    return Row(line, dict(zip(columns, cells, strict=True)))


def _json_names(file: BinaryIO) -> tuple[str, ...]:
    """Return the names that the first rows have, in the order in which they appear."""
    names: dict[str, None] = {}
    with contextlib.closing(_json_rows(file)) as rows:
        for _, row in zip(range(NAMES_FROM_ROWS), rows, strict=False):
            names |= dict.fromkeys(row.values) if isinstance(row, Row) else {}
    if len(names) > COLUMN_LIMIT:
        raise BadTable(f"it has {len(names):,} names; the limit is {COLUMN_LIMIT:,}")
    return tuple(names)


def _json_rows(file: BinaryIO) -> Generator[Row | RowError, None, None]:
    file.seek(len(codecs.BOM_UTF8) if _starts(file, codecs.BOM_UTF8) else 0)
    number = 0
    while raw := file.readline(LINE_LIMIT + 1):
        number += 1
        if len(raw) > LINE_LIMIT:
            yield RowError(number, f"the line is longer than {LINE_LIMIT:,} bytes")
            return
        if source := raw.strip():
            yield _json_row(number, source)


def _json_row(line: int, source: bytes) -> Row | RowError:
    try:
        values = load_json(source)
    except UnstorableText as error:
        return RowError(line, _as_reason(str(error)))
    if not isinstance(values, dict):
        return RowError(line, "it is no JSON object")
    return Row(line, values, source)
