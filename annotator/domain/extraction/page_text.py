"""Write a tree of elements as text, block by block: an article that was found, or a whole page where none was."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element


@dataclass(frozen=True)
class Vocabulary:
    """What the elements of a kind of tree do to its text."""

    blocks: frozenset[str]
    cells: frozenset[str]
    silent: frozenset[str]


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


PAGE = Vocabulary(
    blocks=_names(
        "address article aside blockquote body br caption center dd details dialog div dl dt fieldset "
        "figcaption figure form h1 h2 h3 h4 h5 h6 header hr legend li main ol p pre section summary table tr "
        "ul"
    ),
    cells=_names("td th"),
    silent=_names(
        "script style noscript template head iframe object embed svg math canvas audio video select button "
        "textarea input nav footer"
    ),
)
"""HTML, less scripts, forms and menus."""
ARTICLE = Vocabulary(
    blocks=_names("ab body code div head item lb list p quote row table"),
    cells=_names("cell"),
    silent=_names("graphic"),
)
"""The elements in which trafilatura hands over an article."""


def words_of(tree: "_Element", vocabulary: Vocabulary) -> str:
    """Return the text of a tree: one block in a line, the cells of a row side by side, empty lines between them."""
    from lxml import etree

    lines: list[list[str]] = [[]]
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = str(element.tag)
        if event == "start":
            if tag in vocabulary.silent or element.get("hidden") is not None:
                walk.skip_subtree()
            else:
                _open(lines, tag, element.text or "", vocabulary)
        else:
            if tag in vocabulary.blocks:
                lines.append([])
            if element is not tree:
                lines[-1].append(element.tail or "")
    words = (" ".join("".join(line).split()).removeprefix("| ").removesuffix(" |") for line in lines)
    return "\n\n".join(line for line in words if line)


def _open(lines: list[list[str]], tag: str, text: str, vocabulary: Vocabulary) -> None:
    if tag in vocabulary.blocks and not _is_in_cell(lines):
        lines.append([])
    elif tag in vocabulary.cells:
        lines[-1].append(" | ")
    lines[-1].append(text)


def _is_in_cell(lines: list[list[str]]) -> bool:
    """Tell whether a cell has just begun: a paragraph in it begins no line."""
    return lines[-1][-2:] == [" | ", ""] or (
        len(lines[-1]) > 1 and lines[-1][-2] == " | " and not lines[-1][-1].strip()
    )
