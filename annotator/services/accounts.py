"""Accounts: people, passwords, sessions, and the throttle on guessing."""

import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import IPv4Address, ip_address, ip_network

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, exists, func, select, update

from annotator.domain.look_alikes import look_key
from annotator.domain.passwords import is_easily_guessed
from annotator.domain.text import UnstorableText, clean_name, looks_mixed_script, name_key
from annotator.services.links import end_links, make_link, token_hash
from annotator.storage import events
from annotator.storage.database import db, step_aside
from annotator.storage.people import Person, SignInAttempt, SignInSession

PASSWORD_MIN, PASSWORD_MAX = 8, 1024
"""Characters; longer passwords are refused before they are hashed."""
IDLE, LIFETIME = timedelta(hours=12), timedelta(days=7)
"""A session ends when nobody has used it for so long, and in any case after so long."""
WINDOW = timedelta(minutes=15)
OWN_LIMIT, NAME_LIMIT, ADDRESS_LIMIT = 10, 100, 100
"""Failures within WINDOW after which a name has to wait at one address, a name anywhere, and an address with any name.

The first is the strictest, so that a stranger who guesses keeps himself out and not the person.
"""
_hasher = PasswordHasher()
_hashing = threading.BoundedSemaphore(2)
"""One hash takes 64 MiB: more than two at a time would let a flood of sign-ins eat the memory."""


class NotAccepted(ValueError):
    """A name or a password cannot be taken; the message says why, for the person who chose it.

    `sentence` is the message before the `facts` are filled in, for those who translate it; `about` what was refused.
    """

    def __init__(self, sentence: str, about: str = "", **facts: object) -> None:
        """Fill in the facts."""
        super().__init__(sentence % facts if facts else sentence)
        self.sentence, self.about, self.facts = sentence, about, facts


class WrongPassword(NotAccepted):
    """The present password, asked for before a new one is taken, is not the right one."""


class TooManyAttempts(RuntimeError):
    """Too many wrong passwords lately, for this name or from this address."""


@dataclass(frozen=True)
class Credentials:
    """What a new person is told, once: nothing of it is stored in the clear."""

    person: Person
    password: str
    link_token: str


def add_person(name: str, display_name: str = "", *, is_admin: bool = False, by_id: int | None = None) -> Credentials:
    """Add a person with a random password and a one-time link; raises NotAccepted."""
    password = secrets.token_urlsafe(15)
    person = add_account(name, display_name, password=password, is_admin=is_admin, by_id=by_id)
    return Credentials(person, password, make_link(person, by_id=by_id))


def add_account(
    name: str, display_name: str = "", *, password: str = "", is_admin: bool = False, by_id: int | None = None
) -> Person:
    """Add a person, whom no password signs in if none is given; raises NotAccepted."""
    name, display_name = accepted_name(name), accepted_name(display_name or name, "display name", is_new=False)
    person = Person(
        name=name,
        name_key=name_key(name),
        look_key=look_key(name),
        display_name=display_name,
        pseudonym=new_pseudonym(),
        password_hash=hash_password(password) if password else None,
        is_admin=is_admin,
        is_active=True,
        created_at=datetime.now(UTC),
    )
    db.session.add(person)
    db.session.flush()
    events.record("person added", "person", person.id, person_id=by_id, detail={"is_admin": is_admin})
    return person


def accepted_name(name: str, what: str = "name", *, is_new: bool = True) -> str:
    """Return a name as it is kept; a new one to sign in with must look like nobody's. Raises NotAccepted."""
    try:
        name = clean_name(name, what=what)
    except UnstorableText as error:
        raise NotAccepted(str(error), what) from error
    if is_new:
        check_new_name(name)
    return name


def check_new_name(name: str) -> None:
    """Raise NotAccepted for a name that somebody has, or that looks like somebody's."""
    if looks_mixed_script(name):
        raise NotAccepted("“%(name)s” mixes letters of different scripts that look alike; use one script", name=name)
    if db.session.scalar(select(exists().where(Person.name_key == name_key(name)))):
        raise NotAccepted(
            "somebody is called “%(name)s” already (capitals and look-alike forms count as the same)", name=name
        )
    fill_look_keys()
    twin = db.session.scalar(select(Person.name).where(Person.look_key == look_key(name)).limit(1))
    if twin is not None:
        raise NotAccepted(
            "“%(name)s” looks like the name “%(twin)s”, which somebody has; choose another", name=name, twin=twin
        )


def fill_look_keys() -> None:
    """Note what the names look like of people who were added before that was kept."""
    for person in db.session.scalars(select(Person).where(Person.look_key == "").limit(10_000)):
        person.look_key = look_key(person.name)
    db.session.flush()


