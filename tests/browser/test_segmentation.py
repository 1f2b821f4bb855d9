"""Claims are cut anew in a browser: verdicts of three reviewers carried, confirmed, settled, undone, and all found.

Long because the ways by keyboard, by pointer and without script lead through the same cases.
"""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import recut
from tests.browser.axe import NARROW, WIDE, problems, resize
from tests.browser.conftest import Complaints
from tests.browser.saves import SAVES, banner, calm, eventually, kept, online
from tests.browser.saves import cut as lose
from tests.browser.site import ARABIC, Site
from tests.recut import Recut

MERGED = "“A disgrace,” she said. The mayor shrugged."
LEFT, RIGHT = "The cafe\u0301 by the quay,", "owned by Ines Orvane 👩\u200d🚀, reopened."


@pytest.fixture
def cut(site: Site) -> Recut:
    """Three reviewers have judged claims that will be merged and split: equally, unequally, and one of them only."""
    cut = recut.make(site.desk)
    equal, unequal, half = cut.people
    for person, labels in ((equal, ("editorial", "editorial")), (unequal, ("editorial", "sourced"))):
        for part, label in zip(("disgrace", "mayor"), labels, strict=True):
            cut.say(person, part, label)
    cut.say(half, "mayor", "attributed")
    for person in (equal, unequal):
        cut.say(person, "quay", "sourced", note=f"by {person.name}")
    return cut


def url(site: Site, cut: Recut, part: str = "", at: str = "") -> str:
    offset = cut.text.index(at) if at else cut.claim(part).start if part else 0
    return f"{site.address}/articles/{cut.article}/segmentation?at={offset}"


def open_page(site: Site, page: Page, cut: Recut, part: str = "", at: str = "") -> None:
    page.goto(url(site, cut, part, at))
    page.wait_for_load_state("load")


def fates(page: Page) -> list[str]:
    lines = page.locator(".recut-fates li p:first-child")
    expect(lines.first).to_be_visible()
    return [" ".join(text.split()) for text in lines.all_text_contents()]


def claim_page(site: Site, cut: Recut, part: str) -> str:
    number = [claim.id for claim in cut.claims()].index(cut.claim(part).id) + 1
    return site.claim_page(cut.article, number)


def saved(page: Page) -> None:
    expect(page.locator(".recut-done")).to_be_visible()


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_the_whole_way_by_keyboard(site: Site, page: Page, cut: Recut, browser: Browser) -> None:
    equal, unequal, half = cut.people
    before = {person.name: cut.standing(person) for person in cut.people}
    site.sign_in(page.context, cut.manager)
    open_page(site, page, cut, "disgrace")

    page.keyboard.press("m")
    assert fates(page) == ["ada: carried over", "ben: conflict to settle", "cem: to be confirmed"]
    assert MERGED not in cut.quotes(), "the preview has changed nothing"
    page.keyboard.press("Escape")
    expect(page.locator(".recut-preview")).to_have_count(0)
    page.keyboard.press("m")
    page.get_by_label("Why?").fill("One sentence.")
    page.get_by_label("Why?").press("Enter")
    saved(page)
    assert MERGED in cut.quotes()
    assert cut.standing(equal)[MERGED] == "editorial"
    assert cut.asked(unequal)[MERGED][0] == "conflict"
    assert cut.asked(half)[MERGED][0] == "confirm"

    open_page(site, page, cut, at="owned by")
    page.keyboard.press("s")
    assert fates(page) == ["ada: to be confirmed", "ben: to be confirmed"] * 2
    page.keyboard.press("Enter")
    saved(page)
    assert cut.quotes()[1:4] == [LEFT, RIGHT, MERGED]
    cut.check()

    confirm_and_settle(site, browser, cut)

    open_page(site, page, cut)
    page.keyboard.press("u")  # what ada said of both parts since is what she said of the whole
    saved_edits = page.locator(".recut-edits > li")
    expect(saved_edits).to_have_count(3)
    expect(saved_edits.first).to_contain_text("taken back")
    page.keyboard.press("u")
    expect(page.locator("#recut-heading")).to_have_text("What will become of the claims")
    assert fates(page) == [
        "ada: stands again", "ben: conflict to settle", "ada: stands again", "ben: stands again", "cem: stands again",
    ]  # fmt: skip
    page.keyboard.press("Enter")
    expect(saved_edits).to_have_count(4)
    expect(page.locator(".recut-edits")).to_contain_text("One sentence.")
    cut.check()
    assert cut.standing(equal) == before["ada"]
    assert {quote: cut.standing(unequal)[quote] for quote in before["ben"]} == before["ben"]
    assert len(cut.claims(living=False)) == 8, "nothing was deleted"
    every_verdict_is_in_the_history(site, browser, cut)


