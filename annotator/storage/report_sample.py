"""A share of a project's articles for the blocks of a report that have to look at each verdict: whole articles, evenly.

Articles are what the report's intervals rest on, so a sample of them widens the intervals and moves nothing.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, cast, func, select, true

from annotator.domain.report_filter import Filter
from annotator.storage.articles import IN_STUDY, Article
from annotator.storage.database import db
from annotator.storage.kept_tallies import ArticleTally, ProjectTally


class Share(NamedTuple):
    """Every `step`-th article of the study in the order of their ids; 1 is all of them."""

    project_id: int
    step: int

    @property
    def is_sample(self) -> bool:
        """Tell whether articles are left out."""
        return self.step > 1

    def holds(self, article_id: ColumnElement[int]) -> ColumnElement[bool]:
        """Return the condition that an article is among them."""
        if not self.is_sample:
            return true()
        there = (Article.project_id == self.project_id, IN_STUDY)
        placed = select(Article.id, func.row_number().over(order_by=Article.id).label("place")).where(*there).subquery()
        return article_id.in_(select(placed.c.id).where(placed.c.place % self.step == 1))


def share_of(project_id: int, wanted: Filter, most: int) -> Share:
    """Return the share of articles that has about `most` labels, or all of them if they have no more."""
    return Share(project_id, max(-(-standing_labels(project_id, wanted.articles) // most), 1))


def standing_labels(project_id: int, articles: Sequence[int] = ()) -> int:
    """Count the labels that stand in a project, or in some of its articles, from the tallies."""
    tally: Any = ArticleTally if articles else ProjectTally
    labels = select(cast(func.coalesce(func.sum(tally.labels * tally.claims), 0), Integer))
    found = labels.where(tally.project_id == project_id)
    if articles:
        found = found.where(ArticleTally.article_id.in_(articles))
    return int(db.session.scalars(found).one())
