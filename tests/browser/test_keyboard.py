"""A reviewer needs nothing but the keyboard: from the sign-in to the last claim."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from annotator.domain.roles import Role
from tests.browser.conftest import Seat
from tests.browser.site import ARABIC, ARTICLE, BRUTAL, CLAIMS, LABELS, Site

DIGITS = {"sourced": "1", "attributed": "2", "editorial": "3"}


def at_claim(page: Page, number: int) -> None:
    expect(page.locator("#claim-heading")).to_have_text(re.compile(rf"Claim {number}\b"))


def saved(page: Page) -> None:
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")


def tab_to(page: Page, target: Locator) -> None:
    expect(target).to_be_visible()
    for _ in range(60):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"The Tab key never reaches {target}")


def type_into(page: Page, name: str, text: str) -> None:
    field = page.get_by_label(name, exact=True)
    tab_to(page, field)
    page.keyboard.insert_text(text)
    expect(field).to_have_value(text)


def mark_word(page: Page, word: str) -> None:
    page.keyboard.press("l")
    for _ in range(40):
        if page.evaluate("document.activeElement.parentElement.textContent.trim()") == word:
            page.keyboard.press("Space")
            return
        page.keyboard.press("ArrowRight")
    pytest.fail(f"The arrows never reach {word}")


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_the_main_job(site: Site, page: Page) -> None:
    project_id = site.desk.project()
    person = site.desk.member(project_id, Role.MANAGER, "ines")
    page.goto(site.address)
    type_into(page, "Name", "ines")
    type_into(page, "Password", person.password)
    page.keyboard.press("Enter")

    tab_to(page, page.get_by_role("main").get_by_role("link", name="Add an article"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/new")
    type_into(page, "Text", ARTICLE)
    tab_to(page, page.get_by_role("button", name="Add the article"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/claims/1")
    article_id = site.newest_article().id
    claims = site.desk.claims(article_id)

    for number, label in enumerate(LABELS, 1):
        at_claim(page, number)
        page.keyboard.press(DIGITS[label])
        if number == BRUTAL:
            mark_word(page, "brutality")
            page.keyboard.press("Escape")
        page.keyboard.press("Enter")
    saved(page)
    assert site.standing(article_id) == LABELS

    page.keyboard.press("1")
    saved(page)
    assert site.standing(article_id)[-1] == "sourced"
    page.keyboard.press("u")
    expect(page.locator("[name=label][value=editorial]")).to_be_checked()
    saved(page)

    page.reload()
    expect(page.locator("#progress")).to_contain_text("8 of 8 labelled")
    expect(page.locator("[name=label][value=editorial]")).to_be_checked()
    for number in range(len(CLAIMS) - 1, BRUTAL - 1, -1):
        page.keyboard.press("k")
        at_claim(page, number)
    expect(page.locator(".word input:checked + span")).to_have_text("brutality")

    assert site.standing(article_id) == LABELS
    start = ARTICLE.index("brutality")
    assert site.verdicts(claims[BRUTAL - 1])[-1].marks == [[start, start + len("brutality"), "loaded"]]
    last = site.verdicts(claims[-1])
    assert [row.label for row in last] == ["editorial", "sourced", "editorial"]
    assert [row.undoes_id for row in last] == [None, None, last[1].id]


def test_what_is_typed_changes_no_label(seat: Seat) -> None:
    page = seat.page
    page.keyboard.press("n")
    page.keyboard.type("123 jkufsl?g")
    expect(page.locator("#save")).to_have_attribute("data-state", "unsaved")
    saved(page)
    at_claim(page, 1)
    expect(page.locator("[name=label]:checked")).to_have_count(0)
    page.keyboard.press("e")
    expect(page.get_by_label("Note for the adjudicator")).to_have_value("123 jkufsl?ge")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.type("https://port.example/1")
    page.keyboard.press("Control+Enter")
    at_claim(page, 2)
    saved(page)
    row = seat.site.verdicts(seat.claims[0])[-1]
    assert (row.note, row.evidence_url, row.label) == ("123 jkufsl?ge", "https://port.example/1", None)


def test_skip_takes_a_reason(seat: Seat) -> None:
    page = seat.page
    page.keyboard.press("s")
    expect(page.get_by_role("group", name="Why can this not be labelled?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#skip")).not_to_have_attribute("open", "")
    assert seat.site.count() == 0
    page.keyboard.press("s")
    page.keyboard.press("2")
    at_claim(page, 2)
    saved(page)
    assert seat.site.standing(seat.article_id) == ["boilerplate"]
    page.keyboard.press("k")
    at_claim(page, 1)
    expect(page.locator("[data-skipped]")).to_contain_text("Skipped")


def test_flag_and_move(seat: Seat) -> None:
    page = seat.page
    page.keyboard.press("f")
    saved(page)
    expect(page.get_by_role("button", name="Flag").first).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("j")
    at_claim(page, 2)
    page.keyboard.press("J")
    at_claim(page, 3)
    page.keyboard.press("k")
    at_claim(page, 2)
    assert page.url == seat.site.claim_page(seat.article_id, 2) + "#claim-2"
    page.go_back()
    at_claim(page, 3)
    page.go_back()
    at_claim(page, 2)
    page.go_back()
    at_claim(page, 1)
    expect(page.get_by_role("button", name="Flag").first).to_have_attribute("aria-pressed", "true")
    page.go_forward()
    at_claim(page, 2)
    rows = seat.site.verdicts(seat.claims[0])
    assert [(row.is_flagged, row.label) for row in rows] == [(True, None)]


def test_undo_goes_across_claims(seat: Seat) -> None:
    page = seat.page
    for number, digit in enumerate("12", 1):
        page.keyboard.press(digit)
        page.keyboard.press("Enter")
        at_claim(page, number + 1)
    page.keyboard.press("u")
    at_claim(page, 2)
    expect(page.locator("[name=label]:checked")).to_have_count(0)
    page.keyboard.press("u")
    at_claim(page, 1)
    expect(page.locator("[name=label]:checked")).to_have_count(0)
    expect(page.locator("[data-undo]")).to_be_disabled()
    assert seat.site.standing(seat.article_id) == [None, None]


def test_words_and_kinds_are_reached_by_keys(seat: Seat) -> None:
    page = seat.page
    seat.open(BRUTAL)
    page.keyboard.press("3")
    kinds = page.get_by_role("group", name=re.compile("Kind of “Editorial”"))
    tab_to(page, kinds.get_by_role("radio").last)
    page.keyboard.press("ArrowRight")
    framing = kinds.get_by_role("radio", name="Framing")
    expect(framing).to_be_checked()
    mark_word(page, "brutality")
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    saved(page)
    page.keyboard.press("Space")
    saved(page)
    row = seat.site.verdicts(seat.claims[BRUTAL - 1])[-1]
    start = ARTICLE.index("brutality")
    assert (row.label, row.kind, row.marks) == ("editorial", "framing", [[start, start + 9, "loaded"]])
    page.reload()
    expect(framing).to_be_checked()
    expect(page.locator(".word input:checked")).to_have_count(1)


def test_arrows_follow_the_script_from_right_to_left(seat: Seat) -> None:
    page = seat.page
    article_id = seat.site.desk.article(seat.project_id, ARABIC, language="ar")
    page.goto(seat.site.claim_page(article_id))
    page.keyboard.press("l")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight", "Space"):
        page.keyboard.press(key)
    saved(page)
    start, end = len(ARABIC.split()[0]) + 1, len(" ".join(ARABIC.split()[:2]))
    row = seat.site.verdicts(seat.site.desk.claims(article_id)[0])[-1]
    assert row.marks == [[start, end, "loaded"]]


def test_letters_work_on_an_arabic_keyboard(seat: Seat) -> None:
    page = seat.page
    press = """([key, code]) => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", {key, code, bubbles: true, cancelable: true}))"""
    page.evaluate(press, ["ت", "KeyJ"])
    at_claim(page, 2)
    page.evaluate(press, ["٣", "Digit3"])
    saved(page)
    assert seat.site.standing(seat.article_id) == ["editorial"]


