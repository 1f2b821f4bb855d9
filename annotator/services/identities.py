"""Accounts at an identity provider and the people here that they belong to: found, linked, taken away.

They are known by issuer and subject. An e-mail address never joins the two: whoever runs another provider, or gets an
old address, could write the one that somebody here has.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, exists, select

from annotator.services.links import token_hash
from annotator.services.oidc import Account
from annotator.storage import events
from annotator.storage.database import db
from annotator.storage.people import Identity, Person, SpentState

REMEMBERED = timedelta(hours=1)
"""How long an answered state is known; sooner it has become too old to be answered at all."""


class NotLinked(ValueError):
    """An account can't be linked or taken away; the message says why, for whoever asked."""


def spend(state: str) -> bool:
    """Note that a state was answered; False if it was before."""
    now, hashed = datetime.now(UTC), token_hash(state)
    db.session.execute(delete(SpentState).where(SpentState.at < now - REMEMBERED))
    if db.session.scalar(select(exists().where(SpentState.state_hash == hashed))):
        return False
    db.session.add(SpentState(state_hash=hashed, at=now))
    db.session.flush()
    return True


def person_of(account: Account) -> Person | None:
    """Return the active person whom an account signs in, and note its use."""
    found = db.session.execute(
        select(Identity, Person)
        .join(Person, Person.id == Identity.person_id)
        .where(Identity.issuer == account.issuer, Identity.subject == account.subject, Person.is_active)
    ).first()
    if found is None:
        return None
    identity, person = found
    identity.used_at = datetime.now(UTC)
    return person


def identities_of(person_id: int) -> list[Identity]:
    """Return the accounts that sign a person in."""
    return list(db.session.scalars(select(Identity).where(Identity.person_id == person_id).order_by(Identity.id)))


def link(person_id: int, account: Account) -> None:
    """Let an account sign a person in from now on. Raises NotLinked if it is somebody else's."""
    known = db.session.scalar(
        select(Identity.person_id).where(Identity.issuer == account.issuer, Identity.subject == account.subject)
    )
    if known == person_id:
        return
    if known is not None:
        raise NotLinked("This account belongs to somebody else here already.")
    identity = Identity(
        person_id=person_id,
        issuer=account.issuer,
        subject=account.subject,
        shown_as=account.shown_as,
        created_at=datetime.now(UTC),
    )
    db.session.add(identity)
    db.session.flush()
    events.record("identity linked", "person", person_id, person_id=person_id, detail={"issuer": account.issuer})


def unlink(person_id: int, identity_id: int) -> bool:
    """Take one of a person's accounts away; False if they have no such one, NotLinked if it is their last way in."""
    person = db.session.get_one(Person, person_id, with_for_update=True)
    mine = identities_of(person_id)
    chosen = next((identity for identity in mine if identity.id == identity_id), None)
    if chosen is None:
        return False
    if person.password_hash is None and len(mine) == 1:
        raise NotLinked("This is your only way to sign in. Choose a password first.")
    db.session.delete(chosen)
    events.record("identity unlinked", "person", person_id, person_id=person_id, detail={"issuer": chosen.issuer})
    return True
