"""What the stylesheet says of a chart, as attributes of its elements: for a picture that has no stylesheet with it.

It knows as much of CSS as charts use: nested rules, classes, attributes, `:is` and `:not`, descendants, children, own
properties with `var()`, and `light-dark()`, of which the light half counts. Rules with any other selector, or for
certain screens only, say nothing here.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Self

from annotator import paths

PRESENTATION = frozenset(
    {
        "color", "display", "dominant-baseline", "fill", "fill-opacity", "font-family", "font-size", "font-style",
        "font-weight", "letter-spacing", "opacity", "paint-order", "stroke", "stroke-dasharray", "stroke-linecap",
        "stroke-linejoin", "stroke-opacity", "stroke-width", "text-anchor", "visibility",
    }
)  # fmt: skip
"""Properties that SVG takes as attributes."""
REM = 16.0
"""Pixels."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SIMPLE = re.compile(r"\.([\w-]+)|\[([\w-]+)(?:=\"?([^\]\"]*)\"?)?\]|:not\(([^()]*)\)|(:root)|^([a-z][\w-]*|\*)")
_STEP = re.compile(r"\s*>\s*|\s+")
_CALL = re.compile(r"(var|light-dark|color-mix)\(")
_FONT = re.compile(
    r"(?:(?P<style>italic)\s+)?(?:(?P<weight>\d+|bold|normal)\s+)?(?P<size>[\d.]+\w+)(?:\s*/\s*\S+)?\s+(?P<family>.+)"
)
_LENGTH = re.compile(r"([\d.]+)rem")
_MIX = re.compile(r"in \w+\s*,\s*(\S+)\s+([\d.]+)%\s*,\s*(\S+)")


@dataclass(frozen=True)
class Tag:
    """An element, as far as selectors look at it."""

    name: str
    attributes: Mapping[str, str]

    @property
    def classes(self) -> Sequence[str]:
        """Return its classes."""
        return self.attributes.get("class", "").split()


@dataclass(frozen=True)
class Compound:
    """A part of a selector that looks at one element; `is_child` says that it stands right under the part before."""

    tests: tuple[Callable[[Tag], bool], ...]
    is_child: bool = False
    key: str = ""
    """A class that the element must have; "" if none is asked for."""

    def matches(self, tag: Tag) -> bool:
        """Tell whether an element is meant."""
        return all(test(tag) for test in self.tests)


@dataclass(frozen=True)
class Rule:
    """A rule: whom it is for, how much it weighs, what it says."""

    selector: tuple[Compound, ...]
    weight: tuple[int, int]
    says: tuple[tuple[str, str], ...]

    def matches(self, line: Sequence[Tag]) -> bool:
        """Tell whether the last element of a line of descent is meant."""
        return _matches(self.selector, line)


def _matches(selector: Sequence[Compound], line: Sequence[Tag]) -> bool:
    if not selector:
        return True
    if not line or not selector[-1].matches(line[-1]):
        return False
    if len(selector) == 1:
        return True
    above = line[:-1]
    if selector[-1].is_child:
        return _matches(selector[:-1], above)
    return any(_matches(selector[:-1], above[:length]) for length in range(len(above), 0, -1))


@dataclass
class Style:
    """What holds for an element: its own properties, and what it hands on to those in it."""

    own: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, line: Sequence[Tag], above: Mapping[str, str]) -> Self:
        """Return what the stylesheet says of the last element of a line of descent."""
        found = cls(variables=dict(above))
        numbered = (pair for key in ("", *line[-1].classes) for pair in by_class().get(key, ()))
        said = sorted((rule.weight, number, rule) for number, rule in numbered if rule.matches(line))
        declared = [pair for _, _, rule in said for pair in rule.says]
        found.variables |= {name: value for name, value in declared if name.startswith("--")}
        for name, value in declared:
            found.own |= dict(written(name, resolved(value, found.variables)))
        return found


def written(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield a property as SVG's attributes."""
    if name == "font" and (parts := _FONT.fullmatch(value)):
        yield from ((f"font-{part}", _pixels(text)) for part, text in parts.groupdict().items() if text)
    elif name in PRESENTATION:
        yield name, _pixels(value)


def _pixels(value: str) -> str:
    return _LENGTH.sub(lambda found: f"{float(found[1]) * REM:g}px", value)


def resolved(value: str, variables: Mapping[str, str]) -> str:
    """Return a value without `var()`, `light-dark()` and `color-mix()`."""
    while found := _CALL.search(value):
        end = _closing(value, found.end())
        inner = _parts(value[found.end() : end], ",")
        if found[1] == "var":
            made = variables.get(inner[0].strip(), inner[1].strip() if len(inner) > 1 else "")
        elif found[1] == "light-dark":
            made = inner[0].strip()
        else:
            made = mixed(resolved(value[found.end() : end], variables))
        value = value[: found.start()] + made + value[end + 1 :]
    return value


def mixed(inside: str) -> str:
    """Return two colours mixed, in sRGB; with a transparent one, the other on white."""
    found = _MIX.fullmatch(inside.strip())
    if found is None:
        return "none"
    first, second = (_channels(found[1]), _channels(found[3]))
    share = float(found[2]) / 100
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in zip(first, second, strict=True))


