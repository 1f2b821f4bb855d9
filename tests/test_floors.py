"""The house's one rule: imports run down, web → services → storage → domain, and never in a circle."""

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "annotator"
FLOORS = ("domain", "storage", "services", "web")
# The ground that the house stands on: it knows none of the floors' nouns, so any floor but the domain may ask it.
GROUND = {"annotator", "annotator.paths"}
EDGES = {
    "annotator.agreement_commands",
    "annotator.app",
    "annotator.assignment_commands",
    "annotator.cli",
    "annotator.codebook_commands",
    "annotator.import_commands",
    "annotator.opening",
    "annotator.person_commands",
    "annotator.project_commands",
    "annotator.report_commands",
    "annotator.serving",
    "annotator.settings",
}
DOMAIN_MAY_IMPORT = sys.stdlib_module_names | {
    "annotator",
    "bleach",
    "charset_normalizer",
    "docx",
    "feedparser",
    "lxml",
    "markdown",
    "numpy",
    "py3langid",
    "pypdf",
    "scipy",
    "sentencex",
    "tokenizesentences",
    "trafilatura",
}
IMPURE = {"asyncio", "os", "random", "socket", "sqlite3", "subprocess", "threading", "time", "urllib"}
HTTP = {"bleach", "flask", "flask_babel", "flask_wtf", "gunicorn", "werkzeug", "wtforms"}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MIGRATIONS = PACKAGE / "migrations"
MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py") if not path.is_relative_to(MIGRATIONS)}


def imports(name: str, source: str) -> Iterator[str]:
    """Yield what the module `name` imports, at its head or in a function; of the package's own, always modules."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno}: write the import in full"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module or ""


GRAPH = {name: set(imports(name, path.read_text("utf-8"))) for name, path in MODULES.items()}


def floor(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in FLOORS else ""


def wrong_way(name: str, imported: str) -> bool:
    """Tell whether the module `name` on a floor may not import `imported`."""
    own = floor(name)
    if not own or not imported.startswith("annotator"):
        return False
    if imported in GROUND:
        return own == "domain"
    return not floor(imported) or FLOORS.index(floor(imported)) > FLOORS.index(own)


def test_imports_run_down() -> None:
    wrong = [f"{name} imports {other}" for name in GRAPH for other in sorted(GRAPH[name]) if wrong_way(name, other)]
    assert not wrong


def test_every_module_has_a_place() -> None:
    known = GROUND | EDGES | {"annotator", "annotator.__main__"}
    assert not [name for name in MODULES if not floor(name) and name not in known]


def test_the_ground_imports_nothing_of_the_house() -> None:
    assert not [other for name in GROUND for other in GRAPH[name] if other.startswith("annotator")]


def test_no_imports_run_in_a_circle() -> None:
    own = {name: {other for other in GRAPH[name] if other in MODULES and other != name} for name in GRAPH}
    try:
        TopologicalSorter(own).prepare()
    except CycleError as error:
        pytest.fail("circle: " + " → ".join(error.args[1]))


def test_the_domain_is_pure() -> None:
    impure = [
        f"{name} imports {other}"
        for name in GRAPH
        if floor(name) == "domain"
        for other in sorted(GRAPH[name])
        if (top := other.split(".")[0]) not in DOMAIN_MAY_IMPORT or top in IMPURE
    ]
    assert not impure


def test_only_the_web_floor_and_the_edges_know_http() -> None:
    knowing = [
        f"{name} imports {other}"
        for name in GRAPH
        if floor(name) in {"storage", "services"}
        for other in sorted(GRAPH[name])
        if other.split(".")[0] in HTTP
    ]
    assert not knowing


def test_only_the_extraction_names_bleach() -> None:
    assert [name for name in GRAPH if any(other.split(".")[0] == "bleach" for other in GRAPH[name])] in (
        [],
        ["annotator.domain.extraction.rich_text"],
    )


@pytest.mark.parametrize(
    ("name", "imported", "wrong"),
    [
        ("annotator.domain.text", "annotator.storage.articles", True),
        ("annotator.storage.articles", "annotator.web.forms", True),
        ("annotator.services.tagging", "annotator.app", True),
        ("annotator.web.tagging", "annotator.services.tagging", False),
        ("annotator.web.tagging", "annotator.domain.text", False),
        ("annotator.web.language", "annotator.paths", False),
        ("annotator.domain.text", "annotator.paths", True),
        ("annotator.cli", "annotator.web.tagging", False),
    ],
)
def test_the_rule_itself(name: str, imported: str, wrong: bool) -> None:
    assert wrong_way(name, imported) is wrong


def test_an_import_inside_a_function_counts() -> None:
    source = "def late():\n    from annotator.storage import database\n    import flask\n"
    assert list(imports("annotator.domain.x", source)) == ["annotator.storage.database", "flask"]