def confirm_and_settle(site: Site, browser: Browser, cut: Recut) -> None:
    """Let ada confirm both parts, and ben settle his conflict, each in a browser of their own."""
    equal, unequal, _half = cut.people
    context = browser.new_context()
    site.sign_in(context, equal)
    page = context.new_page()
    page.goto(claim_page(site, cut, "by the quay"))
    for part in (LEFT, RIGHT):
        page.goto(claim_page(site, cut, part))
        expect(page.locator("#asked")).to_contain_text("Sourced")
        expect(page.get_by_label("Note for the adjudicator")).to_have_value("by ada")
        page.keyboard.press("c")
        expect(page.locator("#asked")).to_have_count(0)
        expect(page.locator("[name=label][value=sourced]")).to_be_checked()
        assert cut.verdict(equal, part).carried_from == [cut.verdict(equal, part).carried_from[0]]
    assert cut.asked(equal) == {}
    context.close()

    context = browser.new_context()
    site.sign_in(context, unequal)
    page = context.new_page()
    page.goto(site.address)
    expect(page.get_by_role("main")).to_contain_text("3 to confirm")
    page.goto(claim_page(site, cut, MERGED))
    expect(page.locator("#asked")).to_contain_text("You said different things")
    page.locator("#asked").get_by_role("button", name="Sourced").click()
    expect(page.locator("#asked")).to_have_count(0)
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    assert cut.standing(unequal)[MERGED] == "sourced"
    context.close()


def every_verdict_is_in_the_history(site: Site, browser: Browser, cut: Recut) -> None:
    """Find each verdict that a reviewer ever gave in the histories of the claims that stand there now."""
    for person in cut.people:
        context = browser.new_context()
        site.sign_in(context, person)
        page, shown = context.new_page(), 0
        for part in ("quay", "disgrace", "mayor"):
            page.goto(claim_page(site, cut, part))
            page.keyboard.press("h")
            expect(page.locator("#history-list")).to_be_visible()
            found = page.locator("#history-list li").count()
            claim = cut.claim(part)
            given = sum(
                verdict.reviewer_id == person.id
                for other in cut.claims(living=False)
                if other.id == claim.id or (other.retired_at and other.start < claim.end and claim.start < other.end)
                for verdict in site.verdicts(other.id)
            )
            assert found == given
            shown += found
        assert shown
        context.close()


def test_by_pointer(site: Site, page: Page, cut: Recut) -> None:
    site.sign_in(page.context, cut.manager)
    open_page(site, page, cut, "mayor")
    claim = page.locator(".recut-article a", has_text="by the quay")
    box = claim.evaluate(
        """element => { const range = document.createRange(); const at = element.firstChild.data.indexOf("owned");
        range.setStart(element.firstChild, at + 2); range.setEnd(element.firstChild, at + 3);
        const {x, y, width, height} = range.getBoundingClientRect(); return [x + width / 2, y + height / 2]; }"""
    )
    page.mouse.click(*box)
    expect(page.locator(".cutter:has(:checked)")).to_have_text("owned")
    expect(page.locator(".recut-handle")).to_be_visible()
    page.locator(".cutter", has_text="reopened.").click()
    expect(page.locator(".cutter:has(:checked)")).to_have_text("reopened.")
    page.locator(".cutter", has_text="owned").click()
    page.locator(".recut-handle").click()
    page.get_by_role("button", name="Save").click()
    saved(page)
    assert cut.quotes()[1:3] == [LEFT, RIGHT]
    page.locator(".recut-done").get_by_role("button", name="Undo").click()
    expect(page.locator(".flash")).to_contain_text("Taken back")
    assert LEFT not in cut.quotes()
    page.go_back()
    expect(page.locator("#recut-heading")).to_be_visible()


