"""Edits of an article's segmentation, and what became of the verdicts. Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import Id, db, refuse_changes


class SegmentationEdit(db.Model):  # type: ignore[name-defined,misc]
    """One edit of an article's claims: who, when, why. `revision` counts an article's edits from 1.

    `changes` are ids of claims: {"retired": […], "made": […], "restored": […], "aside": [[id, before, after], …]}.
    """

    __tablename__ = "segmentation_edit"
    __table_args__ = (
        UniqueConstraint("article_id", "revision"),
        CheckConstraint("action IN ('split', 'merge', 'move', 'not-a-claim', 'claim', 'undo')", name="action"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    revision: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str]
    reason: Mapped[str]
    changes: Mapped[dict[str, Any]]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("segmentation_edit.id"))
    made_at: Mapped[datetime]


class CarriedVerdict(db.Model):  # type: ignore[name-defined,misc]
    """What became of a reviewer's verdicts `verdict_ids` when `claim` came out of other claims.

    carried: a verdict was given in their name. confirm, conflict: the reviewer is asked, until another verdict stands
    than `standing_id`, the one that stood on the claim at that moment (None for none).
    """

    __tablename__ = "carried_verdict"
    __table_args__ = (
        CheckConstraint("outcome IN ('carried', 'confirm', 'conflict')", name="outcome"),
        Index(None, "claim_id", "reviewer_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    edit_id: Mapped[int] = mapped_column(ForeignKey("segmentation_edit.id"), index=True)
    outcome: Mapped[str]
    verdict_ids: Mapped[list[Any]]
    standing_id: Mapped[int | None] = mapped_column(ForeignKey("verdict.id"))


refuse_changes(SegmentationEdit)
refuse_changes(CarriedVerdict)
