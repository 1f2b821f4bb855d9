"""Lists of people: the members of a project, and everybody on the site, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from annotator.domain.search import words_of
from annotator.storage.database import AnyRow, db
from annotator.storage.people import Identity, OneTimeLink, Person, SignInSession
from annotator.storage.projects import Membership, Project
from annotator.storage.search import holding

PER_PAGE = 50
STATES = ("", "active", "waiting", "deactivated", "administrators", "alike")

_OTHER = aliased(Person)
_LAST_SEEN = (
    select(func.max(SignInSession.seen_at)).where(SignInSession.person_id == Person.id).scalar_subquery()
).label("last_seen")
_TWIN = and_(_OTHER.look_key == Person.look_key, _OTHER.look_key != "", _OTHER.id != Person.id)
_LOOKS_LIKE = select(func.min(_OTHER.name)).where(_TWIN).scalar_subquery().label("looks_like")
_WAITING = and_(
    Person.is_active, Person.password_hash.is_(None), ~exists().where(Identity.person_id == Person.id).correlate(Person)
)
_FACTS = (
    Person.id, Person.name, Person.display_name, Person.is_active, Person.is_admin, Person.created_at, _LAST_SEEN,
    _LOOKS_LIKE, _WAITING.label("is_waiting"), Person.totp_since.is_not(None).label("has_second_factor"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of a list. `total` counts all that was found, `number` is the page that is shown."""

    rows: Sequence[AnyRow]
    total: int
    number: int

    @property
    def last(self) -> int:
        """Return the number of the last page."""
        return max(-(-self.total // PER_PAGE), 1)


def find_members(project_id: int, number: int) -> PeoplePage:
    """Return a page of a project's members, those who manage it first."""
    order = (Membership.role != "manager", Membership.role, Person.name_key)
    facts = (Membership.role, Membership.quota, Membership.qualified_at, Membership.created_at.label("since"))
    members = (
        select(*_FACTS, *facts, _open_link("invite").label("is_invited"))
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.project_id == project_id)
    )
    return _page(members, order, number)


def find_people(words: str, state: str, number: int) -> PeoplePage:
    """Return a page of the people on this site whose names hold every one of `words`."""
    named = (Person.name, Person.display_name, Person.pseudonym)
    projects = (
        select(func.count()).select_from(Membership).where(Membership.person_id == Person.id).scalar_subquery()
    ).label("projects")
    people = select(*_FACTS, projects).where(*(holding(named, word) for word in words_of(words)), *_state(state))
    return _page(people, (Person.name_key,), number)


def _state(state: str) -> Sequence[ColumnElement[bool]]:
    which: dict[str, ColumnElement[bool]] = {
        "active": and_(Person.is_active, ~_WAITING),
        "waiting": _WAITING,
        "deactivated": ~Person.is_active,
        "administrators": and_(Person.is_admin, Person.is_active),
        "alike": exists().where(_TWIN),
    }
    return [which[state]] if state in which else []


def _open_link(purpose: str) -> ColumnElement[bool]:
    """Tell whether a person has a link that still works."""
    return exists().where(
        OneTimeLink.person_id == Person.id,
        OneTimeLink.purpose == purpose,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > datetime.now(UTC),
    )


def _page(query: Select[Any], order: Sequence[Any], number: int) -> PeoplePage:
    total = db.session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    shown = min(number, PeoplePage((), total, 1).last)
    rows = db.session.execute(query.order_by(*order).limit(PER_PAGE).offset((shown - 1) * PER_PAGE)).all()
    return PeoplePage(rows, total, shown)


def has_open_link(person_id: int, purpose: str) -> bool:
    """Tell whether a person has a link of this purpose that still works."""
    return bool(db.session.scalar(select(_open_link(purpose)).where(Person.id == person_id).select_from(Person)))


def look_alike_of(person: Person) -> str | None:
    """Return the name of somebody else that looks like a person's."""
    alike = (Person.look_key == person.look_key) & (Person.look_key != "") & (Person.id != person.id)
    return db.session.scalar(select(func.min(Person.name)).where(alike))


def find_member(project_id: int, person_id: int) -> Membership | None:
    """Return the membership of a person in a project."""
    return db.session.get(Membership, (project_id, person_id))


def projects_of(person_id: int) -> Sequence[AnyRow]:
    """Return the projects that a person takes part in, and their roles there."""
    return db.session.execute(
        select(Project.slug, Project.name, Project.archived_at, Membership.role, Membership.created_at.label("since"))
        .join(Membership, Membership.project_id == Project.id)
        .where(Membership.person_id == person_id)
        .order_by(Project.name, Project.id)
        .limit(500)
    ).all()
