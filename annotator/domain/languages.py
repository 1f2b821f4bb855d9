"""Languages that an article can be said to be in, how one is detected, and which way they are written."""

import re
import unicodedata
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

LANGUAGES = MappingProxyType(
    {
        "en": "English",
        "ar": "العربية",
        "de": "Deutsch",
        "es": "Español",
        "fa": "فارسی",
        "fr": "Français",
        "he": "עברית",
        "hi": "हिन्दी",
        "it": "Italiano",
        "ja": "日本語",
        "nl": "Nederlands",
        "pl": "Polski",
        "pt": "Português",
        "ru": "Русский",
        "sv": "Svenska",
        "tr": "Türkçe",
        "uk": "Українська",
        "ur": "اردو",
        "zh": "中文",
    }
)
"""Each by its own name."""
LONGEST_TAG = 35
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"})

SAMPLE = 900
"""Characters that are looked at from the beginning of a text, and again from its middle."""
FEWEST_LETTERS = 20
LEAST_CONFIDENCE = 0.5
# Spoken forms are written as the standard is; the model knows some of them by their own codes.
_WRITTEN_AS = MappingProxyType({"ary": "ar", "arz": "ar", "yue": "zh", "wuu": "zh", "hbo": "he"})
_RTL_LETTERS = frozenset({"R", "AL"})
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def is_language_tag(words: str) -> bool:
    """Tell whether `words` are written as a language tag (RFC 5646) is, such as en, ar or pt-BR."""
    return len(words) <= LONGEST_TAG and _TAG.fullmatch(words) is not None


def direction_of(language: str) -> Literal["ltr", "rtl"]:
    """Return `rtl` for languages written from right to left, else `ltr`."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def direction_in(text: str) -> Literal["ltr", "rtl"]:
    """Return `rtl` if more letters of the text are of scripts written from right to left, else `ltr`."""
    kinds = [unicodedata.bidirectional(character) for character in _sample(text)]
    return "rtl" if sum(kind in _RTL_LETTERS for kind in kinds) > kinds.count("L") else "ltr"


def detect(text: str, fallback: str) -> str:
    """Return the language of `text` if it is one of LANGUAGES and it is plain enough; else `fallback`.

    All languages of the model compete: restricted to LANGUAGES, it would call Finnish text Swedish, and be sure of it.
    """
    sample = _sample(text)
    letters = sum(character.isalpha() for character in sample)
    # One Chinese or Japanese character says as much as three letters.
    letters += 2 * sum("\u3040" <= character <= "\u9fff" for character in sample)
    if letters < FEWEST_LETTERS:
        return fallback
    shares: dict[str, float] = {}
    for code, share in _identifier().rank(sample):
        language = _WRITTEN_AS.get(code, code)
        shares[language] = shares.get(language, 0.0) + share
    best = max(shares, key=lambda language: shares[language])
    return best if best in LANGUAGES and shares[best] >= LEAST_CONFIDENCE else fallback


def _sample(text: str) -> str:
    """Take the beginning and a piece from the middle, so that a long text costs no more than a short one."""
    if len(text) <= 2 * SAMPLE:
        return text
    middle = max(SAMPLE, len(text) // 2)
    return f"{text[:SAMPLE]}\n{text[middle : middle + SAMPLE]}"


@cache
def _identifier() -> Any:
    """Load the model; that takes a second, so it is done when the first text is looked at."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
