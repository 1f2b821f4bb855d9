"""Exports of doccano: a file for each reviewer (now), or lists of annotations with their users (before 1.4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from annotator.services.agreement_files.records import BadFile, Record, Source
from annotator.services.agreement_files.verdicts import Reader, Verdict, Wanted, cluster_in, field, needed, spelt

LABELS = ("label", "labels", "cats")
TEXTS = ("text", "data", "filename")
UNITS = ("id", "doc_id", "example_id")
USERS = ("username", "user", "annotator")
IS_SPANS = "it holds marked spans or texts, not labels of whole units: agreement on those is not computed"


def is_like(first: Sequence[Mapping[str, Any]]) -> bool:
    """Know it by its text, its id and a list of labels or of annotations with users."""
    return all(_is_like(record) for record in first)


def _is_like(record: Mapping[str, Any]) -> bool:
    if not (_name(record, TEXTS) and _name(record, UNITS)):
        return False
    made = record.get("annotations")
    if isinstance(made, list):
        return all(isinstance(one, dict) and "label" in one for one in made)
    name = _name(record, LABELS)
    return name is not None and isinstance(record[name], list)


def read(records: Iterable[Record], wanted: Wanted, source: Source) -> Iterator[Verdict]:
    """Yield each reviewer's labels of each text."""
    for record in records:
        values = record.values
        unit = needed(record, field(values, wanted.unit[0] if wanted.unit else _name(values, UNITS) or "id"), "the id")
        cluster = cluster_in(record, wanted, "meta", "metadata")
        for reviewer, labels in _by_reviewer(record, wanted, source).items():
            yield Verdict(unit, reviewer, spelt(labels), cluster, record.line)


def _by_reviewer(record: Record, wanted: Wanted, source: Source) -> dict[str, list[Any]]:
    """Collect the labels of a text by reviewer; who has said nothing is not there, unless the file is theirs."""
    values = record.values
    name = wanted.label or _name(values, LABELS) or "annotations"
    given = values.get(name, values.get("annotations"))
    if given is None:
        raise BadFile(f"line {record.line:,}: there is no “{name}”")
    whole_of = spelt(field(values, wanted.reviewer or _name(values, USERS) or "")) or source.owner
    found: dict[str, list[Any]] = {}
    for one in given if isinstance(given, list) else [given]:
        if isinstance(one, dict) and "label" in one and "start_offset" not in one:
            reviewer = spelt(one.get("user_name") or _first(one, USERS)) or whole_of
            found.setdefault(reviewer, []).append(one.get("label_name") or one["label"])
        elif isinstance(one, (dict, list)):
            raise BadFile(f"line {record.line:,}: {IS_SPANS}")
        else:
            found.setdefault(whole_of, []).append(one)
    return found or ({} if "annotations" in values else {whole_of: []})


def _name(values: Mapping[str, Any], names: Sequence[str]) -> str | None:
    return next((name for name in names if name in values), None)


def _first(values: Mapping[str, Any], names: Sequence[str]) -> Any:
    return values.get(_name(values, names) or "")


READER = Reader("doccano", "doccano", is_like, read)
