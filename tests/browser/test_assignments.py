"""Assignment in a browser: planned, handed on and taken, without scripts; axe finds nothing on its pages."""

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from annotator.domain.roles import Role
from annotator.services import assignments
from annotator.storage.projects import Project
from tests.browser.axe import choose, found_on
from tests.browser.site import ARABIC, ARTICLE, Site
from tests.desk import Somebody

HERE = "/projects/news/assignment"


@pytest.fixture
def people(site: Site) -> list[Somebody]:
    """Make a manager and two reviewers, with three articles that whoever is free takes."""
    desk = site.desk
    project = desk.project()
    made = [
        desk.member(project, Role.MANAGER, "Max"),
        desk.member(project, name="Anna"),
        desk.member(project, name="Ben"),
    ]
    desk.article(project, ARTICLE)
    desk.article(project, ARABIC, language="ar")
    desk.article(project, "A third one\n\nSomebody said so.")
    with desk.inside() as session:
        session.execute(update(Project).values(handout="next", overlap=1, return_after_days=7))
        assignments.give(session.get_one(Project, project), 1, made[1].id, made[0].id)
    return made


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing(site: Site, page: Page, people: list[Somebody], lang: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    site.sign_in(page.context, people[0])
    choose(page, site, lang=lang)
    chosen = "&".join(f"people={person.id}" for person in people[1:])
    plan = f"{HERE}/plan?kind=shared&readers=2&shared=3&scope=all&order=mixed&{chosen}"
    assert found_on(page, site, [HERE, plan, f"{HERE}/people/{people[1].id}", f"{HERE}/planner"]) == []


def test_work_is_planned_handed_on_and_taken_without_scripts(
    site: Site, browser: Browser, people: list[Somebody]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    site.sign_in(context, people[0])
    page = context.new_page()
    page.goto(f"{site.address}{HERE}/people/{people[1].id}")
    page.get_by_label("Wharf talks resume in Vellmar").check()
    page.get_by_label("Somebody else").select_option("Ben")
    page.get_by_role("button", name="Hand them on").click()
    page.get_by_role("button", name="Hand them on").click()
    expect(page.get_by_text("Nothing is on this list")).to_be_visible()
    page.get_by_role("link", name="Assignment").first.click()
    page.get_by_label("Reviewers for each claim").fill("1")
    page.get_by_label("Articles", exact=True).select_option("Those that nobody has yet")
    page.get_by_role("button", name="Preview the plan").click()
    page.get_by_role("button", name="Give it out like this").click()
    expect(page.get_by_text("2 articles are given out.")).to_be_visible()
    context.close()
    context = browser.new_context(java_script_enabled=False)
    site.sign_in(context, people[2])
    page = context.new_page()
    page.goto(site.address)
    page.get_by_role("button", name="Take the next article").click()
    expect(page.get_by_text("There is no article left for you here")).to_be_visible()
    context.close()
