"""The log: what strangers send never breaks its lines, and secrets and texts never reach it."""

import logging
from collections.abc import Iterator

import pytest

from annotator.domain.roles import Role
from annotator.services import accounts
from tests.desk import TEXT, Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FORGED = "x\r\n2026-01-01 00:00:00 ERROR forged\x1b[31m\x07"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def test_what_strangers_send_breaks_no_line_of_the_log(desk: Desk, log: pytest.LogCaptureFixture) -> None:
    browser = desk.anonymous()
    encoded = "/%0d%0aforged%1b[31m"
    for path in (
        encoded,
        f"/projects{encoded}/export.csv",
        f"/sign-in/link{encoded}",
        f"/static{encoded}",
        f"/keys?x={encoded}",
    ):
        browser.get(path)
    for _ in range(accounts.OWN_LIMIT + 1):
        browser.post("/sign-in", {"name": FORGED, "password": FORGED, "next": FORGED})
    browser.client.post("/sign-in", data={FORGED: FORGED})
    browser.client.post("/sign-in", data={"csrf_token": FORGED})
    browser.client.get("/", environ_overrides={"HTTP_USER_AGENT": FORGED, "HTTP_REFERER": FORGED, "HTTP_HOST": FORGED})
    browser.client.get(
        "/", environ_overrides={"HTTP_ACCEPT": FORGED, "HTTP_ACCEPT_LANGUAGE": FORGED, "HTTP_X_FORWARDED_FOR": FORGED}
    )
    assert not [record for record in log.records if "forged" in record.getMessage() or "\x1b" in record.getMessage()]


def test_secrets_and_texts_stay_out_of_the_log(desk: Desk, log: pytest.LogCaptureFixture) -> None:
    project = desk.project()
    manager = desk.member(project, Role.MANAGER)
    browser, fresh = desk.reader(manager), "tumbleweed lantern 7"
    token = browser.token()
    browser.post("/projects/news/articles/new", {"text": TEXT, "title": "A private title", "language": "en"})
    form = {"client_key": "private-key", "revision": "0", "label": "sourced", "note": "A private note"}
    browser.post("/claims/1/verdicts", form)
    browser.post("/claims/1/verdicts", form | {"client_key": "private-key-2"})
    browser.post("/claims/1/verdicts", form | {"note": "Another private note"})
    browser.get("/projects/news/export.jsonl", buffered=True)
    browser.post("/sign-in", {"name": manager.name, "password": "a private guess"})
    browser.post("/account", {"old": manager.password, "new": fresh})
    desk.anonymous().post(f"/sign-in/link/{manager.link_token}")
    desk.anonymous().post("/sign-in", {"name": manager.name, "password": fresh})
    cookie = browser.client.get_cookie("annotator")
    assert cookie is not None
    secrets = [manager.password, manager.link_token, fresh, token, cookie.value, "private", "The bridge is closed"]
    assert not [secret for secret in secrets if secret in log.text]


def test_an_export_is_noted_with_who_took_it(desk: Desk, log: pytest.LogCaptureFixture) -> None:
    observer = desk.member(desk.project(), Role.OBSERVER)
    desk.reader(observer).get("/projects/news/export.csv", buffered=True)
    assert f"export of news as csv by person {observer.id}" in log.text


def test_b02_who_asks_for_what_is_not_theirs_is_noted(desk: Desk, log: pytest.LogCaptureFixture) -> None:
    project, person = desk.project(), desk.person("stranger")
    article = desk.article(project)
    assert desk.reader(person).get(f"/articles/{article}").status_code == 404
    assert f"person {person.id} asked for reading.page {{'article_id': {article}}}: not theirs" in log.text