def test_the_key_map_opens_and_closes(seat: Seat) -> None:
    page = seat.page
    dialog = page.get_by_role("dialog", name="Keyboard and settings")
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    at_claim(page, 1)
    assert seat.site.count() == 0


def test_one_can_label_beside_the_guidelines(seat: Seat) -> None:
    page = seat.page
    drawer = page.get_by_role("dialog", name="Guidelines")
    page.keyboard.press("g")
    expect(drawer).to_be_visible()
    page.keyboard.press("2")
    saved(page)
    assert seat.site.standing(seat.article_id) == ["attributed"]
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    page.keyboard.press("g")
    expect(drawer).to_be_visible()
    page.keyboard.press("g")
    expect(drawer).to_have_count(0)


def test_the_history_opens_by_its_key(seat: Seat) -> None:
    page = seat.page
    page.keyboard.press("1")
    saved(page)
    page.keyboard.press("h")
    expect(page.locator("#history-list li")).to_have_count(1)
    page.keyboard.press("3")
    expect(page.locator("#history-list li")).to_have_count(2)
    expect(page.locator("#history-list li").first).to_contain_text("Editorial")


def test_single_keys_can_be_switched_off(seat: Seat) -> None:
    page = seat.page
    page.keyboard.press("?")
    switch = page.get_by_role("dialog").get_by_role("button", name="Single-key shortcuts")
    tab_to(page, switch)
    page.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    for _ in range(2):
        for key in "1sfgjl?":
            page.keyboard.press(key)
        at_claim(page, 1)
        expect(page.locator("[name=label]:checked, dialog[open], #skip[open]")).to_have_count(0)
        page.reload()
    assert seat.site.count() == 0
    tab_to(page, page.locator("[name=label]").first)
    page.keyboard.press("Space")
    saved(page)
    assert seat.site.standing(seat.article_id) == ["sourced"]


def test_the_page_can_go_on_by_itself(seat: Seat) -> None:
    page = seat.page
    page.keyboard.press("?")
    switch = page.get_by_role("dialog").get_by_role("button", name="Go to the next claim after labelling")
    tab_to(page, switch)
    page.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    at_claim(page, 2)
    page.reload()
    page.keyboard.press("2")
    at_claim(page, 3)
    saved(page)
    assert seat.site.standing(seat.article_id) == ["sourced", "attributed"]
