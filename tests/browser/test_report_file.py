"""The report as a file: it opens without the site or a network, axe finds nothing, and a frozen one reads the same."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from annotator import cli
from annotator.domain.roles import Role
from tests.browser.axe import NARROW, WIDE, problems
from tests.browser.site import Site


@pytest.fixture
def desk_lead(site: Site, page: Page) -> Page:
    """Load the sample project, and sign its manager in."""
    with site.desk.inside():
        project_id = cli.load_sample_project().id
    site.sign_in(page.context, site.desk.join(project_id, site.desk.person("ines", admin=True), Role.MANAGER))
    page.goto(site.address + "/projects/sample/disagreements")
    return page


def test_the_web_page_file_opens_without_a_network(desk_lead: Page, browser: Browser, tmp_path: Path) -> None:
    desk_lead.get_by_text("Download or freeze").click()
    with desk_lead.expect_download() as started:
        desk_lead.get_by_role("link", name="Web page").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    sentence = desk_lead.locator(".sentence").inner_text()

    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    context = browser.new_context(offline=True)
    alone = context.new_page()
    alone.on("request", note)
    alone.goto(file.as_uri())
    expect(alone.locator(".sentence")).to_have_text(sentence)
    expect(alone.locator("svg.chart:visible").first).to_be_visible()
    assert asked == [file.as_uri()]
    assert problems(alone, WIDE) == []
    context.close()


def test_a_frozen_report_is_found_again_with_what_changed(desk_lead: Page, site: Site) -> None:
    sentence = desk_lead.locator(".sentence").inner_text()
    desk_lead.get_by_text("Download or freeze").click()
    desk_lead.get_by_label("Freeze this report as").fill("For the paper")
    desk_lead.get_by_role("button", name="Freeze").click()
    expect(desk_lead.get_by_text("Nothing that counts in it")).to_be_visible()
    expect(desk_lead.locator(".sentence")).to_have_text(sentence)
    assert problems(desk_lead, NARROW) == []
    desk_lead.get_by_role("link", name="Frozen reports").click()
    expect(desk_lead.get_by_role("link", name="For the paper")).to_be_visible()
    assert problems(desk_lead, NARROW) == []
