"""Codebooks as files: TOML, JSON or YAML that says the same, read with care, since a file may come from anybody."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

import tomli_w
import yaml

from annotator.domain.codebook import Codebook
from annotator.domain.codebook_table import InvalidCodebook
from annotator.domain.text import UnstorableText, load_json

LARGEST_FILE = 500_000
"""Bytes. The shipped codebook has 25,000."""
DEEPEST_FILE = 12
"""Levels of a file; a codebook has five."""
FORMATS = ("toml", "json", "yaml")
_ODD_BREAKS = re.compile("[\r\x85\u2028\u2029\ufeff]")
"""What YAML takes for the end of a line, or leaves out, unless it is written as an escape."""
_FORMAT_OF = {".toml": "toml", ".json": "json", ".yaml": "yaml", ".yml": "yaml"}


def read(data: bytes, file_name: str) -> Codebook:
    """Read a file, which its name tells the format of; raises InvalidCodebook, whose message says where and why."""
    suffix = PurePath(file_name.lower()).suffix
    if suffix not in _FORMAT_OF:
        raise InvalidCodebook("file: its name has to end in .toml, .json, .yaml or .yml")
    if len(data) > LARGEST_FILE:
        raise InvalidCodebook(f"file: it has more than {LARGEST_FILE} bytes")
    try:
        text = data.decode("utf-8-sig")
        return Codebook.from_dict(_READERS[_FORMAT_OF[suffix]](text))
    except InvalidCodebook:
        raise
    except UnicodeDecodeError as error:
        raise InvalidCodebook("file: it is no text in UTF-8") from error
    except RecursionError as error:
        raise InvalidCodebook("file: it is nested too deeply") from error
    except (UnstorableText, ValueError, yaml.YAMLError) as error:
        raise InvalidCodebook(f"file: {' '.join(str(error).split())[:300]}") from error


def write(codebook: Codebook, form: str) -> str:
    """Return a codebook as the text of a file in one of FORMATS, from which `read` makes an equal one."""
    return _WRITERS[form](codebook.to_dict())


def _write_json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _write_toml(document: dict[str, Any]) -> str:
    # A line of its own for each line of a text, unless that would change how its lines end.
    return tomli_w.dumps(document, multiline_strings="\\r" not in json.dumps(document))


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as such, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _lines_as_such(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _ODD_BREAKS.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _lines_as_such)


def _write_yaml(document: dict[str, Any]) -> str:
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _read_yaml(text: str) -> object:
    """Read YAML without its dangers: no tags, no anchors, no second document; all but true and false is text."""
    events = yaml.parse(text, Loader=yaml.SafeLoader)
    next(events)  # the stream begins
    if isinstance(next(events), yaml.StreamEndEvent):
        raise InvalidCodebook("file: it is empty")
    value = _value(events, next(events), 0)
    next(events)  # the document ends
    if not isinstance(next(events), yaml.StreamEndEvent):
        raise InvalidCodebook("file: it holds more than one document")
    return value


def _value(events: Iterator[Any], event: Any, depth: int) -> object:
    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise InvalidCodebook(f"file: line {line} has an anchor or alias, which is not taken here")
    if event.tag is not None:
        raise InvalidCodebook(f"file: line {line} has a tag, which is not taken here")
    if depth > DEEPEST_FILE:
        raise InvalidCodebook(f"file: line {line} is nested too deeply")
    if isinstance(event, yaml.ScalarEvent):
        return {"true": True, "false": False}.get(event.value, event.value) if event.implicit[0] else event.value
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, depth)
    return _mapping(events, depth)


def _sequence(events: Iterator[Any], depth: int) -> list[object]:
    values = list[object]()
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        values.append(_value(events, event, depth + 1))
    return values


def _mapping(events: Iterator[Any], depth: int) -> dict[str, object]:
    values = dict[str, object]()
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        line = event.start_mark.line + 1
        _value(events, event, depth + 1)
        if not isinstance(event, yaml.ScalarEvent):
            raise InvalidCodebook(f"file: line {line} has a name that is no text")
        if event.value in values:
            raise InvalidCodebook(f"file: line {line} says {event.value!r:.60} a second time")
        values[event.value] = _value(events, next(events), depth + 1)
    return values


_READERS: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {"toml": tomllib.loads, "json": load_json, "yaml": _read_yaml}
)
_WRITERS: Mapping[str, Callable[[dict[str, Any]], str]] = MappingProxyType(
    {"toml": _write_toml, "json": _write_json, "yaml": _write_yaml}
)
