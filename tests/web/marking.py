"""The look for visible text that no translation is asked for: in the source of pages and of views."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from jinja2 import Environment, nodes

LETTERS = re.compile(r"[^\W\d_]{2}")
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
MARK = re.compile(r"\ue000(\d+)\ue001")
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
IN_AN_ATTRIBUTE = re.compile(r"\{% block (?:body_class|skip_to) %\}.*?\{% endblock %\}")
SHOWN_ATTRIBUTES = {
    "alt",
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "aria-valuetext",
    "placeholder",
    "title",
}
SHOWING_CALLS = {"abort", "error_answer", "flash", "problem", "InputRequired", "ValidationError"}
NO_WORDS = {
    "SHA-256",  # The name of the digest in all languages.
    "UTC",  # The name of the time scale in all languages.
    "https://",  # The beginning of an address, as an example.
    "plain",  # This and the next are read by the stylesheet (macros/labels.html, look).
    "skipped",
}
"""What stands where visible text does and needs no translation."""


class VisibleText(HTMLParser):
    """Collects text and shown attributes from a page's source in which each Jinja expression has become a mark."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        # A macro may write attributes; they are no text.
        self.found.append(ATTRIBUTE.sub("", data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.extend(value for name, value in attrs if name in SHOWN_ATTRIBUTES and value)


def literals(node: nodes.Node) -> Iterator[str]:
    """Yield the strings that an expression shows as they are: not those that it hands to a call or looks up."""
    if isinstance(node, nodes.Const):
        yield str(node.value)
    elif isinstance(node, nodes.CondExpr):
        yield from (value for part in (node.expr1, node.expr2) if part for value in literals(part))
    elif isinstance(node, (nodes.Add, nodes.Concat, nodes.Or, nodes.And)):
        yield from (value for part in node.iter_child_nodes() for value in literals(part))


def unmarked(source: str) -> list[str]:
    """Return the visible texts of a page's source that no `_()` is around."""
    expressions: list[str] = []

    def mark(found: re.Match[str]) -> str:
        if not found[0].startswith("{{"):
            return ""
        expressions.append(found[0])
        return f"\ue000{len(expressions) - 1}\ue001"

    reader = VisibleText()
    reader.feed(JINJA.sub(mark, IN_AN_ATTRIBUTE.sub("", source)))
    reader.close()
    shown = [piece for found in reader.found for piece in re.split(r"\ue000\d+\ue001", found)]
    for number in (number for found in reader.found for number in MARK.findall(found)):
        shown += shown_by(expressions[int(number)])
    return [piece.strip() for piece in shown if LETTERS.search(piece) and piece.strip() not in NO_WORDS]


def shown_by(expression: str) -> list[str]:
    """Return the strings that an expression in a page shows as they are."""
    outputs = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(expression).find_all(nodes.Output)
    return [value for output in outputs for node in output.nodes for value in literals(node)]


def unmarked_in_python(source: str) -> list[str]:
    """Return the plain strings that a view hands to what shows them."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        ast.unparse(argument)
        for call in calls
        if isinstance(call.func, ast.Name) and (call.func.id in SHOWING_CALLS or call.func.id.endswith("Field"))
        for argument in call.args
        if isinstance(argument, ast.JoinedStr)
        or (isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value)
    ]
