"""Error answers: each status provoked for real, as a page and as a document, without a word about our insides."""

import functools
import logging
import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from annotator.app import Annotator
from annotator.services import accounts
from annotator.storage import database
from annotator.storage.database import db
from annotator.web import errors
from annotator.web.security import HEADERS
from tests.conftest import make_app
from tests.desk import Desk, Reader
from tests.web.conftest import House, furnish

INSIDES = re.compile(
    r"traceback|file \"|\.py\b|werkzeug|flask|jinja|sqlalchemy|sqlite|psycopg|gunicorn|python|/usr/|the secret cause",
    re.IGNORECASE,
)
KINDS = {"page": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "document": "application/json"}
"""What a browser and a program say that they read."""


def stale(house: House, browser: Reader, headers: dict[str, str]) -> TestResponse:
    claim = house.claims[0]  # the reviewer has given a verdict on it before
    form = {"client_key": "seen-before", "revision": "0", "label": "sourced"}
    return browser.post(f"/claims/{claim}/verdicts", form, headers=headers)


def unfit(house: House, browser: Reader, headers: dict[str, str]) -> TestResponse:
    form = {"client_key": "unfit-verdict", "revision": "0", "label": "no-such-label"}
    return browser.post(f"/claims/{house.claims[3]}/verdicts", form, headers=headers)


def throttled(house: House, browser: Reader, headers: dict[str, str]) -> TestResponse:
    for _ in range(accounts.OWN_LIMIT):
        browser.post("/sign-in", {"name": "guessed", "password": "wrong"})
    return browser.post("/sign-in", {"name": "guessed", "password": "wrong"}, headers=headers)


Provoke = Callable[[House, Reader, dict[str, str]], TestResponse]
PROVOKED: dict[str, tuple[int, Provoke]] = {
    "no token": (400, lambda _house, browser, headers: browser.client.post("/sign-out", headers=headers)),
    "NUL": (400, lambda _house, browser, headers: browser.get("/keys?x=%00", headers=headers)),
    "role": (403, lambda _house, browser, headers: browser.get("/projects/news/articles", headers=headers)),
    "no page": (404, lambda _house, browser, headers: browser.get("/nothing/here", headers=headers)),
    "no file": (404, lambda _house, browser, headers: browser.get("/static/nothing.js", headers=headers)),
    "no row": (404, lambda _house, browser, headers: browser.get("/articles/999999", headers=headers)),
    "method": (405, lambda _house, browser, headers: browser.client.delete("/keys", headers=headers)),
    "stale": (409, stale),
    "large": (413, lambda _h, browser,
    headers: browser.client.post("/sign-in", data={"name": "x" * 7_000_000}, headers=headers)),
    "long address": (414, lambda _house, browser, headers: browser.get("/keys?" + "x" * 9000, headers=headers)),
    "type": (415, lambda _house, browser,
    headers: browser.client.post("/sign-in", json={"name": "x"}, headers=headers)),
    "unfit": (422, unfit),
    "throttled": (429, throttled),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PROVOKED)
def test_each_refusal_in_both_forms(house: House, name: str, kind: str) -> None:
    status, provoke = PROVOKED[name]
    answer = provoke(house, house.browser("reviewer"), {"Accept": KINDS[kind]})
    check(answer, status, kind)


def check(answer: TestResponse, status: int, kind: str) -> None:
    assert answer.status_code == status
    body = answer.text
    found = INSIDES.search(re.sub(r"/static/[\w.]+|annotate", "", body))
    assert found is None, found
    assert not INSIDES.search(str(answer.headers))
    assert {header: answer.headers.get(header) for header in HEADERS} == HEADERS
    if kind == "document":
        document = answer.json
        assert answer.mimetype == "application/problem+json"
        assert document is not None
        assert (document["type"], document["status"]) == ("about:blank", status)
        assert document["title"]
        assert isinstance(document["detail"], str)
    else:
        assert answer.mimetype == "text/html"
        assert "<h1" in body
        assert "</html>" in body


def test_a_method_that_is_not_allowed_comes_with_those_that_are(house: House) -> None:
    answer = house.browser("anonymous").client.delete("/keys")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_what_is_too_large_gets_the_limit(house: House) -> None:
    for headers in KINDS.values():
        answer = house.browser("reviewer").client.post("/sign-in", data=b"x" * 7_000_000, headers={"Accept": headers},
                                                       content_type="application/x-www-form-urlencoded")  # fmt: skip
        assert "6 MB" in answer.text


