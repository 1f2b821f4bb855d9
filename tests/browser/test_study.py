"""A whole study by mouse and keys, from an empty database: set up, invite, import, plan, tag, settle, change a rule."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import select

from annotator.storage.adjudications import Adjudication
from annotator.storage.assignments import Assignment
from annotator.storage.requeues import RequeuedVerdict
from tests.browser.site import ARTICLE, Site
from tests.desk import Desk

WALK = Path(__file__).parents[2] / "docs" / "setting-up.md"
READERS = ["ada", "ben", "cleo"]
TEXTS = [
    ARTICLE,
    "Ferry fares rise again\n\nThe fare rises to four crowns, its office said. Its greedy owners blame the fuel.",
    "Lighthouse to be sold\n\nThe county sells the lighthouse, a notice says. Keepers fear for their garden.",
]
"""Three articles, so that each pair of three reviewers has one in common."""
BRUTAL, GREEDY = "brutality", "greedy"


@dataclass
class Lead:
    """A desk lead at work, whose clicks and fields are counted for the documentation."""

    site: Site
    page: Page
    clicks: int = 0
    fields: int = 0

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def link(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=name, exact=True).first)

    def button(self, name: str | re.Pattern[str]) -> None:
        self.click(self.page.get_by_role("button", name=name))

    def fill(self, label: str, text: str) -> None:
        self.page.locator("main").get_by_role("textbox", name=re.compile(f"^{label}")).first.fill(text)
        self.fields += 1


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(database_url: str) -> str:
    """Use both databases: this is what the product is for."""
    return database_url


@pytest.fixture
def lead(desk: Desk, site: Site, page: Page) -> Lead:
    """Give the administrator of an empty site, just signed in by the link that the first start prints."""
    admin = desk.person("admin", admin=True)
    page.goto(f"{site.address}/sign-in/link/{admin.link_token}")
    page.get_by_role("button", name="Sign in").click()
    return Lead(site, page)


def set_up(lead: Lead) -> dict[str, str]:
    """Make the project, and return the links for the three who are invited."""
    lead.link("Projects")
    lead.link("New project")
    lead.fill("Name", "Harbour study")
    lead.click(lead.page.get_by_label("By a plan"))
    lead.fill("Reviewers", "\n".join(READERS))
    lead.fill("Adjudicators", "dora")
    lead.button("Make the project")
    links = {name: lead.page.get_by_label(name, exact=True).input_value() for name in [*READERS, "dora"]}
    lead.link("To the next steps")
    return links


def bring_in(lead: Lead) -> None:
    lead.click(lead.page.locator(".next-steps").get_by_role("link", name="Add articles"))
    for text in TEXTS:
        lead.fill("Text", text)
        lead.button("Add the article")
        expect(lead.page.get_by_role("heading", level=1)).to_have_text(text.split("\n")[0])
        if text != TEXTS[-1]:
            lead.link("Articles")
            lead.link("Add articles")


def give_out(lead: Lead) -> None:
    """Plan two reviewers for every claim."""
    lead.link("Desk")
    lead.link("Plan")
    lead.button("Preview the plan")
    lead.button("Give it out like this")


def seat(browser: Browser, site: Site, address: str) -> tuple[BrowserContext, Page]:
    """Let somebody in by their invitation."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address.replace("http://localhost", site.address))
    page.get_by_label("Password").fill("three invented harbour words")
    page.get_by_role("button", name="Begin").click()
    return context, page


def key_for(reader: str, quote: str) -> str:
    """Return what a reader presses: they agree on all, but Ben takes the writer's words for a source's."""
    loaded = BRUTAL in quote or GREEDY in quote
    return ("2" if reader == "ben" else "3") if loaded else "1"


