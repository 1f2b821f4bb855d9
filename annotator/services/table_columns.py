"""Which column of a table holds which field of an article: as the columns are called, or as somebody says."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

FIELDS = ("text", "title", "byline", "outlet", "url", "published_on", "language")
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "text": "text body content articletext articlebody fulltext article maintext story inhalt volltext artikeltext "
        "artikel texte contenu corps article texto contenido cuerpo articulo artículo النص نص المحتوى",
        "title": "title headline heading titel überschrift ueberschrift schlagzeile titre titulo título titular "
        "العنوان عنوان",
        "byline": "byline author authors writer by autor autorin autoren verfasser auteur auteurs autores الكاتب "
        "المؤلف كاتب",
        "outlet": "outlet source publication publisher newspaper medium media sourcename quelle zeitung herausgeber "
        "journal éditeur medio fuente periódico periodico المصدر الصحيفة مصدر",
        "url": "url link address uri web webaddress articleurl adresse lien enlace dirección direccion الرابط رابط",
        "published_on": "publishedon date published publishdate publisheddate pubdate publicationdate datepublished "
        "publishedat day datum veröffentlicht erschienen datedepublication publiéle fecha fechadepublicación التاريخ "
        "تاريخ",
        "language": "language lang sprache langue idioma lengua اللغة لغة",
    }
)
"""What columns are called, by field, in English, German, French, Spanish and Arabic; letters alone count."""
_NOT_LETTERS = re.compile(r"[\W_]+")


class NotImported(ValueError):
    """The import cannot start or the file cannot be taken; the message is one clear sentence."""


class BadTable(NotImported):
    """The file as a whole is no table that can be read; the message says why."""


def guess(columns: Sequence[str]) -> dict[str, str]:
    """Return for each field the column that is named like it; the first word of a field's list counts most."""
    plain = {_NOT_LETTERS.sub("", column.casefold()): column for column in reversed(columns) if column}
    found: dict[str, str] = {}
    for field, words in WORDS.items():
        column = next(
            (plain[word] for word in words.split() if word in plain and plain[word] not in found.values()), ""
        )
        found |= {field: column} if column else {}
    return found


def mapping(names: Sequence[str], columns: Mapping[str, str] | None) -> dict[str, str]:
    """Return which column holds each field: as guessed, then as told (an empty name means none); raises BadTable."""
    told = dict(columns or {})
    if unknown := sorted(set(told) - set(FIELDS)):
        raise BadTable(f"there is no field “{unknown[0][:50]}”; the fields are {', '.join(FIELDS)}")
    found = {name: column for name, column in {**guess(names), **told}.items() if column}
    if missing := next((column for column in found.values() if column not in names), None):
        raise BadTable(f"there is no column “{missing[:50]}”; the columns are {_listed(names)}")
    if "text" not in found:
        raise BadTable(f"no column is named as the text; the columns are {_listed(names)}")
    return found


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(f"“{column[:50]}”" for column in columns[:20])
    return f"{shown} and {len(columns) - 20} more" if len(columns) > 20 else shown or "none"  # noqa: PLR2004
