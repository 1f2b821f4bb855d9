"""The commands `assignment …`: a plan is shown, given out and listed; what lies idle goes back."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from annotator import cli


@pytest.fixture(autouse=True)
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the sample project into a fresh instance."""
    for name in ("DATABASE_URL", "SECRET_KEY", "OLD_SECRET_KEYS", "BASE_URL", "HOSTS", "PROXIES"):
        monkeypatch.delenv(f"ANNOTATOR_{name}", raising=False)
    monkeypatch.setenv("ANNOTATOR_INSTANCE", str(tmp_path / "instance"))
    assert run("sample").exit_code == 0


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments, catch_exceptions=False)


def lines(*arguments: str) -> list[dict[str, Any]]:
    answer = run(*arguments, "--json")
    assert answer.exit_code == 0, answer.output
    return [json.loads(line) for line in answer.stdout.splitlines()]


def slug() -> str:
    return str(lines("project", "list")[0]["slug"])


def test_a_plan_is_shown_first_and_given_out_when_asked_for() -> None:
    project = slug()
    *shown, balance = lines("assignment", "plan", project, "--readers", "2")
    assert (balance["stored"], balance["short"], len(shown)) == (False, 0, 4)
    assert {row["articles"] for row in lines("assignment", "list", project)} == {0}
    *stored, balance = lines("assignment", "plan", project, "--readers", "2", "--due", "2999-01-02", "--store")
    assert (balance["stored"], stored) == (True, shown)
    listed = [row for row in lines("assignment", "list", project) if row["articles"]]
    assert sorted(row["claims"] for row in listed) == sorted(row["claims"] for row in shown)
    assert {row["due"] for row in listed if row["unfinished"]} <= {"2999-01-02"}
    refused = run("assignment", "plan", project, "--readers", "2")
    assert (refused.exit_code, "There is no article left to plan." in refused.output) == (1, True)


def test_nobody_of_that_name_is_said_and_nothing_idle_is_nothing_returned() -> None:
    project = slug()
    refused = run("assignment", "plan", project, "--person", "Nobody Here")
    assert (refused.exit_code, "Nobody who labels" in refused.output) == (1, True)
    assert lines("assignment", "return", project) == [{"returned": 0}]
