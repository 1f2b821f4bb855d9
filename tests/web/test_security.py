"""The security floor: cross-site forms, headers, hosts, origins, caches and proxies, for every route there is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import url_for
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from annotator.app import create_app
from annotator.settings import Settings
from annotator.storage.articles import Article
from annotator.storage.database import db
from annotator.storage.events import Event
from annotator.storage.people import SignInSession
from annotator.storage.verdicts import Verdict
from annotator.web.security import CACHEABLE, CONTENT_SECURITY_POLICY, HEADERS
from tests.conftest import SECRET
from tests.desk import Desk
from tests.web.conftest import House

FORM = {
    "client_key": "key-of-a-form", "revision": "0", "label": "sourced", "name": "reader", "password": "x", "old": "x",
    "new": "tumbleweed lantern", "title": "T", "text": "A new text.", "language": "en", "theme": "dark",
}  # fmt: skip
"""Fields that at least one form would take."""


def addresses(house: House, *, unsafe: bool) -> Iterator[tuple[str, str]]:
    """Yield endpoint and address of every route there is."""
    facts = {
        "slug": "news", "article_id": house.article, "claim_id": house.claims[3], "number": 1, "session_id": 1,
        "token": house.people["manager"].link_token, "filename": "annotator.css", "name": "jsonl", "upload_id": 1,
        "job_id": 1, "identity_id": 1, "frozen_id": 1, "version": "0" * 12, "person_id": house.people["bystander"].id,
        "key": "editorial", "form": "json", "part": "guidance",
    }  # fmt: skip
    app = house.desk.app
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if ("POST" in (rule.methods or ())) == unsafe:
                values: dict[str, Any] = {name: facts[name] for name in rule.arguments}
                yield rule.endpoint, url_for(rule.endpoint, **values)


def rows(house: House) -> list[int]:
    tables = (Verdict, Article, Event, SignInSession)
    with house.desk.inside(writes=False) as session:
        open_sessions = session.scalars(select(func.count()).where(SignInSession.revoked_at.is_(None))).one()
        return [open_sessions, *(session.scalars(select(func.count()).select_from(table)).one() for table in tables)]


def test_c01_every_unsafe_route_refuses_a_form_without_its_own_token(house: House) -> None:
    browser, other = house.browser("manager"), house.browser("manager")
    mine, others = browser.token(), other.token()
    before, tried = rows(house), 0
    for endpoint, path in addresses(house, unsafe=True):
        tried += 1
        for name, query, fields in (
            ("none", "", {}),
            ("of another session", "", {"csrf_token": others}),
            ("made up", "", {"csrf_token": "x" * 60}),
            ("not text", "", {"csrf_token": "\u00e9\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")}),
            ("empty", "", {"csrf_token": ""}),
            ("in the address", f"?csrf_token={mine}", {}),
        ):
            answer = browser.client.post(path + query, data=FORM | fields)
            assert answer.status_code == 400, (endpoint, name)
        answer = browser.client.post(path, data=FORM, headers={"X-CSRFToken": others, "Accept": "application/json"})
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), endpoint
    assert tried >= 9
    assert rows(house) == before


def test_c01_a_token_outlives_neither_its_session_nor_a_change_of_person(house: House) -> None:
    browser = house.browser("reviewer")
    token = browser.token()
    browser.post("/sign-out")
    assert browser.client.post("/preferences", data={"csrf_token": token, "theme": "dark"}).status_code == 400


def test_a_script_may_send_the_token_in_a_header(house: House) -> None:
    browser = house.browser("reviewer")
    answer = browser.client.post("/preferences", data={"theme": "dark"}, headers={"X-CSRFToken": browser.token()})
    assert answer.status_code == 303


def every_answer(house: House) -> Iterator[tuple[str, TestResponse]]:
    """Yield an answer of each route and each kind of refusal."""
    manager, anonymous = house.browser("manager"), house.browser("anonymous")
    for endpoint, path in addresses(house, unsafe=False):
        yield endpoint, manager.get(path, buffered=True)
        yield endpoint, anonymous.get(path, buffered=True, headers={"Accept": "application/json"})
    for endpoint, path in addresses(house, unsafe=True):
        yield "error 400", manager.client.post(path)
        yield "error 405", manager.client.put(path)
        yield "error 415", manager.client.post(path, json={})
        if endpoint not in {"accounts.sign_out", "accounts.use_link", "accounts.revoke"}:
            yield endpoint, manager.post(path)
    for path in ("/nothing", "/static/nothing.css", "/static/fonts/nothing", "/static/", "/projects/none/export.csv"):
        yield "error 404", manager.get(path)
    yield "error 404", manager.get("/projects/news/export.exe")
    yield "error 403", house.browser("observer").get(f"/articles/{house.article}")
    yield "error 400", anonymous.get("/keys", headers={"Host": "evil.example"})
    yield "error 414", anonymous.get("/keys?" + "a" * 9000)
    yield "error 413", anonymous.client.post("/sign-in", data={"name": "x" * 7_000_000})
    yield "redirect", anonymous.client.get("/", environ_overrides={"PATH_INFO": "//keys"})


def test_c04_every_answer_carries_every_header(house: House) -> None:
    seen = set()
    for name, answer in every_answer(house):
        seen.add(name)
        sandboxed = {"Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; sandbox"}
        wanted = HEADERS | (sandboxed if (name, answer.status_code) == ("articles.original", 200) else {})
        assert {header: answer.headers.get(header) for header in HEADERS} == wanted, (name, answer.status_code)
        assert len(answer.headers.getlist("Content-Security-Policy")) == 1
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert not set(answer.headers.keys()) & {"X-Powered-By", "Server"}
        assert answer.status_code < 500, name
    assert len(seen) >= 28


def test_nothing_but_files_may_be_kept_in_a_cache(house: House) -> None:
    for name, answer in every_answer(house):
        is_file = name in CACHEABLE and answer.status_code == 200
        kept = answer.headers.get("Cache-Control") != "no-store"
        assert kept == is_file, (name, answer.status_code)
        assert is_file or "Cookie" in answer.headers.get("Vary", ""), name
        if is_file:
            assert "Set-Cookie" not in answer.headers, name


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    parts = dict(part.strip().split(" ", 1) for part in CONTENT_SECURITY_POLICY.split(";"))
    assert parts["default-src"] == parts["frame-ancestors"] == parts["base-uri"] == parts["object-src"] == "'none'"
    assert {parts[name] for name in parts if name.endswith("-src")} == {"'none'", "'self'"}
    assert parts["form-action"] == "'self'"
    assert parts["require-trusted-types-for"] == "'script'"
    assert not re.search(r"unsafe|data:|blob:|\*|http", CONTENT_SECURITY_POLICY)


def test_the_pages_keep_to_the_policy(house: House) -> None:
    for name, answer in every_answer(house):
        if answer.mimetype == "text/html" and answer.status_code != 303:
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", answer.text), name
            assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", answer.text), name


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "localhost.evil.example", "evil.example:localhost",
     "localhost@evil.example", "",
     "127.0.0.1.evil.example", "127.0.0.1, evil.example", "localhost evil.example", "localhost/evil",
     "localhost:99999999",
     "[::2]", "[::1", "[::1]evil.example", "localhost\\evil.example", "localhost:x", "127.1", "2130706433",
     "é.example", "a" * 5000],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["text/html", "application/json"])
def test_c06_another_host_is_refused(house: House, host: str, kind: str) -> None:
    answer = house.browser("anonymous").client.get(
        "/keys", headers={"Accept": kind}, environ_overrides={"HTTP_HOST": host}
    )
    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "[::1]", "LOCALHOST", "localhost:1"])
def test_the_own_hosts_are_answered(house: House, host: str) -> None:
    answer = house.browser("anonymous").client.get("/keys", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "origin", ["null", "https://evil.example", "http://localhost.evil.example", "http://localhost"]
)
def test_c07_other_origins_are_told_nothing(house: House, origin: str) -> None:
    browser = house.browser("manager")
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-csrftoken"}
    for method in ("GET", "OPTIONS"):
        for path in ("/", "/keys", "/health", "/projects/news/export.jsonl", "/static/annotator.css"):
            answer = browser.client.open(path, method=method, headers=asked, buffered=True)
            assert not [name for name, _value in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/.env", "/instance/annotator.sqlite", "/instance/secret_key", "/annotator.sqlite",
     "/backup.zip", "/static/",
     "/static/../settings.py", "/static/%2e%2e/settings.py", "/static/..%2fsettings.py", "/static/....//settings.py",
     "/static/fonts/../../app.py",
     "/static/fonts/%2e%2e%2fui.ttf", "/static//etc/passwd", "/static/%00", "/templates/layout.html",
     "/seeds/codebook.toml", "/debug",
     "/console", "/server-status", "/wp-login.php", "/annotator/app.py", "/static/fonts.css~"],
)  # fmt: skip
def test_files_that_are_not_meant_for_anybody_are_not_there(house: House, path: str) -> None:
    decoded = path.replace("%2e", ".").replace("%2f", "/")
    raw = house.browser("admin").client.get("/", environ_overrides={"PATH_INFO": decoded}, buffered=True)
    assert raw.status_code in {308, 400, 404}
    assert house.browser("admin").get(path, buffered=True).status_code in {308, 400, 404}


def test_tracing_is_not_allowed(house: House) -> None:
    answer = house.browser("admin").client.open("/keys", method="TRACE", headers={"X-Secret": "mine"})
    assert answer.status_code == 405
    assert "mine" not in answer.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_b12_what_a_proxy_says_counts_only_from_as_many_proxies_as_there_are(database_url: str, proxies: int) -> None:
    facts = Settings(
        database_url=database_url, secret_key=SECRET, proxies=proxies, hosts=("localhost", "claims.example")
    )
    app = create_app(facts)
    app.config["WTF_CSRF_ENABLED"] = False
    told = {
        "X-Forwarded-For": "203.0.113.66, 198.51.100.7", "X-Forwarded-Proto": "https, https",
        "X-Forwarded-Host": "evil.example, claims.example", "X-Forwarded-Prefix": "/evil", "X-Forwarded-Port": "1",
        "Forwarded": "for=203.0.113.66;host=evil.example;proto=https", "X-Real-IP": "203.0.113.66",
        "Front-End-Https": "on",
    }  # fmt: skip
    asked: list[tuple[str | None, str, bool, str]] = []

    @app.before_request
    def note() -> None:
        from flask import request

        asked.append((request.remote_addr, request.host, request.is_secure, request.root_path))

    app.before_request_funcs[None].insert(0, app.before_request_funcs[None].pop())
    answer = app.test_client().get("/health", headers=told)
    assert (
        asked
        == [
            [("127.0.0.1", "localhost", False, "")],
            [("198.51.100.7", "claims.example", True, "")],
            [("203.0.113.66", "evil.example", True, "")],
        ][proxies]
    )
    assert answer.status_code == (400 if proxies == 2 else 200)
    assert ("Strict-Transport-Security" in answer.headers) == (proxies > 0)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_failures_to_sign_in_are_counted_by_the_address_that_the_proxy_saw(database_url: str) -> None:
    app = create_app(Settings(database_url=database_url, secret_key=SECRET, proxies=1))
    desk = Desk(app)
    reader = desk.person("reader")
    browser = desk.anonymous()
    for _ in range(10):
        seen = {"X-Forwarded-For": "made.up, 198.51.100.7"}
        browser.post("/sign-in", {"name": "reader", "password": "wrong"}, headers=seen)
    form = {"name": "reader", "password": reader.password}
    assert browser.post("/sign-in", form, headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}).status_code == 429
    assert browser.post("/sign-in", form, headers={"X-Forwarded-For": "198.51.100.8"}).status_code == 303
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
