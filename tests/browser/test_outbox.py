"""Nothing is lost: what a reviewer did is stored in the end, once and in order, whatever dies on the way."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Dialog, Error, Page, expect

from tests.browser.conftest import Complaints, Seat
from tests.browser.saves import (
    SAVES,
    banner,
    calm,
    checked,
    cut,
    eventually,
    heading,
    intercept,
    kept,
    labels,
    online,
    state,
    stored_but_unheard,
)
from tests.browser.site import Site
from tests.desk import Somebody

TEN = "\n\n".join(f"Ferry {letter} left the old harbour of Vellmar, said the port." for letter in "ABCDEFGHIJ")
WITHOUT_OUTBOX = "Object.defineProperty(globalThis, 'indexedDB', {value: undefined})"
CLEAR = """() => new Promise((resolve) => {
  const request = indexedDB.open("annotator", 1);
  request.onsuccess = () => {
    const transaction = request.result.transaction("changes", "readwrite");
    transaction.objectStore("changes").clear();
    transaction.oncomplete = () => resolve();
  };
})"""
WITHOUT_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', {value: undefined})"


class Desktop:
    """A browser with a profile on the disk, which can be closed, killed, and opened again."""

    def __init__(self, kind: BrowserType, arguments: dict[str, Any], profile: Path, heard: Complaints) -> None:
        self._kind, self._arguments, self._profile, self._heard = kind, arguments, profile, heard

    @contextmanager
    def open(self, site: Site, person: Somebody) -> Iterator[BrowserContext]:
        """Start the browser, and sign `person` in."""
        context = self._kind.launch_persistent_context(self._profile, **self._arguments)
        self._heard.watch(context)
        site.sign_in(context, person)
        try:
            yield context
        finally:
            self.kill()

    def kill(self) -> None:
        """End every process of this browser as a power cut would."""
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and str(self._profile) in (entry / "cmdline").read_text():
                    os.kill(int(entry.name), signal.SIGKILL)
            except OSError:
                continue


@pytest.fixture
def desktop(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path, complaints: Complaints
) -> Desktop:
    """Give a browser with a profile of its own."""
    complaints.expect("net::ERR_")
    return Desktop(browser_type, browser_type_launch_args, tmp_path / "profile", complaints)


class Work:
    """An article of ten claims, and a reviewer for it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        project_id = site.desk.project()
        self.person = site.desk.member(project_id)
        self.article_id = site.desk.article(project_id, TEN)
        self.claims = site.desk.claims(self.article_id)
        assert len(self.claims) == 10

    def open(self, page: Page) -> None:
        """Open the first claim, and wait until the script knows all of them."""
        with page.expect_response(lambda answer: answer.url.endswith("/work")):
            page.goto(self.site.claim_page(self.article_id))

    def verdicts(self) -> list[tuple[int, str | None, int]]:
        """Return claim, label and revision of every verdict, in the order in which they were stored."""
        rows = [row for claim in self.claims for row in self.site.verdicts(claim)]
        return [(row.claim_id, row.label, row.revision) for row in sorted(rows, key=lambda row: row.id)]


@pytest.fixture
def work(site: Site) -> Work:
    """Lay ten claims on the desk."""
    return Work(site)


def label_ten(page: Page, cut_after: int) -> None:
    """Label ten claims, one after the other, while the network goes away in the middle."""
    for number in range(1, 11):
        if number == cut_after + 1:
            state(page, "saved")
            page.context.set_offline(True)
        heading(page, number)
        page.keyboard.press("123"[number % 3])
        page.keyboard.press("Enter")
    banner(page, f"Changes not stored yet: {10 - cut_after}", "Kept in this browser")
    eventually(lambda: len(kept(page)) == 10 - cut_after)


def ten_in_order(work: Work) -> list[tuple[int, str, int]]:
    names = ("sourced", "attributed", "editorial")
    return [(claim, names[number % 3], 1) for number, claim in enumerate(work.claims, 1)]


def test_ten_labels_outlive_a_cut_network_and_a_closed_browser(work: Work, desktop: Desktop) -> None:
    with desktop.open(work.site, work.person) as context:
        page = context.pages[0]
        work.open(page)
        label_ten(page, cut_after=4)
        assert len(work.verdicts()) == 4
        context.close()
    with desktop.open(work.site, work.person) as context:
        page = context.pages[0]
        page.goto(work.site.address)
        eventually(lambda: len(work.verdicts()) == 10)
        assert work.verdicts() == ten_in_order(work)
        eventually(lambda: kept(page) == [])


