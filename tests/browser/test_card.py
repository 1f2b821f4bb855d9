"""What a verdict can carry besides its label and marked words: who is speaking, a rewrite, how sure one is."""

import re

import pytest
from playwright.sync_api import Page, expect

from annotator.storage.verdicts import Verdict
from tests import recut
from tests.browser.conftest import Seat
from tests.browser.site import ARTICLE, BRUTAL, Site
from tests.browser.test_keyboard import at_claim, mark_word, saved

SOURCE = 2
"""The number of the claim that ends in "the port authority said"."""


def newest(seat: Seat, number: int = SOURCE) -> Verdict:
    saved(seat.page)
    return seat.site.verdicts(seat.claims[number - 1])[-1]


def marks(seat: Seat, number: int = SOURCE) -> list[tuple[str, str]]:
    """Return the marked words of the stored verdict, with their roles."""
    return [(ARTICLE[start:end], role) for start, end, role in newest(seat, number).marks]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def warned(page: Page, *sentences: str) -> None:
    expect(page.locator("#warnings li")).to_have_text([re.compile(sentence) for sentence in sentences])


@pytest.mark.parametrize(
    ("key", "attribution", "writing"), [("", False, False), ("1", True, False), ("2", True, False), ("3", False, True)]
)
def test_a_label_shows_its_card(seat: Seat, key: str, attribution: bool, writing: bool) -> None:
    page = seat.page
    if key:
        page.keyboard.press(key)
    expect(page.locator("#attribution")).to_be_visible(visible=attribution)
    expect(page.locator("#writing")).to_be_visible(visible=writing)


def test_an_editorial_claim_that_carries_a_source_too_shows_both_cards(seat: Seat) -> None:
    page = seat.page
    page.keyboard.press("3")
    page.get_by_role("checkbox", name="Also carries a source").check()
    expect(page.locator("#attribution")).to_be_visible()
    expect(page.locator("#writing")).to_be_visible()
    page.keyboard.press("o")
    expect(page.get_by_label("Who or what is the source?")).to_be_focused()
    press(page, "Escape", "1")
    expect(page.get_by_role("checkbox", name="Also carries a source")).to_be_hidden()
    expect(page.locator("#writing")).to_be_hidden()


def test_what_a_card_holds_is_never_out_of_sight(seat: Seat) -> None:
    page = seat.page
    seat.open(SOURCE)
    press(page, "1", "o")
    page.keyboard.type("Port authority")
    press(page, "Escape", "3")
    expect(page.locator("#attribution summary")).to_contain_text("Port authority")
    warned(page, "Tick “Also carries a source”")
    page.get_by_role("checkbox", name="Also carries a source").check()
    warned(page)
    assert (newest(seat).also_attributed, newest(seat).source_name) == (True, "Port authority")


def test_no_card_moves_a_label(seat: Seat) -> None:
    page = seat.page
    seat.open(SOURCE)
    places = "() => [...document.querySelectorAll('.label')].map((label) => label.offsetTop)"
    before = page.evaluate(places)
    for key in "123":
        press(page, key, "o", "Escape")
        saved(page)
        assert page.evaluate(places) == before
    press(page, "l", "Space", "Escape", "1")
    expect(page.locator("#warnings li")).to_have_count(1)
    assert page.evaluate(places) == before


def test_the_card_takes_all_its_fields(seat: Seat) -> None:
    page = seat.page
    seat.open(SOURCE)
    press(page, "1", "o")
    expect(page.get_by_label("Who or what is the source?")).to_be_focused()
    page.keyboard.type("Port authority")
    for name, value in (("Kind of source", "Organisation"), ("Speech", "Indirect"), ("Nesting", "2 – nested")):
        page.get_by_label(name, exact=True).select_option(label=value)
    page.get_by_role("checkbox", name="Continues the quotation of claim 1").check()
    page.locator("#attribution a[data-pen=speaker]").click()
    press(page, "End", "ArrowLeft", "Space")
    row = newest(seat)
    assert (row.label, row.source_name, row.source_kind, row.speech, row.depth, row.continues_id) == (
        "sourced", "Port authority", "organisation", "indirect", 2, seat.claims[0],
    )  # fmt: skip
    assert marks(seat) == [("authority", "speaker")]
    summary = page.locator("#attribution [data-summary]")
    expect(summary).to_have_text("Port authority · Organisation · Indirect")
    expect(page.locator("[data-marked=speaker]")).to_have_text("authority")
    page.reload()
    expect(page.locator("#attribution")).not_to_have_attribute("open", "")
    expect(summary).to_have_text("Port authority · Organisation · Indirect")
    press(page, "o")
    expect(page.get_by_label("Nesting")).to_have_value("2")
    expect(page.locator("[data-marked=speaker]")).to_have_text("authority")


