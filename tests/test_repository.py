"""What is in the repository: files of readable length, pages without inline code, nothing of one machine."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
LONGEST = 300
# A list of what is meant would itself be found, so the words are put together here.
HOSTS = ("pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs", "deb." + "debian.org")
FOLDERS = ("wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers", "fa" + "rm")
MACHINE_PATH = re.compile(rf"(?<![\w.])/(?:{'|'.join(FOLDERS)})/")
INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/(?:ld\+)?json\")|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)
BINARY = {".gif", ".ico", ".jpg", ".mo", ".png", ".woff2"}


def tracked() -> list[Path]:
    """Return the files that are in the repository or about to be."""
    git = ["git", "-c", f"safe.directory={TOP}", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(git, cwd=TOP, check=True, capture_output=True).stdout.decode().split("\0")
    return [path for name in names if name and (path := TOP / name).is_file()]


FILES = tracked()
TEXTS = {path: path.read_text("utf-8") for path in FILES if path.suffix not in BINARY}
LOCKS = [path for path in TEXTS if path.parent.name == "requirements" and path.suffix == ".txt"]


def places(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Return file, line number and line of each match."""
    return [
        f"{path.relative_to(TOP)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(TEXTS[path].splitlines(), 1)
        if pattern.search(line)
    ]


def test_a_long_file_says_why_it_is_long() -> None:
    long = []
    for path, text in TEXTS.items():
        lines = text.count("\n")
        if path.suffix == ".py" and path.is_relative_to(TOP / "annotator") and lines > LONGEST:
            docstring = ast.get_docstring(ast.parse(text)) or ""
            if not any(line.startswith("Long because") for line in docstring.splitlines()):
                long.append(f"{path.relative_to(TOP)}: {lines} lines")
    assert not long


def test_pages_have_no_inline_script_or_style() -> None:
    assert not places(INLINE, [path for path in TEXTS if path.suffix in {".html", ".jinja", ".j2"}])


@pytest.mark.parametrize(
    ("line", "inline"),
    [
        ("<script>alert(1)</script>", True),
        ('<script type="module" src="/static/a.js"></script>', False),
        ('<script type="application/json" id="data">', False),
        ('<p style="color: red">', True),
        ('<button onclick="go()">', True),
        ('<p class="on style">one = two</p>', False),
    ],
)
def test_the_look_for_inline_code_sees_it(line: str, inline: bool) -> None:
    assert bool(INLINE.search(line)) is inline


def test_no_file_names_a_package_host() -> None:
    assert not places(re.compile("|".join(map(re.escape, HOSTS))), list(TEXTS))


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert not places(MACHINE_PATH, [path for path in TEXTS if not path.is_relative_to(TOP / "seeds")])


def test_every_pinned_package_has_hashes_and_no_address() -> None:
    assert {path.name for path in LOCKS} == {"dev.txt", "oidc.txt", "postgresql.txt", "run.txt"}
    for path in LOCKS:
        pins = re.findall(r"^\S+==\S+ \\\n    --hash=sha256:", TEXTS[path], re.MULTILINE)
        entries = re.findall(r"^[^\s#].*", TEXTS[path], re.MULTILINE)
        assert len(pins) == len(entries) > 0, path


def test_the_pinned_packages_are_those_that_the_package_asks_for() -> None:
    project = tomllib.loads(TEXTS[TOP / "pyproject.toml"])["project"]
    extras = project["optional-dependencies"]
    asked = {
        "run.txt": project["dependencies"] + extras["fonts"],
        "dev.txt": project["dependencies"] + extras["fonts"] + extras["postgresql"],
    }
    for name, requirements in asked.items():
        pinned = set(re.findall(r"^([\w.-]+)==", TEXTS[TOP / "requirements" / name], re.MULTILINE))
        assert not {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in requirements} - pinned


def test_the_instance_folder_holds_only_its_ignore_file() -> None:
    assert [path.name for path in FILES if path.is_relative_to(TOP / "instance")] == [".gitignore"]


def test_no_code_lies_among_templates_and_seeds() -> None:
    folders = (TOP / "seeds", TOP / "templates")
    assert not [path for path in FILES if path.suffix == ".py" and any(map(path.is_relative_to, folders))]
