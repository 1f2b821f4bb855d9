"""Verdicts that a new version of the codebook asks about again. Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import Id, db, refuse_changes


class RequeuedVerdict(db.Model):  # type: ignore[name-defined,misc]
    """A verdict that stood when a version changed the meaning of what it says; `meanings` are the parts that changed.

    Its reviewer is asked until another verdict stands on the claim; the same one given again confirms it.
    """

    __tablename__ = "requeued_verdict"
    __table_args__ = (
        UniqueConstraint("verdict_id", "version_id"),
        Index(None, "claim_id", "reviewer_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("codebook_version.id"), index=True)
    meanings: Mapped[list[Any]]
    requeued_at: Mapped[datetime]


refuse_changes(RequeuedVerdict)
