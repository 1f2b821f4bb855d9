"""Where the Tab key leads, and where the focus is after each action: never nowhere or out of sight."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import NARROW, NARROWEST, WIDE, choose, resize
from tests.browser.conftest import Complaints, Seat
from tests.browser.moves import known
from tests.browser.saves import checked, heading, state
from tests.browser.site import ARABIC, BRUTAL, CLAIMS

BAR = ['link "Claim Annotator"', 'link "Queue"']
TOOLS = ['link "Notices"', 'link "Keyboard and settings"', 'button "Dark look"', "summary person-1"]
DETAILS = ['textbox "Source or evidence link optional"', 'textbox "Note for the adjudicator optional"']
FEET = ['radio "Not given"', "summary History H", 'link "Guidelines"', 'link "Ask the desk"']
WORDS = ['radio "Loaded"', 'link "Wrong cut? Edit the claims"', 'link "About this article"']
CARD = [
    "summary Who is speaking? O",
    'textbox "Who or what is the source?"',
    'combobox "Kind of source"',
    'combobox "Speech"',
    'combobox "Nesting"',
    'link "Mark"',
    'link "Mark"',
    'checkbox "Continues the quotation of claim 3"',
]
HIDDEN = """() => {
    const {activeElement: element} = document;
    const box = (element.closest(".word, .label, .kind") ?? element).getBoundingClientRect();
    const seen = [[.5, .5], [.1, .2], [.9, .8], [.1, .8], [.9, .2]].some(([x, y]) => {
        const top = document.elementFromPoint(box.x + box.width * x, box.y + box.height * y);
        return top && (element.contains(top) || top.contains(element) && !top.matches("main, form, body, html"));
    });
    return seen ? "" : element.outerHTML.slice(0, 120);
}"""
"""What has the focus, if none of five places on it can be seen."""


def stop(page: Page) -> str:
    """Return role and name of what has the focus."""
    if page.evaluate("document.activeElement.matches('summary')"):
        return "summary " + " ".join(page.locator(":focus").inner_text().split())
    line = page.locator(":focus").aria_snapshot().splitlines()[0]
    return line.removeprefix("- ").removesuffix(":").strip("'").partition(" [")[0]


def next_stop(page: Page) -> bool:
    """Press the Tab key; answers whether there is a further stop on the page."""
    page.keyboard.press("Tab")
    return bool(page.evaluate("!document.activeElement.matches('body, [data-seen]')"))


def stops(page: Page) -> list[str]:
    """Press the Tab key from the top of the page to its end, and return what took the focus."""
    page.evaluate("document.activeElement.blur(); document.querySelector('.skip-link').focus()")
    found = [stop(page)]
    page.evaluate("document.activeElement.dataset.seen = ''")
    while next_stop(page):
        found.append(stop(page))
        page.evaluate("document.activeElement.dataset.seen = ''")
    page.evaluate("for (const seen of document.querySelectorAll('[data-seen]')) delete seen.dataset.seen")
    return found


def focus(page: Page, selector: str) -> None:
    """Wait until the focus is at an element."""
    expect(page.locator(f"{selector}:focus")).to_have_count(1)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def at_heading(page: Page, number: int) -> None:
    """Wait until a claim is on the page and its heading has the focus."""
    heading(page, number)
    focus(page, "#claim-heading")


@pytest.fixture(autouse=True)
def ready(seat: Seat) -> None:
    """Wait until the page moves by itself."""
    known(seat.page)


def steps(*named: str) -> list[str]:
    """Return the stops in the strip and in the article."""
    looks = [*named, *["not labelled yet"] * (len(CLAIMS) - len(named))]
    strip = [f'link "Claim {number} , {look}"' for number, look in enumerate(looks, 1)]
    return strip + [
        f'link "{text} Claim {number} , {look}"'
        for number, (text, look) in enumerate(zip(CLAIMS, looks, strict=True), 1)
    ]


def test_the_order_on_the_annotate_page(page: Page) -> None:
    start = ['link "Skip to the claim"', *BAR, 'link "Guidelines"', *TOOLS, *steps()]
    claim = ['link "Next claim"', 'checkbox "Wharf"', *WORDS, 'link "Read it with my labels"']
    choice = ['button "By questions"', 'radio "Sourced"', 'button "Save and next"', "summary Skip S", 'button "Flag"']
    assert stops(page) == [*start, *claim, *choice, *DETAILS, *FEET]


def test_the_order_with_a_card_and_with_questions(seat: Seat, page: Page) -> None:
    seat.open(BRUTAL)
    press(page, "2", "o", "Escape")
    state(page, "saved")
    moves = ['link "Previous claim"', 'link "Next claim"', 'checkbox "Nobody"', *WORDS, 'link "Read it with my labels"']
    acts = ['button "Save and next"', "summary Skip S", 'button "Flag"', 'button "Undo"']
    rest = [*acts, *CARD, *DETAILS, *FEET]
    chosen = ['radio "Attributed opinion"', 'radio "No kind"']
    found = stops(page)
    assert found[found.index(moves[0]) :] == [*moves, 'button "By questions"', *chosen, *rest]
    press(page, "t")
    expect(page.locator("#tree")).to_be_visible()
    asked = ['button "By questions"', 'button "Yes"', 'button "No"', 'radio "Attributed"', 'radio "No kind"']
    found = stops(page)
    assert [text.partition(" 1")[0] for text in found[found.index(moves[0]) :]][len(moves) : len(moves) + 5] == asked
    assert found[-len(rest) :] == rest


def test_the_order_in_the_queue_and_in_my_verdicts(seat: Seat, page: Page) -> None:
    press(page, "2")
    state(page, "saved")
    page.goto(seat.site.address)
    start, title = ['link "Skip to the content"', *BAR, *TOOLS], "Wharf talks resume in Vellmar"
    doors = ['link "All 1"', 'link "To do 0"', 'link "In progress 1"', 'link "Done 0"', 'link "Guidelines"']
    go = f'link "Continue {title}"'
    assert stops(page) == [*start, 'link "My verdicts"', 'link "My results"', go, *doors, f'link "{title}"', go]
    page.goto(seat.site.address + "/verdicts")
    search = ['searchbox "Search"', 'checkbox "flagged only"', 'button "Show"', "summary Filter"]
    assert stops(page) == [*start, *search, f'link "{title}"', f'link "{title}"']


@pytest.mark.parametrize("size", [WIDE, NARROW, NARROWEST], ids=str)
@pytest.mark.parametrize("text", [None, ARABIC], ids=["ltr", "rtl"])
def test_no_stop_is_under_a_bar_or_out_of_sight(
    seat: Seat, page: Page, size: tuple[int, int], text: str | None
) -> None:
    page.emulate_media(reduced_motion="reduce")
    if text:
        choose(page, seat.site, lang="ar")
        page.goto(seat.site.claim_page(seat.site.desk.article(seat.project_id, text, language="ar"), 2))
    resize(page, size)
    press(page, "3", "o")
    state_of = page.locator("#save")
    expect(state_of).to_have_attribute("data-state", "saved")
    hidden = []
    page.evaluate("document.activeElement.blur(); document.querySelector('.skip-link').focus()")
    for _ in range(60):
        if not next_stop(page):
            break
        hidden.append(page.evaluate(HIDDEN))
    assert len(hidden) > 20
    assert [text for text in hidden if text] == []


def test_after_a_label(page: Page) -> None:
    press(page, "1")
    checked(page, "sourced")
    press(page, "Enter")
    at_heading(page, 2)
    press(page, "1")
    checked(page, "sourced")
    focus(page, "#claim-heading")
    page.locator(".label").nth(1).click()
    focus(page, "[name=label][value=attributed]")
    page.get_by_role("button", name="Save and next").click()
    at_heading(page, 3)


def test_after_a_move(page: Page) -> None:
    for key, number in (("j", 2), ("J", 3), ("k", 2)):
        press(page, key)
        at_heading(page, number)
    page.get_by_role("link", name="Next claim").click()
    at_heading(page, 3)
    page.locator(".step").nth(4).click()
    at_heading(page, 5)
    page.locator("a.claim").nth(5).click()
    at_heading(page, 6)
    page.go_back()
    at_heading(page, 5)


def test_after_a_skip(seat: Seat, page: Page) -> None:
    press(page, "s")
    focus(page, "#skip summary")
    press(page, "Escape")
    focus(page, "#skip summary")
    press(page, "s", "2")
    at_heading(page, 2)
    page.locator("#skip summary").click()
    page.get_by_role("button", name="Fragment").click()
    at_heading(page, 3)
    seat.open(len(CLAIMS))
    known(page)
    for name in ("key", "mouse"):
        page.locator("#skip summary").click()
        if name == "key":
            press(page, "1")
        else:
            page.get_by_role("button", name="Fragment").click()
        expect(page.locator("#skip")).not_to_have_attribute("open", "")
        focus(page, "#skip summary")
    state(page, "saved")
    press(page, "1")
    checked(page, "sourced")


def test_after_a_flag_and_after_undo(page: Page) -> None:
    press(page, "j")
    at_heading(page, 2)
    press(page, "f")
    focus(page, "#claim-heading")
    page.locator("[data-flag-button]").first.click()
    focus(page, "[data-flag-button]")
    press(page, "j")
    at_heading(page, 3)
    state(page, "saved")
    press(page, "u")
    at_heading(page, 2)
    page.get_by_role("button", name="Undo").click()
    at_heading(page, 2)
    expect(page.locator("[data-undo]")).to_be_disabled()


def test_after_a_pen_and_a_card(page: Page) -> None:
    press(page, "j", "1")
    for key in "lwq":
        press(page, key)
        focus(page, ".word input")
    press(page, "Escape")
    focus(page, "#claim-heading")
    page.locator(".pen").nth(1).click()
    focus(page, "#pen-speaker")
    page.locator(".word").nth(1).click()
    focus(page, ".word [name=speaker]")
    press(page, "o")
    focus(page, "#source_name")
    press(page, "Escape")
    focus(page, "#claim-heading")
    page.locator("#attribution summary").click()
    focus(page, "#attribution summary")
    expect(page.locator("#attribution")).not_to_have_attribute("open", "")
    page.locator("#attribution summary").click()
    page.get_by_role("link", name="Mark").last.click()
    focus(page, ".word [name=cue]")
    press(page, "3", "r")
    focus(page, "#rewrite")
    press(page, "Escape", "d")
    focus(page, "[name=confidence]")


def test_after_an_answer(page: Page) -> None:
    press(page, "j", "t")
    focus(page, "#claim-heading")
    press(page, "1")
    focus(page, ".question:not([hidden]) .question-text")
    press(page, "b")
    focus(page, ".question:not([hidden]) .question-text")
    for _ in range(3):
        page.locator("#tree .question:not([hidden]) [name=answer]").first.click()
    expect(page.locator("[data-ending]")).to_be_visible()
    focus(page, "[data-ending]")
    page.locator("[data-tree-back]").click()
    focus(page, ".question:not([hidden]) .question-text")
    press(page, "b", "b", "2")
    focus(page, "#skip summary")
    press(page, "Escape", "t")
    expect(page.locator("#tree")).to_be_hidden()
    page.locator(".tree-switch").first.click()
    focus(page, ".tree-switch")


@pytest.mark.parametrize(("key", "link"), [("g", "a[data-key=g]"), ("?", ".tools [data-dialog]")])
def test_after_a_dialog(page: Page, key: str, link: str) -> None:
    press(page, "n")
    focus(page, "#note")
    press(page, "Escape", key)
    focus(page, "dialog #part-heading")
    press(page, "Escape")
    focus(page, "#claim-heading")
    page.locator(link).click()
    focus(page, "dialog #part-heading")
    page.get_by_role("button", name="Close").click()
    focus(page, link)
    page.locator(".menu-wide summary").click()
    press(page, "Tab", "Escape")
    focus(page, ".menu-wide summary")


def test_after_the_history(page: Page) -> None:
    for is_open in (True, False):
        press(page, "h")
        focus(page, "#history summary")
        assert page.locator("#history[open]").count() == is_open


def test_after_a_conflict(seat: Seat, page: Page, complaints: Complaints) -> None:
    complaints.expect("409")
    seat.site.desk.verdict(seat.person, seat.claims[1], "editorial")
    press(page, "j", "1")
    expect(page.locator("table.versions")).to_be_visible()
    assert stops(page)[-3:] == ['button "Keep mine"', 'link "Use the other"', 'link "Decide later"']
    page.get_by_role("button", name="Keep mine").click()
    heading(page, 2)
    state(page, "saved")
    press(page, "j")
    at_heading(page, 3)


def test_after_the_question_for_the_password(seat: Seat, page: Page, complaints: Complaints) -> None:
    complaints.expect("401")
    press(page, "j")
    at_heading(page, 2)
    seat.site.end_sessions(seat.person)
    page.locator(".label").first.click()
    focus(page, "#sign-in-again [name=password]")
    page.keyboard.type("a wrong one")
    press(page, "Enter")
    expect(page.locator("#sign-in-again-error")).to_be_visible()
    focus(page, "#sign-in-again [name=password]")
    page.keyboard.type(seat.person.password)
    press(page, "Enter")
    state(page, "saved")
    focus(page, "[name=label][value=sourced]")


def test_after_an_error(page: Page, complaints: Complaints) -> None:
    complaints.expect("422")
    page.locator("#evidence_url").fill("javascript:alert(1)")
    expect(page.locator("#evidence_url-error")).to_be_visible()
    focus(page, "#evidence_url")
    expect(page.locator("#evidence_url")).to_have_attribute("aria-invalid", "true")
    page.goto(page.url.partition("/articles")[0] + "/account")
    for field in page.locator("main [type=password]").all():
        field.fill("short")
    page.get_by_role("button", name="Change the password").click()
    focus(page, "[role=alert]")
