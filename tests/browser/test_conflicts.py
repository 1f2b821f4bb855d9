"""A claim that was changed elsewhere: both versions in full, and nothing decided but by the reviewer."""

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.browser.conftest import Complaints, Seat
from tests.browser.saves import SAVES, banner, calm, checked, cut, eventually, heading, kept, labels, online, state
from tests.browser.site import ARTICLE

DECIDE = "This claim was changed elsewhere"


@pytest.fixture(autouse=True)
def _conflicts(complaints: Complaints) -> None:
    complaints.expect("409")
    complaints.expect("net::ERR_FAILED")


def changed_elsewhere(seat: Seat, number: int = 1) -> None:
    seat.site.desk.verdict(seat.person, seat.claims[number - 1], "attributed", note="from another window")


def in_conflict(seat: Seat) -> Page:
    """Choose a label for a claim that was changed elsewhere, and come to the page with both versions."""
    changed_elsewhere(seat)
    seat.page.keyboard.press("3")
    expect(seat.page.get_by_role("heading", name=DECIDE)).to_be_visible()
    return seat.page


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True)).click()


def field(page: Page, name: str) -> list[str]:
    """Return what the two versions say in a field."""
    row = page.locator("tbody").filter(has=page.get_by_role("rowheader", name=name))
    return [text.strip() for text in row.locator("td").all_inner_texts()]


def test_both_versions_are_shown_and_mine_can_stand(seat: Seat) -> None:
    page = in_conflict(seat)
    assert field(page, "Label different") == ["Editorial", "Attributed opinion"]
    assert field(page, "Note different") == ["–", "from another window"]
    assert labels(seat) == ["attributed"]
    button(page, "Keep mine")
    checked(page, "editorial")
    state(page, "saved")
    heading(page, 1)
    assert labels(seat) == ["attributed", "editorial"]
    eventually(lambda: kept(page) == [])


def test_the_other_can_stand(seat: Seat) -> None:
    page = in_conflict(seat)
    button(page, "Use the other")
    checked(page, "attributed")
    expect(page.get_by_label("Note for the adjudicator")).to_have_value("from another window")
    state(page, "saved")
    assert labels(seat) == ["attributed"]
    eventually(lambda: kept(page) == [])


def test_the_decision_can_wait_while_other_claims_go_on(seat: Seat) -> None:
    page = in_conflict(seat)
    button(page, "Decide later")
    heading(page, 1)
    checked(page, "editorial")
    banner(page, "Changes not stored yet: 1", "changed elsewhere")
    page.keyboard.press("j")
    heading(page, 2)
    page.keyboard.press("1")
    expect(page.locator("#claim-2")).not_to_have_attribute("data-pending", "")
    state(page, "conflict")
    assert (labels(seat, 1), labels(seat, 2)) == (["attributed"], ["sourced"])
    page.goto(seat.site.address)
    banner(page, "Changes not stored yet: 1", "changed elsewhere")
    button(page, "Decide")
    button(page, "Keep mine")
    checked(page, "editorial")
    calm(page)
    assert labels(seat) == ["attributed", "editorial"]


def test_what_is_done_to_the_claim_meanwhile_joins_the_decision(seat: Seat) -> None:
    page = in_conflict(seat)
    button(page, "Decide later")
    checked(page, "editorial")
    page.get_by_label("Note for the adjudicator").fill("and one thing more")
    eventually(lambda: "one+thing+more" in kept(page)[-1]["body"])
    assert len(kept(page)) == 1
    button(page, "Decide")
    expect(page.get_by_role("heading", name=DECIDE)).to_be_visible()
    assert field(page, "Note different") == ["and one thing more", "from another window"]
    button(page, "Keep mine")
    state(page, "saved")
    assert [(row.label, row.note) for row in seat.site.verdicts(seat.claims[0])] == [
        ("attributed", "from another window"),
        ("editorial", "and one thing more"),
    ]


def test_mine_outlives_a_dead_network(seat: Seat) -> None:
    page = in_conflict(seat)
    page.route(SAVES, cut)
    button(page, "Keep mine")
    banner(page, "Changes not stored yet: 1", "No connection")
    page.unroute_all()
    page.goto(seat.site.address)
    eventually(lambda: labels(seat) == ["attributed", "editorial"])
    calm(page)


