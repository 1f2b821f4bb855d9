"""The people of a site, as its administrators look after them."""

from sqlalchemy import or_, select

from annotator.domain.text import UnstorableText, clean_name, name_key
from annotator.services import accounts
from annotator.services.links import end_links, make_link
from annotator.storage import events
from annotator.storage.database import db
from annotator.storage.people import Identity, Person


class LastAdministrator(ValueError):
    """A site keeps at least one active administrator."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("this is the last active administrator; make somebody else an administrator first")


class Stale(ValueError):
    """Somebody changed the person's names since they were shown."""


def find_person(name: str) -> Person:
    """Return the person who signs in with `name`; raises NotAccepted."""
    person: Person | None = db.session.scalar(select(Person).where(Person.name_key == name_key(name)))
    if person is None:
        raise accounts.NotAccepted("nobody is called “%(name)s”", name=name)
    return person


def rename(person: Person, display_name: str, pseudonym: str, *, seen: str, by_id: int) -> bool:
    """Give a person another name for others or for exports; raises Stale or NotAccepted. False if nothing changes."""
    db.session.refresh(person, with_for_update=True)
    if seen != seen_of(person):
        raise Stale
    display_name = accounts.accepted_name(display_name, "display name", is_new=False)
    pseudonym = accepted_pseudonym(pseudonym, person)
    changed = {
        name: value
        for name, value in (("display_name", display_name), ("pseudonym", pseudonym))
        if getattr(person, name) != value
    }
    for name, value in changed.items():
        setattr(person, name, value)
    if changed:
        # Which pseudonym is whose is nothing for a log.
        events.record("person renamed", "person", person.id, person_id=by_id, detail={"changed": sorted(changed)})
    return bool(changed)


class PseudonymNotAccepted(accounts.NotAccepted):
    """The name for exports can't be taken."""


def accepted_pseudonym(pseudonym: str, person: Person) -> str:
    """Return a name for exports as it is kept, if nobody else has it and it is not somebody's name."""
    try:
        pseudonym = clean_name(pseudonym, limit=60)
    except UnstorableText as error:
        raise PseudonymNotAccepted(str(error)) from error
    if db.session.scalar(select(Person.id).where(Person.pseudonym == pseudonym, Person.id != person.id)):
        raise PseudonymNotAccepted("somebody has this pseudonym already")
    if db.session.scalar(select(Person.id).where(Person.name_key == name_key(pseudonym))):
        raise PseudonymNotAccepted("this is the name of an account, and a pseudonym is to tell nothing of it")
    return pseudonym


def seen_of(person: Person) -> str:
    """Return what a form remembers of a person's names, to notice that somebody changed them meanwhile."""
    return f"{person.pseudonym}/{person.display_name}"


def make_reset_link(person: Person, by_id: int | None) -> str:
    """Make a link for a new password, in place of the one before; nothing ends until it is used. Raises NotAccepted."""
    if not person.is_active:
        raise accounts.NotAccepted("this account is deactivated; an administrator can reactivate it")
    token = make_link(person, "reset", by_id)
    events.record("reset link made", "person", person.id, person_id=by_id)
    return token


def deactivate(person: Person, by_id: int | None) -> None:
    """Close a person's account, and end their sessions and links; raises LastAdministrator. Their work stays."""
    _keep_an_administrator(person)
    if person.is_active:
        person.is_active = False
        events.record("person deactivated", "person", person.id, person_id=by_id)
    accounts.close_sessions(person.id)
    end_links(person.id)


def reactivate(person: Person, by_id: int | None) -> None:
    """Open a person's account again; sessions and links of before stay ended."""
    if not person.is_active:
        person.is_active = True
        events.record("person reactivated", "person", person.id, person_id=by_id)


def make_administrator(person: Person, by_id: int | None) -> None:
    """Make a person an administrator of the site."""
    if not person.is_admin:
        person.is_admin = True
        end_links(person.id, "invite")  # a manager may have handed it out, for less than this
        events.record("administrator made", "person", person.id, person_id=by_id)


def unmake_administrator(person: Person, by_id: int | None) -> None:
    """Make a person an administrator no longer; raises LastAdministrator."""
    _keep_an_administrator(person)
    if person.is_admin:
        person.is_admin = False
        events.record("administrator unmade", "person", person.id, person_id=by_id)


def revoke_links(person: Person, by_id: int) -> bool:
    """End a person's invitation and reset links; False if none was open."""
    if not end_links(person.id, "invite", "reset", "sign-in"):
        return False
    events.record("links revoked", "person", person.id, person_id=by_id)
    return True


def end_sessions(person: Person, by_id: int) -> None:
    """Sign a person out everywhere."""
    accounts.close_sessions(person.id)
    events.record("sessions ended", "person", person.id, person_id=by_id)


def _keep_an_administrator(person: Person) -> None:
    """Hold the administrators who can sign in, so that the last two can't go at the same moment."""
    has_identity = select(Identity.id).where(Identity.person_id == Person.id).exists()
    can_sign_in = or_(Person.password_hash.is_not(None), has_identity)
    active = db.session.scalars(
        select(Person.id).where(Person.is_admin, Person.is_active, can_sign_in).order_by(Person.id).with_for_update()
    ).all()
    db.session.refresh(person)
    if set(active) == {person.id}:
        raise LastAdministrator
