"""`annotator report`: every form without a server, the filter, and what it refuses."""

import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator import cli, report_commands
from annotator.opening import Refused
from tests.conftest import SECRET

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Return a function that runs a command on the sample project in a database of its own, which all only read."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli.main, ["report", "sample", *arguments], catch_exceptions=False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANNOTATOR_INSTANCE", str(tmp_path_factory.mktemp("report") / "instance"))
        patch.setenv("ANNOTATOR_SECRET_KEY", SECRET)
        patch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
        assert CliRunner().invoke(cli.main, ["sample"], catch_exceptions=False).exit_code == 0
        yield invoke


def test_every_form_comes_without_a_server(run: Run, tmp_path: Path) -> None:
    told = json.loads(run("--json").stdout)
    alpha = f"{told['agreement']['alpha']['value']:.2f}"
    assert alpha in run().stdout
    page = run("--format", "html").stdout
    assert page.startswith("<!doctype html>")
    assert alpha in page
    for form, member in (("csv", "README.txt"), ("latex", "report.tex")):
        file = tmp_path / f"out-{form}.zip"
        result = run("--format", form, "--output", str(file))
        assert (result.exit_code, result.stdout) == (0, "")
        with zipfile.ZipFile(file) as archive:
            assert alpha in archive.read(member).decode()
    with zipfile.ZipFile(io.BytesIO(run("--format", "csv").stdout_bytes)) as archive:
        assert archive.testzip() is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out-csv.zip", "out-latex.zip"]


def test_the_report_is_limited_as_asked(run: Run) -> None:
    whole = json.loads(run("--json").stdout)
    pseudonym = whole["reviewers"][0]["pseudonym"]
    part = json.loads(
        run("--json", "--article", "1", "--reviewer", pseudonym, "--label", "sourced", "--version", "1",
            "--round", "first", "--since", "2000-01-01", "--until", "2100-01-01").stdout
    )  # fmt: skip
    assert part["filter"] == {
        "articles": [1], "reviewers": [whole["reviewers"][0]["id"]], "labels": ["sourced"], "since": "2000-01-01",
        "until": "2100-01-01", "version": 1, "round": "first",
    }  # fmt: skip
    assert [person["pseudonym"] for person in part["reviewers"]] in ([pseudonym], [])
    assert part["scope"]["verdicts"] < whole["scope"]["verdicts"]
    assert "Limited to: 1 article (number 1)" in run("--article", "1").stdout


def test_what_cannot_be_is_refused_in_a_line(run: Run) -> None:
    for arguments, code, part in (
        (["--label", "nonsense"], 1, "no label 'nonsense'"),
        (["--reviewer", "nobody"], 1, "nobody"),
        (["--since", "2026-02-01", "--until", "2026-01-01"], 1, "before the first"),
        (["--since", "yesterday"], 2, "Usage"),
        (["--article", "0"], 2, "Usage"),
        (["--format", "pdf"], 2, "Usage"),
        (["--output", "no/such/folder/report.txt"], 1, "Can’t write"),
    ):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (code, "")
        assert part in result.stderr


def test_a_terminal_is_not_sent_what_it_cannot_show(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Terminal())
    with pytest.raises(Refused, match="--output"):
        report_commands.report.main(["sample", "--format", "csv"], standalone_mode=False)