def test_ten_labels_outlive_a_killed_browser(work: Work, desktop: Desktop) -> None:
    with desktop.open(work.site, work.person) as context:
        work.open(context.pages[0])
        label_ten(context.pages[0], cut_after=6)
    with desktop.open(work.site, work.person) as context:
        work.open(context.pages[0])
        eventually(lambda: len(work.verdicts()) == 10)
        assert work.verdicts() == ten_in_order(work)
        eventually(lambda: kept(context.pages[0]) == [])
        state(context.pages[0], "saved")


def test_what_was_being_typed_outlives_a_killed_browser(work: Work, desktop: Desktop) -> None:
    with desktop.open(work.site, work.person) as context:
        page = context.pages[0]
        work.open(page)
        page.context.set_offline(True)
        page.get_by_label("Note for the adjudicator").press_sequentially("Half a thou")
        eventually(lambda: [change["body"] for change in kept(page) if "Half+a+thou" in change["body"]] != [])
    with desktop.open(work.site, work.person) as context:
        context.pages[0].goto(work.site.address)
        eventually(lambda: [row.note for row in work.site.verdicts(work.claims[0])] == ["Half a thou"])


def test_an_answer_that_was_lost_with_the_browser_is_no_second_verdict(work: Work, desktop: Desktop) -> None:
    with desktop.open(work.site, work.person) as context:
        page = context.pages[0]
        page.route(SAVES, stored_but_unheard)
        work.open(page)
        page.keyboard.press("3")
        banner(page, "Changes not stored yet: 1")
    with desktop.open(work.site, work.person) as context:
        work.open(context.pages[0])
        eventually(lambda: kept(context.pages[0]) == [])
        checked(context.pages[0], "editorial")
    assert work.verdicts() == [(work.claims[0], "editorial", 1)]


def test_a_closing_tab_still_delivers(work: Work, page: Page) -> None:
    work.site.sign_in(page.context, work.person)
    other = page.context.new_page()
    work.open(page)
    page.get_by_label("Note for the adjudicator").fill("The last word")
    page.close()
    eventually(lambda: [row.note for row in work.site.verdicts(work.claims[0])] == ["The last word"])
    other.close()


