"""The choices of the card have room for their words in each language."""

import pytest

from tests.browser.conftest import Seat

NEEDED = """select => {
  const has = select.getBoundingClientRect().width;
  Object.assign(select.style, { fieldSizing: "content", inlineSize: "max-content" });
  const needs = select.getBoundingClientRect().width;
  Object.assign(select.style, { fieldSizing: "", inlineSize: "" });
  return needs - has;
}"""


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("de", 1280), ("fr", 390), ("es", 320)])
def test_choices_of_the_card_are_not_cut_off(seat: Seat, language: str, width: int) -> None:
    page = seat.page
    page.context.add_cookies([{"name": "lang", "value": language, "url": seat.site.address}])
    page.set_viewport_size({"width": width, "height": 900})
    seat.open(2)
    page.keyboard.press("2")
    page.keyboard.press("o")
    for choice in page.locator("#attribution select").all():
        for value in choice.locator("option").evaluate_all("all => all.map(({ value }) => value)"):
            choice.evaluate("(select, value) => { select.value = value; }", value)
            assert choice.evaluate(NEEDED) <= 0, (choice.get_attribute("id"), value)
