"""Tables with one verdict a row, of any tool: CSV, TSV, and flat objects of JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from annotator.services.agreement_files.records import BadFile, Record, Source
from annotator.services.agreement_files.verdicts import (
    NotNamed,
    Reader,
    Verdict,
    Wanted,
    field,
    guess,
    listed,
    needed,
    spelt,
)

SEPARATOR = " / "
"""Stands between the values of several columns that make up a unit."""


def is_like(_first: Sequence[Mapping[str, Any]]) -> bool:
    """Take whatever no other reader knows."""
    return True


def read(records: Iterable[Record], wanted: Wanted, source: Source) -> Iterator[Verdict]:
    """Yield a verdict for each row, by columns that are named or as they are called."""
    rows = iter(records)
    first = next(rows, None)
    if first is None:
        raise BadFile("it has no rows")
    found = columns_of(list(first.values), wanted, source)
    for record in chain((first,), rows):
        values = record.values
        unit = [needed(record, field(values, column), f"the unit (“{column}”)") for column in found.unit]
        who = field(values, found.reviewer) if found.reviewer else source.owner
        yield Verdict(
            SEPARATOR.join(unit),
            needed(record, who, f"the reviewer (“{found.reviewer}”)"),
            spelt(field(values, found.label)),
            needed(record, field(values, found.cluster), f"the cluster (“{found.cluster}”)") if found.cluster else None,
            record.line,
        )


def columns_of(columns: Sequence[str], wanted: Wanted, source: Source) -> Wanted:
    """Return the columns as told, or else as guessed from their names; raises NotNamed.

    Where no column of one of several files is the reviewer's, the file is, and `reviewer` stays empty.
    """
    told = [*wanted.unit, wanted.reviewer, wanted.label, wanted.cluster]
    unknown = next((name for name in told if name and name not in columns and name.split(".")[0] not in columns), None)
    if unknown:
        raise NotNamed(f"there is no column “{unknown[:50]}”; the columns are {listed(columns)}")
    guessed = guess([column for column in columns if column not in told])
    unit = wanted.unit or ((guessed["unit"],) if "unit" in guessed else ())
    reviewer, label = wanted.reviewer or guessed.get("reviewer", ""), wanted.label or guessed.get("label", "")
    found = {"unit": unit, "reviewer": reviewer or source.is_one_of_many, "label": label}
    missing = [part for part, name in found.items() if not name]
    if missing:
        raise NotNamed(
            f"no column is named as the {' or the '.join(missing)}; say which with "
            f"{' '.join(f'--{part} NAME' for part in missing)}. The columns are {listed(columns)}"
        )
    return Wanted(unit, reviewer, label, wanted.cluster or guessed.get("cluster", ""))


def described(columns: Sequence[str], wanted: Wanted, source: Source) -> dict[str, str]:
    """Say which columns are read as what."""
    found = columns_of(columns, wanted, source)
    named = {"unit": SEPARATOR.join(found.unit), "reviewer": found.reviewer or "the file’s name", "label": found.label}
    return named | ({"cluster": found.cluster} if found.cluster else {})


READER = Reader("table", "a table with a verdict in each row", is_like, read)
