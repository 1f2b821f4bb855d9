"""Decode the bytes of a text, say which charset was used and why, and refuse what would come out garbled.

A byte order mark counts most, then what is true of the bytes themselves, then what the server and the document say.
What they say is checked: bytes that are UTF-8 are read as UTF-8 whatever a header claims, and bytes that are not are
never read as if they were.
"""

import codecs
import re
from dataclasses import dataclass

from annotator.domain.extraction.extracted import NotReadable
from annotator.domain.extraction.guesses import guess

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# As browsers read them: the larger charset that is meant by the name of the smaller one.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
}
_WIDE = frozenset({"cp932", "euc_jp", "iso2022_jp", "gb18030", "big5hkscs", "cp949"})
_READ = (
    frozenset({"utf-8", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "mac-roman", "cp874", "iso8859-15"})
    | _WIDE
    | {f"cp125{number}" for number in range(9)}
    | {f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 16)}
)
_META = re.compile(
    rb"<meta\b[^<>]{0,300}?charset\s{0,20}=\s{0,20}[\"']?\s{0,20}([A-Za-z0-9_:.()-]{1,40})", re.IGNORECASE
)
_DECLARATION = re.compile(rb"\s{0,20}<\?xml\b[^<>]{0,200}?encoding\s{0,20}=\s{0,20}[\"']([A-Za-z0-9_:.()-]{1,40})")
_META_WITHIN = 4_096
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_OVERLONG = re.compile(
    rb"[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]|\xf0[\x80-\x8f][\x80-\xbf]{2}|\xed[\xa0-\xbf][\x80-\xbf]"
)
_HIGH = re.compile(rb"[\x80-\xff]")
_UTF_7 = re.compile(rb"\+([A-Za-z0-9+/]{2,200})-")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
_GARBLED = re.compile(r"(?:Ã[\x80-\xbf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ€])|â€[™œ\x9d“”¦˜]")
_FEW = 4
"""Sequences that may be valid UTF-8 by chance."""
_CONTROLS_ALLOWED = 200
"""One control character in so many characters is let through: it is evidence; more are no text."""


@dataclass(frozen=True)
class Decoded:
    """A decoded text, the charset's name and in words how it was found."""

    text: str
    charset: str
    reason: str


def declared_in(content: bytes) -> str | None:
    """Return the charset that a page or XML file names in its first 4,096 bytes."""
    head = content[:_META_WITHIN]
    found = _DECLARATION.match(head) or _META.search(head)
    return found[1].decode("ascii") if found else None


def decode(content: bytes, header_charset: str | None = None, declared: str | None = None) -> Decoded:
    """Decode a text; `header_charset` is what the server said, `declared` what the document says of itself.

    Raises NotReadable where no reading is sure, naming the byte that is at fault.
    """
    said = [(who, name) for who, name in (("server", header_charset), ("document", declared)) if name]
    _refuse_utf_7(content, said)
    decoded = _by_mark(content, said) or _by_zeros(content) or _by_bytes(content, said)
    _check_characters(decoded.text)
    return _with_doubts(decoded)


def _by_mark(content: bytes, said: list[tuple[str, str]]) -> Decoded | None:
    found = next(((mark, charset) for mark, charset in _MARKS if content.startswith(mark)), None)
    if found is None:
        return None
    mark, charset = found
    text = _strict(content, charset, f"It begins with the byte order mark of {charset.upper()}", skip=len(mark))
    return Decoded(text, charset, "byte order mark" + _against(charset, said))


def _by_zeros(content: bytes) -> Decoded | None:
    """Read UTF-16 without a mark: of text in most scripts, every second byte is then often zero."""
    start = content[:4_096]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if not even and not odd:
        return None
    little, big = odd > len(start) // 10 and not even, even > len(start) // 10 and not odd
    if not little and not big:
        raise NotReadable("It contains NUL characters, which no text has.")
    charset = "utf-16-le" if little else "utf-16-be"
    text = _strict(content, charset, f"It seems to be {charset.upper()}")
    return Decoded(text, charset, "no byte order mark, but every second byte is zero, as in UTF-16")


def _by_bytes(content: bytes, said: list[tuple[str, str]]) -> Decoded:
    names = [(who, _python_name(name), name) for who, name in said]
    first = next(((who, charset) for who, charset, _ in names if charset), None)
    if not _HIGH.search(content) and b"\x1b" not in content:
        return Decoded(content.decode("ascii"), "utf-8", "only ASCII characters, which are the same in every charset")
    wide = first[1] if first and first[1] in _WIDE else None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _not_utf_8(content, names, error)
    few = sum(1 for _ in zip(_MULTIBYTE.finditer(content), range(_FEW), strict=False)) < _FEW
    if wide and (few or wide == "iso2022_jp"):
        return _as_said(content, wide, first[0] if first else "")
    return Decoded(text, "utf-8", "the bytes are valid UTF-8" + _against("utf-8", said))


