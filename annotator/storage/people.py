"""People and how they sign in: accounts, sessions, one-time links, counted attempts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.storage.database import Id, db


class Person(db.Model):  # type: ignore[name-defined,misc]
    """Somebody with an account; `name` is what they sign in with, `pseudonym` what exports may show.

    `look_key` is the same for names that look alike. `totp_secret` is the shared secret of a second factor, in use
    since `totp_since`; `totp_step` the last 30-second step whose code was taken, so that no code works twice.
    """

    __tablename__ = "person"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    pseudonym: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    is_admin: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())
    look_key: Mapped[str] = mapped_column(default="", server_default="", index=True)
    totp_secret: Mapped[str | None]
    totp_since: Mapped[datetime | None]
    totp_step: Mapped[int | None] = mapped_column(Id)
    created_at: Mapped[datetime]


class RecoveryCode(db.Model):  # type: ignore[name-defined,misc]
    """A code that stands in for the second factor once; only its SHA-256 is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Identity(db.Model):  # type: ignore[name-defined,misc]
    """An account at an identity provider that signs `person` in: known by issuer and subject, never by an address."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    shown_as: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SpentState(db.Model):  # type: ignore[name-defined,misc]
    """The `state` of a sign-in at the identity provider that was answered; only its SHA-256 is kept, for a while."""

    __tablename__ = "spent_state"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    state_hash: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]


class SignInSession(db.Model):  # type: ignore[name-defined,misc]
    """One signed-in browser. Only the SHA-256 of its token is kept; `revoked_at` ends it at once."""

    __tablename__ = "sign_in_session"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    browser: Mapped[str]
    person: Mapped[Person] = relationship()


class SignInAttempt(db.Model):  # type: ignore[name-defined,misc]
    """A failed attempt to sign in, counted by account name and by address."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index(None, "name_key", "at"),
        Index(None, "address", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name_key: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]


class OneTimeLink(db.Model):  # type: ignore[name-defined,misc]
    """A link for `person` that works once: sign-in, invite or reset. Only the SHA-256 of its token is kept."""

    __tablename__ = "one_time_link"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
