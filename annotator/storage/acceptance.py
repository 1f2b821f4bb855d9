"""What all reviewers agree on and the desk has not settled yet, and the steps in which it accepted such claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, null, select

from annotator.domain.adjudication import FEWEST
from annotator.domain.codebook import Codebook
from annotator.storage.adjudication_queue import SKIP, is_complete, tallies
from annotator.storage.adjudications import Adjudication, newest
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.database import AnyRow, db
from annotator.storage.people import Person
from annotator.storage.projects import Project
from annotator.storage.verdicts import StandingVerdict

SAMPLE = 10
"""Claims that the preview shows."""
MOST_STEPS = 50
"""Steps that the page lists, the newest first."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """Which of the claims that all agree on are asked for."""

    article_id: int | None = None
    at_least: int = FEWEST
    without_flags: bool = True
    without_notes: bool = True


def agreed(
    project_id: int, person_id: int, wanted: Agreed, codebook: Codebook, up_to: int | None = None
) -> Select[Any]:
    """Select the claims on which all agree, that nobody has settled or opened again, with what all say.

    An answer that the codebook no longer has is left out, and so is a claim of which somebody said anything after the
    verdict `up_to`: who took theirs back meanwhile may have left the others of one mind.
    """
    tally = tallies(project_id, person_id)
    answer = tally.c.answer
    known = [label.key for label in codebook.labels] + [SKIP + reason.key for reason in codebook.skip_reasons]
    kinds = [f"{label.key}/{kind.key}" for label in codebook.labels for kind in label.kinds]
    is_skip = func.substr(answer, 1, len(SKIP)) == SKIP
    one_kind = and_(tally.c.first_kind == tally.c.last_kind, (answer + "/" + tally.c.first_kind).in_(kinds))
    query = (
        select(
            Claim.id.label("claim_id"),
            Claim.article_id,
            case((is_skip, null()), else_=answer).label("label"),
            case((one_kind, tally.c.first_kind), else_=null()).label("kind"),
            case((is_skip, func.substr(answer, len(SKIP) + 1)), else_=null()).label("skip_reason"),
            case((is_skip, False), else_=tally.c.also == tally.c.decided).label("also_attributed"),
        )
        .join(tally, tally.c.claim_id == Claim.id)
        .join(Article, Article.id == Claim.article_id)
        .join(Project, Project.id == Article.project_id)
        .where(Article.project_id == project_id, IN_STUDY, LIVING, is_complete(tally))
        .where(tally.c.answers == 1, answer.in_(known), tally.c.decided >= max(wanted.at_least, FEWEST))
        .where(~select(Adjudication.id).where(Adjudication.claim_id == Claim.id).exists())
    )
    conditions = [
        (wanted.article_id, Article.id == wanted.article_id),
        (wanted.without_flags, tally.c.flagged == 0),
        (wanted.without_notes, tally.c.noted == 0),
        (up_to is not None, ~_is_said_after(up_to or 0)),
    ]
    return query.where(*(condition for asked, condition in conditions if asked))


def _is_said_after(verdict_id: int) -> ColumnElement[bool]:
    later = (StandingVerdict.claim_id == Claim.id, StandingVerdict.verdict_id > verdict_id)
    return select(StandingVerdict.claim_id).where(*later).correlate(Claim).exists()


def newest_verdict(project_id: int) -> int:
    """Return the id of the newest verdict of a project, 0 for none: read before the claims, it misses none of them."""
    newest_id = select(func.max(StandingVerdict.verdict_id)).where(StandingVerdict.project_id == project_id)
    return db.session.scalar(newest_id) or 0


def counted(rows: Select[Any]) -> Sequence[AnyRow]:
    """Return how many of these claims there are for each answer (label, skip_reason, claims)."""
    found = rows.subquery()
    how_many = func.count()
    return db.session.execute(
        select(found.c.label, found.c.skip_reason, how_many.label("claims"))
        .group_by(found.c.label, found.c.skip_reason)
        .order_by(how_many.desc(), found.c.label, found.c.skip_reason)
    ).all()


def sample(rows: Select[Any]) -> Sequence[AnyRow]:
    """Return the first of these claims in reading order, with their words."""
    found = rows.subquery()
    return db.session.execute(
        select(found, Claim.quote, Article.title, Article.language, Article.direction)
        .join(Claim, Claim.id == found.c.claim_id)
        .join(Article, Article.id == found.c.article_id)
        .order_by(Claim.article_id, Claim.start)
        .limit(SAMPLE)
    ).all()


def steps(project_id: int) -> Sequence[AnyRow]:
    """Return the steps in which claims were accepted (batch, who, when, claims, how many of them still stand)."""
    last = newest()
    stands = case((last.c.batch == Adjudication.batch, 1), else_=0)
    return db.session.execute(
        select(
            Adjudication.batch,
            Person.display_name,
            func.max(Adjudication.decided_at).label("at"),
            func.count().label("claims"),
            func.sum(case((last.c.action == "accept", stands), else_=literal(0))).label("standing"),
        )
        .join(Person, Person.id == Adjudication.adjudicator_id)
        .join(last, last.c.claim_id == Adjudication.claim_id)
        .where(Adjudication.project_id == project_id, Adjudication.action == "accept")
        .group_by(Adjudication.batch, Person.id, Person.display_name)
        .order_by(func.max(Adjudication.id).desc())
        .limit(MOST_STEPS)
    ).all()
