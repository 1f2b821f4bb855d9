"""One-time links and what else works once: made, looked at, used up, ended."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from annotator.storage.database import db
from annotator.storage.people import OneTimeLink, Person

LIFETIMES = {
    "sign-in": timedelta(days=3),
    "invite": timedelta(days=7),
    "reset": timedelta(hours=24),
    "second-factor": timedelta(minutes=5),
}
"""How long a link works, by its purpose. The last is no link: it is the time between a password and its code."""


def token_hash(token: str) -> str:
    """Return what is stored of a random token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(person: Person, purpose: str = "sign-in", by_id: int | None = None) -> str:
    """Make a link for `person` that works once, in place of an invitation or reset before it; return its token."""
    if purpose in {"invite", "reset"}:
        end_links(person.id, purpose)
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    db.session.add(
        OneTimeLink(
            token_hash=token_hash(token),
            purpose=purpose,
            person_id=person.id,
            created_by_id=by_id,
            created_at=now,
            expires_at=now + LIFETIMES[purpose],
        )
    )
    db.session.flush()
    return token


def link_owner(token: str, purpose: str = "sign-in") -> Person | None:
    """Return whom a link is for, without using it up."""
    return db.session.scalar(
        select(Person)
        .join(OneTimeLink, OneTimeLink.person_id == Person.id)
        .where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > datetime.now(UTC),
            Person.is_active,
        )
    )


def use_link(token: str, purpose: str = "sign-in") -> Person | None:
    """Use a link up and return whom it is for; None if it is unknown, used or too old."""
    person = link_owner(token, purpose)
    used = (
        person
        and db.session.execute(
            update(OneTimeLink)
            .where(OneTimeLink.token_hash == token_hash(token), OneTimeLink.used_at.is_(None))
            .values(used_at=datetime.now(UTC))
            .returning(OneTimeLink.id)
        ).first()
    )
    return person if used else None


def end_links(person_id: int, *purposes: str) -> int:
    """End the open links of a person, all or those of some purposes; return how many there were."""
    which = [OneTimeLink.purpose.in_(purposes)] if purposes else []
    now = datetime.now(UTC)
    ended = db.session.scalars(
        update(OneTimeLink)
        .where(OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None), *which)
        .values(used_at=now)
        .returning(OneTimeLink.expires_at)
    )
    return sum(expires_at > now for expires_at in ended.all())
