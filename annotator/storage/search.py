"""Searching text columns for words: the same answer on both databases, in capital or small letters of any script."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_

from annotator.storage.database import db


def holding(columns: Sequence[Any], word: str) -> ColumnElement[bool]:
    """Ask for rows with `word` in one of `columns`."""
    return or_(*(_holds(column, word) for column in columns))


def _holds(column: Any, word: str) -> ColumnElement[bool]:
    if db.engine.dialect.name == "sqlite":
        return func.holds(column, word.lower()) == 1
    spellings = set() if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    # A server in the locale "C" folds ASCII letters only.
    return or_(func.strpos(func.lower(column), word.lower()) > 0, *(func.strpos(column, way) > 0 for way in spellings))
