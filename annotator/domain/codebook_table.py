"""Read a codebook's tables (decoded TOML or JSON), naming the path of the first field that cannot be used."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

LONGEST_TEXT = 20_000
"""Characters of a text that is given no other limit."""
_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
# PostgreSQL stores neither NUL nor half a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class InvalidCodebook(ValueError):
    """A field of a codebook cannot be used; the message begins with the field's path."""


class Keyed(Protocol):
    """What has a key of its own."""

    @property
    def key(self) -> str:
        """The key."""


_T = TypeVar("_T", bound=Keyed)


class Table:
    """A table at `path`, with none but the given fields: one that nobody reads is most often a misspelt one."""

    def __init__(self, data: object, path: str, fields: frozenset[str] | set[str]) -> None:
        """Take a mapping; raise InvalidCodebook for anything else, and for a field that is not among `fields`."""
        self.path = path
        where = path or "codebook"
        if not isinstance(data, Mapping):
            raise InvalidCodebook(f"{where}: a table is needed, not {data!r:.40}")
        for name in data:
            if name not in fields:
                raise InvalidCodebook(f"{where}.{name}: not a field, the fields are {', '.join(sorted(fields))}")
        self._data: Mapping[str, object] = data

    def __contains__(self, field: str) -> bool:
        """Tell whether a field is there."""
        return field in self._data

    def at(self, field: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{field}" if self.path else field

    def get(self, field: str) -> object:
        """Return a field as it is, None if it is not there."""
        return self._data.get(field)

    def text(self, field: str, longest: int = LONGEST_TEXT) -> str:
        """Return a text that is not empty, nor longer than it may be."""
        return _checked(self._data.get(field), self.at(field), longest)

    def key(self) -> str:
        """Return the field `key`."""
        key = self.text("key")
        if not _KEY.fullmatch(key):
            reason = "is not 1 to 40 of a-z, 0-9 and -, beginning with a letter"
            raise InvalidCodebook(f"{self.at('key')}: {key!r:.60} {reason}")
        return key

    def texts(self, field: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(_checked(item, f"{self.at(field)}[{i}]") for i, item in enumerate(self._list(field), 1))

    def items(self, field: str, read: Callable[[object, str], _T]) -> tuple[_T, ...]:
        """Return a list of tables, each read by `read` from its data and its path; no two may have the same key."""
        where = self.at(field)
        items = tuple(read(item, f"{where}[{i}]") for i, item in enumerate(self._list(field), 1))
        refuse_twins([item.key for item in items], where, "key")
        return items

    def _list(self, field: str) -> Sequence[object]:
        value = self._data.get(field, ())
        if not isinstance(value, list | tuple):
            raise InvalidCodebook(f"{self.at(field)}: a list is needed, not {value!r:.40}")
        return value


def refuse_twins(values: Sequence[str], where: str, field: str) -> None:
    """Raise InvalidCodebook for the first of `values` that stands there a second time."""
    for i, value in enumerate(values, 1):
        if value in values[: i - 1]:
            raise InvalidCodebook(f"{where}[{i}].{field}: {value!r} is already taken")


def _checked(value: object, where: str, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str):
        raise InvalidCodebook(f"{where}: a text is needed, not {value!r:.40}")
    if not value.strip():
        raise InvalidCodebook(f"{where}: must not be empty")
    if len(value) > longest:
        raise InvalidCodebook(f"{where}: is too long, {longest} characters fit")
    if _UNSTORABLE.search(value):
        raise InvalidCodebook(f"{where}: holds a character that cannot be stored")
    return value
