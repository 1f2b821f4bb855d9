"""The verdicts that mark words, for the report: who marked what in which claim."""

from collections.abc import Sequence

from sqlalchemy import select

from annotator.domain.report_filter import Filter
from annotator.storage.articles import Article, Claim
from annotator.storage.counted import counted
from annotator.storage.database import AnyRow, connection
from annotator.storage.verdicts import MARKS_WORDS, Verdict


def marked(project_id: int, wanted: Filter, most: int) -> Sequence[AnyRow]:
    """Return the newest verdicts that count and mark words, with their claims: the columns of `MarkedVerdict`."""
    votes = counted(project_id, wanted)
    return (
        connection()
        .execute(
            select(
                Verdict.claim_id,
                Verdict.article_id,
                Verdict.reviewer_id,
                Verdict.label,
                Article.outlet,
                Claim.start,
                Claim.quote,
                Verdict.marks,
            )
            .select_from(Verdict)
            .join(votes, votes.c.verdict_id == Verdict.id)
            .join(Claim, Claim.id == Verdict.claim_id)
            .join(Article, Article.id == Verdict.article_id)
            .where(Verdict.project_id == project_id, MARKS_WORDS)
            .order_by(Verdict.id.desc())
            .limit(most)
        )
        .all()
    )