def test_an_error_page_speaks_the_viewers_language(house: House) -> None:
    browser = house.browser("reviewer")
    browser.post("/preferences", {"lang": "ar"})
    page = browser.get("/nothing")
    assert 'lang="ar" dir="rtl"' in page.text


@pytest.mark.parametrize(
    ("accept", "is_document"),
    [
        ("application/json", True), ("application/problem+json", True), ("application/*", True), ("*/*", False),
        ("", False),
        ("text/html", False), ("application/json;q=0.1, text/html;q=0.9", False),
        ("application/json, text/html;q=0.5", True),
        ("application/json, */*;q=0.1", True), ("text/*, application/json;q=0.9", False), ("image/png", False),
        ("application/json;q=0", False), ("garbage", False), (";;;,,,q=", False), ("a" * 5000, False),
        ("\xff/\xfe", False),
    ],
)  # fmt: skip
def test_the_form_of_an_error_follows_what_the_client_reads(house: House, accept: str, is_document: bool) -> None:
    answer = house.browser("anonymous").get("/nothing", headers={"Accept": accept})
    assert (answer.mimetype == "application/problem+json") == is_document
    assert answer.status_code == 404


@pytest.fixture
def own_house(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house of its own, whose database does not wait when it is busy."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    app = make_app(database_url)
    yield furnish(Desk(app))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def break_view(app: Annotator, endpoint: str) -> None:
    """Replace a view by one that has a mistake."""

    def broken(**_arguments: Any) -> str:
        raise ZeroDivisionError("the secret cause")

    app.view_functions[endpoint] = functools.wraps(app.view_functions[endpoint])(broken)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_mistake_of_ours_is_logged_and_not_shown(own_house: House, caplog: pytest.LogCaptureFixture) -> None:
    break_view(own_house.desk.app, "tagging.page")
    path = f"/articles/{own_house.article}/claims/1"
    for kind, accept in KINDS.items():
        caplog.clear()
        answer = own_house.browser("reviewer").get(path, headers={"Accept": accept})
        check(answer, 500, kind)
        assert "the secret cause" in caplog.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_mistake_in_the_error_page_itself_still_gets_the_right_status(
    own_house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object, **_context: object) -> str:
        raise ZeroDivisionError("the secret cause")

    monkeypatch.setattr(errors, "render_template", broken)
    break_view(own_house.desk.app, "tagging.page")
    browser = own_house.browser("reviewer")
    article, pages = own_house.article, {"/nothing": 404, "/projects/news/export": 403}
    for path, status in (pages | {f"/articles/{article}/claims/1": 500}).items():
        check(browser.get(path), status, "page")
    assert "the secret cause" in caplog.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_busy_database_gets_503_with_the_time_to_try_again_and_stores_nothing(own_house: House) -> None:
    browser, claim = own_house.browser("reviewer"), own_house.claims[3]
    form = {"csrf_token": browser.token(), "client_key": "while-it-is-busy", "revision": "0", "label": "sourced"}
    path = own_house.desk.app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    lock = sqlite3.connect(path, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    for kind, accept in KINDS.items():
        answer = browser.client.post(f"/claims/{claim}/verdicts", data=form, headers={"Accept": accept})
        check(answer, 503, kind)
        assert int(answer.headers["Retry-After"]) > 0
    assert browser.get(f"/articles/{own_house.article}/claims/4").status_code == 200, "reading goes on meanwhile"
    lock.execute("ROLLBACK")
    lock.close()
    assert browser.client.post(f"/claims/{claim}/verdicts", data=form).status_code == 303, "the same key, sent again"


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_out_of_reach_gets_503_from_every_page(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    app = make_app("postgresql+psycopg://nobody:a-password@127.0.0.1:1/nothing")
    client = app.test_client()
    for path in ("/", "/sign-in", "/keys", "/health", "/articles/1", "/projects/news/export.csv"):
        answer = client.get(path, headers={"Accept": KINDS[kind]})
        check(answer, 503, kind)
        assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/static/annotator.css", buffered=True).status_code == 200
    assert "a-password" not in caplog.text
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_the_database_refuses_is_logged_without_what_was_sent(
    own_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with own_house.desk.inside() as session:
        session.connection().exec_driver_sql("DROP TABLE sign_in_attempt")
    form = {"name": "a private name", "password": "a private word"}
    with caplog.at_level(logging.DEBUG):
        answer = own_house.browser("anonymous").post("/sign-in", form)
    check(answer, 500, "page")
    assert "sign_in_attempt" in caplog.text
    assert "private" not in caplog.text