def test_the_key_of_the_card_unfolds_it_and_leads_into_it_again(seat: Seat) -> None:
    page = seat.page
    press(page, "1", "o")
    field = page.get_by_label("Who or what is the source?")
    expect(field).to_be_focused()
    page.keyboard.type("1 of 23 ports")
    press(page, "Escape", "o")
    expect(field).to_be_focused()
    expect(field).to_have_value("1 of 23 ports")
    page.locator("#attribution summary").click()
    expect(field).to_be_hidden()
    assert newest(seat, 1).label == "sourced"


def test_a_quotation_is_continued_in_one_key(seat: Seat) -> None:
    page = seat.page
    seat.open(3)
    line, sign = page.locator(".claim-card [data-chain=joined]"), page.locator("#claim-3 [data-chain=joined]")
    expect(line).to_be_hidden()
    page.keyboard.press("p")
    expect(line).to_have_text("Continues the quotation of claim 2")
    expect(sign).to_contain_text("continues the quotation of the claim before")
    expect(page.locator("#say")).to_contain_text("Continues the quotation of claim 2")
    assert newest(seat, 3).continues_id == seat.claims[1]
    page.reload()
    expect(sign).to_have_count(1)
    line.get_by_role("link").click()
    at_claim(page, 2)
    expect(line).to_be_hidden()
    press(page, "j")
    at_claim(page, 3)
    expect(line).to_have_text("Continues the quotation of claim 2")
    press(page, "p")
    expect(line).to_be_hidden()
    expect(sign).to_have_count(0)
    assert newest(seat, 3).continues_id is None


def test_the_first_claim_continues_none(seat: Seat) -> None:
    page = seat.page
    press(page, "1", "p", "o")
    expect(page.locator("#continues")).to_be_hidden()
    press(page, "Escape", "j", "p")
    saved(page)
    assert newest(seat, 1).continues_id is None
    assert newest(seat, 2).continues_id == seat.claims[0]
    press(page, "k", "p")
    assert newest(seat, 1).continues_id is None


def broken_chain(site: Site, page: Page) -> tuple[recut.Recut, int]:
    """Open a claim that continues one which was cut anew; return the article and the claim's number."""
    cut = recut.make(site.desk)
    ada = cut.people[0]
    cut.say(ada, "disgrace", "attributed", continues_id=cut.claim("quay").id)
    cut.edit("split", "quay", at="owned")
    site.sign_in(page.context, ada)
    number = 1 + [claim.id for claim in cut.claims()].index(cut.claim("disgrace").id)
    page.goto(site.claim_page(cut.article, number))
    page.wait_for_load_state("load")
    return cut, number


def test_a_chain_whose_claim_was_cut_anew_says_so_and_what_to_do(site: Site, page: Page) -> None:
    cut, number = broken_chain(site, page)
    ada = cut.people[0]
    flag = page.locator(".claim-card [data-chain=orphan]")
    expect(flag).to_contain_text("was cut anew")
    expect(page.locator(f"#claim-{number} [data-chain=orphan]")).to_have_count(1)
    page.keyboard.press("f")
    saved(page)
    assert cut.verdict(ada, "disgrace").continues_id is not None, "an unrelated change leaves it for the reviewer"
    press(page, "k", "j")
    at_claim(page, number)
    expect(flag).to_be_visible()
    flag.get_by_role("link").click()
    expect(page.locator("#continues")).to_be_focused()
    page.keyboard.press("Space")
    expect(flag).to_be_hidden()
    expect(page.locator(f"#claim-{number} [data-chain=joined]")).to_have_count(1)
    saved(page)
    verdict = cut.verdict(ada, "disgrace")
    assert verdict.continues_id == cut.claim("owned").id


