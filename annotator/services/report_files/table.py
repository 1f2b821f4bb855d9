"""A table of the report on its way to a file: plain values by column, and what a row is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # numpy comes with it
    from annotator.domain.intervals import Estimate

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """A table: its name, what a row is, and its columns; a column that a row lacks is empty."""

    name: str
    meaning: str
    columns: tuple[str, ...]
    rows: Iterable[Row]


def spread(name: str, found: "Estimate | None") -> dict[str, Any]:
    """Return an estimate's parts as cells under a column's name."""
    if found is None:
        return {}
    facts = {"": found.value, "_low": found.low, "_high": found.high, "_n": found.n, "_articles": found.clusters}
    return {name + part: value for part, value in facts.items()}


def wide(*names: str) -> tuple[str, ...]:
    """Return the columns of estimates under these names."""
    return tuple(name + part for name in names for part in ("", "_low", "_high", "_n", "_articles"))


def crossed(table: Sequence[Sequence[Any]], keys: Sequence[str], row: str, column: str, value: str) -> Iterator[Row]:
    """Yield the cells of a table of labels by labels."""
    for first, cells in zip(keys, table, strict=True):
        yield from ({row: first, column: second, value: cell} for second, cell in zip(keys, cells, strict=True))


def plain(value: Any) -> Any:
    """Return a time as text, anything else as it is."""
    return value.isoformat() if hasattr(value, "isoformat") else value
