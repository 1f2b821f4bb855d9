"""Preferences: kept in cookies, only of the values that there are, and back to where one was."""

import re

import pytest

from annotator.web.language import CHOICES
from tests.web.conftest import House


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in CHOICES.items() for value in values])
def test_each_choice_is_kept_for_a_year(house: House, name: str, value: str) -> None:
    answer = house.browser("anonymous").post("/preferences", {name: value, "back": "/keys"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/keys")
    (kept,) = [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith(f"{name}=")]
    assert f"{name}={value};" in kept
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"} <= set(kept.split("; "))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", ""),
        ("lang", "xx"),
        ("lang", "en\r\nSet-Cookie: x=1"),
        ("keys", "maybe"),
        ("sid", "x"),
        ("annotator", "x"),
    ],
)
def test_another_value_or_another_cookie_is_not_kept(house: House, name: str, value: str) -> None:
    answer = house.browser("anonymous").post("/preferences", {name: value})
    assert answer.status_code == 303
    assert not [cookie for cookie in answer.headers.getlist("Set-Cookie") if not cookie.startswith("annotator=ey")]


@pytest.mark.parametrize(
    ("cookies", "shown"),
    [
        ({}, 'lang="en" dir="ltr">'), ({"theme": "dark"}, 'lang="en" dir="ltr" data-theme="dark">'),
        ({"theme": "auto"}, 'lang="en" dir="ltr">'),
        ({"lang": "ar", "theme": "light"}, 'lang="ar" dir="rtl" data-theme="light">'),
        ({"theme": "<script>", "lang": "../../etc"}, 'lang="en" dir="ltr">'), ({"keys": "off"}, 'data-keys="off"'),
        ({"keys": "x"}, 'data-keys="on"'), ({"advance": "on"}, 'data-advance="on"'),
        ({"tree": "on"}, 'data-tree="on"'), ({"tree": "maybe"}, 'data-tree="off"'),
        ({"advance": "\xff"}, 'data-advance="off"'),
    ],
)  # fmt: skip
def test_what_was_chosen_shows_and_nothing_else(house: House, cookies: dict[str, str], shown: str) -> None:
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    page = house.desk.app.test_client(use_cookies=False).get("/keys", headers={"Cookie": header} if header else {}).text
    assert shown in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [("ar", "ar"), ("ar-EG,en;q=0.5", "ar"), ("it,ar;q=0.5,en;q=0.9", "en"), ("xx", "en"), ("", "en"), ("*", "en"),
    (";;q=9,,", "en"),
     ("a" * 5000, "en"), ("\xe9\xff", "en"), ("ar;q=0", "en")],
)  # fmt: skip
def test_without_a_choice_the_browsers_language_counts(house: House, accepted: str, lang: str) -> None:
    page = house.desk.app.test_client(use_cookies=False).get("/keys", headers={"Accept-Language": accepted}).text
    assert f'<html lang="{lang}"' in page


def test_a_choice_stays_when_somebody_signs_in_and_out(house: House) -> None:
    browser = house.browser("reviewer")
    browser.post("/preferences", {"theme": "dark"})
    browser.post("/sign-out")
    assert 'data-theme="dark"' in browser.get("/sign-in").text


def test_the_settings_are_one_plain_form(house: House) -> None:
    browser = house.browser("reviewer")
    page = browser.get("/settings").text
    for name, values in CHOICES.items():
        for value in values:
            assert re.search(rf'<input type="radio" name="{name}" value="{value}"', page), (name, value)
    chosen = {"theme": "dark", "lang": "de", "keys": "off", "advance": "on", "tree": "on"}
    answer = browser.post("/preferences", chosen | {"back": "/settings", "said": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings")
    page = browser.get("/settings").text
    assert 'lang="de" dir="ltr" data-theme="dark">' in page
    for name, value in chosen.items():
        assert f'<input type="radio" name="{name}" value="{value}" checked>' in page
    assert page.count(" checked>") == len(chosen)


def test_that_settings_are_saved_is_said_once_and_only_by_their_page(house: House) -> None:
    browser = house.browser("reviewer")
    browser.post("/preferences", {"theme": "dark", "back": "/settings"})
    assert 'class="flash"' not in browser.get("/settings").text
    browser.post("/preferences", {"theme": "dark", "back": "/settings", "said": "1"})
    assert "The settings are saved." in browser.get("/settings").text
    assert "The settings are saved." not in browser.get("/settings").text


def test_the_menus_lead_to_the_settings_and_they_to_account_and_keys(house: House) -> None:
    browser = house.browser("reviewer")
    assert browser.get("/").text.count('href="/settings"') >= 2
    assert 'href="/settings"' in browser.get("/keys").text
    page = browser.get("/settings").text.partition("<main")[2]
    assert 'href="/account"' in page
    assert 'href="/keys"' in page
    assert 'href="/account"' not in house.browser("anonymous").get("/settings").text