def tag(page: Page, site: Site, reader: str) -> None:
    """Label all that is in the queue, by keys alone."""
    while page.locator("#resume-go").count():
        page.locator("#resume-go").click()
        page.wait_for_url("**/claims/1**", wait_until="load")
        total = page.locator("[id^=claim-][data-look]").count()
        for number in range(1, total + 1):
            here = page.locator(f"#claim-{number}")
            expect(here).to_have_attribute("aria-current", re.compile("."))
            page.keyboard.press(key_for(reader, here.inner_text()))
            expect(here).not_to_have_attribute("data-look", "")
            page.keyboard.press("j")
        expect(page.locator("#save[data-state=saved]")).to_be_visible()
        page.get_by_role("link", name="Queue", exact=True).click()
        page.wait_for_url(f"{site.address}/")


def settle(page: Page, site: Site) -> None:
    """Accept what all agree on, and decide the rest by keys."""
    page.goto(f"{site.address}/projects/harbour-study/adjudication")
    page.get_by_role("link", name="Accept what all agree on").click()
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(r"^Accept \d+ claims?$")).click()
    page.goto(f"{site.address}/projects/harbour-study/adjudication")
    page.get_by_role("link", name="Begin with the first").click()
    page.wait_for_url("**/adjudication/*")
    while page.locator("#decision").count():
        page.wait_for_load_state("load")
        page.keyboard.press("3")
        page.keyboard.press("l")
        page.get_by_label("Reason").fill("“Brutality” is the writer’s own word.")
        with page.expect_navigation():
            page.get_by_role("button", name="Save and next").click()


def change_a_rule(lead: Lead) -> None:
    """Publish version 2, with another definition of one label."""
    page = lead.page
    page.goto(f"{lead.site.address}/projects/harbour-study/codebook")
    lead.button("Start a draft")
    lead.click(page.locator(".editor-line").get_by_role("link", name=re.compile("Editorial")))
    lead.fill("Definition", "The writer’s own judgement, framing or inference, also where a source is named.")
    lead.button("Store in the draft")
    lead.link("Compare and publish")
    lead.click(page.get_by_label("The meaning"))
    lead.fill("What changed, and why", "Framing beside a source counts as well.")
    lead.button("Publish")


def confirm(page: Page, site: Site) -> None:
    """Find the claims that are asked about again in the queue, and confirm the first by its key."""
    page.goto(site.address)
    expect(page.locator("main")).to_contain_text("to confirm")
    page.locator("#resume-go").click()
    expect(page.locator("#work")).to_contain_text("Framing beside a source counts as well.")


def settled(desk: Desk) -> list[Adjudication]:
    """Return every decision of the desk."""
    with desk.inside(writes=False) as session:
        rows = list(session.scalars(select(Adjudication)))
        session.expunge_all()
    return rows


def test_from_an_empty_database_to_a_changed_rule(lead: Lead, browser: Browser, site: Site, desk: Desk) -> None:
    links = set_up(lead)
    bring_in(lead)
    give_out(lead)
    with desk.inside(writes=False) as session:
        assert len(session.scalars(select(Assignment)).all()) == 2 * len(TEXTS)
    assert f"{lead.clicks} clicks and {lead.fields} fields" in WALK.read_text(encoding="utf-8"), (
        "as the documentation says"
    )
    seats = {name: seat(browser, site, address) for name, address in links.items()}
    for reader in READERS:
        tag(seats[reader][1], site, reader)
    settle(seats["dora"][1], site)
    assert {row.cause for row in settled(desk)} == {None, "slip"}
    claims = [claim for article in range(1, len(TEXTS) + 1) for claim in desk.claims(article)]
    assert sorted(row.claim_id for row in settled(desk)) == claims
    change_a_rule(lead)
    expect(lead.page.locator("main")).to_contain_text("verdicts were asked about again")
    with desk.inside(writes=False) as session:
        again = {row.reviewer_id: row.meanings for row in session.scalars(select(RequeuedVerdict))}
    assert set(map(tuple, again.values())) == {("label:editorial",)}
    confirm(seats["ada"][1], site)
