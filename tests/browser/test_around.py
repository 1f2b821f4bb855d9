"""Around the work: the guidelines beside it with their search, the article to read, one's verdicts, the settings."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator.services.tagging import codebook_of
from annotator.storage.codebooks import CodebookVersion
from tests.browser.conftest import Seat
from tests.browser.site import ARABIC, ARTICLE, BRUTAL, Site

NARROW = {"width": 390, "height": 844}


def saved(page: Page) -> None:
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")


def search_in_drawer(page: Page, words: str) -> None:
    field = page.locator("dialog").get_by_label("Search")
    field.fill(words)
    field.press("Enter")


def test_a_search_of_the_guidelines_stays_in_the_drawer(seat: Seat) -> None:
    page = seat.page
    page.keyboard.press("g")
    drawer = page.locator("dialog.drawer")
    search_in_drawer(page, "quotation speaker 1")
    expect(drawer.locator("#found")).to_contain_text("Nothing found.")
    expect(drawer.locator("#found")).to_be_focused()
    search_in_drawer(page, "quotation speaker")
    expect(drawer.locator("#found")).to_contain_text("part holds")
    expect(drawer.locator("mark").first).to_be_visible()
    expect(drawer.get_by_label("Search")).to_have_value("quotation speaker")
    assert seat.site.count() == 0, "digits that are typed into the search label nothing"
    drawer.get_by_role("link", name="Show all of the guidelines").click()
    expect(drawer.locator("#part-heading")).to_be_focused()
    expect(drawer.get_by_role("heading", name="Edge cases")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/claims/1"))
    page.keyboard.press("2")
    saved(page)
    assert seat.site.standing(seat.article_id) == ["attributed"]
    page.keyboard.press("g")
    expect(drawer).to_be_hidden()


def test_an_earlier_version_opens_in_the_drawer(seat: Seat) -> None:
    with seat.site.desk.inside() as session:
        first = session.query(CodebookVersion).filter_by(project_id=seat.project_id).one()
        now = datetime.now(UTC)
        session.add(
            CodebookVersion(
                project_id=seat.project_id,
                number=2,
                content=first.content,
                digest="2",
                created_at=now,
                published_at=now,
            )
        )
    codebook_of.cache_clear()
    page = seat.page
    page.keyboard.press("g")
    drawer = page.locator("dialog.drawer")
    drawer.get_by_role("link", name="Version 1").click()
    expect(drawer).to_contain_text("no longer in force")
    search_in_drawer(page, "fragment")
    expect(drawer.locator("#found")).to_be_visible()
    expect(drawer).to_contain_text("no longer in force")
    drawer.get_by_role("link", name="Version 2").first.click()
    expect(drawer).to_contain_text("in force since")
    expect(page).to_have_url(re.compile(r"/claims/1"))
    codebook_of.cache_clear()


def test_on_a_phone_the_drawer_searches_too(seat: Seat) -> None:
    seat.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    seat.page.keyboard.press("g")
    search_in_drawer(seat.page, "rhetorical")
    expect(seat.page.locator("dialog #found")).to_be_focused()
    seat.page.keyboard.press("Escape")
    expect(seat.page.locator("dialog.drawer")).to_have_count(0)


def test_from_the_queue_to_the_article_to_the_claim_and_back(seat: Seat) -> None:
    page, site = seat.page, seat.site
    start = ARTICLE.index("brutality")
    marks = ((start, start + 9, "loaded"),)
    site.desk.verdict(seat.person, seat.claims[BRUTAL - 1], "editorial", kind="framing", note="A reason.", marks=marks)
    page.goto(site.address)
    main = page.get_by_role("main")
    main.locator(".tasks").get_by_role("link", name="Wharf talks resume in Vellmar", exact=True).click()
    expect(main.locator("mark").first).to_have_text("brutality")
    note = main.locator(".said-list .note")
    expect(note).to_be_hidden()
    main.get_by_text("Note and details").click()
    expect(note).to_have_text("A reason.")
    main.locator(".said-list").get_by_role("link", name=f"Claim {BRUTAL}").click()
    expect(page.locator("#claim-heading")).to_contain_text(f"Claim {BRUTAL}")
    page.get_by_role("link", name="Read it with my labels").click()
    main.get_by_role("link", name="Continue labelling").first.click()
    expect(page.locator("#claim-heading")).to_contain_text("Claim 1")


def test_one_finds_a_verdict_again_by_the_keyboard(seat: Seat) -> None:
    page, site = seat.page, seat.site
    site.desk.verdict(seat.person, seat.claims[BRUTAL - 1], "editorial", note="Think again")
    site.desk.verdict(seat.person, seat.claims[0], "sourced")
    page.goto(f"{site.address}/verdicts")
    page.get_by_label("Search").focus()
    page.keyboard.insert_text("THINK brutality")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verdicts?q=*")
    expect(page.locator(".said > li")).to_have_count(1)
    expect(page.locator(".said time").first).not_to_contain_text("UTC")
    page.locator(".said .quote a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#claim-heading")).to_contain_text(f"Claim {BRUTAL}")
    expect(page.get_by_label("Note for the adjudicator")).to_have_value("Think again")


def test_settings_are_in_force_at_once(seat: Seat) -> None:
    page = seat.page
    page.goto(f"{seat.site.address}/settings")
    page.get_by_role("group", name="Go to the next claim after labelling").get_by_label("On").check()
    page.get_by_role("group", name="Look").get_by_label("Dark").check()
    page.get_by_role("button", name="Save the settings").click()
    expect(page.get_by_role("status").filter(has_text="The settings are saved.")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    seat.open()
    page.keyboard.press("1")
    expect(page.locator("#claim-heading")).to_contain_text("Claim 2")


def test_the_key_map_opens_as_a_dialog_from_the_settings(seat: Seat) -> None:
    page = seat.page
    page.goto(f"{seat.site.address}/settings")
    page.get_by_role("link", name="What each key does").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Single-key shortcuts").click()
    expect(page.locator("body")).to_have_attribute("data-keys", "off")


@pytest.fixture
def plain(browser: Browser, site: Site) -> Iterator[Page]:
    """Give a browser without JavaScript in which a reviewer with an Arabic article is signed in."""
    project_id = site.desk.project()
    person = site.desk.member(project_id)
    article_id = site.desk.article(project_id, ARABIC, language="ar")
    site.desk.verdict(person, site.desk.claims(article_id)[0], "sourced", note="A reason.")
    context = browser.new_context(java_script_enabled=False)
    site.sign_in(context, person)
    yield context.new_page()
    context.close()


def test_everything_around_works_without_javascript(site: Site, plain: Page) -> None:
    main = plain.get_by_role("main")
    plain.goto(site.address)
    main.locator(".doors").get_by_role("link", name="In progress").click()
    main.locator(".tasks .task-title").click()
    expect(main.locator("#article")).to_have_attribute("dir", "rtl")
    main.get_by_text("Note and details").click()
    expect(main.locator(".note")).to_have_text("A reason.")
    main.get_by_role("link", name="Search in my verdicts").click()
    main.get_by_label("Search").fill("REASON")
    main.get_by_role("button", name="Show").click()
    expect(main.locator(".said mark")).to_have_text("reason")
    plain.goto(f"{site.address}/projects/news/guidelines")
    main.get_by_label("Search").fill("rhetorical")
    main.get_by_role("button", name="Search").click()
    expect(main.locator("#found")).to_contain_text("hold what you look for")
    main.get_by_role("link", name="Show all of the guidelines").click()
    expect(main.locator("#found")).to_have_count(0)
    plain.goto(f"{site.address}/settings")
    main.get_by_label("العربية").check()
    main.get_by_role("group").last.get_by_role("radio").first.check()
    main.locator("form button").click()
    expect(plain.locator("html")).to_have_attribute("dir", "rtl")
    expect(plain.locator("[name=tree][value=on]")).to_be_checked()
