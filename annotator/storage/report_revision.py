"""What reviewers said first of claims on which another verdict of theirs stands now, for the report."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal_column, select, union_all
from sqlalchemy.orm import aliased

from annotator.domain.article_groups import GROUPS
from annotator.domain.report_filter import Filter
from annotator.storage.counted import counted, skipped
from annotator.storage.database import AnyRow, connection
from annotator.storage.kept_tallies import ClaimTally
from annotator.storage.report_sample import Share, standing_labels
from annotator.storage.segmentation import CarriedVerdict
from annotator.storage.tallies import is_kept
from annotator.storage.verdicts import WAS_CHANGED, StandingVerdict, Verdict

# What an edit of the segmentation gave in a reviewer's name is no change of mind.
_CARRIED = (
    select(CarriedVerdict.id)
    .where(
        CarriedVerdict.claim_id == StandingVerdict.claim_id,
        CarriedVerdict.reviewer_id == StandingVerdict.reviewer_id,
        CarriedVerdict.standing_id == StandingVerdict.verdict_id,
        CarriedVerdict.outcome == "carried",
    )
    .exists()
)


def moves(project_id: int, wanted: Filter) -> Sequence[AnyRow]:
    """Return (reviewer_id, before, after, verdicts) of the standing verdicts that differ from the reviewer's first.

    `before` and `after` are labels, None for a skip.
    """
    standing = replace(wanted, round="standing")
    found = union_all(
        *(_moved(project_id, votes) for votes in (counted(project_id, standing), skipped(project_id, standing)))
    )
    rows = found.subquery()
    keys = (rows.c.reviewer_id, rows.c.before, rows.c.after)
    return connection().execute(select(*keys, func.count().label("verdicts")).group_by(*keys)).all()


def _moved(project_id: int, votes: Subquery) -> Select[int, str | None, str | None]:
    """Select the verdicts among `votes` that differ from the reviewer's first on the claim."""
    first = aliased(Verdict)
    is_first = and_(
        first.claim_id == StandingVerdict.claim_id, first.reviewer_id == StandingVerdict.reviewer_id, first.is_first
    )
    return (
        select(StandingVerdict.reviewer_id, first.label.label("before"), StandingVerdict.label.label("after"))
        .join(votes, votes.c.verdict_id == StandingVerdict.verdict_id)
        .join(first, is_first)
        .where(
            StandingVerdict.project_id == project_id,
            WAS_CHANGED,
            first.label.is_distinct_from(StandingVerdict.label),
            ~_CARRIED,
        )
    )


def decided(project_id: int, wanted: Filter) -> int:
    """Count the labels and skips that stand."""
    standing = replace(wanted, round="standing")
    skips = connection().scalar(select(func.count()).select_from(skipped(project_id, standing))) or 0
    if is_kept(standing):
        return skips + standing_labels(project_id, wanted.articles)
    return skips + (connection().scalar(select(func.count()).select_from(counted(project_id, standing))) or 0)


def changed_from(project_id: int, *, is_grouped: bool) -> Sequence[AnyRow]:
    """Return (group, pattern, claims) of the claims where somebody has an earlier verdict, as they stand.

    A group is an article, or those that are left out together; a pattern "editorial=1,sourced=1". On all other claims
    the first verdicts are those that stand.
    """
    group = _group(ClaimTally.article_id, is_grouped=is_grouped)
    keys = (group.label("group"), ClaimTally.pattern)
    shown = (ClaimTally.project_id == project_id, ClaimTally.labels > 1, ClaimTally.claim_id.in_(_changed(project_id)))
    return connection().execute(select(*keys, func.count().label("claims")).where(*shown).group_by(*keys)).all()


def changed_to(project_id: int, *, is_grouped: bool) -> Sequence[AnyRow]:
    """Return (group, labels, claims) of the same claims as they were said of at first: "editorial,sourced"."""
    votes = counted(project_id, Filter(round="first"))
    return _patterns(votes, votes.c.claim_id.in_(_changed(project_id)), is_grouped=is_grouped)


def first_patterns(project_id: int, wanted: Filter, share: Share) -> Sequence[AnyRow]:
    """Return the same of all claims in a share of the articles, by article."""
    votes = counted(project_id, replace(wanted, round="first"))
    return _patterns(votes, share.holds(votes.c.article_id), is_grouped=False)


def _patterns(votes: Subquery, shown: ColumnElement[bool], *, is_grouped: bool) -> Sequence[AnyRow]:
    rows = (
        select(votes.c.claim_id, votes.c.article_id, votes.c.label)
        .where(shown)
        .order_by(votes.c.claim_id, votes.c.label)  # so that the same labels are mostly one text
        .subquery()
    )
    keys = (rows.c.claim_id, rows.c.article_id)
    claims = select(*keys, func.aggregate_strings(rows.c.label, ",").label("labels")).group_by(*keys).subquery()
    of = (_group(claims.c.article_id, is_grouped=is_grouped).label("group"), claims.c.labels)
    return connection().execute(select(*of, func.count().label("claims")).group_by(*of)).all()


def _changed(project_id: int) -> Select[int]:
    return select(StandingVerdict.claim_id).where(StandingVerdict.project_id == project_id, WAS_CHANGED)


def _group(article_id: Any, *, is_grouped: bool) -> ColumnElement[int]:
    group: ColumnElement[int] = article_id % literal_column(str(GROUPS)) if is_grouped else article_id
    return group
