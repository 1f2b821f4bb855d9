"""The identity provider itself: what is asked of it and where (F12), its settings, and that it is optional."""

from typing import Any

import pytest

from annotator.services import oidc
from annotator.settings import BadSetting, IdentityProvider, from_environment
from tests.desk import Desk, Somebody
from tests.provider import SECRET, Provider
from tests.web.test_oidc import signed_in_as

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize(
    "description",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://127.0.0.1:1/authorize"},
        {"authorization_endpoint": None},
    ],
)
def test_f12_a_description_that_leads_elsewhere_is_not_followed(
    desk: Desk, provider: Provider, description: dict[str, Any]
) -> None:
    provider.description = description
    assert desk.anonymous().get("/sign-in/provider").status_code == 502


@on_sqlite
@pytest.mark.parametrize("name", ["jwks_uri", "token_endpoint"])
@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest",
        "https://10.0.0.1/",
        "https://[::1]/",
        "file:///etc/passwd",
    ],
)
def test_f12_what_the_description_names_beyond_the_issuer_has_to_be_public(
    desk: Desk, provider: Provider, linked: Somebody, name: str, address: str
) -> None:
    provider.description = {name: address}
    browser = desk.anonymous()
    assert browser.get(provider.go(browser)).status_code == 403
    assert signed_in_as(browser) is None


@on_sqlite
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize(
    "answer",
    [
        (302, {"Location": "/realm/elsewhere"}, b""),
        (200, {}, b"x" * (oidc.MOST_BYTES + 1)),
        (200, {"Content-Type": "text/html"}, b"<p>no</p>"),
        (200, {}, b"[]"),
        (200, {}, b"{"),
        (500, {}, b"{}"),
    ],
)
def test_f12_the_provider_is_not_followed_and_not_read_without_end(
    desk: Desk, provider: Provider, linked: Somebody, path: str, answer: tuple[int, dict[str, str], bytes]
) -> None:
    provider.answers[path] = answer
    browser = desk.anonymous()
    begun = browser.get("/sign-in/provider")
    if begun.status_code == 303:
        begun = browser.get(provider.approve(begun.headers["Location"]))
    assert begun.status_code in {403, 502}
    assert "/elsewhere" not in provider.asked
    assert signed_in_as(browser) is None


@on_sqlite
def test_without_a_provider_there_is_no_button_and_no_page(desk: Desk) -> None:
    browser = desk.reader(desk.person("reader"))
    assert "provider" not in desk.anonymous().get("/sign-in").text
    assert "/sign-in/provider" not in browser.get("/account").text
    for path in ("/sign-in/provider", "/sign-in/provider/callback?code=a&state=b", "/account/provider"):
        assert browser.get(path).status_code == 404
    assert browser.post("/account/provider").status_code == 404


@on_sqlite
def test_without_the_extra_there_is_none_either(
    desk: Desk, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc.importlib.util, "find_spec", lambda _name: None)  # type: ignore[attr-defined]
    assert "Newsroom login" not in desk.anonymous().get("/sign-in").text
    assert desk.anonymous().get("/sign-in/provider").status_code == 404


GOOD = {
    "ANNOTATOR_OIDC_ISSUER": "https://login.example/realm",
    "ANNOTATOR_OIDC_CLIENT_ID": "a",
    "ANNOTATOR_OIDC_CLIENT_SECRET": "b",
    "ANNOTATOR_BASE_URL": "https://claims.example",
    "ANNOTATOR_SECRET_KEY": "a-secret-of-the-tests-that-is-long-enough-0123456789",
}


def test_the_settings_name_the_provider() -> None:
    found = from_environment(GOOD).oidc
    assert found == IdentityProvider("https://login.example/realm", "a", "b", "login.example")
    assert SECRET not in repr(IdentityProvider("https://login.example", "a", SECRET, "login"))
    assert from_environment({"ANNOTATOR_SECRET_KEY": GOOD["ANNOTATOR_SECRET_KEY"]}).oidc is None


@pytest.mark.parametrize(
    "changed",
    [
        {"ANNOTATOR_OIDC_ISSUER": "http://login.example"}, {"ANNOTATOR_OIDC_ISSUER": "login.example"},
        {"ANNOTATOR_OIDC_ISSUER": "https://a@login.example"}, {"ANNOTATOR_OIDC_ISSUER": "https://login.example?x"},
        {"ANNOTATOR_OIDC_ISSUER": "https://[::1"}, {"ANNOTATOR_OIDC_CLIENT_ID": ""},
        {"ANNOTATOR_OIDC_CLIENT_SECRET": ""}, {"ANNOTATOR_BASE_URL": ""},
    ],
)  # fmt: skip
def test_settings_of_a_provider_are_complete_and_safe(changed: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match="OIDC"):
        from_environment(GOOD | changed)
