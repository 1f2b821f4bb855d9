"""The pages of projects in a browser: set up with and without scripts; axe finds nothing on them in light and dark,
wide and narrow, from left and from right."""

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator.domain.roles import Role
from annotator.services import projects
from annotator.storage.projects import Project
from tests.browser.axe import choose, found_on
from tests.browser.conftest import Complaints
from tests.browser.site import ARTICLE, Site
from tests.desk import Somebody

PAGES = ["/projects", "/projects/new", "/projects/news/settings", "/projects/old/settings", "/projects/news/clone"]


@pytest.fixture
def admin(site: Site) -> Somebody:
    """Fill the site: a project in work with verdicts, and an archived one."""
    desk = site.desk
    project, old = desk.project(), desk.project("old", name="An old study of which not much is left but its long name")
    claims = desk.claims(desk.article(project, ARTICLE))
    desk.verdict(desk.member(project), claims[0])
    with desk.inside() as session:
        projects.archive(session.get_one(Project, old), None)
    return desk.join(project, desk.person("Ada", admin=True), Role.MANAGER)


@pytest.fixture
def page(site: Site, page: Page, admin: Somebody) -> Page:
    """Sign the administrator in; nothing moves, so that every colour is what it stays."""
    page.emulate_media(reduced_motion="reduce")
    site.sign_in(page.context, admin)
    return page


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing(site: Site, page: Page, lang: str) -> None:
    choose(page, site, lang=lang)
    assert found_on(page, site, PAGES) == []


def test_the_address_follows_the_name_until_somebody_writes_one(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/projects/new")
    name, address = page.get_by_role("textbox", name="Name"), page.get_by_label("Address")
    name.fill("Die Brücke: 2026")
    expect(address).to_have_value("die-brucke-2026")
    expect(page.get_by_label("Codebook file")).to_be_hidden()
    page.get_by_label("A file").check()
    expect(page.get_by_label("Codebook file")).to_be_visible()
    page.get_by_label("The one that comes with the product").check()
    address.fill("bridge")
    name.fill("Another name")
    expect(address).to_have_value("bridge")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("heading", name="What comes next")).to_be_visible()


def test_a_project_is_made_and_set_without_scripts(
    site: Site, browser: Browser, admin: Somebody, complaints: Complaints
) -> None:
    complaints.expect("422")
    context = browser.new_context(java_script_enabled=False)
    site.sign_in(context, admin)
    page = context.new_page()
    page.goto(f"{site.address}/projects/new")
    page.get_by_role("textbox", name="Name").fill("By hand")
    page.get_by_label("By a plan").check()
    page.get_by_role("button", name="Make the project").click()
    page.goto(f"{site.address}/projects/by-hand/settings")
    expect(page.get_by_label("By a plan")).to_be_checked()
    page.get_by_label("Never").first.check()
    page.get_by_label("Most uncertain first").check()
    page.get_by_role("button", name="Store the settings").click()
    expect(page.get_by_role("alert")).to_contain_text("the order itself would tell")
    context.close()
