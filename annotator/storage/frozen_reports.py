"""Frozen reports: a report as it was at one moment, kept whole so that it can be opened again unchanged."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import Id, db, refuse_changes


class FrozenReport(db.Model):  # type: ignore[name-defined,misc]
    """A report that somebody froze. Rows are only ever added.

    `document` is the whole report as JSON in UTF-8, zlib-compressed; `sha256` is of the document before compression.
    `last_event` and `data_hash` say of which data it was made, so that a later look can tell what changed since.
    """

    __tablename__ = "frozen_report"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    name: Mapped[str]
    last_event: Mapped[int] = mapped_column(Id)
    data_hash: Mapped[str]
    sha256: Mapped[str]
    document: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


refuse_changes(FrozenReport)
