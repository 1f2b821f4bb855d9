"""Claims by the codebook version under which they were judged, or by what was seen of a suggestion, for the report."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select

from annotator.domain.report_filter import Filter
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.counted import counted
from annotator.storage.database import AnyRow, connection, db
from annotator.storage.kept_tallies import claims_of
from annotator.storage.report_sample import Share
from annotator.storage.verdicts import SAW_SUGGESTION, Verdict


def has_versions(project_id: int) -> bool:
    """Tell whether a project's codebook was published more than once."""
    published = (CodebookVersion.project_id == project_id, CodebookVersion.published_at.is_not(None))
    return len(db.session.scalars(select(CodebookVersion.id).where(*published).limit(2)).all()) > 1


def has_exposure(project_id: int) -> bool:
    """Tell whether a suggestion was seen before any verdict of a project."""
    seen = select(Verdict.id).where(Verdict.project_id == project_id, SAW_SUGGESTION).limit(1)
    return db.session.scalar(seen) is not None


def by_version(project_id: int, wanted: Filter, share: Share) -> Sequence[AnyRow]:
    """Return (number of the version, article_id, signature, claims) of claims judged under one version alone."""
    return _by(CodebookVersion.number, project_id, wanted, share)


def by_exposure(project_id: int, wanted: Filter, share: Share) -> Sequence[AnyRow]:
    """Return (exposure, article_id, signature, claims) of claims before whose verdicts the same was seen."""
    return _by(Verdict.exposure, project_id, wanted, share)


def _by(column: Any, project_id: int, wanted: Filter, share: Share) -> Sequence[AnyRow]:
    votes = counted(project_id, wanted)
    of_votes: ColumnElement[bool] = (
        Verdict.id == votes.c.verdict_id
        if column.class_ is Verdict
        else CodebookVersion.id == votes.c.codebook_version_id
    )
    columns = (votes.c.claim_id, votes.c.article_id, votes.c.reviewer_id, votes.c.label, votes.c.given_at)
    given = select(*columns, column.label("of")).join(column.class_, of_votes).where(share.holds(votes.c.article_id))
    claims = claims_of(given, spread="of")
    keys = (claims.c.first, claims.c.article_id, claims.c.signature)
    return (
        connection()
        .execute(select(*keys, func.count().label("claims")).where(claims.c.first == claims.c.last).group_by(*keys))
        .all()
    )
