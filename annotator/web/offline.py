"""Pages as files: what a page shows, without forms, scripts and links into the site, and its charts one by one.

It reads what our own templates wrote, in which every `<` begins a tag.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from markupsafe import Markup

from annotator.web.light_styles import Style, Tag

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that a title may have, but no XML."""
_ATTRIBUTE = re.compile(r"([\w:-]+)(?:=(?:\"([^\"]*)\"|'([^']*)'))?")
DROPPED = frozenset({"button", "dialog", "form", "script", "template"})
"""Elements that do nothing in a file; all that is in them goes with them."""
VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
NAMESPACE = "http://www.w3.org/2000/svg"
PAPER = "#ffffff"
MARGIN = 12.0
"""Around a chart, in its own units: some text stands a little outside of its field."""


@dataclass(frozen=True)
class Part:
    """A piece of a page: a tag, or the text between two."""

    text: str
    tag: str = ""
    is_end: bool = False
    attributes: str = ""


def parts_of(page: str) -> Iterator[Part]:
    """Yield a page in pieces that make it up again."""
    at = 0
    for found in _TAG.finditer(page):
        yield Part(page[at : found.start()])
        yield Part(found[0], found[2], bool(found[1]), found[3])
        at = found.end()
    yield Part(page[at:])


def offline(page: str) -> Markup:
    """Return a page's body as it can stand alone: no forms, no scripts, and of links only those within it."""
    kept, links, dropped = [], list[bool](), ""
    depth = 0
    for part in parts_of(page):
        if dropped:
            depth += (part.tag == dropped) * (-1 if part.is_end else 1)
            dropped = dropped if depth else ""
        elif part.tag in DROPPED and not part.is_end:
            dropped, depth = part.tag, 1
        elif part.tag == "input":
            continue
        elif part.tag == "a":
            is_kept = links.pop() if part.is_end else _stays(part)
            if not part.is_end:
                links.append(is_kept)
            kept += [part.text] * is_kept
        else:
            kept.append(part.text)
    return Markup("".join(kept))  # noqa: S704 (it was markup)


def _stays(link: Part) -> bool:
    target = attributes_of(link.attributes).get("href", "#")
    return target.startswith("#")


def attributes_of(text: str) -> dict[str, str]:
    """Return a tag's attributes."""
    return {name: unescape(first or second) for name, first, second in _ATTRIBUTE.findall(text)}


@dataclass(frozen=True)
class Chart:
    """A chart as it stands in a page: its markup, and the elements that it stands in, from the outermost on."""

    svg: str
    above: tuple[Tag, ...]


def charts_of(page: str) -> dict[str, Chart]:
    """Return a page's charts by name.

    A chart is an `svg` with a title that its `aria-labelledby` names first: "alpha-chart-title" is the chart "alpha".
    """
    found, line, chart = dict[str, Chart](), list[Tag](), list[str]()
    name, depth = "", 0
    for part in parts_of(page):
        if part.tag and not part.is_end and not name:
            tag = Tag(part.tag, attributes_of(part.attributes))
            name = name_of(tag)
            if name:
                chart, depth = [], 0
            elif part.tag not in VOID and not part.attributes.endswith("/"):
                line.append(tag)
        elif part.is_end and not name and line and line[-1].name == part.tag:
            line.pop()
        if name:
            chart.append(part.text)
            depth += (part.tag == "svg") * (-1 if part.is_end else 1)
            if not depth:
                found[name], name = Chart("".join(chart), (ROOT, *line)), ""
    return found


ROOT = Tag("html", {})


def name_of(tag: Tag) -> str:
    """Return a chart's name, "" for what is none."""
    titled = tag.attributes.get("aria-labelledby", "").split()
    if tag.name != "svg" or "chart" not in tag.classes or not titled:
        return ""
    return titled[0].removesuffix("-title").removesuffix("-chart").removesuffix("-svg")


def picture(chart: Chart) -> str:
    """Return a chart as a file: what the stylesheet says of it written into it, in light colours on white paper."""
    from lxml import etree  # slow to load

    root = etree.fromstring(_NO_XML.sub("\ufffd", chart.svg).encode())
    variables = dict[str, str]()
    for number in range(len(chart.above)):
        variables = Style.of(chart.above[: number + 1], variables).variables
    _write(root, chart.above, variables)
    left, top, width, height = (float(part) for part in root.get("viewBox", "0 0 400 300").split())
    root.set("viewBox", f"{left - MARGIN:g} {top - MARGIN:g} {width + 2 * MARGIN:g} {height + 2 * MARGIN:g}")
    root.set("width", f"{2 * (width + 2 * MARGIN):g}")
    root.set("height", f"{2 * (height + 2 * MARGIN):g}")
    paper = etree.Element(
        "rect", x=f"{left - MARGIN:g}", y=f"{top - MARGIN:g}", width="100%", height="100%", fill=PAPER
    )
    root.insert(sum(child.tag in {"title", "desc"} for child in root), paper)
    body: str = etree.tostring(root, encoding="unicode")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + body.replace("<svg ", f'<svg xmlns="{NAMESPACE}" ', 1) + "\n"


def _write(element: Any, above: Sequence[Tag], variables: Mapping[str, str]) -> None:
    """Write what the stylesheet says of an element, and of those in it, into their attributes."""
    line = [*above, Tag(element.tag, dict(element.attrib))]
    style = Style.of(line, variables)
    for child in element:
        _write(child, line, style.variables)
    for name, value in style.own.items():
        element.set(name, value)
    for name in ("class", "data-look"):
        element.attrib.pop(name, None)