def test_a_third_version_asks_once_more(seat: Seat) -> None:
    page = in_conflict(seat)
    seat.site.desk.verdict(seat.person, seat.claims[0], "sourced", note="and from a third")
    button(page, "Keep mine")
    expect(page.get_by_text("and from a third")).to_be_visible()
    button(page, "Keep mine")
    checked(page, "editorial")
    assert labels(seat) == ["attributed", "sourced", "editorial"]


def test_two_tabs_that_say_the_same_do_not_part(seat: Seat) -> None:
    other = seat.page.context.new_page()
    other.goto(seat.site.claim_page(seat.article_id))
    seat.page.keyboard.press("2")
    state(seat.page, "saved")
    other.keyboard.press("2")
    state(other, "saved")
    assert labels(seat) == ["attributed"]


def test_two_tabs_that_part_are_asked_in_the_later_one(seat: Seat) -> None:
    other = seat.page.context.new_page()
    other.goto(seat.site.claim_page(seat.article_id))
    seat.page.keyboard.press("2")
    state(seat.page, "saved")
    other.keyboard.press("3")
    expect(other.get_by_role("heading", name=DECIDE)).to_be_visible()
    button(other, "Decide later")
    banner(other, "changed elsewhere")
    banner(seat.page, "changed elsewhere")
    button(seat.page, "Decide")
    button(seat.page, "Keep mine")
    checked(seat.page, "editorial")
    calm(other)
    assert labels(seat) == ["attributed", "editorial"]


def test_a_window_that_is_turned_to_shows_what_another_one_has_stored(seat: Seat) -> None:
    page, other = seat.page, seat.page.context.new_page()
    page.keyboard.press("1")
    state(page, "saved")
    other.goto(seat.site.claim_page(seat.article_id, 1))
    other.keyboard.press("3")
    state(other, "saved")
    page.evaluate("dispatchEvent(new Event('focus'))")
    checked(page, "editorial")
    page.keyboard.press("1")
    eventually(lambda: labels(seat) == ["sourced", "editorial", "sourced"])
    state(page, "saved")


def test_two_devices_part_while_one_of_them_has_no_network(seat: Seat, browser: Browser) -> None:
    train, desk = seat.page, browser.new_context()
    seat.site.sign_in(desk, seat.person)
    at_desk = desk.new_page()
    at_desk.goto(seat.site.claim_page(seat.article_id))
    train.route(SAVES, cut)
    train.keyboard.press("3")
    train.keyboard.press("Enter")
    heading(train, 2)
    train.keyboard.press("3")
    banner(train, "Changes not stored yet: 2")
    at_desk.keyboard.press("1")
    state(at_desk, "saved")
    online(train)
    banner(train, "Changes not stored yet: 1", "changed elsewhere")
    assert (labels(seat, 1), labels(seat, 2)) == (["sourced"], ["editorial"])
    heading(train, 2)
    button(train, "Decide")
    button(train, "Keep mine")
    checked(train, "editorial")
    assert labels(seat, 1) == ["sourced", "editorial"]
    desk.close()


def test_a_conflict_that_comes_while_one_types_waits(seat: Seat) -> None:
    page = seat.page
    changed_elsewhere(seat)
    note = page.get_by_label("Note for the adjudicator")
    note.press_sequentially("So far")
    banner(page, "changed elsewhere")
    expect(note).to_be_focused()
    heading(page, 1)


def test_every_field_of_both_versions_is_shown(seat: Seat) -> None:
    page, claim = seat.page, seat.claims[1]
    start = ARTICLE.index("closed wharf")
    marks = ((start, start + 6, "loaded"), (start + 7, start + 12, "speaker"), (start + 13, start + 17, "cue"))
    seat.open(2)
    seat.site.desk.verdict(
        seat.person,
        claim,
        "editorial",
        kind="framing",
        marks=marks,
        is_flagged=True,
        also_attributed=True,
        source_name="The port",
        source_kind="organisation",
        speech="indirect",
        depth=2,
        continues_id=seat.claims[0],
        rewrite="Talks resume on Monday.",
        confidence=2,
        evidence_url="https://port.example/1",
        note="The long reason",
    )
    page.keyboard.press("1")
    expect(page.get_by_role("heading", name=DECIDE)).to_be_visible()
    for name, value in {
        "Label": "Editorial",
        "Kind": "Framing",
        "Also carries a source": "Yes",
        "Flagged": "Yes",
        "Loaded words": "closed",
        "Source words": "wharf",
        "Cue words": "will",
        "Source": "The port",
        "Kind of source": "Named organisation",
        "Speech": "Indirect",
        "Nesting": "2",
        "Continues the quotation of": "claim 1",
        "Neutral rewrite": "Talks resume on Monday.",
        "Confidence": "2 – fairly sure",
        "Link": "https://port.example/1",
        "Note": "The long reason",
    }.items():
        row = page.locator("tbody").filter(has=page.get_by_role("rowheader", name=f"{name} different", exact=True))
        expect(row.locator("td").nth(1)).to_have_text(value)


