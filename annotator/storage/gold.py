"""Claims whose right answer is known: for training, for the qualification, and hidden among the work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Select, and_, func, select
from sqlalchemy.orm import Mapped, mapped_column

from annotator.domain.gold import SKIPPED
from annotator.storage.adjudications import Adjudication
from annotator.storage.articles import LIVING, Article, Claim
from annotator.storage.database import AnyRow, db


class GoldAnswer(db.Model):  # type: ignore[name-defined,misc]
    """The right answer to a claim, and why. `accepted` are other labels that count as right, too.

    It may be corrected: the audit trail has what stood before. Of a withdrawn one nothing is counted. Nobody set what
    came with the product.
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
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


VALID = and_(GoldAnswer.withdrawn_at.is_(None), LIVING, Article.withdrawn_at.is_(None))
"""What counts: an answer that was not withdrawn, of a living claim of an article that was not withdrawn either."""
ASKED_FOR = func.coalesce(GoldAnswer.label, SKIPPED)
"""The label that is asked for; SKIPPED for a skip."""


def answers(*columns: Any) -> Select[Any]:
    """Select what counts: answers with their claim and article."""
    return (
        select(*columns)
        .select_from(GoldAnswer)
        .join(Claim, Claim.id == GoldAnswer.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .where(VALID)
    )


def articles_with_gold(project_id: int, purpose: str, *, offset: int = 0, limit: int = 50) -> Sequence[AnyRow]:
    """Return the articles of a purpose with the number of their claims and answers; of work, only those with gold."""
    gold = func.count(GoldAnswer.claim_id)
    query = (
        select(
            Article.id,
            Article.title,
            Article.language,
            Article.direction,
            func.count(Claim.id).label("claims"),
            gold.label("gold"),
            func.count().over().label("found"),
        )
        .outerjoin(Claim, and_(Claim.article_id == Article.id, LIVING))
        .outerjoin(GoldAnswer, and_(GoldAnswer.claim_id == Claim.id, GoldAnswer.withdrawn_at.is_(None)))
        .where(Article.project_id == project_id, Article.purpose == purpose, Article.withdrawn_at.is_(None))
        .group_by(Article.id, Article.title, Article.language, Article.direction)
        .order_by(Article.id)
    )
    if purpose == "work":
        query = query.having(gold > 0)
    return db.session.execute(query.offset(offset).limit(limit)).all()


def coverage(project_id: int) -> dict[str, dict[str, int]]:
    """Return how many answers there are, by purpose and label (SKIPPED for a skip)."""
    counts: dict[str, dict[str, int]] = {}
    query = answers(Article.purpose, ASKED_FOR.label("label"), func.count().label("n"))
    asked = query.where(GoldAnswer.project_id == project_id).group_by(Article.purpose, ASKED_FOR)
    for row in db.session.execute(asked):
        counts.setdefault(row.purpose, {})[row.label] = row.n
    return counts


def claims_to_answer(article_id: int, project_id: int, *, offset: int, limit: int) -> Sequence[AnyRow]:
    """Return an article's claims, each with its answer, withdrawn or not, and what the desk decided of it, if it did.

    The columns are id, quote, found (how many claims there are), GoldAnswer and Adjudication.
    """
    latest = select(func.max(Adjudication.revision)).where(Adjudication.claim_id == Claim.id)
    decided = and_(
        Adjudication.claim_id == Claim.id,
        Adjudication.revision == latest.correlate(Claim).scalar_subquery(),
        Adjudication.action != "reopen",
    )
    return db.session.execute(
        select(Claim.id, Claim.quote, func.count().over().label("found"), GoldAnswer, Adjudication)
        .join(Article, and_(Article.id == Claim.article_id, Article.project_id == project_id))
        .outerjoin(GoldAnswer, GoldAnswer.claim_id == Claim.id)
        .outerjoin(Adjudication, decided)
        .where(Claim.article_id == article_id, LIVING)
        .order_by(Claim.start)
        .offset(offset)
        .limit(limit)
    ).all()


def answer_to(claim_id: int, project_id: int, *, lock: bool = False) -> GoldAnswer | None:
    """Return the answer to a claim of a project, withdrawn or not; `lock` keeps others from changing it."""
    query = select(GoldAnswer).where(GoldAnswer.claim_id == claim_id, GoldAnswer.project_id == project_id)
    answer: GoldAnswer | None = db.session.scalar(query.with_for_update() if lock else query)
    return answer


def decision_on(claim_id: int, project_id: int) -> Adjudication | None:
    """Return what the desk decided of a claim; None if it did not, or opened the claim again."""
    newest: Adjudication | None = db.session.scalars(
        select(Adjudication)
        .where(Adjudication.claim_id == claim_id, Adjudication.project_id == project_id)
        .order_by(Adjudication.revision.desc())
        .limit(1)
    ).first()
    return newest if newest is not None and newest.action != "reopen" else None


def living_claim(claim_id: int, project_id: int) -> Claim | None:
    """Return a living claim of an article of a project that was not withdrawn."""
    claim: Claim | None = db.session.scalar(
        select(Claim)
        .join(Article, Article.id == Claim.article_id)
        .where(Claim.id == claim_id, Article.project_id == project_id, Article.withdrawn_at.is_(None), LIVING)
    )
    return claim


def revealed_answers(article_id: int) -> dict[int, GoldAnswer]:
    """Return the answers of a training article by claim: whoever asks shows each only beside a verdict on it."""
    query = answers(GoldAnswer).where(Claim.article_id == article_id, Article.purpose == "training")
    return {answer.claim_id: answer for answer in db.session.scalars(query)}
