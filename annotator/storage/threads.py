"""Questions and answers about a claim. Rows are only ever added."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, and_, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from annotator.storage.database import Id, db, refuse_changes


class ThreadEntry(db.Model):  # type: ignore[name-defined,misc]
    """Something that was said of a claim.

    It is between the desk and the reviewer `with_id`, so that reviewers do not learn from each other's questions; None
    if the desk said it to all.
    """

    __tablename__ = "thread_entry"
    __table_args__ = (Index(None, "claim_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    with_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    said_at: Mapped[datetime]


refuse_changes(ThreadEntry)


def is_unanswered(question: Any) -> ColumnElement[bool]:
    """Ask for entries that are a reviewer's, and that the desk has not answered yet, to them or to all."""
    reply = aliased(ThreadEntry)
    is_for_them = or_(reply.with_id == question.with_id, reply.with_id.is_(None))
    answered = (
        select(reply.id)
        .where(
            reply.claim_id == question.claim_id,
            reply.id > question.id,
            is_for_them,
            reply.person_id != question.with_id,
        )
        .exists()
    )
    return and_(question.person_id == question.with_id, ~answered)


def waiting(claim_id: Any) -> ColumnElement[bool]:
    """Ask for claims (`claim_id` may be a column around it) where a reviewer's question has no answer yet."""
    question = aliased(ThreadEntry)
    return select(question.id).where(question.claim_id == claim_id, is_unanswered(question)).exists()


def entries_on(claim_id: int, for_id: int | None = None) -> Sequence[ThreadEntry]:
    """Return what was said of a claim, the oldest first; for a reviewer only what is between them and the desk."""
    query = select(ThreadEntry).where(ThreadEntry.claim_id == claim_id).order_by(ThreadEntry.id)
    if for_id is not None:
        query = query.where(or_(ThreadEntry.with_id == for_id, ThreadEntry.with_id.is_(None)))
    return db.session.scalars(query).all()
