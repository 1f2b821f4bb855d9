"""Modules joined into one script do in the browser what they do apart, in the same order."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, expect

from annotator.web.scripts import Module, joined
from tests.browser.conftest import Seat

APART = {
    "a.js": """/** The page's own. */

import { b, twice as double } from "./b.js";
import {
  c,
  log,
} from "./c.js";
import "./d.js";

log("a");

// A name of its own, that others have too.
const own = "a";
export const result = [own, b(), double(2), c(), fromBelow()];
function fromBelow() {
  return `${own} // no comment`;
}
log(JSON.stringify(result));
""",
    "b.js": """import { log, counter } from "./c.js";
import { ofB } from "./e.js";

const own = "b";
log("b");

/** Has a comment of
 * several lines. */
export function b() {
  return `${own}${counter.count}${ofB()}`;
}

const times = (number, factor) => number * factor;
function multiply(number) { return times(number, 2); }
export { multiply as twice };
""",
    "c.js": """export const counter = { count: 0 };
export const log = (text) => { counter.count += 1; (globalThis.heard ??= []).push(text); };
export async function later() {}
export class Thing {
  own = "c";
}
log("c");
const own = new Thing().own;
export const c = () => own;
""",
    "d.js": """import { log } from "./c.js";
log("d");
""",
    "e.js": """import { twice } from "./b.js";
import { log } from "./c.js";

log("e");

// In a circle with b: it asks only when all are there.
export const ofB = () => twice(21);
""",
}


def heard(page: Page, files: dict[str, str]) -> Any:
    """Run `a.js` of some files as a module in an empty page, and return what it said."""

    def answer(route: Route) -> None:
        name = urlsplit(route.request.url).path.lstrip("/")
        if name in files:
            route.fulfill(body=files[name], content_type="text/javascript")
        else:
            # Without an icon of its own, Chromium would ask the network for one.
            page = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="a.js"></script>'
            route.fulfill(body=page, content_type="text/html")

    page.route("http://127.0.0.1:1/**", answer)
    page.goto("http://127.0.0.1:1/page")
    found = page.evaluate("globalThis.heard")
    page.unroute_all()
    return found


def test_joined_modules_do_what_they_do_apart(page: Page) -> None:
    apart = heard(page, APART)
    assert apart == ["c", "e", "b", "d", "a", '["a","b542",4,"c","a // no comment"]']
    modules = {name: Module.of(name, source) for name, source in APART.items()}
    assert heard(page, {"a.js": joined(modules, "a.js")}) == apart


def test_a_first_visit_asks_for_few_files_and_the_next_for_none(seat: Seat) -> None:
    with seat.page.context.browser.new_context() as fresh:  # type: ignore[union-attr]
        seat.site.sign_in(fresh, seat.person)
        page, asked = fresh.new_page(), list[str]()
        page.on("request", lambda request: asked.append(urlsplit(request.url).path))
        page.goto(seat.site.claim_page(seat.article_id))
        page.wait_for_load_state("load")
        files = [path.split("/", 3)[3] for path in asked if path.startswith("/static/") and "/fonts/" not in path]
        assert sorted(set(files) - {"icon.svg"}) == ["annotator.css", "fonts.css", "pages/annotate.js"]
        assert len(files) == len(set(files))
        page.goto(seat.site.claim_page(seat.article_id, 2))
        page.wait_for_load_state("load")
        sizes = page.evaluate(
            "performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/static/'))"
            ".map((entry) => entry.transferSize)"
        )
        assert sizes
        assert not any(sizes), "every file comes out of the browser's own store, unasked"


def test_our_pages_run_their_joined_script(seat: Seat) -> None:
    assert seat.page.evaluate("document.querySelectorAll('script').length") == 1
    seat.page.keyboard.press("?")
    expect(seat.page.locator("dialog[open]")).to_be_visible()
