"""The codebook editor in a browser: axe finds nothing on its pages, and a changed meaning is confirmed with one key."""

import pytest
from playwright.sync_api import Page, expect

from annotator.domain.roles import Role
from annotator.services import codebooks
from tests.browser.axe import choose, found_on
from tests.browser.site import ARTICLE, Site
from tests.desk import Somebody
from tests.services.test_codebooks import label_of

EDITOR = "/projects/news/codebook"
PAGES = [
    EDITOR,
    f"{EDITOR}/labels/editorial",
    f"{EDITOR}/new-label",
    f"{EDITOR}/parts/skip_reasons",
    f"{EDITOR}/parts/questions",
    f"{EDITOR}/parts/guidance",
    f"{EDITOR}/preview",
    f"{EDITOR}/publish",
    f"{EDITOR}/stale/meaning.label.editorial",
]


@pytest.fixture
def manager(site: Site) -> Somebody:
    """Fill the site: an article with verdicts, and a draft that changes a definition and the guidance."""
    desk = site.desk
    project = desk.project()
    manager, reviewer = desk.member(project, Role.MANAGER), desk.member(project)
    claims = desk.claims(desk.article(project, ARTICLE))
    for person in (manager, reviewer):
        desk.verdict(person, claims[0], "editorial", kind="framing")
    with desk.inside():
        draft = codebooks.start_draft(project, manager.id)

        def change(document: dict[str, object]) -> None:
            label_of(document, "editorial")["definition"] = "Whatever the writer adds."
            document["guidance"] = f"{document['guidance']}\n\nOne line more.\n"

        codebooks.change_draft(draft, codebooks.edited(draft, change), manager.id, seen=0, part="test")
    return manager


@pytest.fixture
def page(site: Site, page: Page, manager: Somebody) -> Page:
    """Sign the manager in; nothing moves, so that every colour is what it stays."""
    page.emulate_media(reduced_motion="reduce")
    site.sign_in(page.context, manager)
    return page


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing(site: Site, page: Page, lang: str) -> None:
    choose(page, site, lang=lang)
    assert found_on(page, site, PAGES) == []


def test_a_changed_meaning_is_published_and_confirmed_with_one_key(site: Site, page: Page) -> None:
    page.goto(f"{site.address}{EDITOR}/publish")
    label = page.get_by_role("region", name="Label: Editorial")
    label.get_by_label("The meaning").check()
    page.get_by_role("region", name="Guidance and questions").get_by_label("Only the wording").check()
    page.get_by_label("What changed, and why").fill("Half of us read it otherwise.")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".flash")).to_contain_text("2 verdicts are asked about again")
    page.goto(f"{site.address}/articles/1/claims/2")
    page.keyboard.press("k")
    expect(page.locator("#asked")).to_contain_text("The meaning of “Editorial” changed in version 2.")
    expect(page.locator("#asked")).to_contain_text("Half of us read it otherwise.")
    page.keyboard.press("c")
    expect(page.locator("#asked")).to_have_count(0)
    expect(page.locator("#progress .asked-count")).to_be_hidden()
    page.goto(f"{site.address}/articles/1/claims/1")
    expect(page.locator("#asked")).to_have_count(0)
    expect(page.get_by_role("radio", name="Editorial")).to_be_checked()