def _not_utf_8(content: bytes, names: list[tuple[str, str | None, str]], error: UnicodeDecodeError) -> Decoded:
    """Read bytes that are not UTF-8: as a charset that was named, or as the one that they look like."""
    others = [(who, charset) for who, charset, _ in names if charset and charset != "utf-8"]
    if not others or any(charset == "utf-8" for _, charset, _ in names):
        _refuse_broken_utf_8(content, error)
    for who, charset in others:
        return _as_said(content, charset, who)
    found = guess(content)
    if found is None:
        raise NotReadable(
            f"It does not say its charset and none fits: byte {error.start:,} is not UTF-8; save it as UTF-8."
        )
    text = _strict(content, found, f"It seems to be {_shown(found)}")
    lie = next((f"the {who} says UTF-8, but byte {error.start:,} is not" for who, c, _ in names if c == "utf-8"), None)
    why = lie or f"no charset is declared, and byte {error.start:,} is not UTF-8"
    return Decoded(text, _shown(found), f"{why}; guessed from the letters")


def _as_said(content: bytes, charset: str, who: str) -> Decoded:
    text = _strict(content, charset, f"The {who} says {_shown(charset)}")
    return Decoded(text, _shown(charset), f"declared by the {who}")


def _refuse_broken_utf_8(content: bytes, error: UnicodeDecodeError) -> None:
    """Refuse UTF-8 with a fault in it; one charset's letters do not form UTF-8 sequences by chance."""
    overlong = _OVERLONG.search(content)
    rest = _OVERLONG.sub(b"", _MULTIBYTE.sub(b"", content))
    if overlong and not _HIGH.search(rest):
        raise NotReadable(
            f"Byte {overlong.start():,} begins an overlong or surrogate form, which is not allowed in UTF-8."
        )
    good = sum(1 for _ in _MULTIBYTE.finditer(content))
    if good > len(_HIGH.findall(rest)):
        raise NotReadable(f"Byte {error.start:,} is not UTF-8, though the rest is; the file is damaged.")


def _strict(content: bytes, charset: str, said: str, skip: int = 0) -> str:
    try:
        return content[skip:].decode(charset)
    except UnicodeDecodeError as error:
        raise NotReadable(f"{said}, but byte {error.start + skip:,} is not.") from error


def _refuse_utf_7(content: bytes, said: list[tuple[str, str]]) -> None:
    """Refuse UTF-7, which no newsroom writes and which hides markup from whoever looks for it."""
    for who, name in said:
        if name.lower().replace("_", "-") in {"utf-7", "unicode-1-1-utf-7", "csunicode11utf7", "utf7"}:
            raise NotReadable(f"The {who} says UTF-7, which is not read; save it as UTF-8.")
    if content.startswith((b"+/v8", b"+/v9", b"+/v+", b"+/v/")):
        raise NotReadable("It begins with the byte order mark of UTF-7, which is not read; save it as UTF-8.")
    hidden = sum(_hides_text(found[0]) for found in _UTF_7.finditer(content[:1_000_000]))
    if hidden > 1 and not _HIGH.search(content):
        raise NotReadable("It seems to be UTF-7, which is not read; save it as UTF-8.")


def _hides_text(sequence: bytes) -> bool:
    """Tell whether a sequence is UTF-7 for letters or marks, not a telephone number that looks like it."""
    try:
        text = sequence.decode("utf-7")
    except UnicodeDecodeError:
        return False
    return all(character in "<>\"'&=" or "\xa1" <= character < "܀" or "‐" <= character < "⁀" for character in text)


def _python_name(name: str) -> str | None:
    """Return Python's name of a declared charset, or None for one that is unknown or no charset of texts."""
    try:
        found = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None
    meant = _MEANT.get(found, found)
    return meant if meant in _READ else None


def _against(charset: str, said: list[tuple[str, str]]) -> str:
    """Say which declarations are not true."""
    lies = [f"the {who} says {name}" for who, name in said if _python_name(name) != charset]
    return f", although {' and '.join(lies)}" if lies else ""


def _shown(charset: str) -> str:
    """Return the name of a charset as pages write it."""
    shown = {"cp932": "shift_jis", "cp949": "euc-kr", "big5hkscs": "big5", "iso2022_jp": "iso-2022-jp"}
    if charset.startswith("cp125"):
        return charset.replace("cp", "windows-")
    return shown.get(charset, charset.replace("iso8859", "iso-8859").replace("_", "-"))


def _check_characters(text: str) -> None:
    if "\0" in text:
        raise NotReadable("It contains NUL characters, which no text has.")
    controls = sum(1 for _ in _CONTROL.finditer(text))
    if controls * _CONTROLS_ALLOWED > len(text) and controls > 2:  # noqa: PLR2004 - an end mark or two is no fault
        raise NotReadable(f"It contains {controls:,} control characters, so it is no text.")


def _with_doubts(decoded: Decoded) -> Decoded:
    """Say so where the text was garbled before it came here; it is evidence and stays as it is."""
    doubts = ""
    if replaced := decoded.text.count("\ufffd"):
        doubts += f"; it contains {replaced:,} replacement characters, so it was damaged before"
    if garbled := _GARBLED.search(decoded.text):
        doubts += f"; it contains “{garbled[0]}”, so it seems to have been garbled before"
    return Decoded(decoded.text, decoded.charset, decoded.reason + doubts)
