"""JSON Lines: one record a line, in UTF-8."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

MEDIA_TYPE = "application/x-ndjson"

LINE_ENDS = str.maketrans({character: f"\\u{ord(character):04x}" for character in "\x85\u2028\u2029"})
"""What JSON lets stand in a string, and some readers take for the end of a line."""


def write(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each record."""
    for record in records:
        yield json.dumps(record, ensure_ascii=False, allow_nan=False).translate(LINE_ENDS) + "\n"
