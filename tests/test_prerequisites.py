"""What happens on a machine without the programs that the tests need."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("prerequisites.sh")
NEEDED = ("cat", "ln", "ls", "sed", "sh", "tr", "true")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with the shell's tools and PostgreSQL but no Chromium, in which `id` says that nobody is root."""
    for tool in NEEDED:
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    program(tmp_path / "initdb", "exit 0")
    program(tmp_path / "id", "echo 1000")
    return tmp_path


def program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def run(path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", SCRIPT], env={"PATH": path}, capture_output=True, text=True, check=False, timeout=60)


def test_a_user_is_told_what_to_install(bare: Path) -> None:
    answer = run(str(bare))
    assert answer.returncode == 1
    assert "missing here: chromium" in answer.stderr
    assert "sudo apt-get install chromium postgresql" in answer.stderr


def test_root_on_debian_gets_it_installed(bare: Path) -> None:
    program(bare / "id", "echo 0")
    program(bare / "apt-get", f'echo "$@" >>{bare}/calls; if [ $1 = install ]; then ln -s true {bare}/chromium; fi')
    answer = run(str(bare))
    assert answer.returncode == 0, answer.stderr
    assert (bare / "calls").read_text().split("\n")[1].endswith("--no-install-recommends chromium")


def test_an_installation_that_brought_nothing_fails(bare: Path) -> None:
    program(bare / "id", "echo 0")
    program(bare / "apt-get", "exit 0")
    assert run(str(bare)).returncode == 1


def test_nothing_is_said_where_all_is_there() -> None:
    answer = run(os.environ["PATH"])
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
