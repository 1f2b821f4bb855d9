"""The panel shows just what the server would, and draws what was chosen before it is stored."""

import re
from itertools import zip_longest
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

import annotator
from tests import recut
from tests.browser.conftest import Complaints, Seat
from tests.browser.moves import known
from tests.browser.saves import SAVES, checked, cut, heading
from tests.browser.site import ARABIC, BRUTAL, Site
from tests.desk import Somebody

MIXED = (
    "Cafe\u0301 by the quay 👩\u200d🚀 reopens\n\n"
    "“Nai\u0308ve!” the 👨\u200d👩\u200d👧 family’s lawyer said, <b>calling</b> it “state-of-the-art” & cheap. "
    "قالت هيئة الميناء إنّ المحادثات ستُستأنف. 450.000 people\ncame in a sentence\nthat is hard-wrapped.\n\n"
    "Cafe\u0301 by the quay 👩\u200d🚀 reopens\n\n"
    "He smiled. The brutal eviction went on. “We knew,” said Ilse Maronde. “And we told them.” Nobody answered. Why?"
)
"""Emoji of several code points, combining marks, two scripts, mark-up that is none, hard-wrapped lines, a repeat."""

LOOK = """() => {
  const left = "#history-list, template, noscript, #say, [name=csrf_token], [name=client_key], [name=seconds]";
  const own = (element) => [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data)
    .join(" ").replace(/\\s+/g, " ").trim();
  const fact = (element) => [
    element.tagName, element.matches("textarea") ? "" : own(element), element.value, element.checked, element.disabled,
    ...element.getAttributeNames().filter((name) => !["checked", "value", "selected"].includes(name)).sort()
      .map((name) => `${name}=${element.getAttribute(name)}`),
  ].join(" | ");
  const all = document.querySelectorAll("#work, #work *, #save [data-save-time]");
  return [document.title, ...[...all].filter((element) => !element.closest(left)).map(fact)];
}"""
"""What the page shows, element by element, with what its fields hold."""


def say_all_there_is(site: Site, person: Somebody, article: int, text: str) -> None:
    """Give the first claims of an article a verdict of every kind; the last ones stay open."""
    claims, desk = site.desk.claims(article), site.desk
    words = [(match.start(), match.end()) for match in re.finditer(r"\w+", text) if match.start() > text.index("\n\n")]
    roles = ("loaded", "speaker", "cue")
    desk.verdict(person, claims[0], "sourced", kind="named", source_name="“Port” <i>", note="a\nb & c", confidence=2)
    desk.verdict(
        person, claims[1], "attributed", kind="direct", is_flagged=True, source_kind="person", speech="mixed", depth=3,
        marks=tuple((start, end, role) for (start, end), role in zip(words, roles, strict=False)),
        evidence_url="https://port.example/?a=1&b=2", continues_id=claims[0], confidence=1,
    )  # fmt: skip
    desk.verdict(person, claims[2], "editorial", kind="framing", also_attributed=True, rewrite="The port said so.")
    if len(claims) > 5:
        desk.verdict(person, claims[3], None, skip_reason="boilerplate", note="a repeat")
        desk.verdict(person, claims[4], None, note="only a note")
        desk.verdict(person, claims[5], "sourced")
        desk.verdict(person, claims[5], None)


def compare_all(page: Page, site: Site, article: int, count: int) -> None:
    """Compare every claim as the server shows it with what the page makes of it, on the way there and back."""
    served = []
    for number in range(1, count + 1):
        page.goto(site.claim_page(article, number))
        known(page)
        served.append(page.evaluate(LOOK))
    for key, numbers in (("k", range(count - 1, 0, -1)), ("j", range(2, count + 1))):
        for number in numbers:
            page.keyboard.press(key)
            heading(page, number)
            pairs = zip_longest(page.evaluate(LOOK), served[number - 1])
            assert [(made, expected) for made, expected in pairs if made != expected] == [], number


@pytest.mark.parametrize(("text", "language"), [(MIXED, "en"), (ARABIC, "ar")])
def test_a_claim_looks_as_the_server_would_show_it(seat: Seat, text: str, language: str) -> None:
    article = seat.site.desk.article(seat.project_id, text, language=language)
    say_all_there_is(seat.site, seat.person, article, text)
    compare_all(seat.page, seat.site, article, len(seat.site.desk.claims(article)))


def test_chains_look_as_the_server_would_show_them(site: Site, page: Page) -> None:
    cut = recut.make(site.desk)
    person = cut.people[0]
    cut.say(person, "mayor", "attributed", continues_id=cut.claim("disgrace").id)
    cut.say(person, "Nobody", "attributed", continues_id=cut.claim("mayor").id)
    cut.edit("split", "disgrace", at="she said")
    site.sign_in(page.context, person)
    compare_all(page, site, cut.article, len(cut.claims()))


