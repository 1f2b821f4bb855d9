"""People and how they sign in: accounts, sessions, one-time links, counted attempts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.storage.database import Id, db


class Person(db.Model):  # type: ignore[name-defined,misc]
    """Somebody with an account; `name` is what they sign in with, `pseudonym` what exports may show."""

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
    created_at: Mapped[datetime]


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
    """A link that signs `person` in once; only the SHA-256 of its token is kept."""

    __tablename__ = "one_time_link"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
