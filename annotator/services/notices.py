"""Notices inside the product: tell people what waits for them, or happened to their work."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, update

from annotator.storage.database import db
from annotator.storage.notices import Notice


def notify(
    person_ids: Iterable[int], what: str, *, project_id: int | None = None, facts: dict[str, Any] | None = None
) -> None:
    """Leave a notice for each person; `what` is a key of web/notices.py, whose sentence `facts` fill in."""
    rows = [
        {"person_id": person_id, "project_id": project_id, "what": what, "facts": facts or {}, "at": datetime.now(UTC)}
        for person_id in dict.fromkeys(person_ids)
    ]
    if rows:
        db.session.execute(insert(Notice), rows)


def mark_read(person_id: int, *, notice_id: int | None = None, until: int | None = None) -> int:
    """Note that a person has read one of their notices, or all up to `until`; return how many were unread."""
    chosen = Notice.id == notice_id if notice_id is not None else Notice.id <= (until or 0)
    marked = db.session.execute(
        update(Notice)
        .where(Notice.person_id == person_id, Notice.read_at.is_(None), chosen)
        .values(read_at=datetime.now(UTC))
        .returning(Notice.id)
    ).all()
    return len(marked)
