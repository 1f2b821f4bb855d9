"""The words of a claim and the three pens that mark them: loaded words, source words, cue words."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Seat
from tests.browser.site import ARABIC
from tests.browser.test_card import SOURCE, marks, press
from tests.browser.test_keyboard import saved, tab_to


def test_each_pen_marks_words_of_its_own_kind(seat: Seat) -> None:
    page = seat.page
    seat.open(SOURCE)
    press(page, "w", "End", "ArrowLeft", "Space", "ArrowLeft", "Space")
    press(page, "q", "End", "Space")
    press(page, "l", "Home", "Space", "Escape")
    expect(page.locator("#claim-heading")).to_be_focused()
    assert marks(seat) == [("Talks", "loaded"), ("port", "speaker"), ("authority", "speaker"), ("said", "cue")]
    page.reload()
    for name, texts in {"word": ["Talks"], "speaker": ["port", "authority"], "cue": ["said"]}.items():
        expect(page.locator(f".word:has([name={name}]:checked)")).to_have_text(texts)


def test_a_word_can_have_marks_of_all_kinds_and_says_the_others(seat: Seat) -> None:
    page = seat.page
    seat.open(SOURCE)
    press(page, "w", "End", "Space", "q", "Space", "l")
    box = page.locator(".word:has-text('said') [name=word]")
    expect(box).to_be_focused()
    expect(box).to_have_accessible_name("said")
    expect(box).to_have_accessible_description("Source Cue")
    page.keyboard.press("Space")
    expect(page.locator(".word:has-text('said') [name=cue]")).to_have_attribute(
        "aria-describedby", "pen-name-speaker pen-name-word"
    )
    assert marks(seat) == [("said", "cue"), ("said", "loaded"), ("said", "speaker")]
    press(page, "w", "Space", "q", "Space")
    expect(box).not_to_have_attribute("aria-describedby", re.compile("."))
    assert marks(seat) == [("said", "loaded")]


def test_marks_differ_by_more_than_colour(seat: Seat) -> None:
    page = seat.page
    seat.open(SOURCE)
    press(page, "l", "Home", "Space", "w", "ArrowRight", "Space", "q", "ArrowRight", "Space", "Escape")
    page.emulate_media(forced_colors="active")
    look = "e => { const s = getComputedStyle(e); return [s.outlineStyle, s.textDecorationStyle, s.backgroundColor] }"
    looks = [
        page.locator(f".word:has([name={name}]:checked) > span").evaluate(look) for name in ("word", "speaker", "cue")
    ]
    plain = page.locator(".word:not(:has(:checked)) > span").first.evaluate(look)
    assert len({tuple(one) for one in [*looks, plain]}) == 4


def test_the_pen_is_a_native_choice_that_stores_nothing(seat: Seat) -> None:
    page = seat.page
    seat.open(SOURCE)
    group = page.get_by_role("radiogroup", name="Marking")
    tab_to(page, group.get_by_role("radio", name="Loaded"))
    page.keyboard.press("ArrowRight")
    expect(group.get_by_role("radio", name="Source")).to_be_focused()
    page.locator(".word", has_text="authority").click()
    assert marks(seat) == [("authority", "speaker")]
    assert seat.site.count() == 1
    press(page, "Escape", "j", "k")
    expect(group.get_by_role("radio", name="Loaded")).to_be_checked()


def test_the_words_are_one_stop_of_the_tab_key_whatever_the_pen(seat: Seat) -> None:
    page = seat.page
    seat.open(SOURCE)
    for key, name in (("l", "word"), ("w", "speaker"), ("q", "cue")):
        press(page, key, "Home", "ArrowRight")
        expect(page.locator(f".word:has-text('about') [name={name}]")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("[name=pen]:checked")).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(page.locator(f".word:has-text('about') [name={name}]")).to_be_focused()


def test_pens_follow_the_script_from_right_to_left(seat: Seat) -> None:
    page = seat.page
    article_id = seat.site.desk.article(seat.project_id, ARABIC, language="ar")
    page.goto(seat.site.claim_page(article_id))
    press(page, "w", "ArrowLeft", "ArrowLeft", "ArrowRight", "Space")
    saved(page)
    start, end = len(ARABIC.split()[0]) + 1, len(" ".join(ARABIC.split()[:2]))
    row = seat.site.verdicts(seat.site.desk.claims(article_id)[0])[-1]
    assert row.marks == [[start, end, "speaker"]]
