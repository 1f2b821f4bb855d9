"""The second factor: between the password and the code nothing is open, and who must have one sets it up first."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from werkzeug.test import TestResponse

from annotator.domain.roles import Role
from annotator.services import links, second_factor
from annotator.storage.people import Person
from tests.desk import Desk, Reader, Somebody

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOON = datetime(2026, 5, 4, 12, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=second_factor.STEP)
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(desk: Desk) -> Somebody:
    return desk.person("reader")


def code(desk: Desk, person: Somebody) -> str:
    with desk.inside(writes=False) as session:
        return pyotp.TOTP(session.get_one(Person, person.id).totp_secret or "").at(datetime.now(UTC))


def switch_on(desk: Desk, person: Somebody) -> tuple[Reader, list[str]]:
    browser = desk.reader(person)
    assert browser.post("/account/second-factor/propose").status_code == 303
    page = browser.post("/account/second-factor/confirm", {"confirm-code": code(desk, person)})
    assert page.status_code == 200, page.text
    return browser, re.findall(r"<code>([\w-]+)</code>", page.text)


def give_password(desk: Desk, person: Somebody, **options: str) -> tuple[Reader, TestResponse]:
    browser = desk.anonymous()
    form = {"name": person.name, "password": person.password, "next": "/keys"}
    return browser, browser.post("/sign-in", form, headers=options)


def is_in(browser: Reader) -> bool:
    return browser.get("/account").status_code == 200


def test_it_is_set_up_with_a_picture_and_a_secret_and_a_code(desk: Desk, person: Somebody) -> None:
    browser, other = desk.reader(person), desk.reader(person)
    assert browser.get("/account/second-factor/picture").status_code == 404
    browser.post("/account/second-factor/propose")
    page = browser.get("/account/second-factor").text
    picture = browser.get("/account/second-factor/picture")
    assert picture.mimetype == "image/svg+xml"
    assert b"<svg" in picture.data
    assert b"style=" not in picture.data
    with desk.inside(writes=False) as session:
        secret = session.get_one(Person, person.id).totp_secret or ""
    assert secret in "".join(page.split())
    wrong = browser.post("/account/second-factor/confirm", {"confirm-code": "000000"})
    assert wrong.status_code == 422
    assert 'id="confirm-code-error"' in wrong.text
    shown = browser.post("/account/second-factor/confirm", {"confirm-code": code(desk, person)}).text
    assert len(re.findall(r"<code>([\w-]+)</code>", shown)) == 10
    assert is_in(browser)
    assert not is_in(other), "a session without the second factor has ended"
    after = browser.get("/account/second-factor").text
    assert secret not in "".join(after.split()), "a secret in use is not shown again"
    assert browser.get("/account/second-factor/picture").status_code == 404
    assert browser.post("/account/second-factor/propose").status_code == 303
    assert "is on already" in browser.get("/account").text


def test_signing_in_takes_the_code_after_the_password(
    desk: Desk, person: Somebody, clock: time_machine.Traveller
) -> None:
    switch_on(desk, person)
    clock.shift(STEP)
    browser, answer = give_password(desk, person)
    assert answer.headers["Location"] == "/sign-in/code?next=/keys"
    assert browser.get(answer.headers["Location"]).status_code == 200
    wrong = browser.post("/sign-in/code", {"code": "000000"})
    assert (wrong.status_code, is_in(browser)) == (401, False)
    right = browser.post("/sign-in/code", {"code": code(desk, person), "next": "/keys"})
    assert right.headers["Location"] == "/keys"
    assert is_in(browser)
    again, _answer = give_password(desk, person)
    assert again.post("/sign-in/code", {"code": code(desk, person)}).status_code == 401, "a code works once"


def test_a_recovery_code_signs_in_once(desk: Desk, person: Somebody) -> None:
    _browser, codes = switch_on(desk, person)
    for status in (303, 401):
        browser, _answer = give_password(desk, person)
        assert browser.post("/sign-in/code", {"code": codes[0]}).status_code == status


def test_between_password_and_code_nothing_is_open(desk: Desk, person: Somebody) -> None:
    switch_on(desk, person)
    browser, _answer = give_password(desk, person)
    for path in ("/", "/account", "/account/second-factor", "/verdicts", "/notices"):
        assert browser.get(path, headers=JSON).status_code in {401, 404}
    assert (browser.get("/session").json or {})["person"] is None
    assert browser.post(
        "/account/second-factor/off", {"off-code": "1", "off-password": person.password}
    ).status_code in {303, 401}


def test_the_time_between_password_and_code_is_short_and_ends_with_the_account(
    desk: Desk, person: Somebody, clock: time_machine.Traveller
) -> None:
    _browser, codes = switch_on(desk, person)
    browser, _answer = give_password(desk, person)
    clock.shift(links.LIFETIMES["second-factor"] + timedelta(seconds=1))
    assert browser.post("/sign-in/code", {"code": codes[0]}).headers["Location"].startswith("/sign-in?")
    assert not is_in(browser)
    browser, _answer = give_password(desk, person)
    with desk.inside() as session:
        session.get_one(Person, person.id).is_active = False
    assert browser.post("/sign-in/code", {"code": codes[0]}).headers["Location"].startswith("/sign-in?")


def test_the_cookie_between_password_and_code_works_once(desk: Desk, person: Somebody) -> None:
    _browser, codes = switch_on(desk, person)
    browser, _answer = give_password(desk, person)
    with browser.client.session_transaction() as session:
        half = session["half"]
    assert browser.post("/sign-in/code", {"code": codes[0]}).status_code == 303
    with browser.client.session_transaction() as session:
        assert "half" not in session
    thief = desk.anonymous()
    with thief.client.session_transaction() as session:
        session["half"] = half
    assert thief.post("/sign-in/code", {"code": codes[1]}).headers["Location"].startswith("/sign-in?")
    assert not is_in(thief)


def test_a02_wrong_codes_get_429_with_the_time_to_wait(desk: Desk, person: Somebody) -> None:
    _browser, codes = switch_on(desk, person)
    browser, _answer = give_password(desk, person)
    for _ in range(second_factor.TRIES):
        assert browser.post("/sign-in/code", {"code": "000000"}).status_code == 401
        browser, _answer = give_password(desk, person)
    answer = browser.post("/sign-in/code", {"code": codes[0]})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert not is_in(browser)


def test_a_link_is_no_way_round_the_code(desk: Desk, person: Somebody) -> None:
    switch_on(desk, person)
    browser = desk.anonymous()
    assert browser.post(f"/sign-in/link/{person.link_token}").headers["Location"].startswith("/sign-in/code")
    assert not is_in(browser)
    with desk.inside() as session:
        token = links.make_link(session.get_one(Person, person.id), "reset")
    answer = browser.post(f"/sign-in/reset/{token}", {"new": "tumbleweed lantern 7"})
    assert answer.headers["Location"].startswith("/sign-in/code")
    assert not is_in(browser)


def test_a_script_is_told_that_a_code_is_needed_and_gives_it(desk: Desk, person: Somebody) -> None:
    _browser, codes = switch_on(desk, person)
    browser, answer = give_password(desk, person, **JSON)
    assert answer.json is not None
    assert (answer.status_code, answer.json["person"], answer.json["code"]) == (200, None, "/sign-in/code")
    wrong = browser.post("/sign-in/code", {"code": "000000"}, headers=JSON)
    assert (wrong.status_code, wrong.mimetype) == (401, "application/problem+json")
    right = browser.post("/sign-in/code", {"code": codes[0]}, headers=JSON)
    assert right.json is not None
    assert right.json["person"] == person.id
    browser.post("/sign-out")
    late = browser.post("/sign-in/code", {"code": codes[1]}, headers=JSON)
    assert late.json is not None
    assert (late.status_code, late.json["again"]) == (401, True)


def test_switching_it_off_takes_password_and_code(desk: Desk, person: Somebody) -> None:
    browser, codes = switch_on(desk, person)
    form = {"off-password": person.password, "off-code": codes[0]}
    for changed, field in (({"off-password": "a guess"}, "off-password"), ({"off-code": "000000"}, "off-code")):
        answer = browser.post("/account/second-factor/off", form | changed)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
    assert browser.post("/account/second-factor/off", form).headers["Location"] == "/account"
    _other, answer = give_password(desk, person)
    assert answer.headers["Location"] == "/keys"


def test_new_recovery_codes_are_shown_once(desk: Desk, person: Somebody) -> None:
    browser, codes = switch_on(desk, person)
    page = browser.post("/account/second-factor/codes", {"renew-code": codes[0]})
    assert len(re.findall(r"<code>([\w-]+)</code>", page.text)) == 10
    assert codes[1] not in page.text
    assert "10 recovery codes are left" in browser.get("/account/second-factor").text
    assert browser.post("/account/second-factor/codes", {"renew-code": codes[1]}).status_code == 422


@pytest.mark.parametrize(
    ("policy", "asked"),
    [("optional", set()), ("managers", {"manager", "admin"}), ("everyone", {"manager", "admin", "reviewer"})],
)
def test_who_must_have_one_reaches_nothing_else_before(desk: Desk, policy: str, asked: set[str]) -> None:
    project = desk.project()
    people = {"manager": desk.member(project, Role.MANAGER), "reviewer": desk.member(project)}
    people["admin"] = desk.person(admin=True)
    desk.app.config["SECOND_FACTOR"] = policy
    for role, person in people.items():
        browser = desk.reader(person)
        for path in ("/", "/account"):
            answer = browser.get(path)
            assert answer.status_code == (303 if role in asked else 200), (role, path)
        assert browser.get("/", headers=JSON).status_code == (403 if role in asked else 200)
        if role in asked:
            assert browser.get("/").headers["Location"] == "/account/second-factor"
            assert browser.post("/account", {"old": person.password, "new": "x"}).status_code == 303
            assert browser.get("/account/second-factor").status_code == 200
            signed_in, _codes = switch_on(desk, person)
            assert signed_in.get("/").status_code == 200
        assert browser.post("/sign-out").status_code == 303
