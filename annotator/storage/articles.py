"""Articles and the claims they were split into."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.storage.database import Id, db, refuse_changes
from annotator.storage.projects import Project


class Article(db.Model):  # type: ignore[name-defined,misc]
    """A news article. Its text never changes: every claim's offsets are code points of it.

    `original` holds the bytes it came from, zlib-compressed; `text_sha256` finds duplicates inside a project.
    """

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("project_id", "text_sha256"),
        CheckConstraint("direction IN ('ltr', 'rtl')", name="direction"),
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
    extraction: Mapped[str]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    project: Mapped[Project] = relationship()


class Claim(db.Model):  # type: ignore[name-defined,misc]
    """A span `[start, end)` of an article in Unicode code points; `quote` is the text there, always.

    Re-segmenting retires claims and adds new ones; nothing is deleted.
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
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    start: Mapped[int] = mapped_column("start_offset")
    end: Mapped[int] = mapped_column("end_offset")
    quote: Mapped[str]
    kind: Mapped[str]
    is_repeat: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    article: Mapped[Article] = relationship()


class ClaimLineage(db.Model):  # type: ignore[name-defined,misc]
    """Says that `child` came out of `parent` when the article was segmented anew."""

    __tablename__ = "claim_lineage"

    parent_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True, index=True)


refuse_changes(Article, ("text", "text_sha256", "original", "original_sha256", "project_id"))
refuse_changes(Claim, ("start", "end", "quote", "article_id"))
