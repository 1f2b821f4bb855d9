"""Output of Potato: annotated_instances.jsonl or user_state.json in a folder for each reviewer, or one table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from annotator.services.agreement_files.records import BadFile, Record, Source
from annotator.services.agreement_files.verdicts import Reader, Verdict, Wanted, cluster_in, needed, only, spelt

MADE = ("label_annotations", "annotation")
STATE = "instance_id_to_label_to_value"
UNITS = ("id", "instance_id")
USERS = ("user_id", "user", "username", "annotator")
COLUMN = ":::"
"""Stands between a question and its answer in the columns of a table."""
FREE = frozenset({"text_box", "textbox", "bad_text"})
NO = frozenset({"", "false", "0", "none", "null"})
NOTHING = "it holds no answers that are labels: agreement on texts and spans is not computed"


def is_like(first: Sequence[Mapping[str, Any]]) -> bool:
    """Know it by its answers by question, a reviewer's state, or columns called question:::answer."""
    return all(
        STATE in record
        or (any(isinstance(record.get(name), dict) for name in MADE) and any(name in record for name in UNITS))
        or any(COLUMN in name for name in record)
        for record in first
    )


def read(records: Iterable[Record], wanted: Wanted, source: Source) -> Iterator[Verdict]:
    """Yield the answer to one question for each text; the reviewer is named in the record or by the folder."""
    asked, seen = wanted.label, dict[str, None]()
    for record in records:
        values = record.values
        who = next((values[name] for name in (wanted.reviewer, *USERS) if name and name in values), None)
        reviewer = spelt(who) or source.folder
        for unit, answers in _units(record, wanted):
            seen |= dict.fromkeys(name for name, answer in answers.items() if answer is not None)
            if not wanted.label and seen:
                asked = only(list(seen), "", "question")
            yield Verdict(unit, reviewer, answers.get(asked), cluster_in(record, wanted, "meta"), record.line)
    if not seen:
        raise BadFile(NOTHING)
    only(list(seen), asked, "question")


def _units(record: Record, wanted: Wanted) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Yield each text's name with its answers by question."""
    values = record.values
    if STATE in values:
        for unit, given in values[STATE].items():
            yield str(unit), _answers(given)
        return
    name = wanted.unit[0] if wanted.unit else next((name for name in UNITS if name in values), "id")
    unit = needed(record, values.get(name), "the id")
    made = next((values[name] for name in MADE if isinstance(values.get(name), dict)), None)
    yield unit, _answers(_columns(values) if made is None else made)


def _columns(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Collect the columns of a table by question."""
    found: dict[str, dict[str, Any]] = {}
    for column, value in values.items():
        question, separator, answer = column.partition(COLUMN)
        if separator:
            found.setdefault(question, {})[answer] = value
    return found


def _answers(given: Any) -> dict[str, str | None]:
    """Return the answers by question: by name and value, or as pairs of {"schema", "name"} and a value."""
    if isinstance(given, list):
        nested: dict[str, dict[str, Any]] = {}
        for pair in given:
            if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], dict):  # noqa: PLR2004
                nested.setdefault(str(pair[0].get("schema")), {})[str(pair[0].get("name"))] = pair[1]
        given = nested
    if not isinstance(given, dict):
        raise BadFile("an answer of Potato is no object")
    return {str(question): _answer(answer) for question, answer in given.items()}


def _answer(given: Any) -> str | None:
    """Return the labels that were chosen; a text is none."""
    if not isinstance(given, dict):
        return spelt(given)
    return spelt([name for name, value in given.items() if name not in FREE and str(value).casefold() not in NO])


READER = Reader("potato", "Potato", is_like, read)