def test_without_script_both_are_shown_and_mine_can_stand(seat: Seat, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    seat.site.sign_in(context, seat.person)
    page = context.new_page()
    page.goto(seat.site.claim_page(seat.article_id))
    changed_elsewhere(seat)
    page.locator("[name=label][value=editorial]").check()
    page.get_by_role("button", name="Save and next").click()
    assert field(page, "Label different") == ["Editorial", "Attributed opinion"]
    assert field(page, "Note different") == ["–", "from another window"]
    expect(page.get_by_role("link", name="Decide later")).to_be_hidden()
    page.get_by_role("button", name="Keep mine").click()
    page.goto(seat.site.claim_page(seat.article_id))
    checked(page, "editorial")
    assert labels(seat) == ["attributed", "editorial"]
    context.close()


def refused_url(seat: Seat, complaints: Complaints) -> Page:
    complaints.expect("422")
    seat.page.get_by_label("Source or evidence link").fill("javascript:alert(1)")
    state(seat.page, "refused")
    return seat.page


def test_a_refused_change_stays_until_it_is_mended(seat: Seat, complaints: Complaints) -> None:
    page = refused_url(seat, complaints)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    heading(page, 2)
    page.keyboard.press("1")
    expect(page.locator("#claim-2")).not_to_have_attribute("data-pending", "")
    page.goto(seat.site.address)
    banner(page, "Changes not stored yet: 1", "refused")
    button(page, "Decide")
    dialog = page.get_by_role("dialog", name="This change was refused")
    expect(dialog).to_contain_text("Claim 1")
    expect(dialog).to_contain_text("javascript:alert(1)")
    button(page, "Put it right at the claim")
    link = page.get_by_label("Source or evidence link")
    expect(link).to_have_value("javascript:alert(1)")
    expect(link).to_have_attribute("aria-invalid", "true")
    state(page, "refused")
    link.fill("https://port.example/1")
    state(page, "saved")
    calm(page)
    assert [row.evidence_url for row in seat.site.verdicts(seat.claims[0])] == ["https://port.example/1"]
    eventually(lambda: kept(page) == [])


def test_a_step_back_over_a_refused_change_offers_to_let_it_go(seat: Seat, complaints: Complaints) -> None:
    page = refused_url(seat, complaints)
    page.on("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    dialog = page.get_by_role("dialog", name="This change was refused")
    dialog.get_by_role("button", name="Discard this change").click()
    expect(page.get_by_label("Source or evidence link")).to_have_value("")
    state(page, "saved")
    assert seat.site.count() == 0


@pytest.mark.parametrize("place", ["claim", "elsewhere"])
def test_a_refused_change_goes_only_when_the_reviewer_lets_it_go(
    seat: Seat, complaints: Complaints, place: str
) -> None:
    page, asked, answers = refused_url(seat, complaints), list[str](), [False, True]

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        if answers.pop(0):
            dialog.accept()
        else:
            dialog.dismiss()

    page.on("dialog", answer)
    if place == "elsewhere":
        page.goto(seat.site.address)
        button(page, "Decide")
    button(page, "Discard this change")
    assert len(kept(page)) == 1
    button(page, "Discard this change")
    calm(page)
    assert "javascript:alert(1)" in asked[0]
    eventually(lambda: kept(page) == [])
    if place == "claim":
        expect(page.get_by_label("Source or evidence link")).to_have_value("")
        state(page, "saved")
    assert seat.site.count() == 0
