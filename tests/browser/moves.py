"""What the tests of moving share: when the page can move by itself, and what it asks the server for."""

from playwright.sync_api import Page, Request


def known(page: Page) -> None:
    """Wait until the page knows what it needs to move by itself."""
    page.wait_for_load_state("networkidle")


def requests_of(page: Page) -> list[str]:
    """Collect the addresses that the page asks for from here on."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/static/" not in request.url:  # Chromium looks for the icon again, in its cache.
            asked.append(request.url)

    page.on("request", note)
    return asked
