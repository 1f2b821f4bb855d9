"""Claims that show certain patterns of labels, for the report's lists; and the notes on claims."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, tuple_

from annotator.domain.report_filter import Filter
from annotator.storage.articles import Claim
from annotator.storage.counted import counted
from annotator.storage.database import AnyRow, db
from annotator.storage.kept_tallies import ClaimTally
from annotator.storage.tallies import first_claims, signatures
from annotator.storage.verdicts import StandingVerdict, Verdict

Pattern = tuple[int, ...]


def claims_showing(
    project_id: int, wanted: Filter, labels: Sequence[str], groups: Sequence[Sequence[Pattern]], limit: int
) -> Sequence[AnyRow]:
    """Return up to `limit` claims that show a pattern of the groups, in the order of the groups, then of their ids.

    Columns: id, article_id, quote, start, kind, signature. A pattern counts the verdicts for each of the labels.
    """
    if not groups:
        return []
    if wanted.is_empty:
        return db.session.execute(_kept(project_id, labels, groups, limit)).all()
    ids = list(db.session.scalars(_counted(project_id, wanted, labels, groups, limit)))
    found = signatures(project_id, wanted)
    rows = db.session.execute(
        select(Claim.id, Claim.article_id, Claim.quote, Claim.start, Claim.kind, found.c.signature)
        .join(found, found.c.claim_id == Claim.id)
        .where(Claim.id.in_(ids), found.c.claim_id.in_(ids))
    ).all()
    return sorted(rows, key=lambda row: ids.index(row.id))


def _kept(
    project_id: int, labels: Sequence[str], groups: Sequence[Sequence[Pattern]], limit: int
) -> Select[*tuple[Any, ...]]:
    """Look the patterns up in what the write path keeps."""
    texts = [[pattern_text(pattern, labels) for pattern in group] for group in groups]
    ids = [claim_id for claim_id, _ in first_claims(project_id, (), ClaimTally.pattern, texts, limit)]
    place = {claim_id: number for number, claim_id in enumerate(ids)}
    return (
        select(Claim.id, Claim.article_id, Claim.quote, Claim.start, Claim.kind, ClaimTally.signature)
        .join(ClaimTally, ClaimTally.claim_id == Claim.id)
        .where(Claim.id.in_(ids))
        .order_by(case(place, value=Claim.id) if ids else Claim.id)
    )


def _counted(
    project_id: int, wanted: Filter, labels: Sequence[str], groups: Sequence[Sequence[Pattern]], limit: int
) -> Select[int]:
    """Count the patterns of the verdicts that the filter leaves."""
    votes = counted(project_id, wanted)
    sums = [func.sum(case((votes.c.label == label, 1), else_=0)).label(f"n{k}") for k, label in enumerate(labels)]
    claims = select(votes.c.claim_id, *sums).group_by(votes.c.claim_id).subquery()
    counts = tuple_(*(claims.c[f"n{k}"] for k in range(len(labels))))
    rank = case(*((counts.in_(group), place) for place, group in enumerate(groups)), else_=len(groups))
    return (
        select(claims.c.claim_id)
        .where(counts.in_([pattern for group in groups for pattern in group]))
        .order_by(rank, claims.c.claim_id)
        .limit(limit)
    )


def pattern_text(pattern: Pattern, labels: Sequence[str]) -> str:
    """Spell a pattern as the tallies do: "attributed=1,sourced=2", in the order of the keys."""
    return ",".join(f"{label}={count}" for label, count in sorted(zip(labels, pattern, strict=True)) if count)


def notes_on(claim_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return claim_id, reviewer_id, note and is_flagged of the standing verdicts that have a note or a flag."""
    return db.session.execute(
        select(StandingVerdict.claim_id, StandingVerdict.reviewer_id, Verdict.note, StandingVerdict.is_flagged)
        .join(Verdict, Verdict.id == StandingVerdict.verdict_id)
        .where(
            StandingVerdict.claim_id.in_(claim_ids),
            or_(Verdict.note != "", and_(StandingVerdict.is_flagged, StandingVerdict.label.is_not(None))),
        )
    ).all()
