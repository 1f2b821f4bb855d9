"""Signing in and out in the browser: what the answers give away, and when a session is over."""

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from werkzeug.test import TestResponse

from annotator.services import accounts
from annotator.storage.people import Person, SignInSession
from tests.desk import Desk, Reader, Somebody

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

GOOD = "tumbleweed lantern 7"


@pytest.fixture
def person(desk: Desk) -> Somebody:
    return desk.person("reader")


def sign_in(browser: Reader, name: str, password: str, **options: Any) -> TestResponse:
    fields = options.pop("fields", {})
    return browser.post("/sign-in", {"name": name, "password": password, **fields}, **options)


def is_in(browser: Reader) -> bool:
    return browser.get("/account").status_code == 200


def cookie(browser: Reader) -> str:
    found = browser.client.get_cookie("annotator", domain="localhost")
    return found.value if found else ""


def with_cookie(desk: Desk, value: str) -> Reader:
    browser = desk.anonymous()
    browser.client.set_cookie("annotator", value, domain="localhost")
    return browser


def test_name_and_password_open_the_queue(desk: Desk, person: Somebody) -> None:
    browser = desk.anonymous()
    answer = sign_in(browser, "reader", person.password)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert is_in(browser)


def test_wide_and_decomposed_names_sign_in_alike(desk: Desk) -> None:
    person = desk.person("Zoë")
    for typed in ("ZOË", unicodedata.normalize("NFD", "zoë"), "  Ｚoë "):
        browser = desk.anonymous()
        assert sign_in(browser, typed, person.password).status_code == 303
        assert is_in(browser)


def without_token(answer: TestResponse, *typed: str) -> str:
    text = answer.text
    for part in (*typed, *(line for line in text.splitlines() if "csrf_token" in line)):
        text = text.replace(part, "")
    return text


def test_a03_a_wrong_password_and_an_unknown_name_get_the_same_answer(desk: Desk, person: Somebody) -> None:
    known = sign_in(desk.anonymous(), "reader", "wrong password")
    unknown = sign_in(desk.anonymous(), "nobody", "wrong password")
    assert known.status_code == unknown.status_code == 401
    assert without_token(known, '"reader"') == without_token(unknown, '"nobody"')
    assert "wrong password" not in known.text, "a password is never sent back"


def test_a03_an_inactive_person_gets_the_same_answer_too(desk: Desk, person: Somebody) -> None:
    with desk.inside() as session:
        session.get_one(Person, person.id).is_active = False
    right = sign_in(desk.anonymous(), "reader", person.password)
    unknown = sign_in(desk.anonymous(), "nobody", person.password)
    assert right.status_code == unknown.status_code == 401
    assert without_token(right, '"reader"') == without_token(unknown, '"nobody"')


@pytest.mark.parametrize(
    ("name", "password"), [("", ""), ("reader", ""), ("", "x"), ("x" * 201, "x"), ("reader", "x" * 5001)]
)
def test_a_form_that_is_not_filled_in_gets_422_and_no_hash(
    desk: Desk, monkeypatch: Any, name: str, password: str
) -> None:
    monkeypatch.setattr(accounts, "password_matches", lambda *_: pytest.fail("hashed"))
    assert sign_in(desk.anonymous(), name, password).status_code == 422


def test_a04_a_password_of_megabytes_is_refused_with_the_limit(desk: Desk, person: Somebody) -> None:
    answer = sign_in(desk.anonymous(), "reader", "x" * 5_000_000)
    assert answer.status_code == 422
    assert "5000 characters" in answer.text
    assert len(answer.data) < 50_000
    assert sign_in(desk.anonymous(), "reader", "x" * 7_000_000).status_code == 413


def test_a01_too_many_wrong_passwords_get_429_with_the_time_to_wait(desk: Desk, person: Somebody) -> None:
    browser = desk.anonymous()
    for _ in range(accounts.OWN_LIMIT):
        assert sign_in(browser, "reader", "wrong password").status_code == 401
    page = sign_in(browser, "reader", person.password)
    document = sign_in(browser, "reader", person.password, headers={"Accept": "application/json"})
    for answer in (page, document):
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "900"
    assert document.mimetype == "application/problem+json"
    assert not is_in(browser)
    elsewhere = {"REMOTE_ADDR": "192.0.2.77"}
    assert sign_in(desk.anonymous(), "reader", person.password, environ_overrides=elsewhere).status_code == 303
    with time_machine.travel(datetime.now(UTC) + accounts.WINDOW + timedelta(seconds=1)):
        assert sign_in(browser, "reader", person.password).status_code == 303


