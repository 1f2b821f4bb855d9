"""The watch over the browser sees what it is there for."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Complaints

PAGES = {
    "/error": b"<!doctype html><title>x</title><link rel=icon href=data:,><script src=/script></script>",
    "/style": b"<!doctype html><title>x</title><link rel=icon href=data:,><p style='color: red'>red</p>",
    "/away": b"<!doctype html><title>x</title><link rel=icon href=data:,><a href='http://192.0.2.1/'>away</a>",
    "/script": b"console.error('spilt milk'); throw new Error('unmade bed')",
}


class Pages(BaseHTTPRequestHandler):
    """Serves PAGES under a strict policy."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if self.path == "/script" else "text/html")
        self.send_header("Content-Security-Policy", "default-src 'none'; script-src 'self'; img-src data:")
        self.end_headers()
        self.wfile.write(PAGES[self.path])

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_errors_of_scripts_are_heard(page: Page, address: str, complaints: Complaints) -> None:
    page.goto(address + "/error")
    complaints.expect("spilt milk")
    assert len(complaints.unexpected()) == 1
    complaints.expect("unmade bed")
    assert len(complaints.found) == 2


@pytest.mark.parametrize("scripts", [True, False])
def test_a_breach_of_the_policy_is_heard(browser: Browser, address: str, complaints: Complaints, scripts: bool) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    context.new_page().goto(address + "/style")
    context.close()
    complaints.expect("Content Security Policy")
    assert complaints.found
    assert not complaints.unexpected()


def test_a_request_that_leaves_the_machine_is_heard(page: Page, address: str, complaints: Complaints) -> None:
    page.context.route("http://192.0.2.1/**", lambda route: route.fulfill(body="elsewhere"))
    page.goto(address + "/away")
    page.get_by_role("link").click()
    complaints.expect("request to http://192.0.2.1/")
    assert complaints.found
