"""People in a browser: invited, let in with a second factor, and signed in again in place; axe finds nothing on it."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from annotator.domain.roles import Role
from annotator.services import invitations, second_factor
from annotator.storage.people import Person
from annotator.storage.projects import Project
from tests.browser.axe import choose, found_on, problems
from tests.browser.conftest import Complaints, Seat
from tests.browser.saves import calm, state
from tests.browser.site import Site
from tests.desk import Desk, Somebody

PEOPLE = "/projects/news/people"
PAGES = [PEOPLE, f"{PEOPLE}/1", f"{PEOPLE}/2", "/admin/people", "/admin/people?q=zebra", "/admin/people/2", "/account",
         "/account/second-factor"]  # fmt: skip


@pytest.fixture
def chief(site: Site) -> Somebody:
    """Fill the site: its administrator manages a project with somebody invited, and a name that looks like another."""
    desk = site.desk
    project = desk.project()
    chief = desk.join(project, desk.person("chief", admin=True), Role.MANAGER)
    with desk.inside() as session:
        invited = invitations.invite(
            session.get_one(Project, project), ["يوسف الخطيب", "x" * 90], Role.REVIEWER, chief.id
        )
        invited[0].person.look_key = session.get_one(Person, chief.id).look_key
    return chief


def secret_of(desk: Desk, person: Somebody) -> pyotp.TOTP:
    """Give a person a secret that waits to be confirmed."""
    with desk.inside() as session:
        second_factor.propose(person.id)
        return pyotp.TOTP(session.get_one(Person, person.id).totp_secret or "")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing(site: Site, page: Page, chief: Somebody, lang: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    site.sign_in(page.context, chief)
    choose(page, site, lang=lang)
    totp = secret_of(site.desk, chief)
    assert found_on(page, site, PAGES) == []
    page.goto(f"{site.address}/account/second-factor")
    page.locator("[name=confirm-code]").fill(totp.now())
    page.locator("[name=confirm-code]").press("Enter")
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    assert problems(page) == []
    assert found_on(page, site, ["/account/second-factor"]) == []


def walk(site: Site, chief: Page, guest: Page) -> None:
    """Invite somebody, let them in, have them take a second factor, and sign in with it."""
    chief.goto(site.address + PEOPLE)
    chief.get_by_label("Names").fill("Mara Lindqvist\nchief")
    chief.get_by_label("Role", exact=True).select_option("adjudicator")
    chief.get_by_role("button", name="Invite them").click()
    expect(chief.get_by_text("chief was a member before")).to_be_visible()
    guest.goto(chief.get_by_label("Mara Lindqvist").input_value())
    expect(guest.get_by_text("You are invited to the project Project news")).to_be_visible()
    guest.get_by_label("Your name, as others see it").fill("Mara L.")
    guest.get_by_label("New password").fill("tumbleweed lantern 7")
    guest.get_by_role("button", name="Begin").click()
    expect(guest.get_by_role("heading", level=1)).to_be_visible()
    guest.goto(f"{site.address}/account/second-factor")
    guest.get_by_role("button", name="Set it up").click()
    expect(guest.get_by_role("img", name="QR code")).to_be_visible()
    totp = pyotp.TOTP("".join(guest.locator("#secret").inner_text().split()))
    guest.get_by_role("textbox", name="Code", exact=True).fill(
        totp.at(datetime.now(UTC) - timedelta(seconds=second_factor.STEP))
    )
    guest.get_by_role("button", name="Switch it on").click()
    recovery = guest.locator("#recovery-codes li").first.inner_text()
    guest.get_by_role("link", name="I have kept them").click()
    guest.context.clear_cookies()
    guest.goto(f"{site.address}/sign-in")
    guest.get_by_label("Name").fill("mara lindqvist")
    guest.get_by_label("Password").fill("tumbleweed lantern 7")
    guest.get_by_role("button", name="Sign in").click()
    guest.get_by_role("textbox", name="Code", exact=True).fill(recovery)
    guest.get_by_role("button", name="Sign in").click()
    guest.goto(f"{site.address}/account")
    expect(guest.get_by_role("heading", level=1)).to_have_text("Mara L.")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_somebody_is_invited_and_comes_in_with_a_second_factor(
    site: Site, browser: Browser, chief: Somebody, *, scripts: bool
) -> None:
    manager, guest = (browser.new_context(java_script_enabled=scripts) for _ in range(2))
    site.sign_in(manager, chief)
    walk(site, manager.new_page(), guest.new_page())
    manager.close()
    guest.close()


def test_the_code_is_asked_for_in_place_when_a_session_has_ended(seat: Seat, complaints: Complaints) -> None:
    for status in ("400", "401"):
        complaints.expect(status)
    page, desk = seat.page, seat.site.desk
    totp = secret_of(desk, seat.person)
    with desk.inside():
        recovery = second_factor.confirm(
            seat.person.id, totp.at(datetime.now(UTC) - timedelta(seconds=second_factor.STEP)), 0
        )
    page.keyboard.press("2")
    state(page, "signed-out")
    dialog = page.get_by_role("dialog", name="Your session has ended")
    expect(dialog.get_by_label("Code of your authenticator app")).to_be_hidden()
    page.keyboard.type(seat.person.password)
    page.keyboard.press("Enter")
    code = dialog.get_by_label("Code of your authenticator app")
    expect(code).to_be_focused()
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in-again-error")).to_contain_text("not right")
    code.fill(recovery[0])
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    state(page, "saved")
    calm(page)
