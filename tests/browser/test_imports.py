"""Ways in, in a browser: files, a table, a page and a feed come in, with and without JavaScript; axe finds nothing."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator.domain.roles import Role
from annotator.services import ingest, work
from tests import loopback
from tests.browser.axe import choose, problems
from tests.browser.conftest import Complaints
from tests.browser.site import ARTICLE, Site
from tests.desk import Somebody

TEXT = ARTICLE.encode()
PARAGRAPHS = (
    "The ferry between Vellmar and the islands will not run before spring, its owner said on Monday.",
    "Passengers are angry. “Nobody told us,” said Ilse Maronde, who lives on the smallest of the islands.",
    "The owner, who took over the line two years ago, blames the price of fuel and a broken gearbox.",
)
TABLE = "Headline,Body,Weather\n" + "".join(
    f'Row {number},"Sentence {number} of the table, with a comma. Another one.",rain\n' for number in range(1, 4)
)


def page_of(title: str) -> str:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title><meta name="author" content="Ines Orvane"></head>'
        f"<body><nav>Home</nav><article><h1>{title}</h1>{body}</article><footer>Imprint</footer></body></html>"
    )


def word_document(title: str) -> bytes:
    from docx import Document

    document, buffer = Document(), io.BytesIO()
    document.add_heading(title, level=1)
    for text in PARAGRAPHS:
        document.add_paragraph(text)
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make real files of four kinds."""
    (tmp_path / "wharf.txt").write_bytes(TEXT)
    (tmp_path / "ferry.docx").write_bytes(word_document("Ferry stays in port"))
    (tmp_path / "ferry.html").write_text(page_of("Ferry line sold again"), "utf-8")
    (tmp_path / "rows.csv").write_text(TABLE, "utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    return tmp_path


@pytest.fixture
def manager(site: Site) -> Somebody:
    return site.desk.member(site.desk.project(), Role.MANAGER)


@pytest.fixture
def page(site: Site, page: Page, manager: Somebody) -> Page:
    page.emulate_media(reduced_motion="reduce")
    site.sign_in(page.context, manager)
    return page


@pytest.fixture
def plain(site: Site, browser: Browser, manager: Somebody) -> Iterator[Page]:
    """Give a page without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    site.sign_in(context, manager)
    yield context.new_page()
    context.close()


@contextmanager
def working(site: Site) -> Iterator[None]:
    """Run jobs beside the server, as the worker does."""
    stop = Event()

    def run() -> None:
        with site.desk.app.app_context():
            while not stop.is_set():
                work.run_all(stop=stop)
                time.sleep(0.05)

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def run(site: Site) -> None:
    with site.desk.app.app_context():
        work.run_all()


def address(site: Site, door: str) -> str:
    return f"{site.address}/projects/news/imports/{door}".rstrip("/")


def files(folder: Path, *names: str) -> list[Path]:
    return [folder / name for name in names]


def tiles(page: Page) -> list[str]:
    return page.locator("#job-progress dd").all_inner_texts()


def send(page: Page, site: Site, chosen: list[Path]) -> None:
    page.goto(address(site, "files"))
    page.get_by_label("Files", exact=True).set_input_files(chosen)
    page.get_by_role("button", name="Import the files").click()


def test_files_of_three_kinds_come_in_and_the_page_follows(site: Site, page: Page, folder: Path) -> None:
    page.goto(address(site, "files"))
    page.get_by_label("Files", exact=True).set_input_files(files(folder, "wharf.txt", "ferry.docx", "ferry.html"))
    expect(page.locator("[data-chosen] li")).to_have_count(3)
    expect(page.locator("[data-chosen] li").first).to_contain_text("wharf.txt")
    expect(page.locator("[data-chosen] li").first).to_contain_text("kB")
    page.get_by_role("button", name="Import the files").click()
    expect(page.locator("#job-progress")).to_contain_text("Waiting")
    assert tiles(page) == ["0", "0", "0"]
    with working(site):
        expect(page.locator("#job-progress")).to_have_attribute("data-state", "ended")
    expect(page.locator("#say")).to_contain_text("3 of 3 done. The import has ended.")
    expect(page.get_by_role("button", name="Stop this import")).to_have_count(0)
    expect(page.get_by_role("row")).to_have_count(4)
    assert tiles(page) == ["3", "0", "0"]
    page.get_by_role("link", name="Ferry stays in port").click()
    expect(page.get_by_role("heading", name="Ferry stays in port").first).to_be_visible()


def test_files_that_are_dropped_are_chosen(site: Site, page: Page) -> None:
    page.goto(address(site, "files"))
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["A dropped text. It is short."], "dropped.txt", {type: "text/plain"}));
            const zone = document.querySelector("[data-drop]");
            zone.dispatchEvent(new DragEvent("dragover", {dataTransfer: data, bubbles: true, cancelable: true}));
            zone.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )
    expect(page.locator("[data-chosen]")).to_contain_text("dropped.txt")
    page.get_by_role("button", name="Import the files").click()
    run(site)
    page.reload()
    expect(page.get_by_role("row", name="dropped.txt")).to_contain_text("Added")


def test_a_table_is_mapped_and_imported(site: Site, page: Page, folder: Path) -> None:
    send(page, site, files(folder, "rows.csv"))
    expect(page.get_by_role("heading", name="Name the columns")).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Body")
    expect(page.get_by_label("Title")).to_have_value("Headline")
    page.get_by_label("Byline").select_option("Weather")
    page.get_by_role("button", name="Import 3 articles").click()
    run(site)
    page.reload()
    assert tiles(page) == ["3", "0", "0"]
    assert site.newest_article().byline == "rain"


def test_a_refused_file_keeps_the_others_out_and_says_why(
    site: Site, page: Page, folder: Path, complaints: Complaints
) -> None:
    complaints.expect("422")
    send(page, site, files(folder, "wharf.txt", "empty.txt"))
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("empty.txt: It is empty.")
    assert problems(page) == []


def test_an_import_is_stopped_in_the_middle(
    site: Site, page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, prepare = Event(), ingest.prepare

    def slow(draft: ingest.Draft, fallback: str) -> ingest.Prepared:
        if draft.file_name != "wharf.txt":
            goes_on.wait(30)
        return prepare(draft, fallback)

    monkeypatch.setattr(ingest, "prepare", slow)
    send(page, site, files(folder, "wharf.txt", "ferry.html"))
    with working(site):
        expect(page.locator("#job-progress")).to_contain_text("1 of 2")
        expect(page.locator("#job-progress progress")).to_have_attribute("value", "1")
        page.get_by_role("button", name="Stop this import").click()
        expect(page.locator("#job-progress")).to_contain_text("Stopped")
        goes_on.set()
    page.reload()
    expect(page.locator("#job-progress")).to_contain_text("Stopped")
    assert tiles(page) == ["1", "0", "0"]
    page.goto(site.address + "/projects/news/articles")
    expect(page.get_by_role("main")).to_contain_text("Wharf talks resume")
    expect(page.get_by_role("main")).not_to_contain_text("Ferry line sold again")


def test_a_reader_who_is_signed_out_meanwhile_is_asked_to_sign_in(
    site: Site, page: Page, folder: Path, manager: Somebody
) -> None:
    send(page, site, files(folder, "wharf.txt"))
    expect(page.locator("#job-progress")).to_contain_text("Waiting")
    site.end_sessions(manager)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def feed_of(*titles: str) -> str:
    items = "".join(
        f"<item><title>{title}</title><link>http://{loopback.HOST}/{number}</link>"
        f"<description>About {title}.</description><pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate></item>"
        for number, title in enumerate(titles, 1)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Post</title>{items}</channel></rss>'


TITLES = ("Ferry stays in port", "Harbour fees rise", "Market hall reopens")


@pytest.fixture
def newspaper(news_site: loopback.Site) -> loopback.Site:
    """Fill the newspaper's site: three pages and a feed of them."""
    for number, title in enumerate(TITLES, 1):
        news_site.page(f"/{number}", page_of(title))
    news_site.page("/rss", feed_of(*TITLES), "application/rss+xml")
    return news_site


def read_feed(page: Page, site: Site) -> None:
    page.goto(address(site, "feed"))
    page.get_by_label("Address of the feed").fill(f"http://{loopback.HOST}/rss")
    page.get_by_role("button", name="Read the feed").click()
    expect(page.get_by_role("heading", name="The Post")).to_be_visible()


def test_a_page_and_a_feed_come_in_after_the_switch(site: Site, page: Page, newspaper: loopback.Site) -> None:
    page.goto(address(site, "address"))
    expect(page.get_by_label("Web addresses")).to_have_count(0)
    page.get_by_role("button", name="Allow fetching").click()
    page.get_by_label("Web addresses").fill(f"http://{loopback.HOST}/1\nhttp://closed.example/")
    page.get_by_role("button", name="Fetch and import").click()
    with working(site):
        expect(page.locator("#job-progress")).to_have_attribute("data-state", "ended")
    assert tiles(page) == ["1", "0", "1"]
    expect(page.get_by_role("row", name="closed.example")).to_contain_text("Refused")

    read_feed(page, site)
    boxes = page.get_by_role("checkbox")
    assert [box.is_checked() for box in boxes.all()] == [False, True, True]
    page.get_by_role("button", name="Tick none").click()
    assert not any(box.is_checked() for box in boxes.all())
    page.get_by_role("button", name="Tick all").click()
    boxes.nth(1).uncheck()
    page.get_by_role("button", name="Import what is ticked").click()
    with working(site):
        expect(page.locator("#job-progress")).to_have_attribute("data-state", "ended")
    assert tiles(page) == ["1", "1", "0"]
    page.get_by_role("link", name="Market hall reopens").click()
    expect(page.get_by_role("heading", name="Market hall reopens").first).to_be_visible()

    page.goto(address(site, "address"))
    page.get_by_role("button", name="Switch it off").click()
    expect(page.get_by_role("main")).to_contain_text("Fetching from the web is off")


def test_every_door_without_javascript(site: Site, plain: Page, folder: Path, newspaper: loopback.Site) -> None:
    send(plain, site, files(folder, "wharf.txt", "ferry.html"))
    expect(plain.locator("#job-progress")).to_contain_text("Waiting")
    expect(plain.get_by_role("link", name="Refresh")).to_be_visible()
    run(site)
    expect(plain.locator("#job-progress")).to_contain_text("Done")  # The page reloads itself.
    assert tiles(plain) == ["2", "0", "0"]

    send(plain, site, files(folder, "rows.csv"))
    plain.get_by_role("button", name="Import 3 articles").click()
    run(site)
    plain.get_by_role("link", name="Refresh").click()
    expect(plain.locator("#job-progress")).to_contain_text("Done")
    assert tiles(plain) == ["3", "0", "0"]

    plain.goto(address(site, "feed"))
    plain.get_by_role("button", name="Allow fetching").click()
    read_feed(plain, site)
    expect(plain.get_by_role("button", name="Tick all")).to_have_count(0)
    plain.get_by_role("checkbox").first.uncheck()
    plain.get_by_role("button", name="Import what is ticked").click()
    run(site)
    plain.get_by_role("link", name="Refresh").click()
    expect(plain.locator("#job-progress")).to_contain_text("Done")
    assert tiles(plain) == ["2", "0", "0"]

    send(plain, site, files(folder, "wharf.txt"))
    plain.get_by_role("button", name="Stop this import").click()
    expect(plain.locator("#job-progress")).to_contain_text("Stopped")
    plain.goto(address(site, ""))
    expect(plain.get_by_role("row")).to_have_count(5)


def test_axe_finds_nothing_on_any_door(site: Site, page: Page, folder: Path, newspaper: loopback.Site) -> None:
    found = []
    page.goto(address(site, "address"))
    found += problems(page)
    page.goto(address(site, ""))
    found += problems(page)
    page.get_by_role("main").get_by_role("link", name="Import files").click()
    page.get_by_label("Files", exact=True).set_input_files(files(folder, "wharf.txt", "ferry.html", "rows.csv"))
    found += problems(page)
    page.get_by_role("button", name="Import the files").click()
    expect(page.locator("#job-progress")).to_contain_text("Waiting")
    found += problems(page)
    page.get_by_role("link", name="rows.csv").click()
    expect(page.get_by_role("heading", name="Name the columns")).to_be_visible()
    found += problems(page)
    page.goto(address(site, "address"))
    page.get_by_role("button", name="Allow fetching").click()
    found += problems(page)
    page.get_by_label("Web addresses").fill(f"http://closed.example/\nhttp://{loopback.HOST}/1")
    page.get_by_role("button", name="Fetch and import").click()
    run(site)
    read_feed(page, site)
    found += problems(page)
    page.goto(address(site, "1"))
    found += problems(page)
    choose(page, site, lang="ar")
    for door in ("", "files", "address", "feed", "1", "2"):
        page.goto(address(site, door))
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        found += problems(page)
    assert found == []
