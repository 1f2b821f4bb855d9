"""Claims that a reviewer is asked about a second time, to see how far they agree with themselves."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import Id, db


class Repeat(db.Model):  # type: ignore[name-defined,misc]
    """A claim put before its reviewer again, and what they said then. It changes nothing of what stands."""

    __tablename__ = "repeat"
    __table_args__ = (
        UniqueConstraint("verdict_id"),
        CheckConstraint("label IS NULL OR skip_reason IS NULL", name="label_or_skip"),
        Index(None, "reviewer_id", "due_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id"))
    due_at: Mapped[datetime]
    label: Mapped[str | None]
    kind: Mapped[str | None]
    skip_reason: Mapped[str | None]
    answered_at: Mapped[datetime | None]