def _channels(colour: str) -> tuple[int, int, int]:
    digits = colour.removeprefix("#")
    if not colour.startswith("#"):
        return (255, 255, 255)
    if len(digits) < 6:  # noqa: PLR2004 (a short form)
        digits = "".join(2 * digit for digit in digits)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


@cache
def rules() -> tuple[Rule, ...]:
    """Return the stylesheet's rules that are for every screen."""
    source = _COMMENT.sub("", (paths.static() / "annotator.css").read_text("utf-8"))
    return tuple(_rules(source, ""))


@cache
def by_class() -> Mapping[str, Sequence[tuple[int, Rule]]]:
    """Return the rules with their places, by a class that the element must have."""
    found: dict[str, list[tuple[int, Rule]]] = {}
    for number, rule in enumerate(rules()):
        found.setdefault(rule.selector[-1].key, []).append((number, rule))
    return found


def _rules(source: str, above: str) -> Iterator[Rule]:
    """Yield the rules of a block; its own declarations first."""
    says, nested, at = [], [], 0
    while at < len(source):
        ends = [place for place in (source.find(";", at), source.find("{", at)) if place >= 0]
        end = min(ends, default=len(source))
        head = source[at:end].strip()
        if end < len(source) and source[end] == "{":
            close = _closing(source, end + 1, "{", "}")
            nested.append((head, source[end + 1 : close]))
            at = close + 1
        else:
            name, colon, value = head.partition(":")
            if colon:
                says.append((name.strip(), " ".join(value.split())))
            at = end + 1
    if above and any(name.startswith("--") or name == "font" or name in PRESENTATION for name, _ in says):
        yield from (Rule(*made, tuple(says)) for one in _parts(above, ",") if (made := _selector(one.strip())))
    for head, body in nested:
        if not head.startswith("@"):
            yield from _rules(body, ", ".join(_under(above, head)))


def _under(above: str, head: str) -> Iterator[str]:
    """Yield the selectors of a rule that stands in another, without `:is`."""
    for one, outer in product(_parts(head, ","), _parts(above, ",") or [""]):
        whole = one.replace("&", outer.strip()) if "&" in one else f"{outer} {one}"
        yield from _without_is(whole.strip())


def _without_is(selector: str) -> Iterator[str]:
    at = selector.find(":is(")
    if at < 0:
        yield selector
        return
    end = _closing(selector, at + 4)
    for choice in _parts(selector[at + 4 : end], ","):
        yield from _without_is(selector[:at] + choice.strip() + selector[end + 1 :])


def _selector(text: str) -> tuple[tuple[Compound, ...], tuple[int, int]] | None:
    """Return a selector and its weight; None if it is of a kind that charts do not use."""
    parts, classes, names = [], 0, 0
    steps = [step.strip() for step in _STEP.findall(text)]
    for number, part in enumerate(_STEP.split(text)):
        tests, end = [], 0
        for found in _SIMPLE.finditer(part):
            if found.start() != end:
                return None
            end = found.end()
            tests.append(_test(found))
            classes += not found[6]
            names += bool(found[6])
        if end != len(part) or not part:
            return None
        named = re.match(r"(?:[a-z]\w*)?\.([\w-]+)", part)
        parts.append(Compound(tuple(tests), number > 0 and steps[number - 1] == ">", named[1] if named else ""))
    return tuple(parts), (classes, names)


def _test(found: re.Match[str]) -> Callable[[Tag], bool]:
    name, attribute, value, other, root, element = found.groups()
    if name:
        return lambda tag: name in tag.classes
    if attribute:
        return lambda tag: tag.attributes.get(attribute) == value if value is not None else attribute in tag.attributes
    if other is not None:
        inner = _selector(other)
        return lambda tag: inner is not None and not inner[0][-1].matches(tag)
    if root:
        return lambda tag: tag.name == "html"
    return lambda tag: element in {"*", tag.name}


def _closing(text: str, at: int, opens: str = "(", closes: str = ")") -> int:
    """Return where the bracket that was opened just before `at` is closed."""
    depth = 1
    while at < len(text):
        depth += (text[at] == opens) - (text[at] == closes)
        if not depth:
            return at
        at += 1
    return at


def _parts(text: str, mark: str) -> list[str]:
    """Split text at a mark that stands in no bracket."""
    found, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if letter == mark and not depth:
            found.append(text[start:at])
            start = at + 1
    return [part for part in [*found, text[start:]] if part.strip()]
