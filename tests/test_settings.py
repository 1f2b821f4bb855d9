"""Settings: what the application refuses to start with, and what it makes of its surroundings."""

import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import URLSafeTimedSerializer

from annotator import settings
from annotator.app import Annotator, create_app
from annotator.settings import BadSetting, Settings
from annotator.storage.database import db
from tests.conftest import SECRET
from tests.desk import Desk

RANDOM = "k2Jx7vQzR9tYw4mB8nC1sD5fG6hL3pAe"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("ANNOTATOR_INSTANCE", str(tmp_path))
    return {"ANNOTATOR_SECRET_KEY": RANDOM}


@pytest.mark.parametrize(
    "key",
    ["", " ", "dev", "secret", "changeme", "x" * 31, "x" * 64, "ab" * 40, "secret-secret-secret-secret-secret",
     RANDOM[:31], "changeme_changeme_changeme_changeme", "change-me change-me change-me change-me", "dev" * 20,
     "insecure-0123456789-0123456789-0123"],
)  # fmt: skip
def test_a08_a_key_that_is_no_secret_keeps_the_application_from_starting(environment: dict[str, str], key: str) -> None:
    for name in ("ANNOTATOR_SECRET_KEY", "ANNOTATOR_OLD_SECRET_KEYS"):
        if key.strip() or name == "ANNOTATOR_SECRET_KEY":
            with pytest.raises(BadSetting, match="at least 32 bytes"):
                settings.from_environment(environment | {name: key.replace(" ", "_") if "OLD" in name else key})


def test_a_random_key_is_taken(environment: dict[str, str]) -> None:
    read = settings.from_environment(environment | {"ANNOTATOR_OLD_SECRET_KEYS": f"{RANDOM[::-1]} {SECRET}"})
    assert (read.secret_key, read.old_keys) == (RANDOM, (RANDOM[::-1], SECRET))


