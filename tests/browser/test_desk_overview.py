"""The overview and what others said, in a browser: axe finds nothing, and the drawer follows the claim."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from annotator.domain.roles import Role
from annotator.storage.assignments import Assignment
from annotator.storage.projects import Project
from annotator.storage.threads import ThreadEntry
from tests.browser.axe import choose, found_on, problems
from tests.browser.conftest import Complaints
from tests.browser.site import ARABIC, ARTICLE, Site
from tests.desk import Somebody

NOW = datetime.now(UTC)


@pytest.fixture
def people(site: Site) -> dict[str, Somebody]:
    """Fill a project so that the overview has a forecast, alerts, and something that waits; others' verdicts show."""
    desk = site.desk
    project = desk.project(name="Wharves")
    people = {name: desk.member(project, name=name) for name in ("ada", "ben")}
    people["manager"] = desk.member(project, Role.MANAGER, "mona")
    desk.article(project, ARTICLE, outlet="The Vellmar Post")
    desk.article(project, ARABIC, language="ar", outlet="جريدة الميناء")
    more = desk.article(project, "\n\n".join(f"Sentence number {number} of it." for number in range(90)))
    for days, claim in enumerate(desk.claims(more)[:80]):
        with time_machine.travel(NOW - timedelta(days=60 - 0.7 * days)):
            desk.verdict(people["ada"], claim, "sourced" if days < 42 else "editorial")
    claims = desk.claims(1)
    for claim in claims[:4]:
        desk.verdict(people["ada"], claim, "editorial", kind="framing", note="It slants.")
    desk.verdict(people["ben"], claims[0], "sourced")
    desk.verdict(people["ben"], claims[1], "sourced")
    with desk.inside() as session:
        session.get_one(Project, project).visibility = "after-mine"
        given = {"assigned_at": NOW - timedelta(days=20), "due_on": (NOW - timedelta(days=3)).date(), "origin": "hand"}
        session.add_all([Assignment(article_id=article, person_id=people["ben"].id, **given) for article in (1, 2)])
        said = {"claim_id": claims[0], "project_id": project, "said_at": NOW, "text": "?"}
        session.add(ThreadEntry(**said, person_id=people["ada"].id, with_id=people["ada"].id))
    return people


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing(site: Site, page: Page, people: dict[str, Somebody], lang: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    choose(page, site, lang=lang)
    site.sign_in(page.context, people["manager"])
    page.goto(f"{site.address}/projects/news/desk")
    for part in page.locator("main details").all():
        part.locator("summary").click()
    assert problems(page) == []
    site.sign_in(page.context, people["ben"])
    claims = site.desk.claims(1)
    assert found_on(page, site, [f"/claims/{claims[0]}/others", f"/claims/{claims[2]}/others"]) == []


def test_the_drawer_shows_what_others_said_of_the_claim_at_hand(
    site: Site, page: Page, people: dict[str, Somebody], complaints: Complaints
) -> None:
    page.emulate_media(reduced_motion="reduce")
    site.sign_in(page.context, people["ben"])
    page.goto(site.claim_page(1))
    link = page.get_by_role("link", name="What others said")
    link.click()
    drawer = page.get_by_role("dialog", name="What others said")
    expect(drawer).to_contain_text("It slants.")
    assert problems(page) == []
    drawer.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Claim 3")).to_be_visible()
    link.click()
    expect(drawer).to_contain_text("Give your own verdict first.")
    expect(drawer).not_to_contain_text("It slants.")
    assert complaints.unexpected() == []