def test_every_key_does_what_the_map_says(site: Site, page: Page, cut: Recut) -> None:
    site.sign_in(page.context, cut.manager)
    open_page(site, page, cut, "disgrace")
    heading = page.locator("#recut-heading")
    result = page.locator(".recut-results .quote").first
    for key, expected in (("j", "Claim 4"), ("k", "Claim 3"), ("k", "Claim 2"), ("j", "Claim 3")):
        page.keyboard.press(key)
        expect(heading).to_have_text(expected)
    shown: tuple[tuple[str, str | re.Pattern[str]], ...] = (
        ("Shift+M", re.compile("The cafe.*she said.$")),
        ("m", MERGED),
        ("]", "“A disgrace,” she said. The"),
        ("[", "“A disgrace,” she"),
        ("x", "“A disgrace,” she said."),
    )
    for key, words in shown:
        page.keyboard.press(key)
        expect(result).to_have_text(words)
        page.keyboard.press("Escape")
        expect(page.locator(".recut-preview")).to_have_count(0)
        expect(heading).to_contain_text("Claim")
        open_page(site, page, cut, "disgrace")
    page.keyboard.press("]")
    expect(result).to_have_text("“A disgrace,” she said. The")
    page.keyboard.press("]")
    expect(result).to_have_text("“A disgrace,” she said. The mayor")
    open_page(site, page, cut, "disgrace")
    page.keyboard.press("w")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".cutter:has(:checked)")).to_have_text("she")
    page.keyboard.press("s")
    expect(page.locator(".recut-results .quote")).to_have_text(["“A disgrace,”", "she said."])
    page.keyboard.press("Escape")
    expect(page.locator(".recut-preview")).to_have_count(0)
    page.keyboard.press("x")
    expect(result).to_be_visible()
    page.keyboard.press("Enter")
    saved(page)
    expect(heading).to_have_text("Not a claim")
    page.keyboard.press("b")
    expect(result).to_be_visible()
    page.keyboard.press("Enter")
    saved(page)
    expect(heading).to_have_text("Claim 3")
    assert len(cut.quotes()) == 5


def test_keys_that_are_switched_off_do_nothing(site: Site, page: Page, cut: Recut) -> None:
    site.sign_in(page.context, cut.manager)
    page.context.add_cookies([{"name": "keys", "value": "off", "url": site.address}])
    open_page(site, page, cut, "disgrace")
    for key in ("m", "x", "s", "]", "u", "Escape"):
        page.keyboard.press(key)
    expect(page.locator("#recut-heading")).to_have_text("Claim 3")
    expect(page.locator(".recut-preview")).to_have_count(0)


def test_a_verdict_typed_while_the_claim_is_cut_is_led_to_the_new_one(
    site: Site, page: Page, cut: Recut, complaints: Complaints
) -> None:
    complaints.expect("409")
    complaints.expect("net::ERR_FAILED")
    person = cut.people[2]
    site.sign_in(page.context, person)
    page.goto(claim_page(site, cut, "quay"))
    cut.edit("split", "quay", at="owned by")
    page.get_by_label("Note for the adjudicator").fill("typed before")
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    expect(page.get_by_role("heading", level=1)).to_have_text("This claim was cut into others")
    page.get_by_role("link", name="Decide later").click()
    banner(page, "Changes not stored yet: 1", "A claim was cut anew")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This claim was cut into others")
    page.route(SAVES, lose)
    page.get_by_role("button", name="Give my verdict to this claim").nth(1).click()
    banner(page, "Changes not stored yet: 1", "No connection")
    online(page)
    expect(page.locator("#claim-heading")).to_contain_text("Claim 3")
    row = cut.verdict(person, RIGHT)
    assert (row.label, row.note) == ("editorial", "typed before")
    calm(page)
    eventually(lambda: kept(page) == [])


def test_what_was_typed_for_a_claim_that_is_cut_can_be_let_go(
    site: Site, page: Page, cut: Recut, complaints: Complaints
) -> None:
    complaints.expect("409")
    site.sign_in(page.context, cut.people[2])
    page.goto(claim_page(site, cut, "quay"))
    cut.edit("split", "quay", at="owned by")
    page.keyboard.press("3")
    page.get_by_role("link", name="Start afresh").first.click()
    expect(page.locator("#claim-heading")).to_contain_text("Claim 2")
    calm(page)
    eventually(lambda: kept(page) == [])


def test_a_confirmation_that_waits_is_not_lost_by_a_note(
    site: Site, page: Page, cut: Recut, complaints: Complaints
) -> None:
    complaints.expect("net::ERR_FAILED")
    person = cut.people[0]
    cut.edit("split", "quay", at="owned by")
    site.sign_in(page.context, person)
    page.route(SAVES, lose)
    page.goto(claim_page(site, cut, RIGHT))
    expect(page.locator("#asked")).to_be_visible()
    page.keyboard.press("c")
    banner(page, "Changes not stored yet: 1", "No connection")
    page.get_by_label("Note for the adjudicator").fill("still so")
    eventually(lambda: "still+so" in kept(page)[-1]["body"])
    online(page)
    calm(page)
    eventually(lambda: kept(page) == [])
    row = cut.verdict(person, RIGHT)
    assert (row.label, row.note) == ("sourced", "still so")


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def press(page: Page, name: str, role: Literal["button", "link"] = "button") -> None:
    """Press a button or follow a link, and wait until all of the page that follows has come."""
    page.get_by_role(role, name=name).first.click()
    page.wait_for_load_state("load")