def test_a_broken_chain_can_be_let_go(site: Site, page: Page) -> None:
    cut, number = broken_chain(site, page)
    page.get_by_text("Keep: it continues a claim that was cut anew").click()
    expect(page.locator(f"#claim-{number} [data-chain]")).to_have_count(0)
    saved(page)
    assert cut.verdict(cut.people[0], "disgrace").continues_id is None


def test_a_rewrite_shows_what_falls_away(seat: Seat) -> None:
    page = seat.page
    seat.open(BRUTAL)
    press(page, "3", "r")
    page.keyboard.type("Nobody has answered for the January eviction.")
    difference = page.locator("#diff")
    expect(difference.locator("del [data-words]")).to_have_text(["brutality of the "])
    expect(difference.locator("del")).to_contain_text("taken out:")
    assert newest(seat, BRUTAL).rewrite == "Nobody has answered for the January eviction."
    press(page, "Escape", "j", "k")
    at_claim(page, BRUTAL)
    expect(difference.locator("del [data-words]")).to_have_text(["brutality of the "])
    page.reload()
    expect(page.locator("#writing [data-rewrite]")).to_contain_text("January eviction")
    press(page, "r", "Control+a")
    page.keyboard.type("Nobody has answered for the violence of the January eviction.")
    expect(difference.locator("ins [data-words]")).to_have_text(["violence"])
    press(page, "Control+a", "Delete")
    expect(difference).to_be_hidden()
    assert newest(seat, BRUTAL).rewrite == ""


def test_how_sure_one_is_goes_by_key_and_asks_for_a_note(seat: Seat) -> None:
    page = seat.page
    hint = page.locator(".note-wanted")
    group = page.get_by_role("group", name="How sure are you?")
    page.keyboard.press("d")
    expect(group.get_by_role("radio", name="Not given")).to_be_focused()
    expect(hint).to_be_hidden()
    press(page, "ArrowLeft")
    assert newest(seat, 1).confidence == 3
    expect(hint).to_be_hidden()
    press(page, "ArrowLeft")
    expect(hint).to_be_visible()
    assert newest(seat, 1).confidence == 2
    warned(page)
    page.keyboard.press("n")
    expect(page.get_by_label("Note for the adjudicator")).to_have_accessible_description(re.compile("Below 3"))
    page.keyboard.type("Torn.")
    expect(hint).to_be_hidden()
    press(page, "Escape", "d", "ArrowRight", "ArrowRight")
    expect(group.get_by_role("radio", name="Not given")).to_be_checked()
    assert (newest(seat, 1).confidence, newest(seat, 1).note) == (None, "Torn.")


def test_a_contradiction_is_said_and_never_in_the_way(seat: Seat) -> None:
    page = seat.page
    seat.open(SOURCE)
    page.keyboard.press("1")
    mark_word(page, "wharf")
    warned(page, "Loaded words are marked")
    expect(page.locator("#warnings")).to_have_role("status")
    assert newest(seat).label == "sourced"
    press(page, "Escape", "j")
    at_claim(page, SOURCE + 1)
    warned(page)
    press(page, "k")
    warned(page, "Loaded words are marked")
    page.reload()
    warned(page, "Loaded words are marked")
    press(page, "3")
    warned(page)


def test_keys_typed_into_the_cards_do_nothing_else(seat: Seat) -> None:
    page = seat.page
    seat.open(SOURCE)
    press(page, "1", "o")
    page.keyboard.type("123 lwqpodrtb")
    expect(page.get_by_label("Who or what is the source?")).to_have_value("123 lwqpodrtb")
    press(page, "Escape")
    page.keyboard.press("3")
    page.keyboard.press("r")
    page.keyboard.type("123 lwqpodrtb")
    expect(page.locator("#rewrite")).to_have_value("123 lwqpodrtb")
    row = newest(seat)
    assert (row.label, row.continues_id, row.confidence, row.marks) == ("editorial", None, None, [])
    expect(page.locator("body")).to_have_attribute("data-tree", "off")


def test_one_key_still_tags_and_enter_still_goes_on_beside_open_cards(seat: Seat) -> None:
    page = seat.page
    press(page, "1", "o", "Escape", "Enter")
    at_claim(page, 2)
    press(page, "2", "Enter")
    at_claim(page, 3)
    saved(page)
    assert seat.site.standing(seat.article_id) == ["sourced", "attributed"]
