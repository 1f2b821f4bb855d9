"""Frozen reports as a list, and what happened in a project after one was frozen, counted in the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from annotator.storage.articles import Article, Claim
from annotator.storage.database import AnyRow, db
from annotator.storage.events import Event
from annotator.storage.frozen_reports import FrozenReport
from annotator.storage.people import Person
from annotator.storage.verdicts import Verdict

MOST = 200
"""Frozen reports that are listed."""


@dataclass(frozen=True, slots=True)
class Since:
    """What happened after an event, in the articles of the study."""

    new_verdicts: int
    changed_verdicts: int
    taken_back: int
    retired_claims: int
    settled: int
    reopened: int
    withdrawn: int
    added: int


def frozen_of(project_id: int) -> Sequence[AnyRow]:
    """Return the project's frozen reports, the newest first, with who froze them; without their documents."""
    return db.session.execute(
        select(
            FrozenReport.id,
            FrozenReport.name,
            FrozenReport.made_at,
            FrozenReport.sha256,
            FrozenReport.data_hash,
            Person.display_name,
        )
        .outerjoin(Person, Person.id == FrozenReport.made_by_id)
        .where(FrozenReport.project_id == project_id)
        .order_by(FrozenReport.id.desc())
        .limit(MOST)
    ).all()


def frozen_in(project_id: int, frozen_id: int) -> FrozenReport | None:
    """Return a frozen report if it is this project's."""
    found: FrozenReport | None = db.session.scalar(
        select(FrozenReport).where(FrozenReport.id == frozen_id, FrozenReport.project_id == project_id)
    )
    return found


def since(project_id: int, event_id: int, at: datetime) -> Since:
    """Count what happened in a project after an event, which was the last one at a certain time."""
    counts = _events(project_id, event_id)
    verdicts = _verdicts(project_id, event_id)
    return Since(
        new_verdicts=verdicts.get(True, 0),
        changed_verdicts=verdicts.get(False, 0),
        taken_back=counts.get("verdict taken back", 0),
        retired_claims=_retired(project_id, event_id, at),
        settled=counts.get("claim settled", 0) + _at_once(project_id, event_id, "claims accepted"),
        reopened=counts.get("claim reopened", 0) + _at_once(project_id, event_id, "claims reopened"),
        withdrawn=counts.get("article withdrawn", 0),
        added=counts.get("article added", 0),
    )


def _events(project_id: int, event_id: int) -> dict[str, int]:
    rows = db.session.execute(
        select(Event.what, func.count().label("times"))
        .where(Event.project_id == project_id, Event.id > event_id)
        .group_by(Event.what)
    )
    return {row.what: row.times for row in rows}


def _verdicts(project_id: int, event_id: int) -> dict[bool, int]:
    """Count verdicts by whether each is its reviewer's first on the claim."""
    rows = db.session.execute(
        select(Verdict.is_first, func.count().label("times"))
        .select_from(Event)
        .join(Verdict, Verdict.id == Event.subject_id)
        .join(Article, Article.id == Verdict.article_id)
        .where(Event.project_id == project_id, Event.id > event_id, Event.what == "verdict given")
        .where(Article.purpose == "work")
        .group_by(Verdict.is_first)
    )
    return {bool(row.is_first): row.times for row in rows}


def _retired(project_id: int, event_id: int, at: datetime) -> int:
    """Count the claims that edits of the log since then put aside or cut anew."""
    edited = select(Event.subject_id).where(
        Event.project_id == project_id, Event.id > event_id, Event.what == "segmentation edited"
    )
    wanted = select(func.count(Claim.id)).where(Claim.article_id.in_(edited), Claim.retired_at > at)
    return db.session.scalar(wanted) or 0


def _at_once(project_id: int, event_id: int, what: str) -> int:
    """Count the claims that were settled, or opened again, many in one step."""
    details = db.session.scalars(
        select(Event.detail).where(Event.project_id == project_id, Event.id > event_id, Event.what == what)
    )
    return sum(detail.get("claims", 0) for detail in details)
