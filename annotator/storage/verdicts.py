"""Verdicts (history), and the standing ones."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, TextClause, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import Id, db, refuse_changes

# Written out, since a database sees only in such words that its index for rare rows serves.
MARKS_WORDS: TextClause = text("verdict.marks <> '[]'")
"""The verdicts that mark words."""
SAW_SUGGESTION: TextClause = text("verdict.exposure <> 'none'")
"""The verdicts before which a suggestion was seen."""
WAS_CHANGED: TextClause = text("standing_verdict.revision > 1")
"""The standing verdicts that have an earlier one in their history."""


def _rare(name: str, condition: str, *columns: str) -> Index:
    """Return an index of rows that are rare."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


class Verdict(db.Model):  # type: ignore[name-defined,misc]
    """What a reviewer said of a claim at one moment: a label, or a skip with its reason, or neither (taken back).

    Rows are only ever added. Order is by id, never by the clock. `marks` are `[start, end, role]` in code points of the
    article. `continues_id` is the claim whose quotation this one goes on with; `path` are `[question, answer]` of the
    codebook's questions that led to the label. `carried_from` are the verdicts that an edit of the segmentation carried
    over into this one.
    `client_key` makes a repeated request harmless; `client_digest` tells whether it really is the same.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        UniqueConstraint("reviewer_id", "client_key"),
        UniqueConstraint("claim_id", "reviewer_id", "revision"),
        CheckConstraint("label IS NULL OR skip_reason IS NULL", name="label_or_skip"),
        CheckConstraint("kind IS NULL OR label IS NOT NULL", name="kind_needs_label"),
        CheckConstraint("confidence IS NULL OR confidence BETWEEN 1 AND 3", name="confidence"),
        CheckConstraint(
            "source_kind IN ('person', 'organisation', 'document', 'anonymous', 'vague')", name="source_kind"
        ),
        CheckConstraint("speech IN ('direct', 'indirect', 'mixed', 'scare')", name="speech"),
        CheckConstraint("depth BETWEEN 1 AND 5", name="depth"),
        CheckConstraint("exposure IN ('none', 'cues', 'label')", name="exposure"),
        Index(None, "reviewer_id", "article_id", "id"),
        _rare("ix_verdict_marked", "marks <> '[]'", "project_id", "id"),
        _rare("ix_verdict_exposed", "exposure <> 'none'", "project_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    codebook_version_id: Mapped[int] = mapped_column(ForeignKey("codebook_version.id"))
    revision: Mapped[int]
    is_first: Mapped[bool]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("verdict.id"))
    label: Mapped[str | None]
    kind: Mapped[str | None]
    skip_reason: Mapped[str | None]
    is_flagged: Mapped[bool] = mapped_column(default=False, server_default=false())
    also_attributed: Mapped[bool] = mapped_column(default=False, server_default=false())
    marks: Mapped[list[Any]]
    source_name: Mapped[str]
    evidence_url: Mapped[str]
    note: Mapped[str]
    confidence: Mapped[int | None]
    source_kind: Mapped[str | None]
    speech: Mapped[str | None]
    depth: Mapped[int | None]
    continues_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"))
    rewrite: Mapped[str] = mapped_column(default="", server_default="")
    path: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    exposure: Mapped[str]
    seconds: Mapped[float | None]
    client_key: Mapped[str]
    client_digest: Mapped[str]
    carried_from: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    given_at: Mapped[datetime]


class StandingVerdict(db.Model):  # type: ignore[name-defined,misc]
    """Points to a reviewer's newest verdict on a claim, with the columns that reports group by."""

    __tablename__ = "standing_verdict"
    __table_args__ = (
        Index(None, "project_id", "article_id", "claim_id", "label"),
        Index(None, "reviewer_id", "project_id"),
        Index(None, "reviewer_id", "verdict_id"),
        Index(
            "ix_standing_verdict_skipped",
            "project_id",
            sqlite_where=text("skip_reason IS NOT NULL"),
            postgresql_where=text("skip_reason IS NOT NULL"),
        ),
        _rare("ix_standing_verdict_changed", "revision > 1", "project_id", "article_id"),
    )

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id"), unique=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    codebook_version_id: Mapped[int] = mapped_column(ForeignKey("codebook_version.id"))
    revision: Mapped[int]
    label: Mapped[str | None]
    kind: Mapped[str | None]
    skip_reason: Mapped[str | None]
    is_flagged: Mapped[bool]
    given_at: Mapped[datetime]


refuse_changes(Verdict)
