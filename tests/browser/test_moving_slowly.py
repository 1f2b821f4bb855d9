"""Keys that are pressed while the page is on its way to another claim are of that claim, never of the one before."""

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Complaints, Seat
from tests.browser.moves import known
from tests.browser.saves import heading
from tests.browser.test_moving import advancing


def slowly(page: Page, address: str) -> list[Route]:
    """Let answers from an address wait until a route is continued: the last is of the page that is open now."""
    routes: list[Route] = []

    def keep(route: Route) -> None:
        routes.append(route)

    page.route(address, keep)
    return routes


def test_keys_pressed_on_the_way_go_to_the_claim_that_is_gone_to(seat: Seat) -> None:
    page = seat.page
    work = slowly(page, "**/work")
    seat.open()
    for key in ("1", "Enter", "2", "Enter", "3", "j", "ArrowDown", "n"):
        page.keyboard.press(key)
    page.keyboard.type("12")
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    expect(page.locator("#panel")).to_have_attribute("aria-busy", "true")
    heading(page, 1)
    assert [seat.site.standing(seat.article_id), seat.site.count()] == [["sourced"], 1]
    work[-1].continue_()
    heading(page, 4)
    expect(page.locator("#panel")).not_to_have_attribute("aria-busy", "true")
    expect(page.get_by_label("Note for the adjudicator")).to_have_value("12")
    page.keyboard.press("Control+Enter")
    heading(page, 5)
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    assert seat.site.standing(seat.article_id) == ["sourced", "attributed", "editorial", None]
    assert [row.note for row in seat.site.verdicts(seat.claims[3])] == ["12"]


def test_what_is_typed_on_the_way_is_not_of_the_claim_before(seat: Seat) -> None:
    page = seat.page
    work = slowly(page, "**/work")
    seat.open()
    page.keyboard.press("n")
    page.keyboard.type("of the first")
    page.keyboard.press("Control+Enter")
    page.keyboard.type("2")
    expect(page.get_by_label("Note for the adjudicator")).to_have_value("of the first")
    work[-1].continue_()
    heading(page, 2)
    expect(page.locator("[name=label][value=attributed]")).to_be_checked()
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    assert [row.label for row in seat.site.verdicts(seat.claims[1])] == ["attributed"]


def test_going_on_by_itself_holds_the_next_label_for_the_next_claim(seat: Seat) -> None:
    page = seat.page
    advancing(page.context, seat.site)
    work = slowly(page, "**/work")
    seat.open()
    for digit in "123":
        page.keyboard.press(digit)
    work[-1].continue_()
    heading(page, 4)
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    labels = [[row.label for row in seat.site.verdicts(claim)] for claim in seat.claims[:3]]
    assert labels == [["sourced"], ["attributed"], ["editorial"]]


def test_a_label_after_a_step_back_goes_to_the_claim_that_it_leads_to(seat: Seat) -> None:
    page = seat.page
    known(page)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    heading(page, 2)
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    steps = slowly(page, "**/undo")
    page.keyboard.press("u")
    page.keyboard.press("3")
    expect(page.locator("#panel")).to_have_attribute("aria-busy", "true")
    steps[0].continue_()
    heading(page, 1)
    expect(page.locator("[name=label][value=editorial]")).to_be_checked()
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    labels = [[row.label for row in seat.site.verdicts(claim)] for claim in seat.claims[:2]]
    assert labels == [["sourced", None, "editorial"], []]


def test_keys_are_dropped_with_a_claim_out_of_reach(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page = seat.page
    page.route("**/work", lambda route: route.abort())
    seat.open()
    pages = slowly(page, "**/claims/2")
    page.keyboard.press("j")
    page.keyboard.press("2")
    expect(page.locator("#panel")).to_have_attribute("aria-busy", "true")
    pages[0].abort()
    expect(page.locator("#refused")).to_contain_text("without the network")
    expect(page.locator("#panel")).not_to_have_attribute("aria-busy", "true")
    page.keyboard.press("3")
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    assert [row.label for row in seat.site.verdicts(seat.claims[0])] == ["editorial"]
