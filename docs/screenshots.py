"""Take the pictures of the documentation from the running program, so that they show what a reader will see."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

SCREENS = Path(__file__).parent / "screens"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
DESK = ("articles", "article", "files", "segmentation", "new-project", "desk", "adjudication", "gold")
WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


@contextmanager
def served() -> Iterator[tuple[str, str]]:
    """Run the program on a fresh instance; gives its address and the administrator's one-time link."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("w") as output:
            server = subprocess.Popen(
                [sys.executable, "-c", "from annotator.cli import main; main()", "run", "--port", str(port)],
                env={**os.environ, "ANNOTATOR_INSTANCE": folder},
                stdout=output,
            )
        try:
            wait_for(base)
            link = re.search(r"http\S+/sign-in/link/\S+", log.read_text())
            if link is None:
                raise RuntimeError("the server printed no one-time link")
            yield base, link[0]
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_for(base: str) -> None:
    """Wait until the program answers."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{base}/health", timeout=5)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(base)


def article(page: Page, base: str, title: str) -> str:
    """Return the address of the article whose title contains `title`."""
    page.goto(f"{base}/")
    link = page.locator(f"a:has-text('{title}')").first.get_attribute("href")
    return f"{base}{link}"


def saved(page: Page, number: int) -> None:
    """Wait until everything is stored, and a claim has its verdict."""
    page.locator(f"#claim-{number}:not([data-look=''], [data-pending])").wait_for()
    page.locator("#save[data-state=saved]").wait_for()


def tag_some(page: Page, base: str) -> None:
    """Tag the first claims of an article by the keys, mark the words of one, and tell who speaks in another."""
    reading = article(page, base, "Lantern Square")
    for number, key in ((1, "1"), (2, "1"), (4, "3"), (5, "1"), (6, "2"), (3, "3"), (7, "1")):
        page.goto(f"{reading}/claims/{number}")
        page.keyboard.press(key)
        saved(page, number)
        if number == 3:  # noqa: PLR2004 (the claim with the word “brutality”)
            page.locator("label.kind", has_text="Framing").click()
            page.locator("#words .word", has_text="brutality").click()
    page.keyboard.press("o")
    page.get_by_label("Who or what is the source?").fill("Odalys Ferrant")
    page.get_by_label("Kind of source").select_option("person")
    page.get_by_label("Speech").select_option("direct")
    saved(page, 7)
    page.wait_for_timeout(1000)
    saved(page, 7)


def take(browser: Browser, base: str, state: Path) -> None:
    """Take the pictures of pages as they are opened."""
    for look, size, pages in (
        (
            "wide-light",
            WIDE,
            ("queue", "annotate", "reading", "verdicts", "settings", "report", "export", "guidelines", *DESK),
        ),
        ("wide-dark", WIDE, ("annotate", "report")),
        ("phone-light", PHONE, ("queue", "annotate", "report")),
    ):
        scheme = "dark" if look.endswith("dark") else "light"
        context = browser.new_context(viewport=size, color_scheme=scheme, storage_state=state, device_scale_factor=1.5)  # type: ignore[arg-type]
        page = context.new_page()
        reading = article(page, base, "Lantern Square")
        addresses = {
            "queue": f"{base}/",
            "annotate": f"{reading}/claims/3",
            "reading": reading,
            "verdicts": f"{base}/verdicts",
            "settings": f"{base}/settings",
            "report": f"{base}/projects/sample/disagreements",
            "export": f"{base}/projects/sample/export",
            "guidelines": f"{base}/projects/sample/guidelines",
            "articles": f"{base}/projects/sample/articles",
            "article": f"{base}/articles/1/about",
            "files": f"{base}/projects/sample/imports/files",
            "segmentation": f"{base}/articles/1/segmentation",
            "new-project": f"{base}/projects/new",
            "desk": f"{base}/projects/sample/desk",
            "adjudication": f"{base}/projects/sample/adjudication",
            "gold": f"{base}/projects/sample/gold",
        }
        for name in pages:
            page.goto(addresses[name])
            page.wait_for_timeout(400)
            page.screenshot(path=SCREENS / f"{name}-{look}.png")
        context.close()


def take_opened(browser: Browser, base: str, state: Path) -> None:
    """Take the annotate page with a card open, asking its questions, and with two versions of a verdict."""
    context = browser.new_context(viewport=WIDE, storage_state=state, device_scale_factor=1.5)  # type: ignore[arg-type]
    page, other = context.new_page(), context.new_page()
    reading = article(page, base, "Lantern Square")
    page.goto(f"{reading}/claims/7")
    page.keyboard.press("o")
    page.get_by_label("Who or what is the source?").scroll_into_view_if_needed()
    page.wait_for_timeout(400)
    page.screenshot(path=SCREENS / "annotate-card-light.png")
    page.goto(f"{reading}/claims/10")
    page.keyboard.press("t")
    for key in "112":
        page.keyboard.press(key)
    page.wait_for_timeout(400)
    page.screenshot(path=SCREENS / "annotate-questions-light.png")
    with page.expect_response("**/preferences"):
        page.keyboard.press("t")
    for window in (page, other):
        window.goto(f"{reading}/claims/11")
        window.wait_for_timeout(300)
    other.keyboard.press("1")
    saved(other, 11)
    page.keyboard.press("2")
    page.get_by_role("button", name="Keep mine").wait_for()
    page.wait_for_timeout(400)
    page.screenshot(path=SCREENS / "conflict-wide-light.png")
    context.close()


def take_desk(browser: Browser, base: str, state: Path) -> None:
    """Take a claim that is being settled, the preview of a plan, and a changed definition before it is published."""
    context = browser.new_context(viewport=WIDE, storage_state=state, device_scale_factor=1.5)  # type: ignore[arg-type]
    page, desk = context.new_page(), f"{base}/projects/sample"
    page.goto(f"{desk}/adjudication")
    page.locator(".said .quote a").nth(2).click()
    page.keyboard.press("3")
    page.wait_for_timeout(400)
    page.screenshot(path=SCREENS / "settle-wide-light.png")
    page.goto(f"{desk}/assignment")
    page.get_by_role("button", name="Preview the plan").click()
    page.wait_for_timeout(400)
    page.screenshot(path=SCREENS / "plan-wide-light.png")
    page.goto(f"{desk}/codebook")
    page.get_by_role("button", name="Start a draft").click()
    page.locator(".editor-line a", has_text="Editorial").click()
    field = page.get_by_label("Definition", exact=True).first
    field.fill(field.input_value().rstrip(".") + ", also where a source is named.")
    page.get_by_role("button", name="Store in the draft").click()
    page.get_by_role("link", name="Compare and publish").click()
    page.get_by_label("The meaning").check()
    page.locator(".changes").scroll_into_view_if_needed()
    page.wait_for_timeout(400)
    page.screenshot(path=SCREENS / "publish-wide-light.png")
    context.close()


def take_arabic(browser: Browser, base: str, state: Path) -> None:
    """Take the annotate page with an Arabic article, the interface in Arabic, in the dark."""
    context = browser.new_context(viewport=WIDE, color_scheme="dark", storage_state=state, device_scale_factor=1.5)  # type: ignore[arg-type]
    context.add_cookies([{"name": "lang", "value": "ar", "url": base}])
    page = context.new_page()
    page.goto(f"{article(page, base, 'الياسمين')}/claims/3")
    page.keyboard.press("3")
    saved(page, 3)
    page.wait_for_timeout(400)
    page.screenshot(path=SCREENS / "annotate-arabic-dark.png")
    context.close()


def main() -> None:
    """Take all pictures of docs/screens anew."""
    SCREENS.mkdir(exist_ok=True)
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with served() as (base, link), sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(link)
        page.locator("main button[type=submit], main form button").first.click()
        tag_some(page, base)
        state = Path(folder) / "state.json"
        context.storage_state(path=state)
        take(browser, base, state)
        take_opened(browser, base, state)
        take_arabic(browser, base, state)
        take_desk(browser, base, state)
        browser.close()


if __name__ == "__main__":
    main()
