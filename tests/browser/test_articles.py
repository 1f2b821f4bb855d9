"""The pages of articles in a browser: found, read, corrected and withdrawn, with and without scripts; axe finds
nothing on them in light and dark, wide and narrow, from left and from right."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator.domain.roles import Role
from annotator.services import articles
from annotator.storage.articles import Article, ArticleCheck, Claim
from annotator.storage.projects import Project
from tests.browser.axe import choose, found_on, problems
from tests.browser.conftest import Complaints
from tests.browser.site import ARABIC, ARTICLE, Site
from tests.desk import Somebody

LIST = "/projects/news/articles"
PAGES = [
    f"{LIST}?q=meeting&status=todo&sort=-date",
    f"{LIST}?q=zebra",
    f"{LIST}?since=2026-02-30",
    "/articles/1/about",
    "/articles/2/about",
    "/articles/3/about",
    "/articles/1/edit",
    f"{LIST}/new",
]


@pytest.fixture
def manager(site: Site) -> Somebody:
    """Fill the site: an article with everything on its page, one in Arabic, one that is withdrawn, and two pages."""
    desk = site.desk
    project = desk.project()
    manager, reviewer = desk.member(project, Role.MANAGER), desk.member(project)
    facts = {"outlet": "The Vellmar Post", "byline": "Ines Orvane", "published_on": date(2026, 3, 1)}
    desk.article(project, ARTICLE, url="https://post.example/" + "a-very-long-address" * 9, **facts)
    desk.article(project, ARABIC, language="ar", outlet="جريدة الميناء", file_name="مقال.docx")
    withdrawn = desk.article(project, "Withdrawn piece\n\nThis one was wrong.")
    for number in range(60):
        desk.article(project, f"Meeting {number}\n\nNobody spoke of {number}.", published_on=date(2026, 1, 1))
    claims = desk.claims(1)
    for claim in claims[:3]:
        desk.verdict(manager, claim)
        desk.verdict(reviewer, claim)
    with desk.inside() as session:
        session.get_one(Project, project).allows_fetching = True
        articles.withdraw(session.get_one(Article, withdrawn), manager.id, "The outlet took it back.")
        session.get_one(Claim, claims[4]).aside = "caption"
        touched = [[claims[1], "Talks will resume on Tuesday, the port authority said."], [claims[5], ""]]
        session.add(
            ArticleCheck(
                article_id=1,
                checked_by_id=manager.id,
                checked_at=datetime.now(UTC),
                final_url="https://post.example/1",
                text="",
                text_sha256="",
                is_changed=True,
                touched=touched,
                added=["The council has promised an inquiry."],
            )
        )
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


def test_axe_finds_nothing_in_a_conflict_with_everything_open(
    site: Site, page: Page, manager: Somebody, complaints: Complaints
) -> None:
    complaints.expect("409")
    page.goto(f"{site.address}/articles/1/edit")
    with site.desk.inside() as session:
        article = session.get_one(Article, 1)
        facts = articles.facts_of(article)
        articles.correct(article, {**facts, "byline": "Another"}, manager.id, seen=articles.digest_of(facts))
    page.get_by_label("Byline").fill("Mine")
    page.get_by_role("button", name="Store the corrections").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("row", name="Byline Another Mine")).to_be_visible()
    assert problems(page) == []
    page.get_by_role("button", name="Store the corrections").click()
    expect(page.locator("#revisions")).to_contain_text("Another")
    page.get_by_text("Withdraw this article").click()
    assert problems(page) == []


def walk(site: Site, page: Page) -> None:
    """Find an article, read its page, correct a fact of it, withdraw it and bring it back."""
    page.goto(site.address + LIST)
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("62 articles")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("page 2 of 2")
    page.get_by_label("Search").fill("wharf vellmar")
    page.get_by_label("Search").press("Enter")
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("progressbar", name="6 of 14 decisions")).to_be_visible()
    page.get_by_role("link", name="Wharf talks resume in Vellmar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wharf talks resume in Vellmar")
    page.get_by_role("link", name="Correct the facts").click()
    page.get_by_label("Outlet").fill("The Vellmar Post (online)")
    page.get_by_role("button", name="Store the corrections").click()
    expect(page.locator("#revisions")).to_contain_text("The Vellmar Post (online)")
    page.get_by_text("Withdraw this article").click()
    page.get_by_label("Reason").fill("Taken back by the outlet.")
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.get_by_role("heading", name="This article is withdrawn")).to_be_visible()
    expect(page.get_by_role("link", name="Tag it")).to_have_count(0)
    page.get_by_label("Reason").fill("It stands after all.")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_role("link", name="Tag it")).to_be_visible()


def test_an_article_is_found_corrected_withdrawn_and_brought_back(site: Site, page: Page) -> None:
    walk(site, page)


def test_all_of_it_works_without_scripts(site: Site, browser: Browser, manager: Somebody) -> None:
    context = browser.new_context(java_script_enabled=False)
    site.sign_in(context, manager)
    walk(site, context.new_page())
    context.close()


def test_filters_are_kept_from_page_to_page(site: Site, page: Page) -> None:
    page.goto(site.address + LIST)
    page.get_by_text("Filter and sort").click()
    page.get_by_label("Status").select_option("Not begun")
    page.get_by_label("Sort by").select_option("Title: from A to Z")
    page.get_by_label("Published until").fill("2026-02-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("60 articles")
    page.get_by_role("link", name="2", exact=True).click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("page 2 of 2")
    expect(page.get_by_label("Status")).to_have_value("todo")
    expect(page.get_by_role("columnheader", name="Title")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("link", name="Title", exact=True).click()
    expect(page.get_by_role("columnheader", name="Title")).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("60 articles")


def test_the_original_is_downloaded_byte_by_byte(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/articles/1/about")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download the original").click()
    assert saved.value.suggested_filename == "article-1.txt"
    assert saved.value.path().read_bytes() == ARTICLE.encode()
