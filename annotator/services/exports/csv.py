"""CSV (RFC 4180, UTF-8 with a byte order mark, so that spreadsheets read it right)."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from annotator.services.exports.records import FIELDS

MEDIA_TYPE = "text/csv"

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet may run a cell that starts with one of these."""


def write(records: Iterable[dict[str, Any]], fields: Sequence[str] = FIELDS) -> Iterator[str]:
    """Yield the header, then a row for each record; marks stand in their cell as JSON."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(fields)
    yield "\ufeff" + take(buffer)
    for record in records:
        writer.writerow([cell(record[field]) for field in fields])
        yield take(buffer)


def take(buffer: io.StringIO) -> str:
    """Return what was written, and empty the buffer."""
    written = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return written


def cell(value: Any) -> Any:
    """Return a value as a cell: nothing for None, true/false, JSON for lists, harmless text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run, or that starts with one: `original` undoes it."""
    return f"'{text}" if text.startswith((*FORMULA_STARTS, "'")) else text


def original(text: str) -> str:
    """Return the text that `harmless` was given."""
    return text.removeprefix("'")
