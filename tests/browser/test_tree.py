"""Decision-tree mode: the rules as questions, answered by keys, that lead to a label and leave their path with it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator.storage.verdicts import Verdict
from tests.browser.conftest import Complaints, Seat
from tests.browser.site import ARTICLE, BRUTAL, Site
from tests.browser.test_keyboard import at_claim, saved
from tests.browser.test_without_javascript import sign_in

QUOTED = "1 2 1 1"
"""The keys that lead to an attributed opinion, direct quotation."""


def newest(seat: Seat, number: int = 1) -> Verdict:
    saved(seat.page)
    return seat.site.verdicts(seat.claims[number - 1])[-1]


def switch_on(page: Page) -> None:
    """Switch the questions on, and wait until the server has heard of it: the next page comes with them."""
    with page.expect_response("**/preferences"):
        page.keyboard.press("t")


def answer(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


def asked(page: Page, text: str) -> None:
    expect(page.locator("#tree .question:visible .question-text")).to_have_text(text)


def ended(page: Page, text: str) -> None:
    expect(page.locator("#tree .question:visible")).to_have_count(0)
    expect(page.locator("[data-ending]")).to_have_text(text)


@pytest.fixture
def led(seat: Seat) -> Seat:
    """Switch the questions on."""
    switch_on(seat.page)
    expect(seat.page.locator("body")).to_have_attribute("data-tree", "on")
    return seat


def test_the_switch_is_kept(seat: Seat) -> None:
    page = seat.page
    expect(page.locator("#tree")).to_be_hidden()
    switch = page.get_by_role("button", name="By questions").first
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch_on(page)
    asked(page, "Can this be labelled at all?")
    expect(switch).to_have_attribute("aria-pressed", "true")
    page.reload()
    asked(page, "Can this be labelled at all?")
    expect(page.locator(".label-definition").first).to_be_hidden()
    page.keyboard.press("t")
    expect(page.locator("#tree")).to_be_hidden()
    page.keyboard.press("1")
    assert (newest(seat).label, newest(seat).path) == ("sourced", [])
    assert seat.site.count() == 1


def test_the_switch_works_without_a_network(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_INTERNET_DISCONNECTED")
    page = seat.page
    page.context.set_offline(True)
    page.keyboard.press("t")
    asked(page, "Can this be labelled at all?")
    answer(page, QUOTED)
    ended(page, "Attributed opinion · Direct quotation")
    assert seat.site.count() == 0
    page.context.set_offline(False)
    assert newest(seat).label == "attributed"


def test_answers_lead_to_a_label_that_is_stored_with_its_path(led: Seat) -> None:
    page = led.page
    page.keyboard.press("1")
    asked(page, "Take attribution and quotations away: does the writer’s own voice judge?")
    expect(page.locator("#question-writer-judges")).to_be_focused()
    expect(page.locator("#say")).to_contain_text("does the writer’s own voice judge?")
    assert led.site.count() == 0
    answer(page, "2 1 1")
    ended(page, "Attributed opinion · Direct quotation")
    steps = page.locator("[data-path] li")
    expect(steps).to_have_count(4)
    expect(steps.nth(1)).to_have_text("Take attribution and quotations away: does the writer’s own voice judge? No")
    expect(page.locator("[name=label][value=attributed]")).to_be_checked()
    row = newest(led)
    assert (row.label, row.kind, row.also_attributed) == ("attributed", "direct", False)
    assert row.path == [["codable", True], ["writer-judges", False], ["other-judges", True], ["own-words", True]]
    assert led.site.count() == 1
    page.keyboard.press("Enter")
    at_claim(page, 2)
    asked(page, "Can this be labelled at all?")


def test_the_end_chooses_kind_and_source_beside_the_label(led: Seat) -> None:
    page = led.page
    led.open(BRUTAL)
    answer(page, "1 1 2 2 1")
    ended(page, "Editorial · Framing · Also carries a source")
    row = newest(led, BRUTAL)
    assert (row.label, row.kind, row.also_attributed, len(row.path)) == ("editorial", "framing", True, 5)
    page.keyboard.press("b")
    asked(page, "Does the claim name a source as well?")
    page.keyboard.press("2")
    ended(page, "Editorial · Framing")
    row = newest(led, BRUTAL)
    assert (row.also_attributed, row.path[-1]) == (False, ["framed-beside-source", False])


def test_digits_belong_to_the_questions(led: Seat) -> None:
    page = led.page
    page.keyboard.press("3")
    asked(page, "Can this be labelled at all?")
    answer(page, QUOTED)
    ended(page, "Attributed opinion · Direct quotation")
    answer(page, "1 2 3")
    ended(page, "Attributed opinion · Direct quotation")
    assert newest(led).label == "attributed"
    assert led.site.count() == 1


def test_back_goes_to_the_question_before(led: Seat) -> None:
    page = led.page
    back = page.get_by_role("button", name="Back").and_(page.locator("#tree button"))
    expect(back).to_be_disabled()
    answer(page, "1 2")
    asked(page, "Does somebody else hold a judgement here?")
    page.keyboard.press("b")
    asked(page, "Take attribution and quotations away: does the writer’s own voice judge?")
    back.click()
    asked(page, "Can this be labelled at all?")
    expect(back).to_be_disabled()
    page.keyboard.press("b")
    asked(page, "Can this be labelled at all?")
    assert led.site.count() == 0


def test_answers_can_be_clicked(led: Seat) -> None:
    page = led.page
    for name in ("Yes", "No", "Yes", "Yes"):
        page.locator("#tree").get_by_role("button", name=name, exact=True).click()
    ended(page, "Attributed opinion · Direct quotation")
    assert newest(led).label == "attributed"
    at_claim(page, 1)


@pytest.mark.parametrize("keys", ["1222", "1221", "1122", "121"])
def test_no_answer_moves_the_labels(led: Seat, keys: str) -> None:
    page = led.page
    places = "() => document.querySelector('.label').offsetTop - document.querySelector('#tree').offsetTop"
    before = page.evaluate(places)
    for key in keys:
        page.keyboard.press(key)
        assert page.evaluate(places) == before
    assert led.site.count() == 0


def test_a_skip_asks_for_its_reason(led: Seat) -> None:
    page = led.page
    page.keyboard.press("2")
    ended(page, "This cannot be labelled: say why, or choose a label.")
    expect(page.locator("#skip")).to_have_attribute("open", "")
    expect(page.locator("#skip summary")).to_be_focused()
    page.keyboard.press("1")
    at_claim(page, 2)
    row = newest(led)
    assert (row.skip_reason, row.label, row.path) == ("fragment", None, [["codable", False]])
    page.keyboard.press("k")
    at_claim(page, 1)
    ended(page, "This cannot be labelled: say why, or choose a label.")
    expect(page.locator("#skip")).not_to_have_attribute("open", "")


def test_a_label_chosen_by_hand_has_no_path(led: Seat) -> None:
    page = led.page
    answer(page, QUOTED)
    assert newest(led).path
    page.locator("[name=label][value=sourced]").check(force=True)
    asked(page, "Can this be labelled at all?")
    row = newest(led)
    assert (row.label, row.path) == ("sourced", [])


def test_a_path_stays_while_the_note_changes_and_comes_back_with_its_claim(led: Seat) -> None:
    page = led.page
    answer(page, QUOTED)
    page.keyboard.press("n")
    page.keyboard.type("1 or 2?")
    page.keyboard.press("Escape")
    row = newest(led)
    saved(page)
    expect(page.locator("#note")).to_have_value("1 or 2?")
    page.keyboard.press("j")
    at_claim(page, 2)
    asked(page, "Can this be labelled at all?")
    page.keyboard.press("k")
    at_claim(page, 1)
    ended(page, "Attributed opinion · Direct quotation")
    page.reload()
    ended(page, "Attributed opinion · Direct quotation")
    expect(page.locator("[data-path] li")).to_have_count(4)
    row = newest(led)
    assert (row.note, len(row.path)) == ("1 or 2?", 4)


def test_half_a_path_is_left_with_its_claim(led: Seat) -> None:
    page = led.page
    answer(page, "1 2")
    page.keyboard.press("j")
    at_claim(page, 2)
    asked(page, "Can this be labelled at all?")
    answer(page, QUOTED)
    ended(page, "Attributed opinion · Direct quotation")
    assert len(newest(led, 2).path) == 4
    assert led.site.verdicts(led.claims[0]) == []


def test_the_end_goes_on_by_itself_if_asked_to(led: Seat) -> None:
    page = led.page
    page.context.add_cookies([{"name": "advance", "value": "on", "url": led.site.address}])
    page.reload()
    page.wait_for_load_state("load")
    answer(page, QUOTED)
    at_claim(page, 2)
    asked(page, "Can this be labelled at all?")
    assert newest(led).label == "attributed"


def test_undo_brings_the_path_back_that_stood_before(led: Seat) -> None:
    page = led.page
    answer(page, QUOTED)
    newest(led)
    page.locator("[name=label][value=sourced]").check(force=True)
    newest(led)
    page.keyboard.press("u")
    ended(page, "Attributed opinion · Direct quotation")
    row = newest(led)
    assert (row.label, len(row.path), row.undoes_id is None) == ("attributed", 4, False)


def test_keys_that_are_switched_off_answer_nothing(led: Seat) -> None:
    page = led.page
    page.context.add_cookies([{"name": "keys", "value": "off", "url": led.site.address}])
    page.reload()
    answer(page, "1 2 b t")
    asked(page, "Can this be labelled at all?")
    expect(page.locator("body")).to_have_attribute("data-tree", "on")


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """Open a browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_the_questions_by_plain_forms(site: Site, plain: Page) -> None:
    page = plain
    project_id = site.desk.project()
    article_id = site.desk.article(project_id, ARTICLE)
    sign_in(site, page, site.desk.member(project_id))
    page.goto(site.address + "/keys")
    page.get_by_role("button", name="Label by questions").click()
    page.goto(site.claim_page(article_id, BRUTAL))
    page.get_by_label("Note for the adjudicator").fill("Half a thought")
    page.locator(".word", has_text="brutality").click()
    tree = page.locator("#tree")
    for name in ("Yes", "Yes", "No", "Yes"):
        tree.get_by_role("button", name=name, exact=True).click()
    tree.get_by_role("button", name="Back").click()
    asked(page, "Does the writer supply a cause, a motive, a feeling or a forecast?")
    for name in ("No", "No"):
        tree.get_by_role("button", name=name, exact=True).click()
    ended(page, "Editorial · Framing")
    expect(page.locator("#save")).to_contain_text("Not saved yet")
    assert site.count() == 0
    page.get_by_role("button", name="Save and next").click()
    expect(page.locator("#claim-heading")).to_contain_text(f"Claim {BRUTAL + 1} ")
    row = site.verdicts(site.desk.claims(article_id)[BRUTAL - 1])[-1]
    assert (row.label, row.kind, row.note, len(row.marks)) == ("editorial", "framing", "Half a thought", 1)
    assert row.path == [
        ["codable", True], ["writer-judges", True], ["rhetorical", False], ["inferred", False],
        ["framed-beside-source", False],
    ]  # fmt: skip
    tree.get_by_role("button", name="No", exact=True).click()
    page.get_by_role("button", name="Fragment").click()
    row = site.verdicts(site.desk.claims(article_id)[BRUTAL])[-1]
    assert (row.skip_reason, row.path) == ("fragment", [["codable", False]])
