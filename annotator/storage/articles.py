"""Articles and the claims they were split into."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, and_, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.storage.database import Id, db, refuse_changes
from annotator.storage.projects import Project


class Article(db.Model):  # type: ignore[name-defined,misc]
    """A news article. Its text never changes: every claim's offsets are code points of it.

    `original` holds the bytes it came from, zlib-compressed; `text_sha256` finds duplicates inside a project.
    `sources` says of a fact how it is known: {"title": "page metadata"}; `url` may be corrected, `final_url` is where
    the page was fetched. `segmentation_revision` counts the edits of its claims: nobody edits what they have not seen.
    `purpose` tells the articles of the study from those that reviewers train on or are tested with; `wanted` is how
    many reviewers it needs, None for as many as the project's overlap.
    """

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("project_id", "text_sha256"),
        CheckConstraint("direction IN ('ltr', 'rtl')", name="direction"),
        CheckConstraint("purpose IN ('work', 'training', 'qualification')", name="purpose"),
        CheckConstraint("wanted BETWEEN 1 AND 100", name="wanted"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    title: Mapped[str]
    byline: Mapped[str]
    outlet: Mapped[str]
    url: Mapped[str]
    published_on: Mapped[date | None]
    language: Mapped[str]
    direction: Mapped[str]
    text: Mapped[str] = mapped_column(deferred=True)
    text_sha256: Mapped[str]
    original: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    original_sha256: Mapped[str]
    media_type: Mapped[str]
    charset: Mapped[str] = mapped_column(default="", server_default="")
    charset_reason: Mapped[str] = mapped_column(default="", server_default="")
    extraction: Mapped[str]
    extraction_version: Mapped[str] = mapped_column(default="", server_default="")
    file_name: Mapped[str] = mapped_column(default="", server_default="")
    fetched_at: Mapped[datetime | None]
    final_url: Mapped[str] = mapped_column(default="", server_default="")
    sources: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    segmentation_revision: Mapped[int] = mapped_column(default=0, server_default="0")
    segmentation_unlocked: Mapped[bool] = mapped_column(default=False, server_default=false())
    purpose: Mapped[str] = mapped_column(default="work", server_default="work")
    wanted: Mapped[int | None]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    project: Mapped[Project] = relationship()


class Claim(db.Model):  # type: ignore[name-defined,misc]
    """A span `[start, end)` of an article in Unicode code points; `quote` is the text there, always.

    Re-segmenting retires claims and adds new ones; nothing is deleted. `aside` says why a stretch of text is no claim
    (byline, caption, link, other; `marked` if a person said so): it is shown and kept, but nobody is asked to tag it.
    """

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("start_offset >= 0 AND end_offset > start_offset", name="span"),
        CheckConstraint("kind IN ('headline', 'body')", name="kind"),
        Index(
            "uq_claim_living_start",
            "article_id",
            "start_offset",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
        Index(
            "ix_claim_living_kind",
            "article_id",
            "kind",
            sqlite_where=text("retired_at IS NULL AND aside IS NULL"),
            postgresql_where=text("retired_at IS NULL AND aside IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    start: Mapped[int] = mapped_column("start_offset")
    end: Mapped[int] = mapped_column("end_offset")
    quote: Mapped[str]
    kind: Mapped[str]
    is_repeat: Mapped[bool] = mapped_column(default=False, server_default=false())
    aside: Mapped[str | None]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    article: Mapped[Article] = relationship()


class ClaimLineage(db.Model):  # type: ignore[name-defined,misc]
    """Says that `child` came out of `parent` when the article was segmented anew."""

    __tablename__ = "claim_lineage"

    parent_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True, index=True)


class ArticleCheck(db.Model):  # type: ignore[name-defined,misc]
    """What the article's address showed later: which of its living claims no longer stand there, and what was added.

    `touched` are [claim id, its nearest words in the live text or ""] pairs, `added` sentences that the article lacks.
    """

    __tablename__ = "article_check"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime]
    final_url: Mapped[str]
    text: Mapped[str] = mapped_column(deferred=True)
    text_sha256: Mapped[str]
    is_changed: Mapped[bool]
    touched: Mapped[list[Any]]
    added: Mapped[list[Any]]


LIVING = and_(Claim.retired_at.is_(None), Claim.aside.is_(None))
"""The claims that people tag and reports count: neither replaced by an edit nor set aside as no claim."""
IN_STUDY = and_(Article.withdrawn_at.is_(None), Article.purpose == "work")
"""The articles that reports and exports count: neither withdrawn nor there for training."""
PROVENANCE = (
    "media_type", "charset", "charset_reason", "extraction", "extraction_version", "file_name", "fetched_at",
    "final_url",
)  # fmt: skip
refuse_changes(Article, ("text", "text_sha256", "original", "original_sha256", "project_id", *PROVENANCE))
refuse_changes(ArticleCheck)
refuse_changes(Claim, ("start", "end", "quote", "article_id"))
