"""What an article's page shows beside the article: its claims with their decisions, its history, its latest check."""

from collections.abc import Sequence

from sqlalchemy import and_, func, select

from annotator.storage.articles import Article, ArticleCheck, Claim
from annotator.storage.claims import DECIDED
from annotator.storage.database import AnyRow, db
from annotator.storage.events import Event
from annotator.storage.people import Person
from annotator.storage.projects import Project
from annotator.storage.verdicts import StandingVerdict

TOLD_BY_EDITS = "segmentation edited"
"""What the edits of the segmentation say in full."""
MOST_EVENTS = 200
"""Entries of an article's history on its page, the newest; none has that many but in a test."""


def article_with_place(article_id: int) -> AnyRow | None:
    """Return an article, how many reviewers it wants (`overlap`), whether it may be fetched, and who added it."""
    return db.session.execute(
        select(
            Article,
            func.coalesce(Article.wanted, Project.overlap).label("overlap"),
            Project.allows_fetching,
            Person.display_name.label("added_by"),
        )
        .join(Project, Project.id == Article.project_id)
        .outerjoin(Person, Person.id == Article.added_by_id)
        .where(Article.id == article_id)
    ).one_or_none()


def claims_with_decisions(article_id: int) -> Sequence[AnyRow]:
    """Return an article's claims and asides in reading order, each with how many reviewers decided it."""
    standing = and_(StandingVerdict.claim_id == Claim.id, DECIDED)
    return db.session.execute(
        select(
            Claim.id,
            Claim.quote,
            Claim.kind,
            Claim.is_repeat,
            Claim.aside,
            func.count(StandingVerdict.reviewer_id).label("decisions"),
        )
        .outerjoin(StandingVerdict, standing)
        .where(Claim.article_id == article_id, Claim.retired_at.is_(None))
        .group_by(Claim.id)
        .order_by(Claim.start)
    ).all()


def quotes_of(article_id: int, claim_ids: Sequence[int]) -> dict[int, str]:
    """Return the words of an article's claims, retired ones too."""
    rows = db.session.execute(
        select(Claim.id, Claim.quote).where(Claim.article_id == article_id, Claim.id.in_(claim_ids))
    )
    return {row.id: row.quote for row in rows}


def events_of(article_id: int) -> Sequence[AnyRow]:
    """Return what happened to an article, the newest first, each with the name of who did it."""
    return db.session.execute(
        select(Event.at, Event.what, Event.detail, Person.display_name.label("who"))
        .outerjoin(Person, Person.id == Event.person_id)
        .where(Event.subject == "article", Event.subject_id == article_id, Event.what != TOLD_BY_EDITS)
        .order_by(Event.id.desc())
        .limit(MOST_EVENTS)
    ).all()


def latest_check(article_id: int) -> AnyRow | None:
    """Return the newest comparison with the live page, with the name of who asked for it."""
    return db.session.execute(
        select(
            ArticleCheck.id,
            ArticleCheck.checked_at,
            ArticleCheck.final_url,
            ArticleCheck.is_changed,
            ArticleCheck.touched,
            ArticleCheck.added,
            Person.display_name.label("who"),
        )
        .outerjoin(Person, Person.id == ArticleCheck.checked_by_id)
        .where(ArticleCheck.article_id == article_id)
        .order_by(ArticleCheck.id.desc())
        .limit(1)
    ).one_or_none()
