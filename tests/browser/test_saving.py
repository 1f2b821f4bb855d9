"""The save state is true: whatever happens on the way, a choice is kept until it is stored, and stored once."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Complaints, Seat
from tests.browser.saves import (
    SAVES,
    banner,
    calm,
    checked,
    cut,
    eventually,
    heading,
    intercept,
    labels,
    online,
    state,
    stored_but_unheard,
)


def fails_at_first(fail: Callable[[Route], None], times: int, keys: list[str]) -> Callable[[Route], None]:
    """Return a handler that spoils the first requests with `fail`, and notes each one's key."""

    def handle(route: Route) -> None:
        found = re.search(r"client_key=([^&]+)", route.request.post_data or "")
        assert found
        keys.append(found[1])
        if len(keys) <= times:
            fail(route)
        else:
            route.continue_()

    return handle


def busy(route: Route) -> None:
    route.fulfill(status=503, headers={"Retry-After": "1"}, content_type="application/problem+json", body="{}")


def broken(route: Route) -> None:
    route.fulfill(status=500, content_type="application/problem+json", body="{}")


def throttled(route: Route) -> None:
    route.fulfill(status=429, headers={"Retry-After": "1"}, content_type="application/problem+json", body="{}")


def test_saved_is_said_only_after_the_answer(seat: Seat) -> None:
    page = seat.page
    held: list[Route] = []
    intercept(seat, held.append)
    state(page, "saved")
    page.keyboard.press("1")
    state(page, "saving")
    for _ in range(100):
        page.wait_for_timeout(100)
        if held:
            break
    state(page, "saving")
    assert labels(seat) == []
    answer = held[0].fetch()
    assert labels(seat) == ["sourced"]
    state(page, "saving")
    held[0].fulfill(response=answer)
    state(page, "saved")
    expect(page.locator("[data-save-time] time")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))


def hotel(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<h1>Welcome! Room number?</h1>")


def proxy(route: Route) -> None:
    route.fulfill(status=403, content_type="text/html", body="<h1>Forbidden</h1>")


FAILURES = {busy: 2, broken: 2, throttled: 1, cut: 1, stored_but_unheard: 1, hotel: 1, proxy: 1}


@pytest.mark.parametrize(("fail", "times"), FAILURES.items(), ids=lambda value: getattr(value, "__name__", None))
def test_a_failed_save_is_tried_until_it_is_stored_once(
    seat: Seat, complaints: Complaints, fail: Callable[[Route], None], times: int
) -> None:
    complaints.expect("Failed to load resource")
    page, keys = seat.page, list[str]()
    intercept(seat, fails_at_first(fail, times, keys))
    page.keyboard.press("3")
    state(page, "offline")
    checked(page, "editorial")
    state(page, "saved")
    checked(page, "editorial")
    assert len(keys) == times + 1
    assert len(set(keys)) == 1
    assert labels(seat) == ["editorial"]


def test_what_cannot_be_saved_now_waits_and_holds_nobody_up(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page = seat.page
    intercept(seat, cut)
    calm(page)
    page.keyboard.press("2")
    state(page, "offline")
    banner(page, "Changes not stored yet: 1", "No connection", "Kept in this browser")
    page.keyboard.press("j")
    heading(page, 2)
    page.keyboard.press("3")
    banner(page, "Changes not stored yet: 2")
    with page.expect_request(SAVES):
        page.get_by_role("button", name="Try now").click()
    online(page)
    state(page, "saved")
    calm(page)
    assert (labels(seat, 1), labels(seat, 2)) == (["attributed"], ["editorial"])


def test_a_request_that_nobody_answers_is_given_up_and_sent_again(seat: Seat) -> None:
    page, held = seat.page, list[Route]()
    page.clock.install()

    def hold_the_first(route: Route) -> None:
        held.append(route)
        if len(held) > 1:
            route.continue_()

    intercept(seat, hold_the_first)
    page.keyboard.press("2")
    state(page, "saving")
    eventually(lambda: page.title() != "" and held != [])
    page.clock.fast_forward(31_000)
    state(page, "offline")
    page.get_by_role("button", name="Try now").click()
    state(page, "saved")
    assert labels(seat) == ["attributed"]


def test_a_server_that_breaks_on_one_change_still_gets_the_others(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("500")
    page = seat.page

    def break_on_the_first(route: Route) -> None:
        if f"/claims/{seat.claims[0]}/" in route.request.url:
            broken(route)
        else:
            route.continue_()

    intercept(seat, break_on_the_first)
    page.keyboard.press("2")
    banner(page, "The server can’t take them now")
    page.keyboard.press("j")
    heading(page, 2)
    page.keyboard.press("3")

    def the_other_is_stored() -> bool:
        page.evaluate("dispatchEvent(new Event('online'))")
        return labels(seat, 2) == ["editorial"]

    eventually(the_other_is_stored)
    assert labels(seat, 1) == []
    online(page)
    state(page, "saved")
    assert labels(seat, 1) == ["attributed"]


def test_a_refused_field_says_why_and_keeps_what_was_typed(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("422")
    page = seat.page
    link = page.get_by_label("Source or evidence link")
    link.fill("javascript:alert(1)")
    state(page, "refused")
    expect(link).to_have_attribute("aria-invalid", "true")
    expect(link).to_have_value("javascript:alert(1)")
    expect(page.locator("#evidence_url-error")).not_to_be_empty()
    link.fill("https://port.example/report")
    state(page, "saved")
    assert [row.evidence_url for row in seat.site.verdicts(seat.claims[0])] == ["https://port.example/report"]


def test_quick_changes_arrive_in_order(seat: Seat) -> None:
    page = seat.page
    for key in "1231322":
        page.keyboard.press(key)
    state(page, "saved")
    checked(page, "attributed")
    assert seat.site.standing(seat.article_id) == ["attributed"]
    revisions = [row.revision for row in seat.site.verdicts(seat.claims[0])]
    assert revisions == list(range(1, len(revisions) + 1))
