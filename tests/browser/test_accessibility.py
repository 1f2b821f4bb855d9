"""axe finds nothing on any page: light and dark, wide and narrow, in both directions of writing; nothing is cut off."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotator.domain.roles import Role
from tests.browser.axe import NARROW, WIDE, choose, found_on, problems, resize
from tests.browser.conftest import Complaints
from tests.browser.saves import SAVES, cut
from tests.browser.site import ARABIC, ARTICLE, BRUTAL, Site
from tests.conftest import make_app
from tests.desk import Desk, Somebody

DONE = 3
"""An article whose claims the reviewer of these tests has all decided."""
WORK = [
    "/",
    "/?status=done",
    f"/articles/1/claims/{BRUTAL}#claim-{BRUTAL}",
    "/articles/2/claims/2",
    "/articles/1",
    f"/articles/{DONE}",
    "/verdicts?q=reason&said=editorial",
    "/verdicts?q=nowhere",
    "/keys",
    "/account",
    "/settings",
]
READ = [
    "/projects/news/guidelines",
    "/projects/news/guidelines?q=source+quotation",
    "/projects/news/disagreements",
    "/projects/news/export",
]
MANAGE = [
    "/projects/news/articles",
    "/projects/news/articles/new",
    "/articles/1/about",
    "/articles/1/edit",
    "/articles/1/segmentation",
    "/articles/2/segmentation",
    "/projects/news/imports",
    "/projects/news/imports/files",
    "/projects/news/imports/address",
    "/projects/news/imports/feed",
]
PAGES = {"work": WORK, "read": READ, "manage": MANAGE}


@dataclass(frozen=True)
class House:
    """What all these tests look at: a site, and somebody who may see every page of it."""

    site: Site
    manager: Somebody


def fill(desk: Desk) -> Somebody:
    """Make a manager and a reviewer who part over one article, another in Arabic, and a third that is done."""
    project_id = desk.project()
    manager, reviewer = desk.member(project_id, Role.MANAGER), desk.member(project_id)
    desk.article(project_id, ARTICLE, outlet="The Vellmar Post", byline="Ines Orvane", url="https://post.example/1")
    desk.article(project_id, ARABIC, language="ar")
    desk.article(project_id, "The mayor shrugged, she said.")
    start = ARTICLE.index("brutality")
    for number, claim in enumerate(desk.claims(1), 1):
        marks = ((start, start + 9, "loaded"),) if number == BRUTAL else ()
        mine = ("sourced", "attributed", "editorial")[number % 3]
        desk.verdict(manager, claim, mine, marks=marks, is_flagged=number == BRUTAL, note="A reason.")
        desk.verdict(reviewer, claim, ("sourced", "editorial")[number % 2])
    desk.verdict(manager, desk.claims(2)[0], None, skip_reason="fragment")
    card = {"source_name": "Ines Orvane", "source_kind": "person", "speech": "indirect", "depth": 1}
    desk.verdict(manager, desk.claims(DONE)[0], "attributed", confidence=2, rewrite="The mayor shrugged.", **card)
    return manager


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Serve one site to all these tests, which label only articles of their own."""
    path = shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("house") / "house.sqlite")
    desk = Desk(make_app(f"sqlite:///{path}"))
    manager = fill(desk)
    with Site(desk) as site:
        yield House(site, manager)


@pytest.fixture
def site(house: House) -> Site:
    return house.site


@pytest.fixture
def manager(house: House) -> Somebody:
    return house.manager


@pytest.fixture
def page(house: House, page: Page) -> Page:
    """Sign the manager in; nothing moves, so that every colour is what it stays."""
    page.emulate_media(reduced_motion="reduce")
    house.site.sign_in(page.context, house.manager)
    return page


def another_article(site: Site) -> tuple[int, int]:
    """Add an article for a test that labels; answers it and its first claim."""
    article = site.desk.article(1, ARTICLE.replace("Monday", f"day {site.count()}"))
    return article, site.desk.claims(article)[0]


