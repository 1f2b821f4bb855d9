"""The page goes from claim to claim by itself: at once, without the server, and without losing its place."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import recut
from tests.browser.conftest import Complaints, Seat
from tests.browser.moves import known, requests_of
from tests.browser.saves import heading
from tests.browser.site import Site


def test_moving_asks_the_server_for_nothing(seat: Seat) -> None:
    page = seat.page
    known(page)
    asked = requests_of(page)
    for number in range(2, 9):
        page.keyboard.press("j")
        heading(page, number)
    page.locator(".claim").nth(3).click()
    heading(page, 4)
    page.locator(".step").nth(5).click()
    heading(page, 6)
    assert asked == []


def test_back_and_forward_show_claims_without_the_server(seat: Seat) -> None:
    page = seat.page
    seat.open(3)
    known(page)
    asked = requests_of(page)
    page.keyboard.press("j")
    page.locator(".step").nth(6).click()
    heading(page, 7)
    expect(page).to_have_title(re.compile("^Claim 7 of 8 – "))
    for number in (4, 3):
        page.go_back()
        heading(page, number)
        expect(page).to_have_url(re.compile(rf"/claims/{number}(#claim-{number})?$"))
        expect(page).to_have_title(re.compile(f"^Claim {number} of 8 – "))
    page.go_forward()
    heading(page, 4)
    assert asked == []
    page.reload()
    heading(page, 4)
    page.goto(seat.site.claim_page(seat.article_id, 5) + "#claim-5")
    heading(page, 5)
    expect(page.locator(".claim[aria-current]")).to_have_id("claim-5")


def test_the_focus_and_a_quiet_word_go_to_the_claim(seat: Seat) -> None:
    page = seat.page
    known(page)
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator("#claim-heading")).to_be_focused()
    expect(page.locator("#say")).to_have_text(re.compile(r"^Claim 2 of 8\. Talks about the closed wharf"))
    expect(page.locator("[aria-current=step]")).to_have_count(2)
    expect(page.locator(".claim[aria-current]")).to_be_in_viewport()


def test_everything_goes_on_without_a_network(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_INTERNET_DISCONNECTED")
    page = seat.page
    known(page)
    page.context.set_offline(True)
    for number, key in enumerate("123", 1):
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        heading(page, number + 1)
    page.keyboard.press("n")
    page.keyboard.type("typed, but not sent")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    heading(page, 3)
    expect(page.locator("[name=label][value=editorial]")).to_be_checked()
    page.keyboard.press("j")
    expect(page.get_by_label("Note for the adjudicator")).to_have_value("typed, but not sent")
    expect(page.locator("#progress")).to_contain_text("3 of 8 labelled")
    expect(page.locator(".step[data-pending]")).to_have_count(4)
    page.context.set_offline(False)
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    expect(page.locator("[data-pending]")).to_have_count(0)
    assert seat.site.standing(seat.article_id) == ["sourced", "attributed", "editorial", None]
    assert seat.site.verdicts(seat.claims[3])[-1].note == "typed, but not sent"


def test_what_was_typed_stays_with_its_claim(seat: Seat) -> None:
    page = seat.page
    known(page)
    page.keyboard.press("n")
    page.keyboard.type("of the first claim")
    page.keyboard.press("Control+Enter")
    heading(page, 2)
    expect(page.get_by_label("Note for the adjudicator")).to_have_value("")
    page.keyboard.press("2")
    page.keyboard.press("k")
    expect(page.get_by_label("Note for the adjudicator")).to_have_value("of the first claim")
    expect(page.locator("[name=label]:checked")).to_have_count(0)
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    rows = [[(row.label, row.note) for row in seat.site.verdicts(claim)] for claim in seat.claims[:2]]
    assert rows == [[(None, "of the first claim")], [("attributed", "")]]


def test_a_claim_that_was_cut_anew_comes_from_the_server(site: Site, page: Page) -> None:
    cut = recut.make(site.desk)
    person = cut.people[0]
    cut.say(person, "mayor", "attributed")
    cut.edit("merge", "disgrace")
    site.sign_in(page.context, person)
    page.goto(site.claim_page(cut.article, 2))
    known(page)
    asked = requests_of(page)
    page.keyboard.press("j")
    heading(page, 3)
    expect(page.locator("#asked")).to_be_visible()
    assert any(address.endswith("/claims/3") or "/claims/3#" in address for address in asked)
    expect(page.locator(".asked-count")).to_have_text("1 to confirm")
    page.keyboard.press("c")
    expect(page.locator("#asked")).to_have_count(0)
    expect(page.locator("[name=label][value=attributed]")).to_be_checked()
    expect(page.locator(".asked-count")).to_be_hidden()
    asked.clear()
    page.keyboard.press("j")
    heading(page, 4)
    page.keyboard.press("k")
    heading(page, 3)
    expect(page.locator("[name=label][value=attributed]")).to_be_checked()
    assert asked == []


def test_an_article_that_was_cut_anew_meanwhile_is_fetched_again(site: Site, page: Page) -> None:
    cut = recut.make(site.desk)
    site.sign_in(page.context, cut.people[0])
    page.goto(site.claim_page(cut.article, 5))
    known(page)
    cut.edit("merge", "disgrace")
    page.keyboard.press("1")
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    page.keyboard.press("k")
    heading(page, 4)
    expect(page.locator(".step")).to_have_count(4)
    known(page)
    page.keyboard.press("k")
    expect(page.locator("#words .quote")).to_have_text(re.compile("disgrace.*shrugged"))


@pytest.mark.parametrize("answer", ["none", "broken"])
def test_without_the_work_each_claim_comes_from_the_server(seat: Seat, complaints: Complaints, answer: str) -> None:
    complaints.expect("net::ERR_FAILED")
    complaints.expect("500")
    page = seat.page
    page.route("**/work", lambda route: route.abort() if answer == "none" else route.fulfill(status=500))
    seat.open()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    heading(page, 2)
    page.keyboard.press("k")
    heading(page, 1)
    expect(page.locator("[name=label][value=attributed]")).to_be_checked()
    page.go_back()
    heading(page, 2)
    assert seat.site.standing(seat.article_id) == ["attributed"]


def test_a_claim_out_of_reach_leaves_the_page_as_it_is(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page = seat.page
    page.route("**/work", lambda route: route.abort())
    seat.open()
    page.route("**/claims/2", lambda route: route.abort())
    page.keyboard.press("j")
    expect(page.locator("#refused")).to_contain_text("without the network")
    heading(page, 1)
    expect(page).to_have_url(re.compile("/claims/1$"))


def advancing(context: BrowserContext, site: Site) -> None:
    context.add_cookies([{"name": "advance", "value": "on", "url": site.address}])


@pytest.mark.parametrize(("advances", "keys"), [(False, ["1", "Enter"]), (True, ["1"])])
def test_one_key_tags_two_tag_and_go_on_or_one(seat: Seat, advances: bool, keys: list[str]) -> None:
    page = seat.page
    if advances:
        advancing(page.context, seat.site)
        seat.open()
    page.evaluate("window.pressed = 0; document.addEventListener('keydown', () => { pressed += 1; }, true)")
    for number in range(1, 8):
        heading(page, number)
        for key in keys:
            page.keyboard.press(key)
    heading(page, 8)
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    assert seat.site.standing(seat.article_id) == ["sourced"] * 7
    assert page.evaluate("pressed") == 7 * len(keys)


def test_going_on_by_itself_leaves_out_what_is_done_and_works_without_a_network(
    seat: Seat, complaints: Complaints
) -> None:
    complaints.expect("net::ERR_INTERNET_DISCONNECTED")
    page = seat.page
    seat.site.desk.verdict(seat.person, seat.claims[4], "editorial")
    advancing(page.context, seat.site)
    seat.open(4)
    known(page)
    page.context.set_offline(True)
    for number in (6, 7, 8, 1):
        page.keyboard.press("2")
        heading(page, number)
    page.context.set_offline(False)
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    labels = [[row.label for row in seat.site.verdicts(claim)] for claim in seat.claims]
    one = ["attributed"]
    assert labels == [[], [], [], one, ["editorial"], one, one, one]
