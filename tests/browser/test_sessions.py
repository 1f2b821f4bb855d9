"""A session that ended asks for the password in place, and the work goes on; nobody sends another person's changes."""

import pytest
from playwright.sync_api import Locator, Page, expect

from annotator.services import accounts
from tests.browser.conftest import Complaints, Seat
from tests.browser.saves import SAVES, banner, calm, checked, eventually, heading, kept, labels, state


@pytest.fixture(autouse=True)
def _refusals(complaints: Complaints) -> None:
    for status in ("400", "401", "429"):
        complaints.expect(status)


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Your session has ended")


def ended(seat: Seat) -> Page:
    """End the session while a label is chosen, and come to the question for the password."""
    seat.site.end_sessions(seat.person)
    seat.page.keyboard.press("2")
    state(seat.page, "signed-out")
    expect(dialog(seat.page)).to_be_visible()
    return seat.page


def test_the_password_is_asked_for_in_place_and_the_work_goes_on(seat: Seat) -> None:
    page = ended(seat)
    password = page.get_by_label("Password")
    expect(password).to_be_focused()
    expect(dialog(page).get_by_label("Name", exact=True)).to_have_value(seat.person.name)
    expect(dialog(page).get_by_label("Name", exact=True)).not_to_be_editable()
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in-again-error")).to_contain_text("do not fit")
    expect(password).to_have_attribute("aria-invalid", "true")
    assert labels(seat) == []
    page.keyboard.type(seat.person.password)
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_hidden()
    state(page, "saved")
    calm(page)
    checked(page, "attributed")
    assert labels(seat) == ["attributed"]
    page.keyboard.press("j")
    heading(page, 2)
    page.keyboard.press("3")
    state(page, "saved")
    assert labels(seat, 2) == ["editorial"]


def test_a_session_that_ends_amid_ten_labels_loses_none(seat: Seat) -> None:
    page = seat.page
    for number in range(1, 5):
        page.keyboard.press("1")
        state(page, "saved")
        page.keyboard.press("Enter")
        heading(page, number + 1)
    seat.site.end_sessions(seat.person)
    page.keyboard.press("2")
    expect(dialog(page)).to_be_visible()
    page.get_by_role("button", name="Later").click()
    banner(page, "Changes not stored yet: 1", "Sign in again")
    page.keyboard.press("Enter")
    heading(page, 6)
    page.keyboard.press("3")
    banner(page, "Changes not stored yet: 2")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Password").fill(seat.person.password)
    page.keyboard.press("Enter")
    state(page, "saved")
    assert seat.site.standing(seat.article_id) == ["sourced"] * 4 + ["attributed", "editorial"]


def test_what_is_being_typed_is_not_interrupted(seat: Seat) -> None:
    page = seat.page
    seat.site.end_sessions(seat.person)
    note = page.get_by_label("Note for the adjudicator")
    note.press_sequentially("In the middle")
    banner(page, "Sign in again")
    expect(note).to_be_focused()
    note.press_sequentially(" of a word")
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_visible()
    page.get_by_label("Password").fill(seat.person.password)
    page.keyboard.press("Enter")
    state(page, "saved")
    assert seat.site.verdicts(seat.claims[0])[-1].note == "In the middle of a word"


def test_one_can_sign_in_in_another_window(seat: Seat) -> None:
    page = ended(seat)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in another window").click()
    other = opened.value
    other.get_by_label("Name").fill(seat.person.name)
    other.get_by_label("Password").fill(seat.person.password)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", name="Queue")).to_be_visible()
    other.close()
    page.evaluate("dispatchEvent(new Event('focus'))")
    state(page, "saved")
    expect(dialog(page)).to_be_hidden()
    assert labels(seat) == ["attributed"]


def test_too_many_guesses_have_to_wait(seat: Seat) -> None:
    page = ended(seat)
    for _ in range(accounts.OWN_LIMIT):
        with seat.site.desk.inside():
            assert accounts.authenticate(seat.person.name, "a wrong guess", "127.0.0.1") is None
    page.keyboard.type(seat.person.password)
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in-again-error")).to_contain_text("Wait fifteen minutes")
    banner(page, "Changes not stored yet: 1")


def test_a_dead_network_is_said_at_the_password(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_")
    page = ended(seat)
    page.context.set_offline(True)
    page.keyboard.type(seat.person.password)
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in-again-error")).to_contain_text("No connection")
    page.context.set_offline(False)
    dialog(page).get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog(page)).to_be_hidden()
    eventually(lambda: labels(seat) == ["attributed"])


def test_a_session_of_somebody_else_sends_nothing_of_mine(seat: Seat) -> None:
    page, site = seat.page, seat.site
    other = site.desk.member(seat.project_id)
    page.context.clear_cookies()
    site.sign_in(page.context, other)
    page.keyboard.press("2")
    banner(page, "Changes not stored yet: 1", "Somebody else is signed in")
    assert site.count() == 0
    second = page.context.new_page()
    second.goto(site.claim_page(seat.article_id))
    second.keyboard.press("1")
    state(second, "saved")
    calm(second)
    second.close()
    assert [row.reviewer_id for row in site.verdicts(seat.claims[0])] == [other.id]
    assert [change["person"] for change in kept(page)] == [str(seat.person.id)]
    page.get_by_label("Password").fill(seat.person.password)
    page.keyboard.press("Enter")
    state(page, "saved")
    assert [row.reviewer_id for row in site.verdicts(seat.claims[0])] == [other.id, seat.person.id]


def test_the_token_of_the_session_before_is_no_reason_to_ask(seat: Seat) -> None:
    page = seat.page
    page.context.clear_cookies()
    seat.site.sign_in(page.context, seat.person)
    with page.expect_response(SAVES):
        page.keyboard.press("2")
    state(page, "saved")
    assert labels(seat) == ["attributed"]
