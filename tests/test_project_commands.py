"""The commands `project …`: the same rules as the pages, one line or one JSON object."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator import cli

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on an instance that has a project called News."""
    for name in ("DATABASE_URL", "SECRET_KEY", "OLD_SECRET_KEYS", "BASE_URL", "HOSTS", "PROXIES"):
        monkeypatch.delenv(f"ANNOTATOR_{name}", raising=False)
    monkeypatch.setenv("ANNOTATOR_INSTANCE", str(tmp_path / "instance"))

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(cli.main, arguments, catch_exceptions=False)

    assert call("project", "create", "News").exit_code == 0
    return call


def test_settings_are_printed_and_changed(run: Run) -> None:
    assert "visibility           never" in run("project", "settings", "news").stdout
    options = ("--overlap", "3", "--visibility", "after-mine", "--return-after-days", "14", "--fetching")
    changed = json.loads(run("project", "settings", "news", *options, "--json").stdout)
    assert (changed["overlap"], changed["visibility"], changed["return_after_days"]) == (3, "after-mine", 14)
    assert (changed["allows_fetching"], changed["revision"]) == (True, 1)
    again = json.loads(run("project", "settings", "news", "--return-after-days", "never", "--json").stdout)
    assert (again["return_after_days"], again["overlap"], again["revision"]) == (None, 3, 2)


def test_settings_that_contradict_each_other_are_refused_in_one_line(run: Run) -> None:
    refused = run("project", "settings", "news", "--handout-order", "uncertain")
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert "the order itself would tell" in refused.stderr
    assert run("project", "settings", "news", "--visibility", "always").exit_code == 2
    assert run("project", "settings", "news", "--return-after-days", "0").exit_code == 2
    assert run("project", "settings", "gone").exit_code == 1


def test_showing_others_verdicts_in_a_study_that_has_begun_needs_a_yes(run: Run) -> None:
    assert run("sample").exit_code == 0
    refused = run("project", "settings", "sample", "--visibility", "after-mine")
    assert (refused.exit_code, "--yes" in refused.stderr) == (1, True)
    assert run("project", "settings", "sample", "--visibility", "after-mine", "--yes").exit_code == 0


def test_an_archived_project_is_listed_as_such_and_takes_no_settings_until_it_is_back(run: Run) -> None:
    assert json.loads(run("project", "archive", "news", "--json").stdout) == {"slug": "news", "archived": True}
    assert run("project", "archive", "news").exit_code == 1
    assert "archived" in run("project", "settings", "news", "--overlap", "3").stderr
    assert json.loads(run("project", "list", "--json").stdout)["archived"] is True
    assert run("project", "bring-back", "news").stdout == "Brought back news\n"
    assert run("project", "bring-back", "news").exit_code == 1


def test_articles_are_not_imported_into_an_archived_project(run: Run, tmp_path: Path) -> None:
    run("project", "archive", "news")
    article = tmp_path / "article.txt"
    article.write_text("A text. Of two claims.", encoding="utf-8")
    refused = run("import", "news", str(article))
    assert refused.exit_code == 1
    assert "archived" in refused.stderr


def test_a_copy_is_made_with_another_name(run: Run) -> None:
    run("project", "settings", "news", "--overlap", "5")
    made = json.loads(run("project", "clone", "news", "News again", "--people", "--json").stdout)
    assert made == {"slug": "news-again", "name": "News again", "origin": "news"}
    assert json.loads(run("project", "settings", "news-again", "--json").stdout)["overlap"] == 5
    assert run("project", "clone", "news", "Third", "--slug", "news-again").exit_code == 1
