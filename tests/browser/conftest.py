"""A browser test fails on a console error, a breach of the content security policy, or a request to elsewhere."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebError, expect

from tests.browser.site import ARTICLE, Site
from tests.desk import Desk, Somebody

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # Chromium refuses to run as root with it, and the pages are our own.
]
# Long enough for a machine that does other things too: nothing waits longer than it has to.
expect.set_options(timeout=20_000)
LOCAL = {"127.0.0.1"}
WITHOUT_NETWORK = {"about", "blob", "data", "file"}


class Complaints:
    """What the browser found wrong in any of its windows while one test ran."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.expected: list[str] = []

    def expect(self, part: str) -> None:
        """Let messages that contain `part` pass: this test provokes them."""
        self.expected.append(part)

    def unexpected(self) -> list[str]:
        """Return the messages that nobody announced."""
        return [message for message in self.found if not any(part in message for part in self.expected)]

    def watch(self, context: BrowserContext) -> None:
        """Listen to every page that `context` will open."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium reports a breach of the policy here too, with or without JavaScript.
        if message.type == "error":
            self.found.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _error(self, error: WebError) -> None:
        self.found.append(f"exception: {error.error}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in WITHOUT_NETWORK and address.hostname not in LOCAL:
            self.found.append(f"request to {request.url}")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the system's Chromium, if there is one without the window that nobody sees: it takes half the time."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.fail("Chromium is missing: see tests/prerequisites.sh")
    return {"executable_path": program, "args": FLAGS, "headless": True}


@pytest.fixture(scope="session")
def base_url() -> str | None:
    """Give none, as the plugin's own fixture would, whose way to define it newer releases of pytest warn of."""
    return None


@pytest.fixture(autouse=True)
def complaints(browser: Browser) -> Iterator[Complaints]:
    """Watch every context that the test opens, and fail it for what nobody expected."""
    heard = Complaints()
    browser.on("context", heard.watch)
    yield heard
    browser.remove_listener("context", heard.watch)
    assert not heard.unexpected()


@pytest.fixture(params=["sqlite"])
def database_url(database_url: str) -> str:
    """Use SQLite, unless a test names both databases: what a browser sees is the same."""
    return database_url


@pytest.fixture
def site(desk: Desk) -> Iterator[Site]:
    """Serve the application."""
    with Site(desk) as served:
        yield served


@dataclass(frozen=True)
class Seat:
    """A reviewer in front of the annotate page, at the first claim of an article."""

    site: Site
    page: Page
    person: Somebody
    project_id: int
    article_id: int
    claims: list[int]

    def open(self, number: int = 1) -> None:
        """Load a claim's page, and wait for its script."""
        self.page.goto(self.site.claim_page(self.article_id, number))
        self.page.wait_for_load_state("load")


@pytest.fixture
def seat(site: Site, page: Page) -> Seat:
    """Put a signed-in reviewer in front of an article that nobody has labelled."""
    project_id = site.desk.project()
    person = site.desk.member(project_id)
    article_id = site.desk.article(project_id, ARTICLE)
    site.sign_in(page.context, person)
    taken = Seat(site, page, person, project_id, article_id, site.desk.claims(article_id))
    taken.open()
    return taken