def test_an_address_that_the_client_makes_up_is_not_counted(desk: Desk, person: Somebody) -> None:
    browser = desk.anonymous()
    for number in range(accounts.OWN_LIMIT):
        made_up = {"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": f"for=198.51.100.{number}"}
        sign_in(browser, "reader", "wrong password", headers=made_up)
    assert sign_in(browser, "reader", person.password, headers={"X-Forwarded-For": "203.0.113.5"}).status_code == 429


def test_a07_a_session_gets_a_new_name_when_somebody_signs_in(desk: Desk, person: Somebody) -> None:
    browser = desk.anonymous()
    browser.get("/sign-in")
    with browser.client.session_transaction() as session:
        session["sid"] = "chosen-by-an-attacker"
        session["left"] = "over"
    sign_in(browser, "reader", person.password)
    with browser.client.session_transaction() as session:
        assert session["sid"] != "chosen-by-an-attacker"
        assert "left" not in session
        first = session["sid"]
    sign_in(browser, "reader", person.password)
    with browser.client.session_transaction() as session:
        assert session["sid"] != first
    old = desk.anonymous()
    with old.client.session_transaction() as session:
        session["sid"] = first
    assert not is_in(old), "the session before was ended"


def test_a06_a_cookie_that_was_copied_is_worth_nothing_after_signing_out(desk: Desk, person: Somebody) -> None:
    browser = desk.reader(person)
    thief = with_cookie(desk, cookie(browser))
    assert is_in(thief)
    assert browser.post("/sign-out").headers["Location"] == "/sign-in"
    assert not is_in(browser)
    assert not is_in(thief)


def test_signing_out_needs_a_form_of_ones_own(desk: Desk, person: Somebody) -> None:
    browser = desk.reader(person)
    assert browser.get("/sign-out").status_code == 405
    assert browser.client.post("/sign-out").status_code == 400
    assert is_in(browser)


def test_signing_somebody_in_from_another_site_is_refused(desk: Desk, person: Somebody) -> None:
    attacker, victim = desk.anonymous(), desk.anonymous()
    form = {"name": "reader", "password": person.password}
    for stolen in ({}, {"csrf_token": attacker.token()}):
        assert victim.client.post("/sign-in", data=form | stolen).status_code == 400
    assert not is_in(victim)
    assert victim.client.post(f"/sign-in/link/{person.link_token}").status_code == 400
    assert not is_in(victim)


