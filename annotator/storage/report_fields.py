"""What verdicts say beside their labels, for the report."""

from collections.abc import Sequence

from sqlalchemy import select

from annotator.domain.report_filter import Filter
from annotator.storage.counted import counted
from annotator.storage.database import AnyRow, connection
from annotator.storage.report_sample import Share
from annotator.storage.verdicts import Verdict


def filled(project_id: int, wanted: Filter, share: Share) -> Sequence[AnyRow]:
    """Return what the verdicts that count say in a share of the articles: the columns of `Filled`."""
    votes = counted(project_id, wanted)
    return (
        connection()
        .execute(
            select(
                votes.c.article_id,
                votes.c.claim_id,
                votes.c.label,
                votes.c.kind,
                Verdict.also_attributed,
                Verdict.source_name,
                Verdict.source_kind,
                Verdict.speech,
                Verdict.depth,
                Verdict.continues_id,
                Verdict.confidence,
            )
            .join(Verdict, Verdict.id == votes.c.verdict_id)
            .where(share.holds(votes.c.article_id))
        )
        .all()
    )
