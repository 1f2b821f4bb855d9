"""Addresses and methods: odd numbers, names and spellings open nothing and break nothing."""

import pytest

from tests.web.conftest import House

IDS = ("-1", "0", str(2**31), str(2**63), str(2**63 - 1), str(2**64), "1e3", "%201", "１", "1%00", "1.0", "+1", "٣",
       "0x1", "9" * 5000, "id", "%ED%A0%80", "1;", "1'--", "c0ffee00-0000-4000-8000-000000000000")  # fmt: skip


@pytest.mark.parametrize("pattern", ["/articles/{}", "/articles/{}/claims/1", "/articles/1/claims/{}"])
def test_b09_a_number_that_is_no_id_is_no_page(house: House, pattern: str) -> None:
    manager = house.browser("manager")
    found = {number: manager.get(pattern.format(number)).status_code for number in IDS}
    assert found == dict.fromkeys(IDS, 404) | {"1%00": 400}


@pytest.mark.parametrize("pattern", ["/claims/{}/verdicts", "/articles/{}/undo", "/account/sessions/{}/revoke"])
def test_b09_a_number_that_is_no_id_is_nothing_to_change(house: House, pattern: str) -> None:
    manager = house.browser("manager")
    found = {number: manager.post(pattern.format(number)).status_code for number in IDS}
    assert found == dict.fromkeys(IDS, 404) | {"1%00": 400}


@pytest.mark.parametrize(
    "slug", ["%27%20OR%201%3D1--", "..", "news%2F..%2Felsewhere", "NEWS", "news%20", "%25", "new_", "ｎｅｗｓ"]
)
def test_a_name_that_is_no_project_is_no_page(house: House, slug: str) -> None:
    assert house.browser("manager").get(f"/projects/{slug}/guidelines").status_code == 404


@pytest.mark.parametrize("role", ["anonymous", "stranger", "observer"])
@pytest.mark.parametrize(
    "path",
    [
        "/articles/1/",
        "//articles/1",
        "/articles//1",
        "/ARTICLES/1",
        "/static/../articles/1",
        "/articles/1/.",
        "/./articles/1",
    ],
)
def test_b11_no_spelling_of_an_address_opens_what_the_plain_one_keeps_shut(
    house: House, reached: list[str], role: str, path: str
) -> None:
    browser = house.browser(role)
    reached.clear()
    answer = browser.client.get("/", environ_overrides={"PATH_INFO": path, "REQUEST_URI": path, "RAW_URI": path})
    assert answer.status_code in {303, 308, 403, 404}
    assert "tagging.resume" not in reached
    assert "evil" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_b11_other_methods_are_refused(house: House, method: str) -> None:
    answer = house.browser("manager").client.open(f"/articles/{house.article}", method=method)
    assert answer.status_code in {200, 303, 405} if method == "get" else answer.status_code == 405


def test_b11_a_method_cannot_be_passed_off_as_another(house: House, reached: list[str]) -> None:
    reviewer = house.browser("reviewer")
    reached.clear()
    answer = reviewer.get(
        f"/claims/{house.claims[0]}/verdicts?_method=POST",
        headers={"X-HTTP-Method-Override": "POST", "X-HTTP-Method": "POST"},
    )
    assert answer.status_code == 405
    assert not reached
