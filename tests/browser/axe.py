"""What axe finds on a page as it stands: in light and dark, at three widths; and what is cut off or covered."""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.site import Site

WIDE, NARROW, NARROWEST = (1280, 900), (390, 844), (320, 640)
ENLARGED = (320, 225)
"""A window of 1280 by 900 whose page is enlarged to 400 %."""
RUN = """(options) => axe.run({resultTypes: ["violations"], ...options}).then(({violations}) => violations.flatMap(
    ({id, nodes}) => nodes.map(({target, failureSummary}) => `${id} ${target.join(" ")}: ${failureSummary}`)
)).then((texts) => texts.filter((text) => !/^target-size .*partially obscured/s.test(text)))"""
"""A target that lies half under a bar is whole again as soon as one scrolls."""
COLOURS, PLACES = ["color-contrast", "link-in-text-block"], ["target-size", "scrollable-region-focusable"]
ALL: dict[str, object] = {"rules": {"target-size": {"enabled": True}}}


def only(*rules: str) -> dict[str, object]:
    """Return the options with which axe applies only these rules."""
    return {"runOnly": {"type": "rule", "values": list(rules)}}


LOOKS: dict[tuple[int, int], dict[Literal["light", "dark"], dict[str, object]]] = {
    WIDE: {"light": ALL, "dark": only(*COLOURS)},
    NARROW: {"light": ALL, "dark": only(*COLOURS)},
    NARROWEST: {"light": only(*PLACES)},
}
"""What axe looks for: in the dark only the colours are others, and on the narrowest screen only the places."""
OVERHANG = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
BARS = """() => {
    const isBar = (element) => element.checkVisibility() && !element.closest("dialog")
        && ["fixed", "sticky"].includes(getComputedStyle(element).position) && element.clientWidth > innerWidth / 2;
    const heights = [...document.querySelectorAll("body *")].filter(isBar).map((bar) => bar.offsetHeight);
    return heights.reduce((sum, height) => sum + height, 0) / innerHeight;
}"""
"""How much of the window the bars take that keep their places."""


def resize(page: Page, size: tuple[int, int]) -> None:
    """Give the window another size."""
    page.set_viewport_size({"width": size[0], "height": size[1]})


def problems(page: Page, *sizes: tuple[int, int]) -> list[str]:
    """Return what is wrong with the page as it stands, in light and dark, at each of the sizes."""
    page.evaluate(Axe().axe_script)
    found = []
    for size in sizes or LOOKS:
        resize(page, size)
        for scheme, options in LOOKS[size].items():
            page.emulate_media(color_scheme=scheme)
            found += [f"{page.url} {size[0]} {scheme} {text}" for text in page.evaluate(RUN, options)]
        found += cut_off(page)
    page.emulate_media(color_scheme="light")
    if not sizes:
        resize(page, ENLARGED)
        found += [*cut_off(page), *[f"{page.url} is covered by bars"] * (page.evaluate(BARS) > 0.5)]
    resize(page, WIDE)
    return found


def cut_off(page: Page) -> list[str]:
    """Return by how much the page is wider than its window, if it is."""
    overhang = page.evaluate(OVERHANG)
    return [f"{page.url} is {overhang} px wider than the window"] * (overhang > 0)


def found_on(page: Page, site: Site, paths: list[str]) -> list[str]:
    """Return what is wrong with any of the pages; written from the right, axe looks at one size, and all must fit."""
    found = []
    for path in paths:
        page.goto(site.address + path)
        if page.evaluate("document.dir") != "rtl":
            found += problems(page)
            continue
        found += problems(page, NARROW)
        for size in (WIDE, NARROWEST, ENLARGED):
            resize(page, size)
            found += cut_off(page)
        resize(page, WIDE)
    return found


def choose(page: Page, site: Site, **cookies: str) -> None:
    """Give the browser preferences, without the form that sets them."""
    page.context.add_cookies([{"name": name, "value": value, "url": site.address} for name, value in cookies.items()])
