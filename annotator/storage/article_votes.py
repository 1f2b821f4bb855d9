"""The votes on the claims of one article, and the article that they are about, for a page that shows who said what."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import undefer

from annotator.domain.report_filter import Filter
from annotator.storage.articles import IN_STUDY, Article
from annotator.storage.counted import counted
from annotator.storage.database import AnyRow, db


def studied_article(project_id: int, article_id: int) -> Article | None:
    """Return an article of the project's study with its text; None for one of elsewhere, for training, or withdrawn."""
    return db.session.scalar(
        select(Article)
        .options(undefer(Article.text))
        .where(Article.id == article_id, Article.project_id == project_id, IN_STUDY)
    )


def votes_in(project_id: int, article_id: int, wanted: Filter) -> Sequence[AnyRow]:
    """Return the labels that count in an article (claim_id, reviewer_id, label), by claim, then by reviewer."""
    votes = counted(project_id, replace(wanted, articles=(article_id,)))
    columns = votes.c.claim_id, votes.c.reviewer_id, votes.c.label
    return db.session.execute(select(*columns).order_by(votes.c.claim_id, votes.c.reviewer_id)).all()
