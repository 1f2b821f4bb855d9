"""Edits of an article's segmentation, and what became of the verdicts. Rows are only ever added."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, and_, bindparam, case, func, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from annotator.storage.articles import LIVING, Article, Claim, ClaimLineage
from annotator.storage.claims import DECIDED
from annotator.storage.database import AnyRow, Id, db, refuse_changes
from annotator.storage.people import Person
from annotator.storage.requeues import requeued_claims
from annotator.storage.verdicts import StandingVerdict, Verdict


class SegmentationEdit(db.Model):  # type: ignore[name-defined,misc]
    """One edit of an article's claims: who, when, why. `revision` counts an article's edits from 1.

    `changes` are ids of claims: {"retired": […], "made": […], "restored": […], "aside": [[id, before, after], …]},
    and under "edit" what was asked for, to know a repeated request by.
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

    carried: the verdict `standing_id` was given in their name. confirm, conflict: the reviewer is asked, until another
    verdict stands than `standing_id`, the one that stood on the claim at that moment (None for none).
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


def blocks_of(article_id: int) -> Sequence[AnyRow]:
    """Return an article's living claims and what was set aside as none, in reading order."""
    return db.session.execute(
        select(Claim.id, Claim.start, Claim.end, Claim.kind, Claim.aside, Claim.is_repeat)
        .where(Claim.article_id == article_id, Claim.retired_at.is_(None))
        .order_by(Claim.start)
    ).all()


def edits_of(article_id: int, after: int = 0, limit: int = 200) -> Sequence[AnyRow]:
    """Return an article's edits (row, name of its editor), the newest first; only those after a revision."""
    return db.session.execute(
        select(SegmentationEdit, Person.display_name)
        .outerjoin(Person, Person.id == SegmentationEdit.person_id)
        .where(SegmentationEdit.article_id == article_id, SegmentationEdit.revision > after)
        .order_by(SegmentationEdit.revision.desc())
        .limit(limit)
    ).all()


def last_edit(article_id: int) -> SegmentationEdit | None:
    """Return the edit that an undo would take back."""
    undoing = aliased(SegmentationEdit)
    return db.session.scalar(
        select(SegmentationEdit)
        .where(
            SegmentationEdit.article_id == article_id,
            SegmentationEdit.action != "undo",
            ~select(undoing.id).where(undoing.undoes_id == SegmentationEdit.id).exists(),
        )
        .order_by(SegmentationEdit.revision.desc())
        .limit(1)
    )


WAITING = and_(
    CarriedVerdict.outcome != "carried", StandingVerdict.verdict_id.is_not_distinct_from(CarriedVerdict.standing_id)
)
"""A question that waits for an answer: no other verdict stands than when it was put."""


def _asked() -> Select[Any]:
    """Select the questions that wait for an answer."""
    return (
        select(CarriedVerdict)
        .outerjoin(
            StandingVerdict,
            and_(
                StandingVerdict.claim_id == CarriedVerdict.claim_id,
                StandingVerdict.reviewer_id == CarriedVerdict.reviewer_id,
            ),
        )
        .where(WAITING)
        .order_by(CarriedVerdict.id)
    )


_ASKED_OF = (
    _asked()
    .join(Claim, Claim.id == CarriedVerdict.claim_id)
    .where(CarriedVerdict.reviewer_id == bindparam("reviewer_id"), Claim.article_id == bindparam("article_id"), LIVING)
)


def asked_on(claim_ids: Iterable[int]) -> Sequence[CarriedVerdict]:
    """Return the open questions on some claims, to whomever they are put, the oldest first."""
    return db.session.scalars(_asked().where(CarriedVerdict.claim_id.in_(list(claim_ids)))).all()


def asked_of(reviewer_id: int, article_id: int) -> dict[int, CarriedVerdict]:
    """Return the open questions to a reviewer in an article, by claim; of several the newest."""
    rows = db.session.scalars(_ASKED_OF, {"reviewer_id": reviewer_id, "article_id": article_id})
    return {row.claim_id: row for row in rows}


def questions_on(claim_id: int, reviewer_id: int) -> Sequence[CarriedVerdict]:
    """Return all that a reviewer was ever asked about a claim, the newest first."""
    mine = (CarriedVerdict.claim_id == claim_id, CarriedVerdict.reviewer_id == reviewer_id)
    return db.session.scalars(
        select(CarriedVerdict).where(*mine, CarriedVerdict.outcome != "carried").order_by(CarriedVerdict.id.desc())
    ).all()