def test_a_chain_of_changes_follows_its_own_acknowledgements(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page = seat.page
    intercept(seat, cut)
    for key in "123":
        page.keyboard.press(key)
        state(page, "offline")
    page.get_by_label("Note for the adjudicator").fill("And why")
    state(page, "offline")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    eventually(lambda: any("flagged=1" in change["body"] for change in kept(page)))
    page.unroute_all()
    page.reload()
    eventually(lambda: kept(page) == [])
    state(page, "saved")
    rows = seat.site.verdicts(seat.claims[0])
    assert [row.revision for row in rows] == list(range(1, len(rows) + 1))
    assert (rows[0].label, rows[-1].label, rows[-1].note) == ("sourced", "editorial", "And why")
    assert rows[-1].is_flagged
    checked(page, "editorial")
    expect(page.get_by_label("Note for the adjudicator")).to_have_value("And why")


def test_the_page_shows_what_waits_after_a_reload(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page = seat.page
    intercept(seat, cut)
    page.keyboard.press("3")
    page.get_by_label("Note for the adjudicator").fill("A reason")
    banner(page, "Changes not stored yet: ")
    eventually(lambda: any("A+reason" in change["body"] for change in kept(page)))
    page.reload()
    banner(page, "Changes not stored yet: ")
    checked(page, "editorial")
    expect(page.get_by_label("Note for the adjudicator")).to_have_value("A reason")
    online(page)
    state(page, "saved")
    assert seat.site.verdicts(seat.claims[0])[-1].note == "A reason"


def test_a_step_back_that_waits_takes_back_what_it_meant(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page = seat.page
    intercept(seat, cut)
    page.route("**/undo", cut)
    page.keyboard.press("1")
    page.keyboard.press("j")
    heading(page, 2)
    page.keyboard.press("3")
    page.keyboard.press("u")
    banner(page, "Changes not stored yet: 3")
    online(page)
    state(page, "saved")
    assert (labels(seat, 1), labels(seat, 2)) == (["sourced"], ["editorial", None])
    page.keyboard.press("2")
    state(page, "saved")
    assert labels(seat, 2) == ["editorial", None, "attributed"]


@pytest.mark.parametrize("script", ["", WITHOUT_LOCKS], ids=["locks", "no locks"])
def test_another_tab_takes_over_what_a_closed_one_left(seat: Seat, complaints: Complaints, script: str) -> None:
    complaints.expect("net::ERR_FAILED")
    context = seat.page.context
    context.add_init_script(script or "0")
    intercept(seat, cut)
    seat.page.keyboard.press("2")
    banner(seat.page, "Changes not stored yet: 1")
    other = context.new_page()
    other.goto(seat.site.address)
    banner(other, "Changes not stored yet: 1")
    assert labels(seat) == []
    seat.page.close()
    eventually(lambda: labels(seat) == ["attributed"])
    calm(other)


def test_a_page_of_the_site_takes_over_what_the_page_before_left(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page = seat.page
    intercept(seat, cut)
    page.keyboard.press("2")
    banner(page, "Changes not stored yet: 1")
    page.unroute_all()
    page.get_by_role("link", name="Claim Annotator").click()
    expect(page.get_by_role("heading", name="Your queue")).to_be_visible()
    eventually(lambda: labels(seat) == ["attributed"])
    calm(page)


def test_back_shows_the_truth(seat: Seat) -> None:
    page = seat.page
    page.keyboard.press("2")
    state(page, "saved")
    page.get_by_role("link", name="Claim Annotator").click()
    expect(page.get_by_role("heading", name="Your queue")).to_be_visible()
    seat.site.desk.verdict(seat.person, seat.claims[0], "editorial")
    page.go_back()
    checked(page, "editorial")
    page.keyboard.press("1")
    state(page, "saved")
    assert labels(seat) == ["attributed", "editorial", "sourced"]


def test_leaving_asks_nothing_as_long_as_the_browser_keeps_it(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page, asked = seat.page, list[str]()

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    intercept(seat, cut)
    page.keyboard.press("2")
    banner(page, "Kept in this browser")
    eventually(lambda: len(kept(page)) == 1)
    page.goto(seat.site.address)
    assert asked == []


def test_without_an_outbox_the_page_says_so_and_leaving_asks(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page, asked = seat.page, list[str]()

    def dismiss(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.context.add_init_script(WITHOUT_OUTBOX)
    intercept(seat, cut)
    page.keyboard.press("2")
    banner(page, "Changes not stored yet: 1", "Kept on this page only")
    with pytest.raises(Error):
        page.goto(seat.site.address)
    assert asked == ["beforeunload"]
    online(page)
    state(page, "saved")
    assert labels(seat) == ["attributed"]
    page.goto(seat.site.address)
    assert asked == ["beforeunload"]


def test_a_cleared_outbox_is_filled_again_by_a_living_page(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page = seat.page
    intercept(seat, cut)
    page.keyboard.press("2")
    eventually(lambda: len(kept(page)) == 1)
    page.evaluate(CLEAR)
    assert kept(page) == []
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    eventually(lambda: len(kept(page)) == 1)
    page.unroute_all()
    page.goto(seat.site.address)
    eventually(lambda: labels(seat) == ["attributed"])


def test_somebody_else_neither_sends_nor_sees_what_one_left(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page, site = seat.page, seat.site
    other = site.desk.member(seat.project_id)
    intercept(seat, cut)
    page.keyboard.press("2")
    banner(page, "Changes not stored yet: 1")
    page.unroute_all()
    page.context.clear_cookies()
    site.sign_in(page.context, other)
    page.goto(site.claim_page(seat.article_id))
    state(page, "saved")
    page.keyboard.press("1")
    state(page, "saved")
    calm(page)
    assert [row.reviewer_id for row in site.verdicts(seat.claims[0])] == [other.id]
    assert [change["person"] for change in kept(page)] == [str(seat.person.id)]
    page.context.clear_cookies()
    site.sign_in(page.context, seat.person)
    page.goto(site.address)
    eventually(lambda: len(site.verdicts(seat.claims[0])) == 2)
    row = site.verdicts(seat.claims[0])[-1]
    assert (row.reviewer_id, row.label) == (seat.person.id, "attributed")


def test_signing_out_says_what_waits_and_signing_in_sends_it(seat: Seat, complaints: Complaints) -> None:
    complaints.expect("net::ERR_FAILED")
    page = seat.page
    intercept(seat, cut)
    page.keyboard.press("2")
    banner(page, "Changes not stored yet: 1")
    page.get_by_text(seat.person.name).first.click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#kept")).to_contain_text("Changes not stored yet: 1")
    expect(page.locator("#kept")).to_contain_text("signs in here again")
    page.unroute_all()
    page.get_by_label("Name").fill(seat.person.name)
    page.get_by_label("Password").fill(seat.person.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your queue")).to_be_visible()
    eventually(lambda: labels(seat) == ["attributed"])


def test_the_longest_note_is_saved_as_well(seat: Seat) -> None:
    note = seat.page.get_by_label("Note for the adjudicator")
    note.fill("論" * 5000)
    state(seat.page, "saved")
    assert [len(row.note) for row in seat.site.verdicts(seat.claims[0])] == [5000]
