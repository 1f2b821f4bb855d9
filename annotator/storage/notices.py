"""Notices inside the product: what waits for a person, or happened to their work. Nothing is mailed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, and_, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from annotator.storage.database import AnyRow, Id, db
from annotator.storage.people import Person
from annotator.storage.projects import Membership, Project

PER_PAGE = 30


class Notice(db.Model):  # type: ignore[name-defined,misc]
    """Something that a person should know: `what` names the sentence, `facts` fill it in."""

    __tablename__ = "notice"
    __table_args__ = (Index(None, "person_id", "read_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    what: Mapped[str]
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


_notices, _people = Notice.__table__, Person.__table__
UNREAD = (
    select(func.count())
    .select_from(_notices)
    .where(_notices.c.person_id == _people.c.id, _notices.c.read_at.is_(None))
    .correlate(_people)
    .scalar_subquery()
    .label("unread")
)
"""How many notices the person of a row has not read."""


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A page of a person's notices, the unread ones first; `number` is that of the page, `last` of the last one."""

    rows: Sequence[AnyRow]
    number: int
    last: int


def find_notices(person_id: int, number: int) -> NoticePage:
    """Return a page of a person's notices, each with its project and whether they still take part there."""
    count = db.session.scalar(select(func.count()).select_from(Notice).where(Notice.person_id == person_id)) or 0
    last = max(1, -(-count // PER_PAGE))
    number = min(number, last)
    in_order = _of(person_id).order_by(Notice.read_at.is_not(None), Notice.id.desc())
    rows = db.session.execute(in_order.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    return NoticePage(rows, number, last)


def find_notice(person_id: int, notice_id: int) -> AnyRow | None:
    """Return one of a person's notices as `find_notices` does."""
    return db.session.execute(_of(person_id).where(Notice.id == notice_id)).first()


def _of(person_id: int) -> Select[Any]:
    member = and_(Membership.project_id == Notice.project_id, Membership.person_id == person_id)
    return (
        select(
            *(getattr(Notice, name) for name in ("id", "what", "facts", "at", "read_at", "project_id")),
            Project.slug,
            Project.name.label("project"),
            or_(Notice.project_id.is_(None), Person.is_admin, Membership.role.is_not(None)).label("takes_part"),
        )
        .join(Person, Person.id == Notice.person_id)
        .join(Project, Project.id == Notice.project_id, isouter=True)
        .join(Membership, member, isouter=True)
        .where(Notice.person_id == person_id)
    )