def new_pseudonym() -> str:
    """Return a name for exports that tells nothing of the person."""
    return f"reviewer-{secrets.token_hex(4)}"


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password; the ways of writing one letter in Unicode count as the same."""
    with _hashing:
        return _hasher.hash(unicodedata.normalize("NFKC", password))


@cache
def _dummy_hash() -> str:
    return hash_password(secrets.token_urlsafe(15))


def password_matches(stored: str | None, password: str) -> bool:
    """Tell whether `password` is the right one; takes as long when there is none to compare with."""
    if len(password) > PASSWORD_MAX:
        return False
    compared = stored or _dummy_hash()  # before the semaphore: making the dummy takes a turn of its own
    with _hashing:
        try:
            _hasher.verify(compared, unicodedata.normalize("NFKC", password))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def check_strength(password: str, person: Person) -> None:
    """Raise NotAccepted for a password that is too short, too long, or easily guessed."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise NotAccepted(f"a password has {PASSWORD_MIN} to {PASSWORD_MAX:,} characters")
    if is_easily_guessed(password, (person.name_key, name_key(person.display_name))):
        raise NotAccepted(
            "this password is among the first that an attacker tries; take a longer one that is yours alone"
        )


def authenticate(name: str, password: str, address: str) -> Person | None:
    """Return the person whose name and password these are; count a failure in the database; raises TooManyAttempts."""
    key, origin = name_key(name), network_of(address)
    raise_if_throttled(key, origin)
    found = db.session.execute(
        select(Person.id, Person.password_hash).where(Person.name_key == key, Person.is_active)
    ).first()
    step_aside()  # a hash takes long, and nobody who saves should wait for it
    if not password_matches(found.password_hash if found else None, password) or found is None:
        note_failure(key, origin)
        return None
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.name_key == key, SignInAttempt.address == origin))
    same = (Person.id == found.id, Person.is_active, Person.password_hash == found.password_hash)
    return db.session.scalar(select(Person).where(*same))  # it may have changed while the hash was reckoned


def network_of(address: str) -> str:
    """Return what an address is counted under: itself, or for IPv6 the /64 that one customer has to spend."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((int(parsed), 64), strict=False))


def note_failure(key: str, origin: str) -> None:
    """Count a wrong password; rows that no limit looks at any more are removed."""
    now = datetime.now(UTC)
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - 4 * WINDOW))
    db.session.add(SignInAttempt(name_key=key, address=origin, at=now))


def raise_if_throttled(key: str, origin: str) -> None:
    """Raise TooManyAttempts if there were too many wrong passwords lately."""
    recent = SignInAttempt.at > datetime.now(UTC) - WINDOW
    of_name, of_origin = SignInAttempt.name_key == key, SignInAttempt.address == origin
    for which, limit in ((of_name & of_origin, OWN_LIMIT), (of_name, NAME_LIMIT), (of_origin, ADDRESS_LIMIT)):
        failures = db.session.scalar(select(func.count()).select_from(SignInAttempt).where(which, recent))
        if (failures or 0) >= limit:
            raise TooManyAttempts


def open_session(person: Person, browser: str) -> str:
    """Open a session for `person` and return its token, which goes into the cookie and nowhere else."""
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    shown = "".join(filter(str.isprintable, browser))[:200]
    db.session.add(
        SignInSession(token_hash=token_hash(token), person_id=person.id, created_at=now, seen_at=now, browser=shown)
    )
    events.record("signed in", "person", person.id, person_id=person.id)
    return token


def close_session(session_id: int, person_id: int) -> bool:
    """Revoke one session of a person; False if there is no such session of theirs."""
    closed = db.session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.person_id == person_id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=datetime.now(UTC))
        .returning(SignInSession.id)
    ).first()
    if closed:
        events.record("session closed", "sign_in_session", session_id, person_id=person_id)
    return closed is not None


def close_sessions(person_id: int, *, but: int | None = None) -> None:
    """Revoke every session of a person, except one."""
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.id != (but or 0), SignInSession.revoked_at.is_(None))
        .values(revoked_at=datetime.now(UTC))
    )


def close_other_sessions(person_id: int, session_id: int) -> None:
    """Revoke every session of a person but the one that asks for it."""
    close_sessions(person_id, but=session_id)
    events.record("other sessions closed", "person", person_id, person_id=person_id)


def open_sessions(person_id: int) -> list[SignInSession]:
    """Return the sessions of a person that can still be used, the newest first."""
    now = datetime.now(UTC)
    return list(
        db.session.scalars(
            select(SignInSession)
            .where(
                SignInSession.person_id == person_id,
                SignInSession.revoked_at.is_(None),
                SignInSession.created_at > now - LIFETIME,
                SignInSession.seen_at > now - IDLE,
            )
            .order_by(SignInSession.id.desc())
            .limit(50)
        )
    )


def check_password(person: Person, password: str, address: str) -> None:
    """Raise WrongPassword, which is counted, or TooManyAttempts, unless this is the person's present password."""
    origin = network_of(address)
    raise_if_throttled(person.name_key, origin)
    if not password_matches(person.password_hash, password):
        note_failure(person.name_key, origin)
        raise WrongPassword("this is not your present password")


def change_password(person_id: int, old: str, new: str, session_id: int, address: str) -> None:
    """Give a person a new password, and end their other sessions and open links.

    Raises NotAccepted, WrongPassword, or TooManyAttempts: who finds a browser open may not guess on and on either.
    """
    person = db.session.get_one(Person, person_id)
    check_password(person, old, address)
    check_strength(new, person)
    person.password_hash = hash_password(new)
    close_sessions(person_id, but=session_id)
    end_links(person_id)
    events.record("password changed", "person", person_id, person_id=person_id)
