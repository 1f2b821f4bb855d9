"""Scripts and style sheets as they are sent: without comments and indents, and all modules of a page joined into one.

A first visit so asks for one script instead of thirty, and for half the bytes. The modules may use these forms, each at
the start of a line: `import { a, b as c } from "./x.js";`, `import "./x.js";`, `export function`, `export async
function`, `export class`, `export const a = …`, `export { a, b as c };`. Texts in backticks stay on one line.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT_LIST = re.compile(r"^export \{([^}]*)\};\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async function|function|class|const) (\w+))", re.MULTILINE)
_UNKNOWN = re.compile(r"^\s*(?:import|export)\b.*|^.*\bimport\b *[(.].*", re.MULTILINE)
_COMMENT_LINES = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s*\n\s*")


class UnknownForm(ValueError):
    """A module imports or exports in a form that can't be joined; the message names it."""


@dataclass(frozen=True, slots=True)
class Module:
    """A module taken apart: its code, the names that it imports by module (there, here) and exports (here, there)."""

    code: str
    imports: dict[str, list[tuple[str, str]]]
    exports: list[tuple[str, str]]

    @classmethod
    def of(cls, name: str, source: str) -> Self:
        """Take a module apart."""
        source = lean_script(source)
        imports: dict[str, list[tuple[str, str]]] = {}
        for match in _IMPORT.finditer(source):
            imports.setdefault(match[2], []).extend(_pairs(match[1] or ""))
        exports = [(here, there) for names in _EXPORT_LIST.findall(source) for here, there in _pairs(names)]
        exports += [(own, own) for _form, own in _EXPORT.findall(source)]
        code = _EXPORT.sub(r"\1", _EXPORT_LIST.sub("", _IMPORT.sub("", source)))
        if unknown := _UNKNOWN.search(code):
            raise UnknownForm(f"{name}: {unknown[0].strip()}")
        return cls(code, imports, exports)


def _pairs(names: str) -> Iterator[tuple[str, str]]:
    for name in filter(None, map(str.strip, names.split(","))):
        first, _as, second = name.partition(" as ")
        yield first, second or first


def lean_script(source: str) -> str:
    """Return a script without its lines of comment and its indents."""
    return _SPACE.sub("\n", _COMMENT_LINES.sub("", source)).lstrip()


def lean_style(source: str) -> str:
    """Return a style sheet without comments and indents."""
    return _SPACE.sub("\n", _COMMENT.sub("", source)).lstrip()


def in_order(modules: Mapping[str, Module], *entries: str) -> list[str]:
    """Return the names of all modules that `entries` need, each after those that it imports, as browsers run them."""
    seen, found = set[str](), list[str]()

    def visit(name: str) -> None:
        if name not in modules:
            raise UnknownForm(f"there is no module {name}")
        if name not in seen:
            seen.add(name)
            for other in modules[name].imports:
                visit(other)
            found.append(name)

    for entry in entries:
        visit(entry)
    return found


def joined(modules: Mapping[str, Module], *entries: str) -> str:
    """Return one script that does what `entries` do: a block for each module, whose names the others can't see.

    Where modules import each other in a circle, what is not there yet is asked for when it is called.
    """
    parts, done = ["const module$ = {};\n"], set[str]()
    for name in in_order(modules, *entries):
        module = modules[name]
        parts.append("{\n")
        for other, names in module.imports.items():
            place = f'module$["{other}"]'
            if other in done:
                taken = ", ".join(f"{there}: {here}" if there != here else here for there, here in names)
                parts.append(f"const {{ {taken} }} = {place};\n" if names else "")
            else:
                parts += [f"const {here} = (...given) => {place}.{there}(...given);\n" for there, here in names]
        given = ", ".join(f"{there}: {here}" if there != here else here for here, there in module.exports)
        parts.append(f'{module.code}module$["{name}"] = {{ {given} }};\n}}\n')
        done.add(name)
    return "".join(parts)
