"""The desk's decisions beside the verdicts on the claims that it settled, for the report.

A decision is what the desk said, having seen what reviewers said: no truth that was known from elsewhere.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, select

from annotator.domain.report_filter import Filter
from annotator.storage.adjudications import Adjudication, settled
from annotator.storage.database import AnyRow, connection
from annotator.storage.report_sample import Share
from annotator.storage.report_signatures import signatures_among

MOST = 15_000
"""Decisions that are looked at, in a share of the articles if there are more."""


def decided_share(project_id: int) -> Share:
    """Return the share of articles whose decisions a report looks at."""
    decisions = select(func.count()).select_from(Adjudication).where(Adjudication.project_id == project_id)
    return Share(project_id, max(-(-(connection().scalar(decisions) or 0) // MOST), 1))


def decided_rows(project_id: int, wanted: Filter, share: Share | None = None) -> Sequence[AnyRow]:
    """Return (article_id, signature, label, cause, claims) of the settled claims that have a verdict that counts.

    `label` is None where the desk left the claim without one. Claims that were opened again are not settled.
    """
    share = share or decided_share(project_id)
    desk = settled(project_id)
    claims = signatures_among(project_id, wanted, select(desk.c.claim_id).where(share.holds(desk.c.article_id)))
    keys = (claims.c.article_id, claims.c.signature, desk.c.label, desk.c.cause)
    return (
        connection()
        .execute(
            select(*keys, func.count().label("claims")).join(desk, desk.c.claim_id == claims.c.claim_id).group_by(*keys)
        )
        .all()
    )


def decided_signatures(
    project_id: int, wanted: Filter, rows: Iterable[AnyRow] | None = None
) -> Sequence[tuple[str, str, int]]:
    """Return (signature, label that the desk decided, claims); claims that it left without a label are not there.

    `rows` are those of `decided_rows`, if they were asked for already.
    """
    found: dict[tuple[str, str], int] = {}
    for row in decided_rows(project_id, wanted) if rows is None else rows:
        if row.label is not None:
            found[row.signature, row.label] = found.get((row.signature, row.label), 0) + row.claims
    return [(signature, label, claims) for (signature, label), claims in sorted(found.items())]


def desk_labels(claim_ids: Collection[int]) -> dict[int, str]:
    """Return the label that the desk decided, for those of the claims that it settled with one."""
    said = select(Adjudication.claim_id, Adjudication.label).where(Adjudication.claim_id.in_(claim_ids))
    newest = {row.claim_id: row.label for row in connection().execute(said.order_by(Adjudication.revision))}
    return {claim_id: label for claim_id, label in newest.items() if label is not None}
