"""Who said what of some claims, for the blocks of a report that look at no more than these."""

from typing import Any

from sqlalchemy import Select, Subquery, select

from annotator.domain.report_filter import Filter
from annotator.storage.counted import counted
from annotator.storage.kept_tallies import claims_of
from annotator.storage.tallies import is_kept, signatures


def signatures_among(project_id: int, wanted: Filter, claim_ids: Select[Any]) -> Subquery:
    """Select one row a claim (claim_id, article_id, week, signature) of those that have a verdict that counts."""
    if is_kept(wanted):
        kept = signatures(project_id, wanted)
        return select(kept).where(kept.c.claim_id.in_(claim_ids)).subquery()
    votes = counted(project_id, wanted)
    columns = (votes.c.claim_id, votes.c.article_id, votes.c.reviewer_id, votes.c.label, votes.c.given_at)
    return claims_of(select(*columns).where(votes.c.claim_id.in_(claim_ids)))
