"""JSON Lines: one record a line, UTF-8, as they are."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

MEDIA_TYPE = "application/x-ndjson"


def write(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each record."""
    for record in records:
        yield json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"
