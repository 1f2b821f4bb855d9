"""Questions and answers about a claim. Rows are only ever added."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

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
