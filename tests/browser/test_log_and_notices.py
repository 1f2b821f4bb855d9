"""Notices, the log and the identity provider in a browser: axe finds nothing; signing in leads there and back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from annotator.domain.roles import Role
from annotator.services import identities, oidc
from annotator.services.notices import notify
from annotator.settings import IdentityProvider
from annotator.storage import events
from annotator.web.notices import SENTENCES
from tests.browser.axe import choose, found_on
from tests.browser.conftest import Complaints
from tests.browser.site import Site
from tests.desk import Somebody
from tests.provider import CLIENT_ID, SECRET, Provider

PAGES = [
    "/notices",
    "/projects/news/log?verdicts=1",
    "/projects/news/log?who=nobody&since=2026-02-30",
    "/admin/log",
    "/account",
]


@pytest.fixture
def provider(site: Site) -> Iterator[Provider]:
    """Run a provider that the site knows."""
    made = Provider()
    made.thread.start()
    site.desk.app.config["BASE_URL"] = site.address
    site.desk.app.config["OIDC"] = IdentityProvider(made.issuer, CLIENT_ID, SECRET, "Newsroom login")
    yield made
    made.server.shutdown()
    made.server.server_close()
    oidc.provider_for.cache_clear()


@pytest.fixture
def manager(site: Site, provider: Provider) -> Somebody:
    """Fill the site: a project with a history, and notices of every kind."""
    desk = site.desk
    project = desk.project(name="Harbour news")
    manager = desk.join(project, desk.person("Berta", admin=True), Role.MANAGER)
    reviewer = desk.member(project, name="Ines")
    for claim in desk.claims(desk.article(project)):
        desk.verdict(reviewer, claim)
    with desk.inside():
        facts = {"articles": 3, "claims": 42, "due": "2026-12-01", "version": 2, "verdicts": 5, "days": 14,
                 "role": "manager", "person": "Ines", "claim_id": 1}  # fmt: skip
        for what in SENTENCES:
            notify([manager.id], what, project_id=project, facts=facts)
        for number in range(60):
            detail = {"overlap": {"before": number, "after": number + 1}, "reason": "A reason of several words."}
            events.record("settings changed", "project", project, person_id=manager.id, project_id=project,
                          detail=detail)  # fmt: skip
        identities.link(manager.id, oidc.Account(provider.issuer, "subject-1", "ines@paper.example"))
    return manager


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing(site: Site, page: Page, manager: Somebody, lang: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    site.sign_in(page.context, manager)
    choose(page, site, lang=lang)
    assert found_on(page, site, PAGES) == []


def test_signing_in_by_the_provider_leads_there_and_back(
    site: Site, page: Page, manager: Somebody, provider: Provider, complaints: Complaints
) -> None:
    complaints.expect("403")
    page.goto(f"{site.address}/sign-in?next=/notices")
    page.get_by_role("link", name="Sign in by Newsroom login").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Notices")
    expect(page.get_by_role("link", name=f"{len(SENTENCES)} new notices")).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("You have read all your notices.")).to_be_visible()
    page.context.clear_cookies()
    provider.account = {"sub": "somebody else"}
    page.goto(f"{site.address}/sign-in")
    page.get_by_role("link", name="Sign in by Newsroom login").click()
    expect(page.get_by_role("alert")).to_contain_text("Nobody here has this account")
