"""Exports of Label Studio: JSON with whole annotations, JSON-MIN and CSV with one annotation a row."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from annotator.services.agreement_files.records import BadFile, Record, Source
from annotator.services.agreement_files.verdicts import (
    NotNamed,
    Reader,
    Verdict,
    Wanted,
    cluster_in,
    field,
    guess,
    listed,
    needed,
    only,
    spelt,
)

ROW = frozenset({"id", "annotator", "annotation_id"})
ROW_FACTS = frozenset({"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement"})
CONTENTS = frozenset({"text", "html", "image", "audio", "video", "url", "title", "body", "content", "prompt", "meta"})
"""Names that the data of a task usually have, so that the other column is the answer."""
COLUMNS = 100
"""Names of columns that are kept for a message."""
MADE = ("annotations", "completions")
ANSWERS = ("choices", "rating", "taxonomy", "number", "selected")
NOTHING = "it holds no choices or ratings: agreement on marked spans or regions is not computed"


def is_like_json(first: Sequence[Mapping[str, Any]]) -> bool:
    """Know it by tasks with lists of annotations that have a result."""
    made = [one for record in first for name in MADE if isinstance(record.get(name), list) for one in record[name]]
    is_task = all("data" in record and any(name in record for name in MADE) for record in first)
    return is_task and all(isinstance(one, dict) and "result" in one for one in made)


def is_like_rows(first: Sequence[Mapping[str, Any]]) -> bool:
    """Know it by an annotator and the id of an annotation in every row."""
    return all(set(record) >= ROW for record in first)


def read_json(records: Iterable[Record], wanted: Wanted, _source: Source) -> Iterator[Verdict]:
    """Yield each annotation's answer to one question; a cancelled one is no label."""
    asked, seen = wanted.label, dict[str, None]()
    for record in records:
        names = _questions(record)
        seen |= dict.fromkeys(names)
        if not wanted.label and names:
            asked = only(list(seen), "", "question")
        yield from _answers(record, asked, wanted)
    if not seen:
        raise BadFile(NOTHING)
    only(list(seen), asked, "question")


def _made(record: Record) -> list[dict[str, Any]]:
    made: list[Any] = next((record.values[name] for name in MADE if isinstance(record.values.get(name), list)), [])
    return [one for one in made if isinstance(one, dict)]


def _questions(record: Record) -> list[str]:
    """List the questions that a task's annotations answer, in the order in which they come."""
    results = (part for one in _made(record) for part in one.get("result") or () if isinstance(part, dict))
    return list(dict.fromkeys(str(part.get("from_name")) for part in results if _answer(part) is not None))


def _answer(part: Mapping[str, Any]) -> Any:
    """Return what was chosen; None for a span, a region or a text."""
    value = part.get("value")
    if not isinstance(value, dict) or "start" in value or "x" in value:
        return None
    return next((value[kind] for kind in ANSWERS if kind in value), None)


def _answers(record: Record, name: str, wanted: Wanted) -> Iterator[Verdict]:
    values = record.values
    unit = needed(record, field(values, wanted.unit[0]) if wanted.unit else values.get("id"), "the task’s id")
    cluster = cluster_in(record, wanted, "data", "meta")
    for one in _made(record):
        answers = [_answer(part) for part in one.get("result") or () if str(part.get("from_name")) == name]
        chosen = None if one.get("was_cancelled") or one.get("skipped") else _flat(answers)
        yield Verdict(unit, _who(record, one), spelt(chosen), cluster, record.line)


def _flat(answers: Sequence[Any]) -> list[Any]:
    """Put answers into one list: choices are lists, and those of a taxonomy are paths."""
    parts = chain.from_iterable(answer if isinstance(answer, list) else [answer] for answer in answers)
    return [" > ".join(map(str, part)) if isinstance(part, list) else part for part in parts]


def _who(record: Record, made: Mapping[str, Any]) -> str:
    who = made.get("completed_by")
    if isinstance(who, dict):
        who = who.get("email") or who.get("id")
    return needed(record, who, "“completed_by”")


def read_rows(records: Iterable[Record], wanted: Wanted, _source: Source) -> Iterator[Verdict]:
    """Yield the answer in each row of JSON-MIN or CSV; questions are columns there, among those of the task."""
    label, is_seen, columns = wanted.label, False, dict[str, None]()
    for record in records:
        values = record.values
        label = label or _label_column(list(values))
        is_seen = is_seen or label in values
        unit = needed(record, field(values, wanted.unit[0]) if wanted.unit else values["id"], "the task’s id")
        who = values[wanted.reviewer] if wanted.reviewer in values else values["annotator"]
        if isinstance(who, dict):
            who = who.get("email") or who.get("id")
        reviewer = needed(record, who, "the annotator")
        cluster = cluster_in(record, wanted)
        columns |= dict.fromkeys(values) if len(columns) < COLUMNS else {}
        yield Verdict(unit, reviewer, spelt(_chosen(record, values.get(label))), cluster, record.line)
    if not is_seen:
        raise NotNamed(f"there is no column “{label}”; the columns are {listed(columns)}")


def _label_column(columns: Sequence[str]) -> str:
    others = [column for column in columns if column not in ROW_FACTS]
    answers = [column for column in others if column.casefold() not in CONTENTS]
    if len(answers) == 1:
        return answers[0]
    found = guess(answers).get("label")
    if found is None:
        raise NotNamed(f"which column is the answer is not clear; say --label NAME. The columns are {listed(others)}")
    return found


def _chosen(record: Record, value: Any) -> Any:
    """Return the choices in a cell, where several are {"choices": [...]}, in CSV as text."""
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise BadFile(f"line {record.line:,}: the answer is broken JSON") from error
    if isinstance(value, dict):
        value = next((value[kind] for kind in ANSWERS if kind in value), None)
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        answers = [_answer({"value": part}) for part in value]
        if None in answers:
            raise BadFile(f"line {record.line:,}: {NOTHING}")
        value = _flat(answers)
    return value


READER = Reader("label-studio", "Label Studio (JSON)", is_like_json, read_json)
ROWS = Reader("label-studio-min", "Label Studio (JSON-MIN or CSV)", is_like_rows, read_rows)
