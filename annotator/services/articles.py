"""What is done to an article after it came in: its facts are corrected, it is withdrawn and brought back.

Its text is never touched, and each change stands in the audit trail with what was there before.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from annotator.storage import events
from annotator.storage.articles import Article
from annotator.storage.database import db

FACTS = ("title", "byline", "outlet", "url", "published_on", "language", "direction")
"""What a person may correct."""
BY_HAND = "corrected by hand"
CHUNK = 65_536


class Stale(ValueError):
    """Somebody corrected the article since the facts were shown; nothing was changed."""


class NothingToDo(ValueError):
    """The article is withdrawn already, or is not withdrawn; somebody else was faster."""


def facts_of(article: Article) -> dict[str, Any]:
    """Return the facts that can be corrected."""
    return {name: getattr(article, name) for name in FACTS}


def digest_of(facts: Mapping[str, Any]) -> str:
    """Return what tells whether facts are still as somebody saw them."""
    return hashlib.sha256(json.dumps({name: _plain(facts[name]) for name in FACTS}).encode()).hexdigest()


def correct(article: Article, changes: Mapping[str, Any], person_id: int, *, seen: str) -> dict[str, list[Any]]:
    """Set facts of an article and return {name: [before, after]}; raises Stale if they are not as in `seen`."""
    _lock(article)
    facts = facts_of(article)
    if seen != digest_of(facts):
        raise Stale
    changed = {name: value for name, value in changes.items() if name in FACTS and value != facts[name]}
    if not changed:
        return {}
    for name, value in changed.items():
        setattr(article, name, value)
    article.sources = {**article.sources, **dict.fromkeys(changed, BY_HAND)}
    detail = {name: [_plain(facts[name]), _plain(value)] for name, value in changed.items()}
    _record("article corrected", article, person_id, detail)
    return detail


def withdraw(article: Article, person_id: int, reason: str) -> None:
    """Take an article out of queue, reports and exports; nothing of it is deleted. Raises NothingToDo."""
    _lock(article)
    if article.withdrawn_at is not None:
        raise NothingToDo("The article is withdrawn already.")
    article.withdrawn_at = datetime.now(UTC)
    _record("article withdrawn", article, person_id, {"reason": reason})


def bring_back(article: Article, person_id: int, reason: str) -> None:
    """Put a withdrawn article back with all its verdicts. Raises NothingToDo."""
    _lock(article)
    if article.withdrawn_at is None:
        raise NothingToDo("The article is not withdrawn.")
    article.withdrawn_at = None
    _record("article brought back", article, person_id, {"reason": reason})


def original_of(article: Article) -> bytes:
    """Return the bytes that the article came from."""
    return zlib.decompress(article.original)


def original_size(article: Article) -> int:
    """Return how many bytes the article came from, without holding them all."""
    unpacker, size, rest = zlib.decompressobj(), 0, article.original
    while rest:
        size += len(unpacker.decompress(rest, CHUNK))
        rest = unpacker.unconsumed_tail
    return size + len(unpacker.flush())


def _lock(article: Article) -> None:
    """Read the row again and keep others from changing it until the transaction ends."""
    db.session.refresh(article, with_for_update=True)


def _record(what: str, article: Article, person_id: int, detail: dict[str, Any]) -> None:
    events.record(what, "article", article.id, person_id=person_id, project_id=article.project_id, detail=detail)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
