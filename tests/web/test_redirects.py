"""Redirects: signing in and choosing a preference lead back to where one was, and never to another site."""

from urllib.parse import quote

import pytest

from tests.desk import Desk, Somebody

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def person(desk: Desk) -> Somebody:
    return desk.person("reader")


OUTSIDE = [
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example",
    "\\/evil.example", "https:evil.example", "https://evil.example", "http:///evil.example", "//evil.example/%2f..",
    "/%2f%2fevil.example", "%2f%2fevil.example", "/%5cevil.example", "/\t/evil.example", "/%09/evil.example",
    "\t//evil.example", " //evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
    "vbscript:x", "http://localhost@evil.example", "//localhost@evil.example", "/\r\nLocation: https://evil.example",
    "/%0d%0aSet-Cookie:x=1", "/x\nSet-Cookie: x=1", "/x\u2028y", "/\u202egro.live", "//\u3002evil", "//[::1", "/\0",
    "evil.example", ".evil.example", "@evil.example", "", "/" + "x" * 10_000, "?next=//evil.example",
    "#//evil.example", "/\u00a0/evil.example", "\ufeff//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", OUTSIDE)
def test_c05_signing_in_never_leads_elsewhere(desk: Desk, person: Somebody, target: str) -> None:
    browser = desk.anonymous()
    shown = browser.get(f"/sign-in?next={quote(target, safe='')[:7000]}")
    assert shown.status_code == 400 or 'name="next" value="/"' in shown.text
    answer = browser.post("/sign-in", {"name": "reader", "password": person.password, "next": target})
    back = browser.post("/preferences", {"theme": "dark", "back": target})
    for redirect in (answer, back):
        if redirect.status_code == 400:
            continue  # a NUL is refused before it gets anywhere
        assert redirect.status_code == 303
        assert redirect.headers["Location"] == "/"
        assert "Set-Cookie: x" not in str(redirect.headers)
    again = browser.get(f"/sign-in?next={quote(target, safe='')[:7000]}")
    assert again.headers.get("Location", "/") == "/"


@pytest.mark.parametrize(
    "target", ["/articles/3/claims/2", "/projects/news/articles?x=1&y=%20", "/keys", "/projects/é/guidelines"]
)
def test_signing_in_leads_back_to_where_one_wanted_to_go(desk: Desk, person: Somebody, target: str) -> None:
    browser = desk.anonymous()
    shown = browser.get("/sign-in", query_string={"next": target})
    assert f'name="next" value="{target.replace("&", "&amp;")}"' in shown.text
    answer = browser.post("/sign-in", {"name": "reader", "password": person.password, "next": target})
    assert answer.headers["Location"] == quote(target, safe="/?&=%")


def test_a_page_that_needs_signing_in_is_where_one_arrives(desk: Desk, person: Somebody) -> None:
    browser = desk.anonymous()
    first = browser.get("/articles/5/claims/2?x=1")
    assert first.headers["Location"] == "/sign-in?next=/articles/5/claims/2?x%3D1"
    assert browser.post("/articles/5/undo").headers["Location"] == "/sign-in", "a form is not sent again by itself"
