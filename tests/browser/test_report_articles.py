"""The report's blocks from the contested claims on, and an article painted by disagreement, in a browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from annotator.domain.roles import Role
from annotator.web import reports
from tests.browser.axe import ALL, NARROW, RUN, WIDE, cut_off, problems, resize
from tests.browser.site import ARABIC, ARTICLE, Site
from tests.sample_report import sample_report

OPEN_ALL = "() => document.querySelectorAll('main details').forEach(details => { details.open = true; })"


@pytest.fixture
def dispute(site: Site) -> tuple[int, int]:
    """Let three people part on two articles: on the second claim three ways, on the third two to one."""
    desk = site.desk
    project = desk.project()
    people = [desk.member(project, name=name) for name in ("amber", "birch", "coral")]
    wide, narrow = desk.article(project, ARTICLE), desk.article(project, ARABIC, language="ar")
    for person, label in zip(people, ("sourced", "attributed", "editorial"), strict=True):
        for claim in desk.claims(wide)[1:3]:
            desk.verdict(person, claim, label)
        desk.verdict(person, desk.claims(wide)[3], "sourced" if label == "sourced" else "editorial", note="Why?")
        desk.verdict(person, desk.claims(narrow)[0], "sourced" if label == "editorial" else "editorial")
        desk.verdict(person, desk.claims(narrow)[1], "sourced")
    return wide, narrow


def test_the_blocks_and_a_painted_article_are_accessible(
    site: Site, page: Page, dispute: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "make_report", lambda *_arguments: sample_report())
    site.sign_in(page.context, site.desk.join(1, site.desk.person("observer"), Role.OBSERVER))
    page.emulate_media(reduced_motion="reduce")  # on so long a page axe would see colours on their way
    page.goto(site.address + "/projects/news/disagreements")
    page.evaluate(OPEN_ALL)
    expect(page.locator("#aggregation")).to_be_visible()
    page.evaluate(Axe().axe_script)
    resize(page, NARROW)
    found = page.evaluate(RUN, ALL) + cut_off(page)
    page.goto(site.address + f"/projects/news/disagreements/articles/{dispute[0]}")
    page.evaluate(OPEN_ALL)
    assert found + problems(page, WIDE, NARROW) == []


def test_the_report_leads_to_the_claims_without_script(site: Site, browser: Browser, dispute: tuple[int, int]) -> None:
    context = browser.new_context(java_script_enabled=False)
    site.sign_in(context, site.desk.join(1, site.desk.person("ines"), Role.MANAGER))
    page = context.new_page()
    page.goto(site.address + "/projects/news/disagreements")
    expect(page.locator(".contested-claim")).to_have_count(4)
    page.get_by_role("link", name="Three ways or more").click()
    expect(page.locator(".contested-claim")).to_have_count(2)
    page.get_by_role("link", name="With a note").click()
    expect(page.locator(".contested-claim")).to_have_count(1)
    page.locator(".contested-claim .place a").first.click()
    page.wait_for_url(f"**/disagreements/articles/{dispute[0]}#claim-4")
    expect(page.locator("#claim-4")).to_have_attribute("data-paint", "more")
    expect(page.locator("#claim-2")).to_have_attribute("data-paint", "most")
    page.locator("#claim-4").click()
    expect(page.locator("#votes-4")).to_contain_text("birch")
    page.get_by_role("link", name="Less disagreement").click()
    page.wait_for_url(f"**/disagreements/articles/{dispute[1]}")
    expect(page.locator("article")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("link", name="Disagreements", exact=True).first).to_be_visible()
    context.close()
