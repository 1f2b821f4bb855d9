"""Languages that an article can be said to be in, and which way they are written."""

from types import MappingProxyType

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
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"})


def direction_of(language: str) -> str:
    """Return `rtl` for languages written from right to left, else `ltr`."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