def test_a_mistake_is_found(site: Site, page: Page) -> None:
    page.goto(site.address + "/keys")
    page.evaluate("document.getElementById('part-heading').style.color = document.body.style.backgroundColor = 'gray'")
    page.evaluate("document.body.style.minWidth = '400px'")
    page.evaluate("document.querySelector('.bar').style.cssText = 'position: sticky; block-size: 200px'")
    small = "min-block-size: 0; block-size: 9px; inline-size: 9px; padding: 0; overflow: hidden"
    page.evaluate(
        f"for (const one of document.querySelectorAll('#main fieldset button')) one.style.cssText = '{small}'"
    )
    found = problems(page)
    places = {text.partition(" color-contrast")[0] for text in found if "color-contrast" in text}
    assert places == {f"{page.url} {width} {scheme}" for width in (1280, 390) for scheme in ("light", "dark")}
    assert any("target-size" in text for text in found)
    assert sum("10 px wider" in text for text in found) == 1
    assert "80 px wider" in found[-2]
    assert "covered by bars" in found[-1]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("paths", PAGES.values(), ids=PAGES)
def test_pages(site: Site, page: Page, paths: list[str], language: str) -> None:
    choose(page, site, lang=language)
    assert found_on(page, site, paths) == []
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")


def style(page: Page, selector: str, name: str) -> str:
    """Return a property of an element as the browser has computed it."""
    read = "(element, name) => getComputedStyle(element).getPropertyValue(name)"
    return str(page.locator(selector).first.evaluate(read, name))


