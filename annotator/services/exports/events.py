"""The log as a file: its events as neutral records, in the formats of the other exports."""

import json
from collections.abc import Iterator
from typing import Any

from annotator.services.exports import csv, jsonl
from annotator.storage.database import AnyRow
from annotator.storage.event_list import Wanted, all_events

FIELDS = ("id", "at", "what", "person", "project", "subject", "subject_id", "detail")
MEDIA_TYPES = {"csv": csv.MEDIA_TYPE, "jsonl": jsonl.MEDIA_TYPE}


def export_events(wanted: Wanted, name: str) -> Iterator[str]:
    """Yield the events that are asked for in the format called `name`, a few at a time, the oldest first."""
    records = map(record, all_events(wanted))
    if name == "jsonl":
        return jsonl.write(records)
    cells = ({**facts, "detail": json.dumps(facts["detail"], ensure_ascii=False)} for facts in records)
    return csv.write(cells, FIELDS)


def record(row: AnyRow) -> dict[str, Any]:
    """Return an event as plain values; who did it is said by the name they sign in with."""
    facts = {name: getattr(row, name) for name in ("id", "what", "subject", "subject_id", "detail")}
    return {**facts, "at": row.at.isoformat(), "person": row.person_name, "project": row.slug}