def asides_of(article_id: int) -> Sequence[AnyRow]:
    """Return what was set aside as no claim (start, end)."""
    return db.session.execute(
        select(Claim.start, Claim.end)
        .where(Claim.article_id == article_id, Claim.retired_at.is_(None), Claim.aside.is_not(None))
        .order_by(Claim.start)
    ).all()


def asked_by_article(reviewer_id: int) -> dict[int, tuple[int, int]]:
    """Count a reviewer's claims with open questions by article, and those of them where a verdict stands as well.

    They are asked about claims that were cut anew, and about verdicts whose meaning a new codebook changed.
    """
    cut = (
        _asked()
        .join(Claim, Claim.id == CarriedVerdict.claim_id)
        .where(CarriedVerdict.reviewer_id == reviewer_id, LIVING)
        .with_only_columns(Claim.article_id, CarriedVerdict.claim_id, case((DECIDED, 1), else_=0).label("stands"))
        .order_by(None)
    )
    asked = cut.union(requeued_claims(reviewer_id)).subquery()
    rows = db.session.execute(
        select(asked.c.article_id, func.count(), func.sum(asked.c.stands)).group_by(asked.c.article_id)
    )
    return {article_id: (total, int(decided)) for article_id, total, decided in rows}


def answers_by_claim(article_id: int) -> dict[int, int]:
    """Count for each living claim who has decided it, or is asked to confirm what they decided before."""
    decided = select(StandingVerdict.claim_id, StandingVerdict.reviewer_id).where(
        StandingVerdict.article_id == article_id, DECIDED
    )
    asked = (
        _asked().order_by(None).with_only_columns(CarriedVerdict.claim_id, CarriedVerdict.reviewer_id)
        .join(Claim, Claim.id == CarriedVerdict.claim_id)
        .where(Claim.article_id == article_id)
    )  # fmt: skip
    either = decided.union(asked).subquery()
    rows = db.session.execute(
        select(Claim.id, func.count(either.c.reviewer_id))
        .outerjoin(either, either.c.claim_id == Claim.id)
        .where(Claim.article_id == article_id, LIVING)
        .group_by(Claim.id)
    )
    return {row[0]: row[1] for row in rows}


def children_of(claim_ids: Iterable[int]) -> Sequence[AnyRow]:
    """Return the (parent, child) pairs of some claims that were cut anew."""
    pairs = select(ClaimLineage.parent_id, ClaimLineage.child_id).where(ClaimLineage.parent_id.in_(list(claim_ids)))
    return db.session.execute(pairs).all()


def successors_of(claim_id: int) -> Sequence[AnyRow]:
    """Return the living claims that stand where a retired one stood (id, number, start, end, quote)."""
    gone = aliased(Claim)
    numbered = (
        select(Claim.id, func.row_number().over(order_by=Claim.start).label("number"))
        .join(gone, and_(gone.article_id == Claim.article_id, gone.id == claim_id))
        .where(LIVING)
        .subquery()
    )
    return db.session.execute(
        select(Claim.id, numbered.c.number, Claim.start, Claim.end, Claim.quote)
        .join(numbered, numbered.c.id == Claim.id)
        .join(gone, and_(gone.id == claim_id, Claim.start < gone.end, gone.start < Claim.end))
        .order_by(Claim.start)
    ).all()


_HERE = aliased(Claim)
_EARLIER = (
    select(Verdict, Claim.quote)
    .join(Claim, Claim.id == Verdict.claim_id)
    .join(_HERE, and_(_HERE.id == bindparam("claim_id"), _HERE.article_id == Claim.article_id))
    .where(
        Verdict.reviewer_id == bindparam("reviewer_id"),
        Claim.retired_at.is_not(None),
        Claim.id != _HERE.id,
        Claim.start < _HERE.end,
        _HERE.start < Claim.end,
    )
    .order_by(Verdict.id.desc())
    .limit(bindparam("limit"))
)


def earlier_verdicts(claim_id: int, reviewer_id: int, limit: int = 100) -> Sequence[AnyRow]:
    """Return a reviewer's verdicts (row, quote) on retired claims whose words a claim has now, the newest first."""
    asked = {"claim_id": claim_id, "reviewer_id": reviewer_id, "limit": limit}
    return db.session.execute(_EARLIER, asked).all()


def article_of_edit(article_id: int, *, locked: bool) -> Article | None:
    """Return an article that may be edited; `locked` makes other editors wait until this transaction ends.

    The lock lets verdicts on other claims of the article pass: they only need its key.
    """
    query = select(Article).where(Article.id == article_id, Article.withdrawn_at.is_(None))
    if locked:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return db.session.scalar(query)
