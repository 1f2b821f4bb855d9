"""Exports of Prodigy: one answer a line, of a choice among labels or of yes and no to one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from annotator.services.agreement_files.records import BadFile, Record, Source
from annotator.services.agreement_files.verdicts import Reader, Verdict, Wanted, cluster_in, field, spelt

HASHES = ("_input_hash", "_task_hash")
USERS = ("_annotator_id", "_session_id")
IS_SPANS = "it holds marked spans, not labels of whole units: agreement on those is not computed"


def is_like(first: Sequence[Mapping[str, Any]]) -> bool:
    """Know it by its hashes and answers."""
    return all("answer" in record and any(name in record for name in (*HASHES, *USERS)) for record in first)


def read(records: Iterable[Record], wanted: Wanted, source: Source) -> Iterator[Verdict]:
    """Yield each answer.

    Where labels were chosen from a list, the unit is the input, and only an accepted task has a label. Where one label
    was asked about, the unit is input and label, and the label is accept or reject. Ignored tasks have none.
    """
    for record in records:
        values = record.values
        users = [field(values, wanted.reviewer)] if wanted.reviewer else [values.get(name) for name in USERS]
        reviewer = next((name for name in map(spelt, users) if name), source.owner)
        unit, label = _answer(record, wanted)
        yield Verdict(unit, reviewer, label, cluster_in(record, wanted, "meta"), record.line)


def _answer(record: Record, wanted: Wanted) -> tuple[str, str | None]:
    values, answer = record.values, record.values.get("answer")
    unit = spelt(field(values, wanted.unit[0]) if wanted.unit else values.get("_input_hash", values.get("text")))
    if unit is None:
        raise BadFile(f"line {record.line:,}: there is neither an _input_hash nor a text")
    if wanted.label:
        return unit, spelt(field(values, wanted.label)) if answer == "accept" else None
    if "accept" in values:
        return unit, spelt(values["accept"]) if answer == "accept" else None
    if "spans" in values or not isinstance(values.get("label"), (str, int)):
        raise BadFile(f"line {record.line:,}: {IS_SPANS}")
    return f"{unit} / {values['label']}", spelt(answer) if answer in {"accept", "reject"} else None


READER = Reader("prodigy", "Prodigy", is_like, read)
