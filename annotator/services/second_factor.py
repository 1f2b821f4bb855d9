"""The second factor: codes that a telephone shows (TOTP, RFC 6238), and recovery codes for when it is lost."""

import hmac
import secrets
from datetime import UTC, datetime

import pyotp
from sqlalchemy import delete, func, or_, select, update

from annotator.services import accounts
from annotator.services.links import end_links, make_link, token_hash
from annotator.storage import events
from annotator.storage.database import db
from annotator.storage.people import Person, RecoveryCode, SignInAttempt

ISSUER = "Claim Annotator"
STEP = 30
"""Seconds that a code is shown for."""
SKEW = 1
"""Steps that a telephone's clock may be ahead or behind."""
TRIES = 10
"""Wrong codes in `accounts.WINDOW` after which every code has to wait; only who knows the password gets so far."""
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what looks alike


class WrongCode(ValueError):
    """The code is not the one that is shown now, or was used already."""

    def __init__(self) -> None:
        """Say what to look at."""
        super().__init__("this code is not right, or was used already; take the one that is shown now")


class AlreadyOn(ValueError):
    """The second factor is on; it has to be switched off first."""


def propose(person_id: int) -> None:
    """Make the secret of a second factor, which counts as soon as a code confirms it; raises AlreadyOn."""
    _change_while_off(person_id, totp_secret=pyotp.random_base32(), totp_step=None)


def proposed_address(person: Person) -> str:
    """Return what a telephone reads from the picture: an otpauth address with the secret."""
    return pyotp.TOTP(person.totp_secret or "").provisioning_uri(name=person.name, issuer_name=ISSUER)


def confirm(person_id: int, code: str, session_id: int) -> list[str]:
    """Switch the second factor on, and end the sessions that were opened without it; return the recovery codes.

    Raises AlreadyOn, WrongCode or TooManyAttempts.
    """
    person = db.session.get_one(Person, person_id)
    if person.totp_since is not None or person.totp_secret is None:
        raise AlreadyOn
    _raise_if_throttled(person)
    step = _step_of(person, code)
    if step is None:
        _note_failure(person)
        raise WrongCode
    _change_while_off(person_id, totp_since=datetime.now(UTC), totp_step=step)
    _forget_failures(person)
    accounts.close_sessions(person_id, but=session_id)
    end_links(person_id, "second-factor")
    events.record("second factor on", "person", person_id, person_id=person_id)
    return _new_recovery_codes(person_id)


def _change_while_off(person_id: int, **values: object) -> None:
    changed = db.session.execute(
        update(Person).where(Person.id == person_id, Person.totp_since.is_(None)).values(**values).returning(Person.id)
    ).first()
    if changed is None:
        raise AlreadyOn


def ask_for_code(person: Person) -> str:
    """Return the token of a sign-in that had the right password and lacks the code: good once, and not for long."""
    return make_link(person, "second-factor")


def check_code(person: Person, code: str) -> bool:
    """Use up a code or a recovery code; False, and counted, if it is wrong. Raises TooManyAttempts."""
    _raise_if_throttled(person)
    if person.totp_since is not None and (_use_code(person, code) or _use_recovery_code(person, code)):
        _forget_failures(person)
        return True
    _note_failure(person)
    return False


def _use_code(person: Person, code: str) -> bool:
    step = _step_of(person, code)
    used = (
        step is not None
        and db.session.execute(
            update(Person)
            .where(Person.id == person.id, or_(Person.totp_step.is_(None), Person.totp_step < step))
            .values(totp_step=step)
            .returning(Person.id)
        ).first()
    )
    return bool(used)


def _step_of(person: Person, code: str) -> int | None:
    """Return the step whose code this is, among those that a clock a little off may show."""
    typed, now = "".join(code.split()), int(datetime.now(UTC).timestamp()) // STEP
    if person.totp_secret is None or not typed.isascii():
        return None
    totp = pyotp.TOTP(person.totp_secret)
    fitting = [now + skew for skew in range(-SKEW, SKEW + 1) if _same(totp.generate_otp(now + skew), typed)]
    return fitting[0] if fitting else None


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _use_recovery_code(person: Person, code: str) -> bool:
    used = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == _recovery_hash(code, person.id),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=datetime.now(UTC))
        .returning(RecoveryCode.id)
    ).first()
    if used:
        events.record("recovery code used", "person", person.id, person_id=person.id)
    return used is not None


def _recovery_hash(code: str, person_id: int) -> str:
    return token_hash(f"{person_id}:{''.join(filter(str.isalnum, code.lower()))}")


def _new_recovery_codes(person_id: int) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    letters = ["".join(secrets.choice(_ALPHABET) for _ in range(12)) for _ in range(RECOVERY_CODES)]
    codes, now = [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in letters], datetime.now(UTC)
    db.session.add_all(
        RecoveryCode(person_id=person_id, code_hash=_recovery_hash(code, person_id), created_at=now) for code in codes
    )
    db.session.flush()
    return codes


def renew_recovery_codes(person_id: int, code: str) -> list[str]:
    """Make recovery codes in place of those before; raises WrongCode or TooManyAttempts."""
    if not check_code(db.session.get_one(Person, person_id), code):
        raise WrongCode
    events.record("recovery codes made", "person", person_id, person_id=person_id)
    return _new_recovery_codes(person_id)


def recovery_codes_left(person_id: int) -> int:
    """Return how many recovery codes a person has left."""
    unused = (RecoveryCode.person_id == person_id) & RecoveryCode.used_at.is_(None)
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(unused)) or 0


def switch_off(person_id: int, password: str, code: str, address: str) -> None:
    """Switch a person's own second factor off; raises WrongPassword, WrongCode or TooManyAttempts."""
    person = db.session.get_one(Person, person_id)
    if person.password_hash is not None:  # who signs in elsewhere has none
        accounts.check_password(person, password, address)
    if not check_code(person, code):
        raise WrongCode
    _clear(person)
    events.record("second factor off", "person", person_id, person_id=person_id)


def take_off(person: Person, by_id: int | None) -> None:
    """Take the second factor off somebody who lost it, and sign them out everywhere."""
    if person.totp_since is None:
        return
    _clear(person)
    accounts.close_sessions(person.id)
    events.record("second factor taken off", "person", person.id, person_id=by_id)


def _clear(person: Person) -> None:
    person.totp_secret, person.totp_since, person.totp_step = None, None, None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    end_links(person.id, "second-factor")


# Wrong codes are counted beside wrong passwords, and apart from them: a right password does not clear them.


def _key(person: Person) -> str:
    return f"code\n{person.id}"  # no name has two lines


def _raise_if_throttled(person: Person) -> None:
    recent = SignInAttempt.at > datetime.now(UTC) - accounts.WINDOW
    wrong = select(func.count()).select_from(SignInAttempt).where(SignInAttempt.name_key == _key(person), recent)
    if (db.session.scalar(wrong) or 0) >= TRIES:
        raise accounts.TooManyAttempts


def _note_failure(person: Person) -> None:
    accounts.note_failure(_key(person), "code")


def _forget_failures(person: Person) -> None:
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.name_key == _key(person)))
