"""Queries on the claims of articles: what a page needs, in one round trip each."""

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, or_, select

from annotator.domain.verdicts import FIELDS
from annotator.storage.articles import LIVING, Claim
from annotator.storage.database import AnyRow, connection
from annotator.storage.verdicts import StandingVerdict, Verdict

_claim, _standing, _verdict = Claim.__table__.c, StandingVerdict.__table__.c, Verdict.__table__.c
_LIVING_CLAIMS = (
    select(
        _claim.id,
        _claim.start_offset.label("start"),
        _claim.end_offset.label("end"),
        _claim.kind,
        _claim.is_repeat,
        _standing.label,
        _standing.skip_reason,
        _standing.is_flagged,
        _verdict.continues_id,
    )
    .select_from(Claim.__table__)
    .outerjoin(
        StandingVerdict.__table__,
        and_(_standing.claim_id == _claim.id, _standing.reviewer_id == bindparam("reviewer_id")),
    )
    .outerjoin(Verdict.__table__, _verdict.id == _standing.verdict_id)
    .where(_claim.article_id == bindparam("article_id"), LIVING)
    .order_by(_claim.start_offset)
)


def living_claims(article_id: int, reviewer_id: int) -> Sequence[AnyRow]:
    """Return an article's claims in reading order, each with the reviewer's own standing verdict."""
    return connection().execute(_LIVING_CLAIMS, {"article_id": article_id, "reviewer_id": reviewer_id}).all()


_STANDING = (
    select(_verdict.claim_id, _verdict.revision, _verdict.given_at, *(_verdict[name] for name in FIELDS))
    .select_from(StandingVerdict.__table__)
    .join(Verdict.__table__, _verdict.id == _standing.verdict_id)
    .where(_standing.article_id == bindparam("article_id"), _standing.reviewer_id == bindparam("reviewer_id"))
)


def standing_verdicts(article_id: int, reviewer_id: int) -> Sequence[AnyRow]:
    """Return all that a reviewer's standing verdicts in an article say (claim_id, revision, given_at, the content)."""
    return connection().execute(_STANDING, {"article_id": article_id, "reviewer_id": reviewer_id}).all()


DECIDED = or_(StandingVerdict.label.is_not(None), StandingVerdict.skip_reason.is_not(None))
"""A standing verdict that decides: a label or a skip, and not one that was taken back."""
