"""Signing in by an identity provider: what is taken, and above all what is not (A15)."""

import time
from typing import Any

import pytest
from sqlalchemy import select

from annotator.services import identities, oidc
from annotator.storage.events import Event
from annotator.storage.people import Identity, Person
from tests.desk import Desk, Reader, Somebody
from tests.provider import CLIENT_ID, Provider

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def signed_in_as(browser: Reader) -> Any:
    return browser.get("/session").json["person"]  # type: ignore[index]


def test_a_linked_account_signs_in_and_leads_back(desk: Desk, provider: Provider, linked: Somebody) -> None:
    browser = desk.anonymous()
    shown = browser.get("/sign-in?next=/notices").text
    assert "Sign in by Newsroom login" in shown
    answer = browser.get(provider.go(browser, "/notices"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/notices")
    assert signed_in_as(browser) == linked.id
    with desk.inside(writes=False) as session:
        identity = session.scalars(select(Identity).where(Identity.person_id == linked.id)).one()
        assert identity.used_at is not None


@on_sqlite
def test_a_key_on_a_curve_is_taken_too(desk: Desk, provider: Provider, linked: Somebody) -> None:
    provider.sign = provider.with_curve
    browser = desk.anonymous()
    assert browser.get(provider.go(browser)).status_code == 303
    assert signed_in_as(browser) == linked.id


LIES: dict[str, dict[str, Any]] = {
    "unsigned (alg none)": {"sign": "unsigned"},
    "HS256 signed with the public key": {"sign": "with_public_key_as_secret"},
    "HS256 signed with the client secret": {"sign": "with_the_client_secret"},
    "a key of others": {"sign": "with_a_key_of_others"},
    "a key that the token brings along": {"sign": "with_its_key_in_the_header"},
    "another audience": {"aud": "somebody-else"},
    "no audience": {"aud": None},
    "an audience among others without azp": {"aud": [CLIENT_ID, "somebody-else"]},
    "an audience among others for another party": {"aud": [CLIENT_ID, "x"], "azp": "x"},
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "another nonce": {"nonce": "of-another-sign-in"},
    "no nonce": {"nonce": None},
    "too old": {"iat": int(time.time()) - 900, "exp": int(time.time()) - 300},
    "from the future": {"iat": int(time.time()) + 900, "exp": int(time.time()) + 1900},
    "without an end": {"exp": None},
    "without a beginning": {"iat": None},
    "an end that is no number": {"exp": "never"},
    "no subject": {"sub": None},
    "a subject that is no text": {"sub": 7},
    "an empty subject": {"sub": ""},
    "a very long subject": {"sub": "s" * 5000},
    "another access token": {"at_hash": "AAAA"},
}


@on_sqlite
@pytest.mark.parametrize("lie", LIES)
def test_a15_a_token_that_is_not_right_signs_nobody_in(
    desk: Desk, provider: Provider, linked: Somebody, lie: str
) -> None:
    claims = dict(LIES[lie])
    provider.sign = getattr(provider, claims.pop("sign", "honestly"))
    provider.claims = claims
    browser = desk.anonymous()
    answer = browser.get(provider.go(browser))
    assert answer.status_code == 403, answer.text
    assert "Newsroom login did not sign you in" in answer.text
    assert signed_in_as(browser) is None


@on_sqlite
@pytest.mark.parametrize("query", ["code=code-1", "code=code-1&state=", "code=code-1&state=foreign", "error=x", ""])
def test_a15_an_answer_without_the_state_of_this_browser_is_refused(
    desk: Desk, provider: Provider, linked: Somebody, query: str
) -> None:
    browser = desk.anonymous()
    provider.go(browser)
    assert browser.get(f"/sign-in/provider/callback?{query}").status_code == 400
    assert signed_in_as(browser) is None
    assert "/token" not in provider.asked


@on_sqlite
def test_a15_an_answer_is_no_use_in_another_browser(desk: Desk, provider: Provider, linked: Somebody) -> None:
    mine, another = desk.anonymous(), desk.anonymous()
    path = provider.go(mine)
    provider.go(another)
    for browser in (desk.anonymous(), another):
        assert browser.get(path).status_code == 400
        assert signed_in_as(browser) is None
    assert mine.get(path).status_code == 303


@pytest.mark.parametrize("keeps_cookie", [False, True])
def test_a15_an_answer_works_once_even_if_the_provider_forgets_and_the_cookie_comes_back(
    desk: Desk, provider: Provider, linked: Somebody, *, keeps_cookie: bool
) -> None:
    provider.is_forgetful = True
    browser = desk.anonymous()
    path = provider.go(browser)
    cookie = browser.client.get_cookie("annotator")
    assert cookie is not None
    assert browser.get(path).status_code == 303
    again = desk.anonymous() if keeps_cookie else browser
    if keeps_cookie:
        again.client.set_cookie("annotator", cookie.value)
    else:
        again.post("/sign-out")
    assert again.get(path).status_code == 400
    assert signed_in_as(again) is None


@on_sqlite
def test_a15_a_code_that_was_redeemed_before_is_refused(desk: Desk, provider: Provider, linked: Somebody) -> None:
    browser = desk.anonymous()
    path = provider.go(browser)
    provider.redeemed.add("code-1")
    assert browser.get(path).status_code == 403
    assert signed_in_as(browser) is None


@on_sqlite
def test_a15_an_answer_that_comes_too_late_or_from_another_issuer_is_refused(
    desk: Desk, provider: Provider, linked: Somebody
) -> None:
    browser = desk.anonymous()
    assert browser.get(provider.go(browser) + "&iss=https://evil.example").status_code == 403
    path = provider.go(browser)
    with browser.client.session_transaction() as cookie:
        cookie["oidc"] = {**cookie["oidc"], "at": int(time.time()) - oidc.ANSWERED_WITHIN - 5}
    assert browser.get(path).status_code == 400
    assert signed_in_as(browser) is None


@on_sqlite
@pytest.mark.parametrize("verified", [True, False])
def test_a15_an_address_never_joins_an_account_to_a_person(
    desk: Desk, provider: Provider, linked: Somebody, *, verified: bool
) -> None:
    with desk.inside() as session:
        session.get_one(Person, linked.id).name = "ines@paper.example"
        elsewhere = oidc.Account("https://other.example", "subject-9", "ines@paper.example")
        identities.link(linked.id, elsewhere)
    provider.account = {
        "sub": "subject-9", "email": "ines@paper.example", "email_verified": verified,
        "preferred_username": "ines@paper.example",
    }  # fmt: skip
    browser = desk.anonymous()
    answer = browser.get(provider.go(browser))
    assert answer.status_code == 403
    assert "Nobody here has this account" in answer.text
    assert signed_in_as(browser) is None


@on_sqlite
def test_a15_a_person_who_is_deactivated_stays_out(desk: Desk, provider: Provider, linked: Somebody) -> None:
    with desk.inside() as session:
        session.get_one(Person, linked.id).is_active = False
    browser = desk.anonymous()
    assert browser.get(provider.go(browser)).status_code == 403
    assert signed_in_as(browser) is None


def test_an_account_is_linked_by_a_form_and_signs_in_from_then_on(desk: Desk, provider: Provider) -> None:
    person = desk.person("newcomer")
    browser = desk.reader(person)
    assert "Link an account at Newsroom login" in browser.get("/account").text
    asked = browser.get(provider.go(browser))
    assert asked.headers["Location"] == "/account/provider"
    assert "<bdi>ines</bdi>" in browser.get("/account/provider").text
    with desk.inside(writes=False) as session:
        assert session.scalars(select(Identity)).all() == []
    assert browser.client.post("/account/provider").status_code == 400, "not without the form's token"
    assert browser.post("/account/provider", {"password": person.password}).status_code == 303
    assert "ines" in browser.get("/account").text
    assert browser.post("/account/provider").status_code == 404, "once"
    other = desk.anonymous()
    assert other.get(provider.go(other)).status_code == 303
    assert signed_in_as(other) == person.id
    with desk.inside(writes=False) as session:
        assert session.scalars(select(Event).where(Event.what == "identity linked")).one().person_id == person.id


@on_sqlite
def test_a15_a_browser_left_open_does_not_make_a_way_in_for_good(desk: Desk, provider: Provider) -> None:
    person = desk.person("careless")
    browser = desk.reader(person)
    browser.get(provider.go(browser))
    tries = [browser.post("/account/provider", {"password": guess}).status_code for guess in ("", *["guess"] * 10)]
    assert tries == [422] * 10 + [429]
    with desk.inside(writes=False) as session:
        assert session.scalars(select(Identity)).all() == []


@on_sqlite
def test_who_has_no_password_links_another_account_without_one(
    desk: Desk, provider: Provider, linked: Somebody
) -> None:
    person = desk.person("without")
    with desk.inside() as session:
        session.get_one(Person, person.id).password_hash = None
        session.delete(session.scalars(select(Identity).where(Identity.person_id == linked.id)).one())
    browser = desk.reader(person)
    browser.get(provider.go(browser))
    assert "Present password" not in browser.get("/account/provider").text
    assert browser.post("/account/provider").status_code == 303


@on_sqlite
def test_an_account_belongs_to_one_person(desk: Desk, provider: Provider, linked: Somebody) -> None:
    another = desk.person("another")
    browser = desk.reader(another)
    browser.get(provider.go(browser))
    answer = browser.post("/account/provider", {"password": another.password})
    assert answer.status_code == 409
    assert "belongs to somebody else" in answer.text


@on_sqlite
def test_a_link_that_somebody_else_began_in_this_browser_is_not_gone_on_with(desk: Desk, provider: Provider) -> None:
    person = desk.person("first")
    browser = desk.anonymous()
    path = provider.go(browser)
    browser.post("/sign-in", {"name": person.name, "password": person.password})
    assert browser.get(path).status_code == 400


@on_sqlite
def test_the_last_way_in_is_not_taken_away(desk: Desk, provider: Provider, linked: Somebody) -> None:
    browser = desk.reader(linked)
    with desk.inside() as session:
        session.get_one(Person, linked.id).password_hash = None
    assert browser.post("/account/provider/1/unlink").status_code == 409
    assert browser.post("/account/provider/2/unlink").status_code == 404, "that of somebody else"
    with desk.inside() as session:
        session.get_one(Person, linked.id).password_hash = "x"
    assert browser.post("/account/provider/1/unlink").status_code == 303
    assert desk.anonymous().get(provider.go(anonymous := desk.anonymous())).status_code == 400
    assert anonymous.get(provider.go(anonymous)).status_code == 403
