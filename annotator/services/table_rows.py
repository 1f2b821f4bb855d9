"""A row of a table becomes an article: its values are checked, all rows before the first one is imported."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from annotator.domain.dates import NotADate, read_date
from annotator.domain.languages import is_language_tag
from annotator.services import ingest, tables
from annotator.services.table_columns import FIELDS, BadTable, guess, mapping
from annotator.services.tables import Row, RowError, Table

ERRORS_SHOWN = 50
ROWS_SHOWN = 5
CELL_SHOWN = 300
CLAIM_NAMES = frozenset({"start", "end", "kind", "aside", "quote"})
_WEB_ADDRESS = re.compile(r"https?://[^\s/]", re.ASCII | re.IGNORECASE)
_KINDS = {"csv": "CSV", "tsv": "TSV", "jsonl": "JSON Lines"}


class BadRows(BadTable):
    """Rows of a table cannot be imported, so none is: `errors` are the first of them, `count` says how many."""

    def __init__(self, name: str, errors: list[RowError], count: int) -> None:
        """Name the first fault; all of those in `errors` can be shown beside."""
        rows = "1 row cannot" if count == 1 else f"{count:,} rows cannot"
        first = f"line {errors[0].line:,}: {errors[0].message}"
        super().__init__(f"{rows} be imported from {name}, so nothing was; {first}")
        self.name, self.errors, self.count = name, tuple(errors), count


@dataclass(frozen=True)
class Preview:
    """A table before its import: its columns, which of them hold which field, its first rows, and what is wrong."""

    columns: tuple[str, ...]
    guessed: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...]
    row_count: int
    errors: tuple[RowError, ...]
    error_count: int


@dataclass(frozen=True)
class Frame:
    """What holds for all rows of a table: where they go, and what the importer said of them."""

    slug: str
    columns: Mapping[str, str]
    name: str = ""
    language: str = ""
    outlet: str = ""


def preview(file: BinaryIO, kind: str, slug: str, columns: Mapping[str, str] | None = None) -> Preview:
    """Read a whole table and say what an import would make of it; raises BadTable if it is none."""
    table = tables.opened(file, kind)
    guessed = guess(table.columns)
    try:
        fields = mapping(table.columns, columns)
    except BadTable as error:
        return Preview(table.columns, guessed, _first_rows(table), 0, (RowError(1, str(error)),), 1)
    count, errors, wrong = check_rows(table, Frame(slug, fields))
    return Preview(table.columns, guessed, _first_rows(table), count, tuple(errors), wrong)


def check_rows(table: Table, frame: Frame) -> tuple[int, list[RowError], int]:
    """Return how many rows there are, the first errors in them, and how many errors there are."""
    count = wrong = 0
    errors: list[RowError] = []
    for row in table.rows():
        count += 1
        error = row if isinstance(row, RowError) else _error_in(row, table, frame)
        if count > tables.ROW_LIMIT:
            return count, [*errors[: ERRORS_SHOWN - 1], RowError(row.line, _too_many())], wrong + 1
        if error is not None:
            wrong += 1
            errors += [error] if wrong <= ERRORS_SHOWN else []
    return count, errors, wrong


def _too_many() -> str:
    return f"there are more than {tables.ROW_LIMIT:,} rows; split the table"


def _error_in(row: Row, table: Table, frame: Frame) -> RowError | None:
    try:
        ingest.check(draft_of_row(row, table, frame))
    except ingest.NotAnArticle as error:
        return RowError(row.line, str(error))
    return None


def _first_rows(table: Table) -> tuple[Mapping[str, str], ...]:
    """Return the first rows that can be read, their values shortened, as they are shown."""
    found: list[Mapping[str, str]] = []
    for row in table.rows():
        if isinstance(row, Row):
            found.append({name: _shown(value)[:CELL_SHOWN] for name, value in row.values.items()})
        if len(found) == ROWS_SHOWN:
            break
    return tuple(found)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def draft_of_row(row: Row, table: Table, frame: Frame) -> ingest.Draft:
    """Return a row as a draft; raises NotAnArticle with what is wrong in it."""
    values = {field: _value(row, field, column) for field, column in frame.columns.items()}
    sources = {field: f"column “{frame.columns[field]}”" for field in FIELDS[1:] if values.get(field)}
    sources |= {name: "given for the import" for name in ("language", "outlet") if getattr(frame, name)}
    is_json = table.kind == "jsonl"
    return ingest.Draft(
        text=values["text"],
        title=values.get("title", ""),
        byline=values.get("byline", ""),
        outlet=frame.outlet or values.get("outlet", ""),
        url=_address(values.get("url", "")),
        published_on=_date(values.get("published_on", "")),
        language=frame.language or _language(values.get("language", "")),
        original=row.source or json.dumps(dict(row.values), ensure_ascii=False).encode("utf-8", "surrogatepass"),
        media_type="application/json",
        charset=table.charset,
        charset_reason=table.charset_reason,
        extraction=f"line {row.line} of {_KINDS[table.kind]}" + ("" if is_json else ", the row kept as JSON"),
        file_name=frame.name,
        sources=sources,
        claims=_claims(row, frame.slug) if is_json else (),
    )


def _value(row: Row, field: str, column: str) -> str:
    value = row.values.get(column)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise ingest.NotAnArticle(f"“{column}” must be text, not {_type(value)}")
    if field == "text" and not value.strip():
        raise ingest.NotAnArticle(f"“{column}” is empty, so there is no text")
    return value if field == "text" else value.strip()


def _type(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "something else")


def _address(value: str) -> str:
    if value and not _WEB_ADDRESS.match(value):
        raise ingest.NotAnArticle("the address must begin with http:// or https://")
    return value


def _date(value: str) -> Any:
    try:
        return read_date(value) if value else None
    except NotADate as error:
        raise ingest.NotAnArticle(f"the date: {error}") from error


def _language(value: str) -> str:
    if value and not is_language_tag(value):
        raise ingest.NotAnArticle(f"“{value[:50]}” is no language tag such as en, ar or pt-BR")
    main, dash, rest = value.partition("-")
    return main.lower() + dash + rest


def _claims(row: Row, slug: str) -> tuple[ingest.ReadyClaim, ...]:
    """Return the ready-made claims of a row; a row of another project is none of ours."""
    project = row.values.get("project")
    if project is not None and project != slug:
        raise ingest.NotAnArticle(f"it belongs to another project than “{slug}”")
    found = row.values.get("claims")
    if found is None:
        return ()
    if not isinstance(found, list):
        raise ingest.NotAnArticle(f"“claims” must be a list, not {_type(found)}")
    return tuple(_claim(number, claim) for number, claim in enumerate(found, 1))


def _claim(number: int, facts: Any) -> ingest.ReadyClaim:
    if not isinstance(facts, dict):
        raise ingest.NotAnArticle(f"claim {number} must be an object, not {_type(facts)}")
    if unknown := sorted(set(facts) - CLAIM_NAMES):
        raise ingest.NotAnArticle(f"claim {number} has “{unknown[0][:50]}”, which an import of articles does not take")
    for name in ("start", "end"):
        if type(facts.get(name)) is not int:
            raise ingest.NotAnArticle(f"claim {number} needs a whole number as its “{name}”")
    for name in ("kind", "aside", "quote"):
        if not isinstance(facts.get(name), str | None):
            raise ingest.NotAnArticle(f"claim {number}: “{name}” must be text")
    return ingest.ReadyClaim(
        facts["start"], facts["end"], facts.get("kind") or "body", facts.get("aside"), facts.get("quote")
    )
