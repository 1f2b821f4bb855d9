"""The command, run where no instance is, and files for it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator import cli
from tests.agreement.files import Run, Write


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command where no instance is, and see to it that none is made."""
    monkeypatch.setenv("ANNOTATOR_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", "nonsense")

    def call(*arguments: object) -> Result:
        result = CliRunner().invoke(cli.main, ["agreement", *map(str, arguments)], catch_exceptions=False)
        assert not (tmp_path / "instance").exists()
        return result

    return call


@pytest.fixture
def file(tmp_path: Path) -> Write:
    def write(name: str, content: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode(encoding))
        return path

    return write