def test_a06_a_new_password_ends_the_other_sessions_and_keeps_this_one(desk: Desk, person: Somebody) -> None:
    browser, other = desk.reader(person), desk.reader(person)
    answer = browser.post("/account", {"old": person.password, "new": GOOD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert "Your other sessions have ended" in browser.get("/account").text
    assert is_in(browser)
    assert not is_in(other)
    assert sign_in(desk.anonymous(), "reader", person.password).status_code == 401
    assert sign_in(desk.anonymous(), "reader", GOOD).status_code == 303
    assert desk.anonymous().get(f"/sign-in/link/{person.link_token}").status_code == 404


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("old", {"old": "a wrong guess", "new": GOOD}), ("old", {"new": GOOD}), ("new", {"old": "right"}),
        ("new", {"old": "right", "new": "seven77"}), ("new", {"old": "right", "new": "password123"}),
        ("new", {"old": "right", "new": "x" * 1025}), ("new", {"old": "right", "new": "x" * 5001}),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_password_stands_at_its_field(
    desk: Desk, person: Somebody, field: str, form: dict[str, str]
) -> None:
    browser = desk.reader(person)
    sent = {name: person.password if value == "right" else value for name, value in form.items()}
    answer = browser.post("/account", sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert person.password not in answer.text
    document = browser.post("/account", sent, headers={"Accept": "application/json"})
    assert document.status_code == 422
    assert set(document.json["errors"]) == {field}  # type: ignore[index]
    assert sign_in(desk.anonymous(), "reader", person.password).status_code == 303


def test_the_present_password_cannot_be_guessed_from_a_browser_left_open(desk: Desk, person: Somebody) -> None:
    browser = desk.reader(person)
    for _ in range(accounts.OWN_LIMIT):
        assert browser.post("/account", {"old": "a guess", "new": GOOD}).status_code == 422
    answer = browser.post("/account", {"old": person.password, "new": GOOD})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")


def test_a_session_can_be_ended_from_another_browser(desk: Desk, person: Somebody) -> None:
    here, lost = desk.reader(person), desk.reader(person)
    with desk.inside(writes=False) as session:
        session_id = max(row.id for row in session.query(SignInSession))
    page = here.get("/account")
    assert f"/account/sessions/{session_id}/revoke" in page.text
    assert here.post(f"/account/sessions/{session_id}/revoke").status_code == 303
    assert not is_in(lost)
    assert is_in(here)
    assert here.post(f"/account/sessions/{session_id}/revoke").status_code == 404, "it has ended already"


@pytest.mark.parametrize("limit", [accounts.IDLE, accounts.LIFETIME])
def test_a11_a_session_ends_by_idleness_and_by_age(desk: Desk, person: Somebody, limit: timedelta) -> None:
    browser, start = desk.reader(person), datetime.now(UTC)
    with time_machine.travel(start) as clock:
        step = accounts.IDLE / 2
        for _ in range(int(limit / step) - 1):
            clock.shift(step)
            assert limit == accounts.IDLE or is_in(browser), "use keeps a session alive"
        assert is_in(browser)
        clock.shift(accounts.IDLE + timedelta(seconds=1) if limit == accounts.IDLE else step)
        assert not is_in(browser)


def test_a_clock_that_is_put_back_breaks_nothing(desk: Desk, person: Somebody) -> None:
    browser = desk.reader(person)
    with time_machine.travel(datetime.now(UTC) - timedelta(days=1)):
        assert browser.get("/account").status_code == 303, "what was signed in the future counts as too old"
        assert sign_in(browser, "reader", person.password).status_code == 303
        assert is_in(browser)


def test_a_link_is_looked_at_without_being_used_and_then_works_once(desk: Desk, person: Somebody) -> None:
    path, browser = f"/sign-in/link/{person.link_token}", desk.anonymous()
    for _ in range(2):
        page = browser.get(path)
        assert page.status_code == 200
        assert "reader" in page.text
        assert "/sign-out" not in page.text, "looking at a link signs nobody in"
    assert browser.post(path).headers["Location"] == "/"
    assert is_in(browser)
    for answer in (desk.anonymous().get(path), desk.anonymous().post(path)):
        assert answer.status_code == 404
        assert "too old" in answer.text


@pytest.mark.parametrize(
    "value", ["", "x", "." * 50, "a" * 1_000_000, "\xff\xfe", "eyJzaWQiOiIxIn0.x.y", "null", "{}", "%00"]
)
def test_a09_a_cookie_that_is_not_ours_is_nobodys(desk: Desk, value: str) -> None:
    answer = desk.app.test_client().get("/account", headers={"Cookie": f"annotator={value}"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/account")


def test_a09_a_cookie_that_was_changed_is_nobodys(desk: Desk, person: Somebody) -> None:
    value = cookie(desk.reader(person))
    body, _dot, rest = value.partition(".")
    for changed in (value[:-1], value[1:], f"{body[:-2]}AA.{rest}", value.swapcase(), f"{body}.{rest[::-1]}", body):
        assert not is_in(with_cookie(desk, changed))
    assert is_in(with_cookie(desk, value))


JSON = {"Accept": "application/json"}


def test_a_page_can_ask_who_is_signed_in(desk: Desk, person: Somebody) -> None:
    browser = desk.anonymous()
    nobody = browser.get("/session").json
    assert nobody is not None
    assert nobody["person"] is None
    sign_in(browser, "reader", person.password)
    somebody = browser.get("/session").json
    assert somebody is not None
    assert somebody["person"] == person.id
    assert browser.client.post("/sign-out", data={"csrf_token": nobody["csrf"]}).status_code == 400
    assert browser.client.post("/sign-out", data={"csrf_token": somebody["csrf"]}).status_code == 303


def test_a_script_signs_in_and_is_given_the_new_token(desk: Desk, person: Somebody) -> None:
    browser = desk.anonymous()
    wrong = sign_in(browser, "reader", "nothing like it", headers=JSON)
    assert (wrong.status_code, wrong.mimetype) == (401, "application/problem+json")
    assert not is_in(browser)
    answer = sign_in(browser, "reader", person.password, headers=JSON)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json is not None
    assert answer.json["person"] == person.id
    assert "Cookie" in answer.headers["Vary"]
    assert is_in(browser)
    token = {"csrf_token": answer.json["csrf"]}
    assert browser.client.post("/sign-out", data=token).status_code == 303
