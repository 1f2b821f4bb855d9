"""The wheel, in a clean virtual environment far from the checkout, has all that it needs."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from annotator import __version__

TOP = Path(__file__).parent.parent
FETCH = """
from annotator import paths
from annotator.app import create_app

client = create_app().test_client()
for address in ("/sign-in", "/static/annotator.css", "/health"):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status)
print(paths.PACKAGE)
"""


def call(*command: str | Path, cwd: Path, **variables: str) -> str:
    """Run a command with little of the surroundings, and return what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANNOTATOR_", "PYTHON"))}
    environment = {**kept, "PYTHONSAFEPATH": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **variables}
    finished = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert finished.returncode == 0, f"{command}\n{finished.stdout}\n{finished.stderr}"
    return finished.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, TOP, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of an environment with the pinned packages and the wheel."""
    folder = tmp_path_factory.mktemp("installed")
    call(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    install = (python, "-m", "pip", "install", "--quiet", "--no-compile")
    call(*install, "--require-hashes", "--requirement", TOP / "requirements" / "run.txt", cwd=folder)
    call(*install, "--no-deps", wheel, cwd=folder)
    return python.parent


def test_the_wheel_holds_templates_seeds_and_static_files_and_no_instance(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "seeds", "annotator/static", "annotator/migrations", "annotator/translations"):
        source = TOP / folder
        for path in source.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"annotator/{path.relative_to(TOP).as_posix().removeprefix('annotator/')}" in names
    assert {name.split("/")[0] for name in names} == {"annotator", f"claim_annotator-{__version__}.dist-info"}
    assert not [name for name in names if "instance" in name]


def test_the_pinned_packages_are_all_that_the_wheel_asks_for(programs: Path, tmp_path: Path) -> None:
    assert "No broken requirements" in call(programs / "python", "-m", "pip", "check", cwd=tmp_path)


def test_the_installed_command_works(programs: Path, tmp_path: Path) -> None:
    assert __version__ in call(programs / "annotator", "--version", cwd=tmp_path)
    (tmp_path / "news.txt").write_text("A flood came. Nobody was hurt.\n", "utf-8")
    lines = call(programs / "annotator", "split", "news.txt", "--json", cwd=tmp_path).splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["A flood came.", "Nobody was hurt."]


def test_the_installed_package_loads_its_sample_and_shows_its_pages(programs: Path, tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    loaded = call(programs / "annotator", "sample", "--json", cwd=tmp_path, ANNOTATOR_INSTANCE=str(instance))
    assert json.loads(loaded)["slug"] == "sample"
    package = call(programs / "python", "-c", FETCH, cwd=tmp_path, ANNOTATOR_INSTANCE=str(instance))
    assert Path(package.strip()).is_relative_to(programs.parent)
