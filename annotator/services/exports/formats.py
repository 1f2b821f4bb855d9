"""The export formats by name, and the one way to write a project in one of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from annotator.services.exports import csv, jsonl
from annotator.services.exports.records import records


@dataclass(frozen=True)
class Format:
    """How a format is written, and what a browser is told it is."""

    write: Callable[[Iterable[dict[str, Any]]], Iterator[str]]
    media_type: str


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "jsonl": Format(jsonl.write, jsonl.MEDIA_TYPE),
        "csv": Format(csv.write, csv.MEDIA_TYPE),
    }
)


def export(project_id: int, name: str, *, history: bool = False) -> Iterator[str]:
    """Yield a project's verdicts in the format called `name` (KeyError if there is none), a few rows at a time."""
    return FORMATS[name].write(records(project_id, history=history))