def test_an_instance_makes_a_key_of_its_own_and_keeps_it_to_itself(environment: dict[str, str], tmp_path: Path) -> None:
    first, again = settings.from_environment({}), settings.from_environment({})
    assert first.secret_key == again.secret_key
    assert len(first.secret_key) >= 48
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_starts_at_the_same_moment_find_one_whole_key(environment: dict[str, str], tmp_path: Path) -> None:
    barrier = threading.Barrier(8)

    def start(_number: int) -> str:
        barrier.wait()
        return settings.own_key(tmp_path)

    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            (tmp_path / "secret_key").unlink(missing_ok=True)
            keys = set(pool.map(start, range(8)))
            assert len(keys) == 1
            assert len(keys.pop()) >= 48
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_key_is_never_seen_half_written(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    sync = os.fsync

    def while_it_is_written(handle: int) -> None:
        if not seen:
            seen.append("first")
            seen.append(settings.own_key(tmp_path))
        sync(handle)

    monkeypatch.setattr(os, "fsync", while_it_is_written)
    first = settings.own_key(tmp_path)
    assert seen == ["first", first]
    assert len(first) >= 48


def test_a_key_file_that_was_emptied_is_not_taken(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("\n")
    with pytest.raises(BadSetting):
        settings.from_environment({})


@pytest.mark.parametrize(
    ("url", "read"),
    [("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"), ("postgresql://h/d", "postgresql+psycopg://h/d"),
     ("sqlite:////srv/a.sqlite", "sqlite:////srv/a.sqlite")],
)  # fmt: skip
def test_the_databases_address(environment: dict[str, str], url: str, read: str) -> None:
    assert settings.from_environment(environment | {"ANNOTATOR_DATABASE_URL": url}).database_url == read


@pytest.mark.parametrize("url", ["mysql://h/d", "annotator.sqlite", "postgresql", "file:///etc/passwd"])
def test_another_database_is_refused(environment: dict[str, str], url: str) -> None:
    with pytest.raises(BadSetting, match="ANNOTATOR_DATABASE_URL"):
        settings.from_environment(environment | {"ANNOTATOR_DATABASE_URL": url})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ANNOTATOR_PROXIES", "yes"), ("ANNOTATOR_PROXIES", "-1"), ("ANNOTATOR_PROXIES", "１"),
        ("ANNOTATOR_BASE_URL", "claims.example.org"), ("ANNOTATOR_BASE_URL", "ftp://claims.example.org"),
        ("ANNOTATOR_BASE_URL", "https://claims.example.org/path"), ("ANNOTATOR_BASE_URL", "https://"),
        ("ANNOTATOR_BASE_URL", "https://me@claims.example.org"), ("ANNOTATOR_BASE_URL", "https://[::1"),
        ("ANNOTATOR_HOSTS", "[::1"), ("ANNOTATOR_SECOND_FACTOR", "yes"), ("ANNOTATOR_SECOND_FACTOR", "Everyone"),
    ],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_named(environment: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        settings.from_environment(environment | {name: value})


def test_the_own_address_is_a_host_too(environment: dict[str, str]) -> None:
    read = settings.from_environment(
        environment
        | {"ANNOTATOR_BASE_URL": "https://Claims.example.org:8443/", "ANNOTATOR_HOSTS": "a.example:80,[2001:db8::1] b"}
    )
    assert read.base_url == "https://Claims.example.org:8443"
    assert read.hosts == ("127.0.0.1", "localhost", "::1", "claims.example.org", "a.example", "2001:db8::1", "b")


def made(**facts: Any) -> Annotator:
    app = create_app(Settings(database_url="sqlite:///:memory:", secret_key=SECRET, **facts))
    with app.app_context():
        db.engine.dispose()
    return app


def test_debugging_is_off_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    monkeypatch.setenv("FLASK_ENV", "development")
    app = made()
    assert not app.debug
    assert not app.testing
    assert not app.config["PROPAGATE_EXCEPTIONS"]


@pytest.mark.parametrize(
    ("base_url", "secure"), [("https://claims.example.org", True), ("http://localhost:8000", False), ("", False)]
)
def test_cookies_of_an_https_site_are_bound_to_it(base_url: str, secure: bool) -> None:
    app = made(base_url=base_url, hosts=("localhost",))
    answer = app.test_client().get("/keys", base_url=base_url or "http://localhost", headers={"Host": "localhost"})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-annotator=" if secure else "annotator=")
    parts = set(cookie.split("; ")[1:])
    assert parts == {"HttpOnly", "Path=/", "SameSite=Lax"} | ({"Secure"} if secure else set())


def test_preferences_of_an_https_site_are_bound_to_it_too() -> None:
    app = made(base_url="https://claims.example.org", hosts=("claims.example.org",))
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/preferences", base_url="https://claims.example.org", data={"theme": "dark"})
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all({"HttpOnly", "Secure", "SameSite=Lax"} <= set(cookie.split("; ")) for cookie in cookies)


def signed_with(key: str, app: Annotator) -> str:
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert isinstance(signer, URLSafeTimedSerializer)
    signer.secret_keys = [key.encode()]
    return str(signer.dumps({"mark": "x", "csrf_token": "0" * 40}))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a10_an_old_key_still_opens_and_the_new_one_signs(database_url: str) -> None:
    old, newest = RANDOM, RANDOM[::-1]
    app = create_app(Settings(database_url=database_url, secret_key=newest, old_keys=(old,)))
    person = Desk(app).person("reader")
    before = create_app(Settings(database_url=database_url, secret_key=old))
    browser = Desk(before).reader(person)
    carried = browser.client.get_cookie("annotator")
    assert carried is not None
    client = app.test_client()
    client.set_cookie("annotator", carried.value)
    assert client.get("/account").status_code == 200
    renewed = client.get_cookie("annotator")
    assert renewed is not None
    reading = create_app(Settings(database_url=database_url, secret_key=newest))
    client = reading.test_client()
    client.set_cookie("annotator", carried.value)
    assert client.get("/account").status_code == 303, "without the old key its cookies are nobody's"
    client.set_cookie("annotator", renewed.value)
    assert client.get("/account").status_code == 200, "what was sent since is signed with the new key"
    for used in (app, before, reading):
        with used.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.mark.parametrize("key", ["dev", "secret", "changeme", "you-will-never-guess", ""])
def test_a08_a_cookie_signed_with_a_published_key_is_nobodys(key: str) -> None:
    app = made()
    client = app.test_client()
    client.set_cookie("annotator", signed_with(key, app))
    answer = client.get("/keys")
    assert "Set-Cookie" in answer.headers, "the cookie was replaced, not read"
    assert signed_with(SECRET, app) not in answer.headers["Set-Cookie"]