def test_on_paper_a_dark_page_is_printed_dark_on_white(site: Site, page: Page) -> None:
    choose(page, site, theme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{site.address}/articles/1")
    assert style(page, "html", "background-color") == "rgb(255, 255, 255)"
    assert style(page, "html", "color") == "rgb(29, 26, 22)"
    assert style(page, "#article mark", "print-color-adjust") == "exact"
    page.goto(f"{site.address}/verdicts")
    for part in (".bar", ".filters"):
        expect(page.locator(part)).to_be_hidden()


def test_colours_motion_and_contrast_follow_the_reader(site: Site, page: Page) -> None:
    page.goto(site.claim_page(1, BRUTAL))
    chosen, moved = ".label:has(:checked)", ".label"
    assert style(page, moved, "transition-duration") == "0s"
    page.emulate_media(reduced_motion="no-preference", contrast="more")
    assert style(page, moved, "transition-duration") == "0.12s, 0.12s"
    assert style(page, ".label-definition", "color") == style(page, "html", "color")
    page.emulate_media(contrast="no-preference")
    assert style(page, ".label-definition", "color") != style(page, "html", "color")
    assert style(page, chosen, "outline-style") == "none"
    page.emulate_media(forced_colors="active")
    assert style(page, chosen, "outline-style") == "solid"
    assert style(page, ".word:has(:checked) > span", "forced-color-adjust") == "none"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_look(site: Site, page: Page, theme: str) -> None:
    choose(page, site, theme=theme)
    page.goto(site.claim_page(1, BRUTAL))
    assert problems(page, WIDE) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_for_those_who_are_not_signed_in(
    site: Site, page: Page, manager: Somebody, complaints: Complaints, language: str
) -> None:
    complaints.expect("404")
    page.context.clear_cookies()
    choose(page, site, lang=language)
    found = found_on(page, site, ["/sign-in", f"/sign-in/link/{manager.link_token}", "/sign-in/link/none", "/nothing"])
    assert found == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_forms_with_errors(site: Site, page: Page, complaints: Complaints, language: str) -> None:
    for status in ("401", "403", "404", "409", "422"):
        complaints.expect(status)
    choose(page, site, lang=language)
    found = found_on(page, site, ["/nothing-here"])
    page.goto(site.address + "/projects/news/articles/new")
    page.evaluate("document.querySelector('main form').submit()")
    expect(page.get_by_role("alert")).to_be_focused()
    found += problems(page)
    page.locator("#text").fill(ARTICLE)
    page.locator("main form .primary").click()
    expect(page.get_by_role("alert")).to_be_focused()
    found += problems(page)
    page.goto(site.address + "/account")
    for field in page.locator("main [type=password]").all():
        field.fill("short")
    page.locator("main form:has([type=password]) button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += problems(page)
    stranger = site.desk.person()
    page.context.clear_cookies()
    choose(page, site, lang=language)
    site.sign_in(page.context, stranger)
    found += found_on(page, site, ["/", "/verdicts"])
    site.sign_in(page.context, site.desk.join(1, stranger))
    found += found_on(page, site, ["/projects/news/export"])
    assert found == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_conflict_without_script(
    site: Site, page: Page, manager: Somebody, complaints: Complaints, language: str
) -> None:
    complaints.expect("409")
    choose(page, site, lang=language)
    article, claim = another_article(site)
    page.goto(site.claim_page(article))
    site.desk.verdict(manager, claim, "editorial", source_name="Port authority")
    page.evaluate("document.getElementById('work').submit()")
    expect(page.locator("table.versions")).to_be_visible()
    assert problems(page) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_the_script_opens(site: Site, page: Page, language: str) -> None:
    choose(page, site, lang=language)
    page.goto(site.claim_page(1, BRUTAL))
    page.wait_for_load_state("load")
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
        page.locator("dialog[open] [type=search]").fill("source")
        page.keyboard.press("Enter")
        expect(page.locator("dialog[open] #found")).to_be_focused()
        found += problems(page, size)
        page.keyboard.press("Escape")
    page.locator(".menu-narrow > summary").click()
    expect(page.locator(".menu-narrow > .menu-body")).to_be_visible()
    found += problems(page, WIDE) + problems(page, NARROW)
    assert found == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_cards_and_marked_words(site: Site, page: Page, language: str) -> None:
    choose(page, site, lang=language)
    page.goto(site.claim_page(another_article(site)[0], BRUTAL))
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


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_questions(site: Site, page: Page, language: str) -> None:
    choose(page, site, lang=language, tree="on")
    page.goto(site.claim_page(another_article(site)[0], BRUTAL))
    page.wait_for_load_state("load")
    found = problems(page, WIDE, NARROW)
    for key in "11221":
        page.keyboard.press(key)
    expect(page.locator("[data-path] li")).to_have_count(5)
    found += problems(page)
    assert found == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_keeps_changes_from_being_stored(
    site: Site, page: Page, manager: Somebody, complaints: Complaints, language: str
) -> None:
    for status in ("401", "409", "422", "Failed to load"):
        complaints.expect(status)
    choose(page, site, lang=language)
    article, claim = another_article(site)
    page.goto(site.claim_page(article))
    page.wait_for_load_state("load")
    site.desk.verdict(manager, claim, "editorial", note="Elsewhere", rewrite="Talks resume.")
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
    page.goto(site.claim_page(article, 3))
    page.wait_for_load_state("load")
    site.end_sessions(manager)
    page.keyboard.press("2")
    expect(page.locator("#sign-in-again")).to_be_visible()
    page.locator("#sign-in-again [type=password]").press_sequentially("a wrong one")
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in-again-error")).to_be_visible()
    found += problems(page)
    page.keyboard.press("Escape")
    expect(page.locator("#outbox")).to_have_attribute("data-shown", "")
    found += problems(page)
    assert found == []


def test_the_line_of_what_waits_without_a_network(site: Site, page: Page, complaints: Complaints) -> None:
    complaints.expect("ERR_FAILED")
    page.route(SAVES, lambda route: cut(route))  # noqa: PLW0108 (Playwright looks at the handler's signature)
    page.goto(site.claim_page(another_article(site)[0]))
    page.wait_for_load_state("load")
    page.keyboard.press("1")
    expect(page.locator("#outbox")).to_have_attribute("data-shown", "")
    found = problems(page)
    page.unroute(SAVES)
    page.locator("[data-try]").click()
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    assert found == []
