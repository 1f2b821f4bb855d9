"""The report as JSON: all of it in full precision, and the way back to a `Report`."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # slow to load, and only a report needs them
    from cattrs import Converter

    from annotator.domain.report import Report

MEDIA_TYPE = "application/json"
SCHEMA = 1
"""Of the document; it grows when a reader of an older one would go wrong."""


class Unreadable(ValueError):
    """The document is no report that this version can read."""


def document(report: "Report") -> dict[str, Any]:
    """Return the report as plain values in the order of its blocks; what is not defined is None."""
    return {"schema": SCHEMA, **_converter().unstructure(report)}


def text(report: "Report") -> str:
    """Return the report as one line of JSON; a number that is not finite is a ValueError."""
    return json.dumps(document(report), ensure_ascii=False, allow_nan=False, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    """Return a number or truth value of numpy's, which computations leave behind, as Python's own."""
    try:
        return value.item()
    except AttributeError:
        raise TypeError(f"a report holds no {type(value).__name__}") from None


def restore(found: Mapping[str, Any]) -> "Report":
    """Return the report of a document; raises Unreadable."""
    from annotator.domain.report import Report

    if found.get("schema") != SCHEMA:
        raise Unreadable(f"schema {found.get('schema')!r}, expected {SCHEMA}")
    try:
        return _converter().structure(found, Report)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def read(line: str) -> "Report":
    """Return the report that `text` wrote; raises Unreadable."""
    try:
        found = json.loads(line)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    if not isinstance(found, dict):
        raise Unreadable("no object")
    return restore(found)


@cache
def _converter() -> "Converter":
    """Make what turns dataclasses into plain values and back."""
    from cattrs import Converter

    made = Converter(detailed_validation=False)
    made.register_unstructure_hook(datetime, datetime.isoformat)
    made.register_unstructure_hook(date, date.isoformat)
    made.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    made.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    return made
