"""What the tests of saving share: how a save is spoilt, what the page says then, and what the browser keeps."""

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Seat

SAVES = re.compile(r"/claims/\d+/verdicts$")
SAYS = {
    "saved": "All changes saved",
    "saving": "Saving…",
    "unsaved": "Not saved yet",
    "offline": "Not saved – will try again",
    "conflict": "Not saved – changed elsewhere",
    "signed-out": "Not saved – sign in again",
    "refused": "Not saved – needs another look",
}
OUTBOX = """() => new Promise((resolve) => {
  const request = indexedDB.open("annotator", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("changes", { keyPath: "id" });
  request.onsuccess = () => {
    const all = request.result.transaction("changes").objectStore("changes").getAll();
    all.onsuccess = () => {
      request.result.close();
      resolve(all.result.sort((one, other) => one.order - other.order));
    };
  };
})"""


def state(page: Page, name: str) -> None:
    """Wait until the bar says how saving stands."""
    expect(page.locator("#save")).to_have_attribute("data-state", name)
    expect(page.locator("[data-save-text]")).to_have_text(SAYS[name])


def checked(page: Page, label: str) -> None:
    """Wait until a label is the chosen one."""
    expect(page.locator(f"[type=radio][name=label][value={label}]")).to_be_checked()


def heading(page: Page, number: int) -> None:
    """Wait until a claim is on the page."""
    expect(page.locator("#claim-heading")).to_contain_text(f"Claim {number} ")


def labels(seat: Seat, number: int = 1) -> list[str | None]:
    """Return the labels that were stored for a claim, the oldest first."""
    return [row.label for row in seat.site.verdicts(seat.claims[number - 1])]


def banner(page: Page, *texts: str) -> None:
    """Wait until the line under the bar says all of this."""
    for text in texts:
        expect(page.locator("#outbox")).to_contain_text(text)


def calm(page: Page) -> None:
    """Wait until the line under the bar says nothing."""
    expect(page.locator("#outbox")).not_to_have_attribute("data-shown", "")


def intercept(seat: Seat, handler: Callable[[Route], None]) -> None:
    """Let `handler` decide about every save; a page that is open already could still send one past it."""
    seat.page.route(SAVES, lambda route: handler(route))  # noqa: PLW0108 (Playwright looks at the handler's signature)
    seat.open()


def cut(route: Route) -> None:
    """Lose a request."""
    route.abort()


def stored_but_unheard(route: Route) -> None:
    """Lose the answer to a request."""
    route.fetch()
    route.abort()


def online(page: Page) -> None:
    """Let requests pass again, and tell the page; it may have tried again by itself meanwhile."""
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")


def kept(page: Page) -> list[dict[str, Any]]:
    """Return the changes that the browser keeps, the oldest first."""
    found: list[dict[str, Any]] = page.evaluate(OUTBOX)
    return found


def eventually(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something outside the page holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)
