"""How far a reviewer is in an article, seen from one of its claims: one query, however many claims there are."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select

from annotator.storage.articles import LIVING, Claim
from annotator.storage.claims import DECIDED
from annotator.storage.database import connection
from annotator.storage.requeues import RequeuedVerdict
from annotator.storage.segmentation import WAITING, CarriedVerdict
from annotator.storage.verdicts import StandingVerdict


class Progress(NamedTuple):
    """A claim's place in its article; how many claims there the reviewer has decided, and the next one to decide.

    `next_open` is the first after this claim, or else from the start; None if no other is open.
    """

    id: int
    article_id: int
    number: int
    total: int
    done: int
    next_open: int | None

    @property
    def next(self) -> int | None:
        """Return the number of the claim after this one, None at the last."""
        return self.number + 1 if self.number < self.total else None


_claim, _standing, _carried = Claim.__table__, StandingVerdict.__table__, CarriedVerdict.__table__
_requeued = RequeuedVerdict.__table__
_ASKED = (
    select(_carried.c.id)
    .where(_carried.c.claim_id == _claim.c.id, _carried.c.reviewer_id == bindparam("reviewer_id"), WAITING)
    .correlate(_claim, _standing)
    .exists()
)
_REQUEUED = (
    select(_requeued.c.id)
    .where(_requeued.c.claim_id == _claim.c.id, _requeued.c.verdict_id == _standing.c.verdict_id)
    .correlate(_claim, _standing)
    .exists()
)
_WORK = (
    select(
        _claim.c.id,
        _claim.c.start_offset,
        func.row_number().over(order_by=_claim.c.start_offset).label("number"),
        and_(DECIDED, ~_ASKED, ~_REQUEUED).label("is_done"),
    )
    .select_from(_claim)
    .outerjoin(
        _standing, and_(_standing.c.claim_id == _claim.c.id, _standing.c.reviewer_id == bindparam("reviewer_id"))
    )
    .where(_claim.c.article_id == bindparam("article_id"), LIVING)
    .cte("work")
)
_START = select(_claim.c.start_offset).where(_claim.c.id == bindparam("claim_id")).scalar_subquery()


def _first(where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.min(case((where, _WORK.c.number)))


_PROGRESS = select(
    _first(_WORK.c.id == bindparam("claim_id")).label("number"),
    func.count().label("total"),
    func.count(case((_WORK.c.is_done, 1))).label("done"),
    func.coalesce(
        _first(and_(~_WORK.c.is_done, _WORK.c.start_offset > _START)),
        _first(and_(~_WORK.c.is_done, _WORK.c.start_offset < _START)),
    ).label("next_open"),
).select_from(_WORK)


def progress_at(claim_id: int, article_id: int, reviewer_id: int) -> Progress | None:
    """Return how far a reviewer is, seen from a claim; None if the article has no such living claim."""
    asked = {"claim_id": claim_id, "article_id": article_id, "reviewer_id": reviewer_id}
    row = connection().execute(_PROGRESS, asked).one()
    return Progress(claim_id, article_id, *row) if row.number else None