def test_a_choice_is_drawn_at_once_and_as_pending_until_it_is_stored(seat: Seat) -> None:
    page, held = seat.page, list[Route]()
    page.route(SAVES, lambda route: held.append(route))  # noqa: PLW0108 (Playwright looks at the handler's signature)
    seat.open(2)
    page.keyboard.press("3")
    for place in (page.locator(".claim[aria-current]"), page.locator(".step[aria-current]")):
        expect(place).to_have_attribute("data-look", "editorial")
        expect(place).to_have_attribute("data-pending", "")
        expect(place.locator("[data-name]")).to_have_text("Editorial")
    expect(page.locator("#progress")).to_contain_text("1 of 8 labelled")
    page.keyboard.press("j")
    expect(page.locator("#claim-2")).to_have_attribute("data-pending", "")
    expect(page.locator("#claim-3")).not_to_have_attribute("data-pending", "")
    held[0].continue_()
    expect(page.locator("[data-pending]")).to_have_count(0)
    expect(page.locator("#claim-2")).to_have_attribute("data-look", "editorial")


def test_a_refused_choice_goes_back_to_what_is_stored(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("422")
    page = seat.page
    seat.site.desk.verdict(seat.person, seat.claims[1], "sourced")
    page.route(SAVES, lambda route: route.fulfill(status=422, json={"status": 422, "detail": "No.", "errors": {}}))
    seat.open(2)
    known(page)
    page.keyboard.press("3")
    expect(page.locator("#save")).to_have_attribute("data-state", "refused")
    expect(page.locator("#claim-2")).to_have_attribute("data-look", "sourced")
    expect(page.locator("#claim-2")).not_to_have_attribute("data-pending", "")
    expect(page.locator("[name=label][value=editorial]")).to_be_checked()
    expect(page.locator("#progress")).to_contain_text("1 of 8 labelled")


def test_what_waits_to_be_stored_is_shown_after_a_reload(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page = seat.page
    page.route(SAVES, cut)
    seat.open(BRUTAL)
    known(page)
    page.keyboard.press("3")
    page.locator(".word", has_text="brutality").click()
    page.get_by_label("Note for the adjudicator").fill("kept")
    expect(page.locator("#save")).to_have_attribute("data-state", "offline")
    for number in (BRUTAL, 1):
        seat.open(number)
        if number == 1:
            page.locator(".step").nth(BRUTAL - 1).click()
        checked(page, "editorial")
        expect(page.locator(".word:has([name=word]:checked)")).to_have_text("brutality")
        expect(page.get_by_label("Note for the adjudicator")).to_have_value("kept")
        expect(page.locator(f"#claim-{BRUTAL}")).to_have_attribute("data-look", "editorial")
        expect(page.locator(f"#claim-{BRUTAL}")).to_have_attribute("data-pending", "")
    page.unroute(SAVES)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    expect(page.locator("[data-pending]")).to_have_count(0)
    assert seat.site.standing(seat.article_id) == ["editorial"]
    assert seat.site.verdicts(seat.claims[BRUTAL - 1])[-1].note == "kept"


def test_the_history_is_that_of_the_claim(seat: Seat) -> None:
    page = seat.page
    seat.site.desk.verdict(seat.person, seat.claims[1], "editorial")
    seat.open()
    known(page)
    page.keyboard.press("1")
    page.keyboard.press("h")
    entries = page.locator("#history-list li")
    expect(entries).to_have_text([re.compile("Sourced")])
    page.keyboard.press("j")
    expect(entries).to_have_text([re.compile("Editorial")])
    page.keyboard.press("j")
    expect(page.locator("#history-list")).to_contain_text("Nothing recorded yet.")
    page.keyboard.press("h")
    page.keyboard.press("k")
    expect(entries).to_have_count(0)
    page.keyboard.press("h")
    expect(entries).to_have_text([re.compile("Editorial")])


def test_what_another_device_did_shows_when_one_comes_back(seat: Seat) -> None:
    page = seat.page
    page.clock.install()
    seat.open()
    known(page)

    def be(state: str) -> None:
        page.evaluate(
            """state => {
            Object.defineProperty(document, "visibilityState", {value: state, configurable: true});
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
            state,
        )

    be("hidden")
    for claim, label in zip(seat.claims, ("editorial", "sourced"), strict=False):
        seat.site.desk.verdict(seat.person, claim, label, note="from the other device")
    page.clock.fast_forward("02:00")
    be("visible")
    expect(page.locator("[name=label][value=editorial]")).to_be_checked()
    expect(page.get_by_label("Note for the adjudicator")).to_have_value("from the other device")
    expect(page.locator("#claim-2")).to_have_attribute("data-look", "sourced")
    expect(page.locator("#progress")).to_contain_text("2 of 8 labelled")
    page.keyboard.press("2")
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    assert seat.site.standing(seat.article_id) == ["attributed", "sourced"]


def test_no_rule_makes_every_change_a_reason_to_look_at_the_whole_page_again() -> None:
    styles = (Path(annotator.__file__).parent / "static" / "annotator.css").read_text(encoding="utf-8")
    assert (
        re.findall(r"(?:\b(?:html|body|main|article)|:root|\.work|\.article|\.steps|\.panel)\S*:has\(.*", styles) == []
    )
