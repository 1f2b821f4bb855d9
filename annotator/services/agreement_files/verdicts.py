"""What every reader gives: verdicts one by one, and what is wrong with a file."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any, NamedTuple

from annotator.services.agreement_files.records import BadFile, Record, Source

SHOWN = 20
"""Names that a message lists."""
TOGETHER = " + "
"""Stands between the labels of a verdict that has several: the combination counts as one label."""
WORDS: Mapping[str, str] = {
    "unit": "unit unitid item itemid id claimid instanceid taskid exampleid sentenceid claim instance task example "
    "sentence subject question documentid docid document text",
    "reviewer": "reviewer reviewerid annotator annotatorid rater raterid coder coderid user userid username worker "
    "workerid judge observer labeler",
    "label": "label labels category code class value verdict answer choice rating annotation tag",
    "cluster": "cluster clusterid articleid article documentid document docid",
}
"""What columns are called; the first word counts most. A column is never taken twice."""
_NOT_LETTERS = re.compile(r"[\W_]+")


class NotNamed(BadFile):
    """The file can be read, but not which of its columns is meant: the command was used wrongly."""


class Verdict(NamedTuple):
    """One reviewer's label of one unit; None is no label, such as a task that was skipped."""

    unit: str
    reviewer: str
    label: str | None
    cluster: str | None
    line: int


@dataclass(frozen=True)
class Wanted:
    """Which columns or fields hold what, as somebody said; empty where nobody did."""

    unit: tuple[str, ...] = ()
    reviewer: str = ""
    label: str = ""
    cluster: str = ""


@dataclass(frozen=True)
class Reader:
    """A format: its name, how to know it by its first records, and how to read verdicts from records."""

    name: str
    title: str
    is_like: Callable[[Sequence[Mapping[str, Any]]], bool]
    read: Callable[[Iterable[Record], Wanted, Source], Iterator[Verdict]]


def guess(columns: Sequence[str]) -> dict[str, str]:
    """Return which column holds what, by their names, as far as these say so."""
    plain = {_NOT_LETTERS.sub("", column.casefold()): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for part, words in WORDS.items():
        column = next(
            (plain[word] for word in words.split() if word in plain and plain[word] not in found.values()), ""
        )
        found |= {part: column} if column else {}
    return found


def listed(names: Iterable[str]) -> str:
    """List names for a message, the first of them if there are many."""
    known = list(names)
    shown = ", ".join(f"“{name[:50]}”" for name in known[:SHOWN])
    return f"{shown} and {len(known) - SHOWN:,} more" if len(known) > SHOWN else shown or "none"


def spelt(value: Any) -> str | None:
    """Return a value as a label or name, None where it is empty; several are joined in the order of the alphabet."""
    if value is None or value == "" or (isinstance(value, float) and isnan(value)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return TOGETHER.join(sorted({part for part in map(spelt, value) if part})) or None
    if isinstance(value, dict):
        raise BadFile(f"a label is text or a number, not {str(value)[:60]}")
    return " ".join(str(value).split()) or None


def needed(record: Record, value: Any, what: str) -> str:
    """Return a value that has to be there, such as the reviewer of a verdict."""
    found = spelt(value)
    if found is None:
        raise BadFile(f"line {record.line:,}: {what} is empty")
    return found


def field(values: Mapping[str, Any], path: str) -> Any:
    """Return a field by its name, or by names with dots between where it lies deeper; None if there is none."""
    if path in values:
        return values[path]
    here: Any = values
    for name in path.split("."):
        here = here.get(name) if isinstance(here, dict) else None
    return here


def cluster_in(record: Record, wanted: Wanted, *places: str) -> str | None:
    """Return the cluster of a record, from the field that is wanted, at the top or in one of these places."""
    if not wanted.cluster:
        return None
    for prefix in ("", *(f"{place}." for place in places)):
        if (found := spelt(field(record.values, prefix + wanted.cluster))) is not None:
            return found
    raise NotNamed(f"line {record.line:,}: there is no “{wanted.cluster}” that names the cluster")


def only(names: Sequence[str], wanted: str, what: str) -> str:
    """Return the one question that is meant: what somebody said, or the only one that there is."""
    if wanted:
        if wanted not in names:
            raise NotNamed(f"there is no {what} “{wanted}”; there are {listed(names)}")
        return wanted
    if len(names) == 1:
        return names[0]
    raise NotNamed(f"it holds several {what}s: {listed(names)}; say which one with --label")
