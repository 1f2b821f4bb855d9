"""Guess the charset of a text that does not say it, among those that newsrooms use."""

import codecs
import re
from collections import Counter
from functools import lru_cache

_TONGUES = (
    ("cp1252", "éèêëàâçîïôûùüÿœæ"),
    ("cp1252", "äöüßéà"),
    ("cp1252", "áéíóúüñ"),
    ("cp1252", "áàâãçéêíóôõúü"),
    ("cp1252", "àèéìíîòóùú"),
    ("cp1252", "åäöéü"),
    ("cp1252", "æøåéóèô"),
    ("cp1252", "éëïöüóèáíêçñ"),
    ("cp1252", "áðéíóúýþæö"),
    ("cp1252", "àçéèíïòóúü"),
    ("cp1250", "ąćęłńóśźż"),
    ("cp1250", "áčďéěíňóřšťúůýž"),
    ("cp1250", "áäčďéíĺľňóôŕšťúýž"),
    ("cp1250", "áéíóöőúüű"),
    ("cp1250", "čćđšž"),
    ("cp1250", "ăâîşţ"),
    ("iso8859-2", "ąćęłńóśźż"),
    ("iso8859-2", "áčďéěíňóřšťúůýž"),
    ("iso8859-2", "áéíóöőúüű"),
    ("cp1254", "çğıi̇öşüâî"),
    ("cp1257", "āčēģīķļņšūž"),
    ("cp1257", "ąčęėįšųūž"),
    ("cp1257", "äöõüšž"),
    ("cp1251", "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўјљњћђџ"),
    ("koi8-u", "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ"),
    ("cp1253", "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ"),
    ("cp1255", "אבגדהוזחטיכךלמםנןסעפףצץקרשת"),
    ("cp1256", "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگکـًٌٍَُِّْ"),
    ("mac-roman", "éèêëàâçîïôûùüÿœæäößáíóúñãõìòåø"),
)
"""The letters beyond ASCII of languages, each with the charset it is written in; among equals the first one counts."""
_WIDE = ("cp932", "euc_jp", "gb18030", "big5", "cp949")
_SINGLE = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r")
_SAMPLE = 20_000
_SURE = 0.9
_LATIN = frozenset({"cp1252", "cp1250", "iso8859-2", "cp1254", "cp1257", "mac-roman"})
_PYTHON_NAMES = {"big5": "big5hkscs", "koi8_r": "koi8-u"}
# What stands within words of no language: a symbol, digit-like sign or control between two letters.
_IN_WORD = re.compile(r"(?<=[^\W\d_])[^\w\s'’´`.,:;/()\[\]\"“”„«»‹›&@*+=|#%?!<>{}~^$\\­·‑–—…•-](?=[^\W\d_])")
# A Latin letter beside one of another script: the bytes were read with the wrong table.
_MIXED = re.compile(r"[A-Za-z](?=[\u0370-\u06ff])|[\u0370-\u06ff](?=[A-Za-z])")
_CAPITAL_IN_WORD = re.compile(r"[^\W\d_A-Z][^\W\d_a-z]")
_USUAL_SIGNS = frozenset("“”‘’„‚‹›«»–—…•·€£¥§°©®™¡¿½¼¾²³ºª´¨¸\xa0\xad†‡‰ˆ˜×÷±¢¬¶№\u200e\u200f\u200c\u200d،؛؟")


def guess(content: bytes) -> str | None:
    """Return the charset that the letters speak for, or None where none fits; windows-1252 wins among equals."""
    sample = _sample(content)
    return _best_of(sample, _LATIN) or _of_another_script(sample)


def _of_another_script(sample: bytes) -> str | None:
    """Ask charset-normalizer, which knows how often letters are used in which language."""
    import charset_normalizer

    matches = charset_normalizer.from_bytes(
        sample, cp_isolation=[*_WIDE, *_SINGLE], preemptive_behaviour=False, enable_fallback=False
    )
    best = matches.best()
    if best is None:
        return None
    found = _PYTHON_NAMES.get(best.encoding, best.encoding)
    return found if best.encoding in _WIDE else _best_of(sample, frozenset({found}))


def _sample(content: bytes) -> bytes:
    """Return lines that hold bytes beyond ASCII, up to about 20,000 bytes."""
    lines, size = [], 0
    for line in content.splitlines():
        if not line.isascii():
            lines.append(line[: _SAMPLE - size])
            size += len(lines[-1])
        if size >= _SAMPLE:
            break
    return b"\n".join(lines)


def _best_of(sample: bytes, charsets: frozenset[str]) -> str | None:
    """Return the charset whose language fits best, the first of equals, if it fits well enough."""
    scores = [(_score(sample, name, letters), name) for name, letters in _TONGUES if name in charsets]
    score, charset = max(scores, key=lambda pair: pair[0], default=(0.0, ""))
    return charset if score >= _SURE else None


@lru_cache(maxsize=32)
def _decoded(sample: bytes, charset: str) -> tuple[Counter[str], int] | None:
    """Return how often each character beyond ASCII stands in the text, and how much stands in no word of any kind."""
    try:
        # What the cut took half of is left out at the end, where it says nothing.
        text = codecs.getincrementaldecoder(charset)().decode(sample)
    except UnicodeDecodeError:
        return None
    bad = len(_IN_WORD.findall(text)) + len(_MIXED.findall(text))
    bad += sum(map(_is_odd_capital, _CAPITAL_IN_WORD.findall(text)))
    return Counter(character for character in text if not character.isascii()), bad


def _score(sample: bytes, charset: str, letters: str) -> float:
    """Return the share of characters beyond ASCII that a language has, less what stands in no word of any."""
    decoded = _decoded(sample, charset)
    if decoded is None:
        return 0.0
    counts, bad = decoded
    total = counts.total()
    known = sum(times for sign, times in counts.items() if sign.lower() in letters)
    signs = {sign: times for sign, times in counts.items() if not sign.isalpha() and sign not in letters}
    bad += sum(times for sign, times in signs.items() if sign not in _USUAL_SIGNS)
    return (known + sum(signs.values()) - 2 * bad) / total if total else 0.0


def _is_odd_capital(pair: str) -> bool:
    return pair[0].islower() and pair[1].isupper()
