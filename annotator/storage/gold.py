"""Claims whose right answer is known: for training, for the qualification, and hidden among the work."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import db


class GoldAnswer(db.Model):  # type: ignore[name-defined,misc]
    """The right answer to a claim, and why. `accepted` are other labels that count as right, too.

    It may be corrected: the audit trail has what stood before. Of a withdrawn one nothing is counted.
    """

    __tablename__ = "gold_answer"
    __table_args__ = (
        CheckConstraint("(label IS NULL) <> (skip_reason IS NULL)", name="label_or_skip"),
        CheckConstraint("kind IS NULL OR label IS NOT NULL", name="kind_needs_label"),
    )

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    label: Mapped[str | None]
    kind: Mapped[str | None]
    skip_reason: Mapped[str | None]
    accepted: Mapped[list[Any]]
    explanation: Mapped[str]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
