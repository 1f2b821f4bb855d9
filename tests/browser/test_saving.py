"""The save state is true: whatever happens on the way, a choice is kept until it is stored, and stored once."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from tests.browser.conftest import Complaints, Seat

SAVES = re.compile(r"/claims/\d+/verdicts$")
SAYS = {
    "saved": "All changes saved",
    "saving": "Saving…",
    "offline": "Not saved – will try again",
    "conflict": "Not saved – changed elsewhere",
    "signed-out": "Not saved – sign in again",
    "refused": "Not saved – needs another look",
}


def state(page: Page, name: str) -> None:
    expect(page.locator("#save")).to_have_attribute("data-state", name)
    expect(page.locator("[data-save-text]")).to_have_text(SAYS[name])


def checked(page: Page, label: str) -> None:
    expect(page.locator(f"[name=label][value={label}]")).to_be_checked()


def labels(seat: Seat, number: int = 1) -> list[str | None]:
    return [row.label for row in seat.site.verdicts(seat.claims[number - 1])]


def intercept(seat: Seat, handler: Callable[[Route], None]) -> None:
    """Let `handler` decide about every save; a page that is open already could still send one past it."""
    seat.page.route(SAVES, lambda route: handler(route))  # noqa: PLW0108 (Playwright looks at the handler's signature)
    seat.open()


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


def cut(route: Route) -> None:
    route.abort()


def stored_but_unheard(route: Route) -> None:
    route.fetch()
    route.abort()


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


@pytest.mark.parametrize(("fail", "times"), [(busy, 2), (cut, 1), (stored_but_unheard, 1)])
def test_a_failed_save_is_tried_until_it_is_stored_once(
    seat: Seat, complaints: Complaints, fail: Callable[[Route], None], times: int
) -> None:
    complaints.expect("503")
    complaints.expect("net::ERR_FAILED")
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


def test_what_cannot_be_saved_now_holds_the_page(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page, asked = seat.page, list[str]()

    def dismiss(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", dismiss)
    intercept(seat, cut)
    page.keyboard.press("2")
    state(page, "offline")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    expect(page.locator("#claim-heading")).to_contain_text("Claim 1 ")
    checked(page, "attributed")
    page.unroute(SAVES)
    page.evaluate("dispatchEvent(new Event('online'))")
    state(page, "saved")
    assert labels(seat) == ["attributed"]
    page.keyboard.press("j")
    expect(page.locator("#claim-heading")).to_contain_text("Claim 2 ")


def test_leaving_with_something_unsaved_is_asked_about(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page, asked = seat.page, list[str]()

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    intercept(seat, cut)
    page.keyboard.press("2")
    state(page, "offline")
    page.goto(seat.site.address)
    assert asked == ["beforeunload"]


def changed_elsewhere(seat: Seat) -> None:
    seat.site.desk.verdict(seat.person, seat.claims[0], "attributed", note="from another window")


def test_a_conflict_shows_both_and_mine_can_stand(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("409")
    page = seat.page
    changed_elsewhere(seat)
    page.keyboard.press("3")
    state(page, "conflict")
    notice = page.locator("#conflict")
    expect(notice.locator("[data-mine]")).to_contain_text("Editorial")
    expect(notice.locator("[data-other]")).to_contain_text("Attributed opinion")
    expect(notice.locator("[data-other]")).to_contain_text("from another window")
    expect(page.locator("#conflict-heading")).to_be_focused()
    assert labels(seat) == ["attributed"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    state(page, "saved")
    expect(notice).to_be_hidden()
    checked(page, "editorial")
    assert labels(seat) == ["attributed", "editorial"]


def test_a_conflict_can_end_with_the_other(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("409")
    page = seat.page
    changed_elsewhere(seat)
    page.keyboard.press("3")
    state(page, "conflict")
    page.get_by_role("button", name="Use the other").click()
    checked(page, "attributed")
    expect(page.get_by_label("Note for the adjudicator")).to_have_value("from another window")
    state(page, "saved")
    assert labels(seat) == ["attributed"]


def test_a_conflict_without_script_shows_both_and_mine_can_stand(
    seat: Seat, browser: Browser, complaints: Complaints
) -> None:
    complaints.expect("409")
    context = browser.new_context(java_script_enabled=False)
    seat.site.sign_in(context, seat.person)
    page = context.new_page()
    page.goto(seat.site.claim_page(seat.article_id))
    changed_elsewhere(seat)
    page.locator("[name=label][value=editorial]").check()
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_role("main")).to_contain_text("Editorial")
    expect(page.get_by_role("main")).to_contain_text("from another window")
    page.get_by_role("button", name="Keep mine").click()
    page.goto(seat.site.claim_page(seat.article_id))
    checked(page, "editorial")
    assert labels(seat) == ["attributed", "editorial"]
    context.close()


def test_an_ended_session_keeps_the_choice_until_one_signs_in_again(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("401")
    complaints.expect("400")  # The first try after the sign-in still carries the old session's token.
    page = seat.page
    seat.site.end_sessions(seat.person)
    page.keyboard.press("2")
    state(page, "signed-out")
    expect(page.locator("#signed-out-heading")).to_be_focused()
    expect(page.locator("#signed-out-heading")).to_have_text("Your session has ended")
    checked(page, "attributed")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in another window").click()
    other = opened.value
    other.get_by_label("Name").fill(seat.person.name)
    other.get_by_label("Password").fill(seat.person.password)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", name="Queue")).to_be_visible()
    other.close()
    if page.locator("#signed-out").is_visible():
        page.get_by_role("button", name="Try again").click()
    state(page, "saved")
    expect(page.locator("#signed-out")).to_be_hidden()
    checked(page, "attributed")
    assert labels(seat) == ["attributed"]


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
