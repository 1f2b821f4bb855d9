"""Hold the rules of a project: its labels with their kinds, its skip reasons, and the guidance read beside the work."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import fields as dataclass_fields
from typing import Any, Protocol, TypeVar

MARKS = ("sourced", "attributed", "editorial", "plain")
"""The looks that the stylesheet has for a label: colour, icon and underline."""

MOST_CHOICES = 9
"""Labels and skip reasons are reached by one digit each."""

_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
# PostgreSQL stores neither NUL nor half a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class InvalidCodebook(ValueError):
    """A field of a codebook cannot be used; the message begins with the field's path."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A finer distinction within one label."""

    key: str
    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Label:
    """One of the answers to the project's question; `mark` names its look."""

    key: str
    name: str
    short: str
    definition: str
    question: str
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    shortcut: str
    mark: str
    kinds: tuple[Kind, ...]

    def kind(self, key: str | None) -> Kind | None:
        """Find a kind of this label by its key."""
        return _find(self.kinds, key)


@dataclass(frozen=True, slots=True)
class SkipReason:
    """Why a claim may be left without a label."""

    key: str
    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Codebook:
    """One version of the rules; `guidance` is Markdown."""

    title: str
    guidance: str
    labels: tuple[Label, ...]
    skip_reasons: tuple[SkipReason, ...]

    @classmethod
    def from_dict(cls, data: object) -> "Codebook":
        """Read decoded TOML or JSON; raise `InvalidCodebook` for the first field that cannot be used."""
        table = _table(data, "codebook", {"title", "guidance", "labels", "skip_reasons"})
        labels = _items(table, "labels", "", _label)
        if not labels:
            raise InvalidCodebook("labels: at least one is needed")
        _refuse_twins([label.shortcut for label in labels], "labels", "shortcut")
        reasons = _items(table, "skip_reasons", "", _skip_reason)
        for field, choices in (("labels", labels), ("skip_reasons", reasons)):
            if len(choices) > MOST_CHOICES:
                raise InvalidCodebook(f"{field}: {len(choices)} are too many, the digits reach {MOST_CHOICES}")
        return cls(_text(table, "title", ""), _text(table, "guidance", ""), labels, reasons)

    def to_dict(self) -> dict[str, Any]:
        """Give plain dicts and lists that `from_dict` reads back to an equal codebook."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain

    def digest(self) -> str:
        """Hash the canonical JSON with SHA-256 (hex), so that equal rules are recognised in any file."""
        canonical = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def label(self, key: str | None) -> Label | None:
        """Find a label by its key."""
        return _find(self.labels, key)

    def skip_reason(self, key: str | None) -> SkipReason | None:
        """Find a skip reason by its key."""
        return _find(self.skip_reasons, key)


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


_T = TypeVar("_T", bound=_Keyed)


def _find(things: Sequence[_T], key: str | None) -> _T | None:
    return next((thing for thing in things if thing.key == key), None)


def _label(data: object, path: str) -> Label:
    fields = {field.name for field in dataclass_fields(Label)}
    table = _table(data, path, fields)
    shortcut = _text(table, "shortcut", path)
    if not re.fullmatch(r"[1-9]", shortcut):
        raise InvalidCodebook(f"{path}.shortcut: {shortcut!r} is not a single digit from 1 to 9")
    mark = _text(table, "mark", path)
    if mark not in MARKS:
        raise InvalidCodebook(f"{path}.mark: {mark!r} is not one of {', '.join(MARKS)}")
    return Label(
        key=_key(table, path),
        name=_text(table, "name", path),
        short=_text(table, "short", path),
        definition=_text(table, "definition", path),
        question=_text(table, "question", path),
        examples=_texts(table, "examples", path),
        counterexamples=_texts(table, "counterexamples", path),
        shortcut=shortcut,
        mark=mark,
        kinds=_items(table, "kinds", path, _kind),
    )


def _kind(data: object, path: str) -> Kind:
    return Kind(*_keyed(data, path))


def _skip_reason(data: object, path: str) -> SkipReason:
    return SkipReason(*_keyed(data, path))


def _keyed(data: object, path: str) -> tuple[str, str, str]:
    table = _table(data, path, {"key", "name", "definition"})
    return _key(table, path), _text(table, "name", path), _text(table, "definition", path)


def _table(data: object, path: str, fields: frozenset[str] | set[str]) -> Mapping[str, object]:
    """Refuse a field that nobody reads: it is most often a misspelt one."""
    if not isinstance(data, Mapping):
        raise InvalidCodebook(f"{path}: a table is needed, not {data!r:.40}")
    for name in data:
        if name not in fields:
            raise InvalidCodebook(f"{path}.{name}: not a field, the fields are {', '.join(sorted(fields))}")
    return data


def _items(table: Mapping[str, object], field: str, path: str, read: Callable[[object, str], _T]) -> tuple[_T, ...]:
    where = _join(path, field)
    items = tuple(read(item, f"{where}[{i}]") for i, item in enumerate(_list(table, field, where), 1))
    _refuse_twins([item.key for item in items], where, "key")
    return items


def _texts(table: Mapping[str, object], field: str, path: str) -> tuple[str, ...]:
    where = _join(path, field)
    return tuple(_checked(item, f"{where}[{i}]") for i, item in enumerate(_list(table, field, where), 1))


def _list(table: Mapping[str, object], field: str, where: str) -> Sequence[object]:
    value = table.get(field, ())
    if not isinstance(value, list | tuple):
        raise InvalidCodebook(f"{where}: a list is needed, not {value!r:.40}")
    return value


def _key(table: Mapping[str, object], path: str) -> str:
    key = _text(table, "key", path)
    if not _KEY.fullmatch(key):
        raise InvalidCodebook(f"{path}.key: {key!r:.60} is not 1 to 40 of a-z, 0-9 and -, beginning with a letter")
    return key


def _text(table: Mapping[str, object], field: str, path: str) -> str:
    return _checked(table.get(field), _join(path, field))


def _checked(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise InvalidCodebook(f"{where}: a text is needed, not {value!r:.40}")
    if not value.strip():
        raise InvalidCodebook(f"{where}: must not be empty")
    if _UNSTORABLE.search(value):
        raise InvalidCodebook(f"{where}: holds a character that cannot be stored")
    return value


def _refuse_twins(values: Sequence[str], where: str, field: str) -> None:
    for i, value in enumerate(values, 1):
        if value in values[: i - 1]:
            raise InvalidCodebook(f"{where}[{i}].{field}: {value!r} is already taken")


def _join(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field
