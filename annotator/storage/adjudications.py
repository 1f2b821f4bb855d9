"""The desk's decisions on claims. Rows are only ever added; the newest one of a claim counts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Subquery, UniqueConstraint, and_, false, func, select
from sqlalchemy.orm import Mapped, mapped_column

from annotator.domain.adjudication import CAUSES
from annotator.storage.database import AnyRow, Id, db, refuse_changes
from annotator.storage.people import Person

_CAUSES = ", ".join(f"'{cause}'" for cause in CAUSES)


class Adjudication(db.Model):  # type: ignore[name-defined,misc]
    """What the desk said of a claim at one moment: it settled it (with a label, or a skip reason), or opened it again.

    It stands beside the verdicts, never over them. `revision` counts a claim's rows from 1, so that of two people who
    decide at once one wins. `batch` is the same for claims that were settled in one step because all verdicts agreed.
    `rule` is what of the codebook decided: the key of a question, or the number of a rule.
    """

    __tablename__ = "adjudication"
    __table_args__ = (
        UniqueConstraint("claim_id", "revision"),
        UniqueConstraint("adjudicator_id", "client_key"),
        CheckConstraint("action IN ('decide', 'accept', 'reopen')", name="action"),
        CheckConstraint("label IS NULL OR skip_reason IS NULL", name="label_or_skip"),
        CheckConstraint("(action = 'reopen') = (label IS NULL AND skip_reason IS NULL)", name="decision"),
        CheckConstraint("kind IS NULL OR label IS NOT NULL", name="kind_needs_label"),
        CheckConstraint(f"cause IN ({_CAUSES})", name="cause"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    adjudicator_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    codebook_version_id: Mapped[int] = mapped_column(ForeignKey("codebook_version.id"))
    revision: Mapped[int]
    action: Mapped[str]
    label: Mapped[str | None]
    kind: Mapped[str | None]
    skip_reason: Mapped[str | None]
    also_attributed: Mapped[bool] = mapped_column(default=False, server_default=false())
    cause: Mapped[str | None]
    rule: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str]
    batch: Mapped[str] = mapped_column(default="", server_default="")
    client_key: Mapped[str]
    client_digest: Mapped[str]
    decided_at: Mapped[datetime]


refuse_changes(Adjudication)


def newest(project_id: int | None = None) -> Subquery:
    """Select the newest row of each claim that the desk has decided or opened again; all of its columns.

    With `project_id`, those of one project, which costs nothing for the others.
    """
    rows = select(Adjudication.claim_id, func.max(Adjudication.revision).label("revision"))
    if project_id is not None:
        rows = rows.where(Adjudication.project_id == project_id)
    last = rows.group_by(Adjudication.claim_id).subquery()
    return (
        select(Adjudication)
        .join(last, and_(last.c.claim_id == Adjudication.claim_id, last.c.revision == Adjudication.revision))
        .subquery("newest_adjudication")
    )


def settled(project_id: int | None = None) -> Subquery:
    """Select the decision that stands on each settled claim, without those that were opened again; all columns."""
    rows = newest(project_id)
    return select(rows).where(rows.c.action != "reopen").subquery("settled")


def decisions_on(claim_id: int) -> Sequence[AnyRow]:
    """Return all that the desk ever said of a claim (row, name of who said it), the newest first."""
    return db.session.execute(
        select(Adjudication, Person.display_name)
        .join(Person, Person.id == Adjudication.adjudicator_id)
        .where(Adjudication.claim_id == claim_id)
        .order_by(Adjudication.revision.desc())
    ).all()
