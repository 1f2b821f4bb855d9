"""Decide what text, names and JSON may be stored: the one gate that everything from outside passes.

NUL and lone surrogates are refused because a database stores them wrongly or fails on them; everything else in a
text is kept as it is, because it is evidence. Names are stricter: nothing invisible may hide in them.
"""

import codecs
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NoReturn

MAX_ID = 2**63 - 1
MAX_DEPTH = 32
_CHUNK = 1 << 20

_LINE_BREAKS = re.compile(r"\s*[\n\r\x0b\x0c\x85\u2028\u2029]+\s*")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TOO_MANY_DIGITS = len(str(MAX_ID)) + 2
# Control, format (bidi, zero-width, tags), surrogate and private characters.
_HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co"}
# Letters, marks and symbols that show nothing: Hangul fillers, joiners, variation selectors, the blank Braille pattern.
_HIDDEN = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2028\u2029\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_WORD = re.compile(r"[^\W_]+")
_LOOKALIKE_SCRIPTS = {"LATIN", "CYRILLIC", "GREEK"}


class UnstorableText(ValueError):
    """The input may not be stored; the message is a sentence for the person who sent it."""


def clean_line(value: str, limit: int | None = None, what: str = "text") -> str:
    """Return a single line without white space at its ends; a line break becomes a space. `limit` is in code points."""
    line = _LINE_BREAKS.sub(" ", _storable(value, what)).strip()
    return _within(line, limit, what)


def clean_block(value: str, limit: int | None = None, what: str = "text") -> str:
    """Return the text with line feeds as its line ends and otherwise unchanged. `limit` is in code points."""
    block = _storable(value, what).replace("\r\n", "\n").replace("\r", "\n")
    return _within(block, limit, what)


def clean_name(value: str, limit: int | None = 100, what: str = "name") -> str:
    """Return a name in Unicode's composed form with single spaces; refuse an empty one and invisible characters."""
    for character in _storable(value, what).strip():
        if unicodedata.category(character) in _HIDDEN_CATEGORIES or _HIDDEN.match(character):
            raise UnstorableText(f"The {what} contains an invisible character (U+{ord(character):04X}).")
    name = unicodedata.normalize("NFC", " ".join(value.split()))
    if not name:
        raise UnstorableText(f"The {what} is empty.")
    return _within(name, limit, what)


def name_key(name: str) -> str:
    """Return what two names must not share: compatibility form, case and white space folded."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def looks_mixed_script(name: str) -> bool:
    """Tell whether one word mixes Latin, Cyrillic and Greek letters, which look alike; words may differ."""
    words = _WORD.findall(unicodedata.normalize("NFKC", name))
    return any(len({_script(character) for character in word} & _LOOKALIKE_SCRIPTS) > 1 for word in words)


def clean_json(value: Any) -> Any:
    """Return a decoded JSON value unchanged if every string, number and level of it may be stored."""
    _check_json(value, depth=1)
    return value


def load_json(raw: bytes | str) -> Any:
    """Decode strict JSON: UTF-8, no NaN or infinity, no name twice in an object, numbers and depth within bounds."""
    try:
        document = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        value = json.loads(
            document,
            parse_int=_integer,
            parse_float=_finite,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique_names,
        )
    except UnicodeDecodeError as error:
        raise UnstorableText("The JSON is not UTF-8.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UnstorableText(f"The JSON is not well formed at {place}.") from error
    except RecursionError as error:
        raise UnstorableText(_too_deep()) from error
    return clean_json(value)


def _storable(value: str, what: str) -> str:
    if "\0" in value:
        raise UnstorableText(f"The {what} contains a NUL character.")
    if _SURROGATE.search(value):
        raise UnstorableText(f"The {what} contains half of a surrogate pair, which is not a character.")
    return value


def _within(value: str, limit: int | None, what: str) -> str:
    if limit is not None and len(value) > limit:
        raise UnstorableText(f"The {what} is {len(value):,} characters long; the limit is {limit:,}.")
    return value


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _check_json(value: Any, depth: int) -> None:
    if isinstance(value, str):
        _storable(value, "JSON")
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        _bounded(value)
    elif isinstance(value, float):
        if not math.isfinite(value):
            _refuse_constant(str(value))
    elif isinstance(value, (dict, list)):
        if depth > MAX_DEPTH:
            raise UnstorableText(_too_deep())
        for child in _children(value):
            _check_json(child, depth + 1)
    else:
        raise UnstorableText(f"The JSON contains a {type(value).__name__}, which it cannot hold.")


def _children(value: dict[Any, Any] | list[Any]) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, child in value.items():
            if not isinstance(name, str):
                raise UnstorableText("The JSON contains a name that is not text.")
            yield name
            yield child
    else:
        yield from value


def _integer(digits: str) -> int:
    # Python takes quadratic time on long integers, so the length is looked at first.
    if len(digits) > _TOO_MANY_DIGITS:
        raise UnstorableText("The JSON contains an integer beyond 64 bits.")
    return _bounded(int(digits))


def _bounded(number: int) -> int:
    if not -MAX_ID - 1 <= number <= MAX_ID:
        raise UnstorableText("The JSON contains an integer beyond 64 bits.")
    return number


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise UnstorableText("The JSON contains a number that is too large.")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise UnstorableText(f"The JSON contains {name}, which is not a number.")


def _unique_names(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for name, child in pairs:
        if name in value:
            raise UnstorableText(f"The JSON names {name[:50]!r} twice in one object.")
        value[name] = child
    return value


def _too_deep() -> str:
    return f"The JSON is nested more than {MAX_DEPTH} levels deep."


def is_utf_8(file: BinaryIO) -> bool:
    """Tell whether all of a file is UTF-8, read from its beginning in pieces."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
