"""What the machine would say of a claim, and why."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import Id, db


class Suggestion(db.Model):  # type: ignore[name-defined,misc]
    """A model version's label for a claim (None: no suggestion), its probabilities and the cues for and against."""

    __tablename__ = "suggestion"
    __table_args__ = (UniqueConstraint("claim_id", "model_version"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    model_version: Mapped[str]
    label: Mapped[str | None]
    kind: Mapped[str | None]
    probabilities: Mapped[dict[str, Any]]
    cues: Mapped[list[Any]]
    created_at: Mapped[datetime]
