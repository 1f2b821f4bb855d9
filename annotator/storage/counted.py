"""The verdicts that a report counts: a filter becomes one subquery, on which every block of the report rests."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, Subquery, select

from annotator.domain.report_filter import Filter
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.verdicts import StandingVerdict, Verdict


def counted(project_id: int, wanted: Filter) -> Subquery:
    """Select the labels that count, one row a verdict: living claims in the articles of the study, as `wanted` says.

    Columns: verdict_id, claim_id, article_id, reviewer_id, label, kind, codebook_version_id, given_at.
    """
    model = _model(wanted)
    return _given(project_id, wanted).where(model.label.is_not(None)).subquery("counted")


def skipped(project_id: int, wanted: Filter) -> Subquery:
    """Select the skips that `wanted` leaves, with the columns of `counted`; `label` is null."""
    model = _model(wanted)
    return _given(project_id, wanted).where(model.skip_reason.is_not(None)).subquery("skipped")


def _given(project_id: int, wanted: Filter) -> Select[*tuple[Any, ...]]:
    """Select the verdicts that a filter leaves, labels or not."""
    model = _model(wanted)
    number = Verdict.id if model is Verdict else StandingVerdict.verdict_id
    columns = (model.claim_id, model.article_id, model.reviewer_id, model.label, model.kind)
    found: Select[*tuple[Any, ...]] = (
        select(number.label("verdict_id"), *columns, model.codebook_version_id, model.given_at)
        .join(Claim, Claim.id == model.claim_id)
        .join(Article, Article.id == model.article_id)
        .where(model.project_id == project_id, LIVING, IN_STUDY, *_limits(model, project_id, wanted))
    )
    if not wanted.labels:
        return found
    showing = found.where(model.label.in_(wanted.labels)).with_only_columns(model.claim_id)
    return found.where(model.claim_id.in_(showing))


def _model(wanted: Filter) -> type[StandingVerdict] | type[Verdict]:
    """Return the table in which the filter's round of verdicts stands."""
    return Verdict if wanted.round == "first" else StandingVerdict


def _limits(model: type[StandingVerdict] | type[Verdict], project_id: int, wanted: Filter) -> list[Any]:
    """List the conditions on one verdict that a filter sets."""
    limits: list[Any] = []
    if model is Verdict:
        limits.append(Verdict.is_first)
    if wanted.articles:
        limits.append(model.article_id.in_(wanted.articles))
    if wanted.reviewers:
        limits.append(model.reviewer_id.in_(wanted.reviewers))
    if wanted.since:
        limits.append(model.given_at >= _begin(wanted.since))
    if wanted.until and wanted.until < date.max:  # no moment lies after the last day that there is
        limits.append(model.given_at < _begin(wanted.until + timedelta(days=1)))
    if wanted.version is not None:
        version = (CodebookVersion.project_id == project_id, CodebookVersion.number == wanted.version)
        limits.append(model.codebook_version_id.in_(select(CodebookVersion.id).where(*version)))
    return limits


def _begin(day: date) -> datetime:
    """Return the moment at which a day begins, in UTC."""
    return datetime.combine(day, time(), UTC)
