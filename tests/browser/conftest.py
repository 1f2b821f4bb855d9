"""A browser test fails on a console error, a breach of the content security policy, or a request to elsewhere."""

import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Request, WebError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # Chromium refuses to run as root with it, and the pages are our own.
]
LOCAL = {"127.0.0.1"}
WITHOUT_NETWORK = {"about", "blob", "data"}


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
    """Start the system's Chromium, not one that Playwright would download."""
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