def test_without_javascript(site: Site, plain: Page, cut: Recut) -> None:
    site.sign_in(plain.context, cut.manager)
    plain.goto(claim_page(site, cut, "quay"))
    press(plain, "Wrong cut? Edit the claims", "link")
    plain.locator(".cutter input").nth(4).check(force=True)
    expect(plain.locator(".cutter:has(:checked)")).to_have_text("owned")
    press(plain, "Split here")
    assert fates(plain) == ["ada: to be confirmed", "ben: to be confirmed"] * 2
    plain.get_by_label("Why?").fill("Two claims.")
    press(plain, "Save")
    saved(plain)
    assert cut.quotes()[1:3] == [LEFT, RIGHT]
    press(plain, "The mayor shrugged.", "link")
    press(plain, "Merge with the previous")
    assert fates(plain) == ["ada: carried over", "ben: conflict to settle", "cem: to be confirmed"]
    press(plain, "Save")
    press(plain, "End one word later")
    press(plain, "One word earlier")
    expect(plain.locator("#recut-heading")).to_contain_text("Claim")
    press(plain, "Take the last edit back")
    expect(plain.locator(".flash")).to_contain_text("Taken back")
    plain.get_by_label("From the word").select_option(index=1)
    press(plain, "Make it a claim")
    press(plain, "Cancel", "link")
    expect(plain.locator(".recut-edits")).to_contain_text("Two claims.")

    plain.context.clear_cookies()
    site.sign_in(plain.context, cut.people[0])
    plain.goto(claim_page(site, cut, RIGHT))
    press(plain, "Confirm: Sourced")
    expect(plain.locator("#asked")).to_have_count(0)
    expect(plain.locator("[name=label][value=sourced]")).to_be_checked()
    assert cut.verdict(cut.people[0], RIGHT).note == "by ada"


def looked_at(site: Site, page: Page, cut: Recut) -> list[str]:
    """Return what axe finds on each state of the page, and of the annotate page with a question."""
    found = []
    open_page(site, page, cut, at="owned by")
    found += problems(page)
    page.keyboard.press("s")
    expect(page.locator(".recut-preview")).to_be_visible()
    found += problems(page)
    page.keyboard.press("Enter")
    saved(page)
    found += problems(page)
    page.goto(claim_page(site, cut, RIGHT))
    expect(page.locator("#asked")).to_be_visible()
    found += problems(page, WIDE, NARROW)
    return found


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_accessible_in_every_state(site: Site, page: Page, cut: Recut, lang: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.context.add_cookies([{"name": "lang", "value": lang, "url": site.address}])
    site.sign_in(page.context, cut.manager)
    cut.say(cut.manager, "quay", "sourced")
    assert looked_at(site, page, cut) == []
    cut.edit("not-a-claim", "Harbour")
    page.goto(url(site, cut))
    assert problems(page) == []
    article = site.desk.article(1, ARABIC, language="ar")
    page.goto(f"{site.address}/articles/{article}/segmentation?at=70")
    assert problems(page) == []
    resize(page, WIDE)


def test_accessible_when_locked_refused_or_recut(site: Site, page: Page, complaints: Complaints) -> None:
    for status in ("409", "422"):
        complaints.expect(status)
    cut = recut.make(site.desk, overlap=2)
    page.emulate_media(reduced_motion="reduce")
    site.sign_in(page.context, cut.manager)
    open_page(site, page, cut, "quay")
    page.keyboard.press("s")  # no word is chosen
    expect(page.get_by_role("alert")).to_be_focused()
    found = problems(page)
    page.goto(claim_page(site, cut, "quay"))
    cut.edit("split", "quay", at="owned by")
    page.evaluate("document.getElementById('work').submit()")
    expect(page.get_by_role("heading", level=1)).to_have_text("This claim was cut into others")
    found += problems(page)
    cut.say(cut.people[0], "mayor", "sourced")
    open_page(site, page, cut)
    expect(page.get_by_role("button", name="Unlock")).to_be_visible()
    found += problems(page)
    assert found == []
