"""Configuration: read from the environment once, checked, and never from a file in the repository."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from annotator import paths
from annotator.storage.database import engine_options

MIN_KEY_BYTES = 32
PUBLISHED_KEYS = frozenset({"dev", "secret", "changeme", "change-me", "development key", "insecure"})
"""Keys that stand in tutorials; repeated up to 32 bytes they are still no secret."""

MEGABYTE = 1024 * 1024
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SECOND_FACTORS = ("optional", "managers", "everyone")
"""Who has to have a second factor; managers are those of any project, and administrators."""


@dataclass(frozen=True)
class IdentityProvider:
    """Who else may sign people in (OpenID Connect): its issuer, what it knows us by, and what the button calls it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str


class BadSetting(ValueError):
    """A setting that the application must not start with; the message says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """What the application needs to know of its surroundings.

    `hosts` are the names that requests may ask for, without port; `proxies` is how many trusted proxies stand in
    front (0: none); `second_factor` is who has to have one.
    """

    database_url: str
    secret_key: str
    old_keys: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")
    base_url: str = ""
    proxies: int = 0
    second_factor: str = "optional"
    oidc: IdentityProvider | None = None

    def flask(self) -> dict[str, Any]:
        """Return the settings under Flask's names."""
        secure = self.base_url.startswith("https:")
        return {
            "SECRET_KEY": self.secret_key,
            "SECRET_KEY_FALLBACKS": list(self.old_keys),
            "DEBUG": False,  # also when FLASK_DEBUG is set: its error pages show the code
            "HOSTS": frozenset(self.hosts),
            "BASE_URL": self.base_url,
            "PROXIES": self.proxies,
            "SECOND_FACTOR": self.second_factor,
            "OIDC": self.oidc,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            # An error of the database goes into the log without the texts and hashes that it was about.
            "SQLALCHEMY_ENGINE_OPTIONS": engine_options(self.database_url) | {"hide_parameters": True},
            "SESSION_COOKIE_NAME": "__Host-annotator" if secure else "annotator",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_PATH": "/",
            "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the session that it belongs to
            "WTF_CSRF_SSL_STRICT": True,
            "MAX_CONTENT_LENGTH": 6 * MEGABYTE,
            "MAX_FORM_MEMORY_SIZE": 6 * MEGABYTE,
            "MAX_FORM_PARTS": 2000,
        }


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises BadSetting with a sentence that says what to change."""
    instance = paths.instance()
    key = environ.get("ANNOTATOR_SECRET_KEY")
    base_url, own_host = address("ANNOTATOR_BASE_URL", environ.get("ANNOTATOR_BASE_URL", ""))
    return Settings(
        database_url=database_url(environ.get("ANNOTATOR_DATABASE_URL", ""), instance),
        secret_key=strong_key(key if key is not None else own_key(instance)),
        old_keys=tuple(map(strong_key, environ.get("ANNOTATOR_OLD_SECRET_KEYS", "").split())),
        hosts=(*Settings.hosts, *own_host, *host_names(environ.get("ANNOTATOR_HOSTS", ""))),
        base_url=base_url,
        proxies=whole_number("ANNOTATOR_PROXIES", environ.get("ANNOTATOR_PROXIES") or "0"),
        second_factor=one_of("ANNOTATOR_SECOND_FACTOR", environ.get("ANNOTATOR_SECOND_FACTOR") or "", SECOND_FACTORS),
        oidc=identity_provider(environ, base_url),
    )


def address(name: str, value: str) -> tuple[str, tuple[str, ...]]:
    """Return the address under which people reach the application, and its host; nothing for nothing."""
    if not value:
        return "", ()
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise BadSetting(f"{name} is no address: {error}") from error
    more = parts.path.rstrip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in {"http", "https"} or not parts.hostname or more:
        raise BadSetting(f"{name} must be like https://claims.example.org, without a path, not {value!r}")
    return value.rstrip("/"), (parts.hostname,)


def identity_provider(environ: Mapping[str, str], base_url: str) -> IdentityProvider | None:
    """Read who else may sign people in: all of its settings, or none."""
    issuer, client_id, secret, name = (
        environ.get(f"ANNOTATOR_OIDC_{part}", "").strip() for part in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "NAME")
    )
    if not issuer and not client_id and not secret:
        return None
    if not (issuer and client_id and secret and base_url):
        raise BadSetting(
            "signing in by an identity provider needs ANNOTATOR_OIDC_ISSUER, ANNOTATOR_OIDC_CLIENT_ID, "
            "ANNOTATOR_OIDC_CLIENT_SECRET and ANNOTATOR_BASE_URL"
        )
    try:
        parts = urlsplit(issuer)
        is_local = parts.hostname in LOOPBACK
    except ValueError as error:
        raise BadSetting(f"ANNOTATOR_OIDC_ISSUER is no address: {error}") from error
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_local)
    if not parts.hostname or not is_safe or set(issuer) & set("?#@"):
        raise BadSetting(f"ANNOTATOR_OIDC_ISSUER must be like https://login.example.org/realm, not {issuer!r}")
    return IdentityProvider(issuer, client_id, secret, name or parts.hostname)


def host_names(value: str) -> tuple[str, ...]:
    """Read host names that stand between blanks or commas; a port or IPv6 brackets may be there and do not count."""
    try:
        return tuple(urlsplit(f"//{name}").hostname or name for name in value.replace(",", " ").split())
    except ValueError as error:
        raise BadSetting(f"ANNOTATOR_HOSTS must be names such as claims.example.org: {error}") from error


def database_url(url: str, instance: Path) -> str:
    """Return the database's address; none means SQLite in the instance folder."""
    if not url:
        return f"sqlite:///{instance / 'annotator.sqlite'}"
    if url.startswith(("postgres://", "postgresql://")):
        return f"postgresql+psycopg://{url.partition('://')[2]}"
    if url.startswith(("postgresql+psycopg://", "sqlite:///")):
        return url
    raise BadSetting("ANNOTATOR_DATABASE_URL must start with postgresql:// or sqlite:///")


def own_key(instance: Path) -> str:
    """Return the instance's own key; the first start makes it, readable by its owner only."""
    path = instance / "secret_key"
    if not path.exists():
        _make_key(path)
    return path.read_text(encoding="utf-8").strip()


def _make_key(path: Path) -> None:
    """Make a key file that appears as a whole; if another start is faster, its key stands."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, path)
        except FileExistsError:
            return
        except OSError:  # a file system without hard links
            unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def strong_key(key: str) -> str:
    """Return `key` if it can be a secret: 32 bytes or more, and no word from a tutorial, also repeated."""
    short = len(key.encode()) < MIN_KEY_BYTES or len(set(key)) < 8  # noqa: PLR2004 (eight different characters)
    published = any(not key.lower().replace(word, "").strip(" -_0123456789") for word in PUBLISHED_KEYS)
    if short or published:
        raise BadSetting(
            "ANNOTATOR_SECRET_KEY must be a random secret of at least 32 bytes; make one with: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return key


def one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    """Read one of the choices; nothing is the first."""
    if value and value not in choices:
        raise BadSetting(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return value or choices[0]


def whole_number(name: str, value: str) -> int:
    """Read a small whole number."""
    if not value.isascii() or not value.isdigit() or len(value) > 4:  # noqa: PLR2004
        raise BadSetting(f"{name} must be a whole number, not {value!r}")
    return int(value)
