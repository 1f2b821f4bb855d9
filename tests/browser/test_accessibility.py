"""axe finds nothing on any page: light and dark, wide and narrow, in both directions of writing; nothing is cut off."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from annotator.domain.roles import Role
from tests.browser.conftest import Complaints
from tests.browser.site import ARABIC, ARTICLE, BRUTAL, Site
from tests.desk import Somebody

WIDE, NARROW, NARROWEST = (1280, 900), (390, 844), (320, 640)
RUN = """(options) => axe.run({resultTypes: ["violations"], ...options}).then(({violations}) => violations.flatMap(
    ({id, nodes}) => nodes.map(({target, failureSummary}) => `${id} ${target.join(" ")}: ${failureSummary}`)))"""
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
SCHEMES: dict[Literal["light", "dark"], dict[str, object]] = {"light": {}, "dark": {"runOnly": COLOURS}}
"""What axe looks for: in the dark only the colours are others, so only the rules about colours run again."""
OVERHANG = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = [
    "/",
    f"/articles/1/claims/{BRUTAL}#claim-{BRUTAL}",
    "/articles/2/claims/2",
    "/articles/1",
    "/verdicts?q=reason&said=editorial",
    "/projects/news/articles",
    "/projects/news/articles/new",
    "/projects/news/guidelines",
    "/projects/news/guidelines?q=source+quotation",
    "/projects/news/disagreements",
    "/projects/news/export",
    "/keys",
    "/account",
    "/settings",
]
BY_HALVES = [PAGES[:7], PAGES[7:]]


@pytest.fixture
def manager(site: Site) -> Somebody:
    """Fill the site: a manager and a reviewer who part over one article, and an article in Arabic."""
    desk = site.desk
    project_id = desk.project()
    manager, reviewer = desk.member(project_id, Role.MANAGER), desk.member(project_id)
    desk.article(project_id, ARTICLE, outlet="The Vellmar Post", byline="Ines Orvane", url="https://post.example/1")
    desk.article(project_id, ARABIC, language="ar")
    start = ARTICLE.index("brutality")
    for number, claim in enumerate(desk.claims(1), 1):
        marks = ((start, start + 9, "loaded"),) if number == BRUTAL else ()
        mine = ("sourced", "attributed", "editorial")[number % 3]
        desk.verdict(manager, claim, mine, marks=marks, is_flagged=number == BRUTAL, note="A reason.")
        desk.verdict(reviewer, claim, ("sourced", "editorial")[number % 2])
    desk.verdict(manager, desk.claims(2)[0], None, skip_reason="fragment")
    return manager


@pytest.fixture
def page(site: Site, page: Page, manager: Somebody) -> Page:
    """Sign the manager in; nothing moves, so that every colour is what it stays."""
    page.emulate_media(reduced_motion="reduce")
    site.sign_in(page.context, manager)
    return page


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def problems(page: Page, *sizes: tuple[int, int]) -> list[str]:
    """Return what is wrong with the page as it stands, in light and dark, at each of the sizes."""
    page.evaluate(Axe().axe_script)
    found = []
    for size in sizes or (WIDE, NARROW):
        resize(page, size)
        for scheme, options in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)
            found += [f"{page.url} {size[0]} {scheme} {text}" for text in page.evaluate(RUN, options)]
    resize(page, NARROWEST)
    if (overhang := page.evaluate(OVERHANG)) > 0:
        found.append(f"{page.url} is {overhang} px wider than the window")
    page.emulate_media(color_scheme="light")
    resize(page, WIDE)
    return found


def found_on(page: Page, site: Site, paths: list[str]) -> list[str]:
    """Return what is wrong with any of the pages."""
    found = []
    for path in paths:
        page.goto(site.address + path)
        found += problems(page)
    return found


def choose(page: Page, site: Site, **cookies: str) -> None:
    page.context.add_cookies([{"name": name, "value": value, "url": site.address} for name, value in cookies.items()])


def test_a_mistake_is_found(site: Site, page: Page) -> None:
    page.goto(site.address + "/keys")
    page.evaluate("document.getElementById('part-heading').style.color = document.body.style.backgroundColor = 'gray'")
    page.evaluate("document.body.style.minWidth = '400px'")
    found = problems(page)
    assert sum("color-contrast" in text for text in found) >= 4
    assert "80 px wider" in found[-1]


@pytest.mark.parametrize("paths", BY_HALVES, ids=["work", "read"])
def test_pages(site: Site, page: Page, paths: list[str]) -> None:
    assert found_on(page, site, paths) == []


@pytest.mark.parametrize("paths", BY_HALVES, ids=["work", "read"])
def test_pages_in_the_arabic_interface(site: Site, page: Page, paths: list[str]) -> None:
    choose(page, site, lang="ar")
    assert found_on(page, site, paths) == []
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_look(site: Site, page: Page, theme: str) -> None:
    choose(page, site, theme=theme)
    assert found_on(page, site, PAGES[1:2]) == []


def test_pages_for_those_who_are_not_signed_in(site: Site, page: Page, manager: Somebody) -> None:
    page.context.clear_cookies()
    found = found_on(page, site, ["/sign-in", f"/sign-in/link/{manager.link_token}"])
    assert found == []


def test_forms_with_errors(site: Site, page: Page, complaints: Complaints) -> None:
    for status in ("401", "404", "409", "422"):
        complaints.expect(status)
    found = found_on(page, site, ["/nothing-here"])
    page.goto(site.address + "/projects/news/articles/new")
    page.evaluate("document.querySelector('main form').submit()")
    expect(page.get_by_role("alert")).to_be_focused()
    found += problems(page)
    page.get_by_label("Text").fill(ARTICLE)
    page.get_by_role("button", name="Add the article").click()
    expect(page.get_by_role("alert")).to_contain_text("here already")
    found += problems(page)
    page.goto(site.address + "/account")
    page.get_by_label("Present password").fill("wrong")
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += problems(page)
    assert found == []


def test_a_conflict_without_script(site: Site, page: Page, manager: Somebody, complaints: Complaints) -> None:
    complaints.expect("409")
    page.goto(site.claim_page(1, 1))
    site.desk.verdict(manager, site.desk.claims(1)[0], "editorial", source_name="Port authority")
    page.evaluate("document.getElementById('work').submit()")
    expect(page.get_by_role("button", name="Keep mine")).to_be_visible()
    assert problems(page) == []


def test_what_the_script_opens(site: Site, page: Page) -> None:
    page.goto(site.claim_page(1, BRUTAL))
    found = []
    for key, opened in [("?", "dialog[open]"), ("s", "#skip .skip-reasons"), ("h", "#history-list")]:
        page.keyboard.press(key)
        expect(page.locator(opened)).to_be_visible()
        found += problems(page)
        page.keyboard.press("Escape")
    for size in (WIDE, NARROW):
        resize(page, size)
        page.keyboard.press("g")
        expect(page.locator("dialog[open]")).to_be_visible()
        found += problems(page, size)
        resize(page, size)
        page.locator("dialog[open]").get_by_label("Search").fill("source")
        page.keyboard.press("Enter")
        expect(page.locator("dialog[open] #found")).to_be_focused()
        found += problems(page, size)
        page.keyboard.press("Escape")
    page.locator(".menu-wide summary").click()
    found += problems(page, WIDE)
    resize(page, NARROW)
    page.locator(".menu-narrow summary").click()
    found += problems(page, NARROW)
    assert found == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_cards_and_marked_words(site: Site, page: Page, language: str) -> None:
    choose(page, site, lang=language)
    page.goto(site.claim_page(1, BRUTAL))
    page.wait_for_load_state("load")
    for key in ("1", "w", "End", "Space", "q", "Space", "l", "Space", "p", "o"):
        page.keyboard.press(key)
    page.keyboard.insert_text("Port authority")
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    expect(page.locator("#warnings li")).to_have_count(1)
    found = problems(page)
    for key in ("Escape", "3", "r"):
        page.keyboard.press(key)
    page.keyboard.insert_text("Nobody has answered for the January eviction.")
    page.locator("[name=confidence][value='1']").check(force=True)
    expect(page.locator("#diff")).to_be_visible()
    found += problems(page)
    assert found == []


def test_the_questions(site: Site, page: Page) -> None:
    choose(page, site, tree="on")
    page.goto(site.claim_page(1, BRUTAL))
    page.wait_for_load_state("load")
    found = problems(page)
    for key in "1122":
        page.keyboard.press(key)
    found += problems(page)
    page.keyboard.press("1")
    expect(page.locator("[data-path] li")).to_have_count(5)
    found += problems(page)
    choose(page, site, lang="ar")
    page.reload()
    found += problems(page)
    assert found == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_keeps_changes_from_being_stored(
    site: Site, page: Page, manager: Somebody, complaints: Complaints, language: str
) -> None:
    for status in ("401", "409", "422"):
        complaints.expect(status)
    choose(page, site, lang=language)
    page.goto(site.claim_page(1, 1))
    site.desk.verdict(manager, site.desk.claims(1)[0], "editorial", note="Elsewhere", rewrite="Talks resume.")
    page.keyboard.press("1")
    expect(page.locator(".versions")).to_be_visible()
    found = problems(page)
    page.get_by_role("button").filter(has=page.locator("[href='#i-check']")).click()
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    page.locator("#evidence_url").fill("javascript:alert(1)")
    expect(page.locator("#refused")).to_be_visible()
    found += problems(page)
    page.goto(site.address)
    page.locator("[data-decide]").click()
    expect(page.locator("#refused-change")).to_be_visible()
    found += problems(page)
    page.goto(site.claim_page(1, 3))
    site.end_sessions(manager)
    page.keyboard.press("2")
    expect(page.locator("#sign-in-again")).to_be_visible()
    page.locator("#sign-in-again [type=password]").press_sequentially("a wrong one")
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in-again-error")).to_be_visible()
    found += problems(page)
    assert found == []
