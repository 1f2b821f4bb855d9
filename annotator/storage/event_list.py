"""The audit trail as it is read: filtered, a page at a time with the newest first, or all of it as a stream."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import aliased

from annotator.domain.search import words_of
from annotator.storage.articles import Article
from annotator.storage.database import AnyRow, db
from annotator.storage.events import Event
from annotator.storage.people import Person
from annotator.storage.projects import Project
from annotator.storage.search import holding

PER_PAGE = 50
BATCH = 500
VERDICTS = ("verdict given", "verdict taken back", "verdict carried", "repeat answered")
"""What happens so often that the log leaves it out unless it is asked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the log is asked for; what is empty asks for nothing.

    `project_id` None is the whole site. `before` and `after` are ids: only older ones, or only newer ones, are wanted.
    """

    project_id: int | None
    who: str = ""
    what: str = ""
    subject: str = ""
    subject_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    with_verdicts: bool = False
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of the log, the newest first; `newer` and `older` tell whether there is more on either side."""

    rows: Sequence[AnyRow]
    newer: bool
    older: bool


def find_events(wanted: Wanted) -> EventPage:
    """Return a page of the log; the newest page is always a full one."""
    order = Event.id.asc() if wanted.after is not None else Event.id.desc()
    rows = db.session.execute(_query(wanted).order_by(order).limit(PER_PAGE + 1)).all()
    has_more = len(rows) > PER_PAGE
    if wanted.after is None:
        return EventPage(rows[:PER_PAGE], newer=wanted.before is not None, older=has_more)
    if not has_more:
        return find_events(replace(wanted, after=None))
    return EventPage(rows[:PER_PAGE][::-1], newer=True, older=True)


def all_events(wanted: Wanted) -> Iterator[AnyRow]:
    """Yield all that the log is asked for, the oldest first, from one moment and a few rows at a time."""
    query = _query(replace(wanted, before=None, after=None)).order_by(Event.id)
    with (
        db.engine.connect() as connection,
        connection.begin(),
        connection.execution_options(stream_results=True, yield_per=BATCH).execute(query) as rows,
    ):
        yield from rows


def _query(wanted: Wanted) -> Select[Any]:
    about = aliased(Person)
    return (
        select(
            *(getattr(Event, name) for name in ("id", "at", "what", "subject", "subject_id", "detail", "person_id")),
            Person.name.label("person_name"),
            Person.display_name.label("who"),
            Project.slug,
            Project.name.label("project"),
            about.display_name.label("about_person"),
            Article.title.label("about_article"),
            Article.language,
        )
        .join(Person, Person.id == Event.person_id, isouter=True)
        .join(Project, Project.id == Event.project_id, isouter=True)
        .join(about, and_(Event.subject == "person", about.id == Event.subject_id), isouter=True)
        .join(Article, and_(Event.subject == "article", Article.id == Event.subject_id), isouter=True)
        .where(*_filters(wanted))
    )


def _filters(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    equal: list[tuple[Any, Any]] = [
        (Event.project_id, wanted.project_id),
        (Event.what, wanted.what),
        (Event.subject, wanted.subject),
        (Event.subject_id, wanted.subject_id),
    ]
    yield from (column == value for column, value in equal if value)
    if not wanted.with_verdicts and wanted.what not in VERDICTS:
        yield Event.what.not_in(VERDICTS)
    if wanted.who:
        named = (holding((Person.name, Person.display_name), word) for word in words_of(wanted.who))
        yield Event.person_id.in_(select(Person.id).where(*named))
    yield from _bounds(wanted)


def _bounds(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.since:
        yield Event.at >= wanted.since
    if wanted.until:
        yield Event.at < wanted.until
    if wanted.after is not None:
        yield Event.id > wanted.after
    if wanted.before is not None:
        yield Event.id < wanted.before
