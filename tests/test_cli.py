"""The command line: help that reads, one clear line for a refusal, and results that a program can read."""

import csv
import json
import os
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from annotator import cli
from annotator.services.turns import Turn
from tests.services.importing import packed, write

Run = Callable[..., Result]
COMMANDS: tuple[list[str], ...] = (
    [], ["run"], ["sample"], ["split"], ["project"], ["project", "create"], ["project", "list"],
    ["project", "settings"], ["project", "archive"], ["project", "bring-back"], ["project", "clone"], ["person"],
    ["person", "add"], ["person", "link"], ["person", "deactivate"], ["person", "reactivate"],
    ["person", "second-factor-off"],
    ["codebook"], ["codebook", "export"], ["codebook", "import"], ["codebook", "publish"],
    ["import"], ["work"], ["export"], ["report"], ["agreement"], ["db"], ["db", "upgrade"], ["db", "tallies"],
)  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on an instance of the test's own; every exception but an exit is a failure."""
    for name in ("DATABASE_URL", "SECRET_KEY", "OLD_SECRET_KEYS", "BASE_URL", "HOSTS", "PROXIES"):
        monkeypatch.delenv(f"ANNOTATOR_{name}", raising=False)
    monkeypatch.setenv("ANNOTATOR_INSTANCE", str(tmp_path / "instance"))

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(cli.main, list(map(str, arguments)), catch_exceptions=False)

    return call


@pytest.fixture
def news(run: Run) -> str:
    """Make two projects, and return the slug of the one under test."""
    for name in ("Noise", "News"):
        assert run("project", "create", name).exit_code == 0
    return "news"


def refused(result: Result) -> str:
    """Return the one line with which a command was refused."""
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("Error: ")
    return result.stderr


def objects(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def articles(run: Run, slug: str) -> int:
    found: int = objects(run("report", slug, "--json"))[0]["scope"]["articles"]
    return found


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(run: Run, command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")
    words = result.stdout.split("\n\n")[1].strip()
    assert words[0].isupper()
    assert len(words.split()) >= 3


@pytest.mark.parametrize("command", [["nonsense"], ["split"], ["split", "no-such-file"], ["run", "--port", "0"],
                                     ["project", "create", "x", "--overlap", "0"], ["report"], ["import", "news"],
                                     ["project", "create", "x", "--language", "not a language"],
                                     ["person", "add", "x", "--role", "king"]])  # fmt: skip
def test_wrong_usage_ends_with_code_2(run: Run, command: list[str]) -> None:
    result = run(*command)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr


def test_split_tells_where_each_sentence_stands_in_the_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "article.txt"
    text = "\ufeffBridge closed \U0001f6a7\r\n\r\nThe council\u00a0said so. “Why?” he asked.\r\nالنهاية هنا."
    file.write_bytes(text.encode())
    found = objects(run("split", str(file), "--json"))
    assert [row["text"] for row in found] == [text[row["start"] : row["end"]] for row in found]
    assert found[0] == {
        "start": 1,
        "end": 16,
        "text": "Bridge closed \U0001f6a7",
        "kind": "headline",
        "aside": None,
        "is_repeat": False,
    }
    assert found[1]["text"] == "The council\u00a0said so."
    assert not (tmp_path / "instance").exists()  # it needs no database


def test_split_refuses_what_is_not_utf8(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "latin.txt"
    file.write_bytes("Über".encode("latin-1"))
    assert "UTF-8" in refused(run("split", str(file)))


def test_projects_are_made_and_listed(run: Run, news: str) -> None:
    assert objects(run("project", "create", "Third project", "--json"))[0]["slug"] == "third-project"
    assert [row["slug"] for row in objects(run("project", "list", "--json"))] == ["news", "noise", "third-project"]


@pytest.mark.parametrize(
    "options", [["News"], ["Other", "--slug", "news"], ["Other", "--slug", "Ü"], ["x" * 201], [" "]]
)
def test_a_project_that_cannot_be_is_refused(run: Run, news: str, options: list[str]) -> None:
    refused(run("project", "create", *options))
    assert len(objects(run("project", "list", "--json"))) == 2


def test_a_person_gets_a_password_and_a_link(run: Run, news: str) -> None:
    made = objects(run("person", "add", "Ana", "--project", news, "--base-url", "https://x.example/", "--json"))[0]
    assert (made["name"], made["project"], made["role"]) == ("Ana", "news", "reviewer")
    assert made["link"].startswith("https://x.example/sign-in/link/")
    assert len(made["password"]) >= 16


@pytest.mark.parametrize("options", [["ANA"], ["Аna"], ["A\u200bna"], [""], ["x" * 101], ["Bo", "--project", "none"],
                                     ["Bo", "--project", "\udcff"]])  # fmt: skip
def test_a_person_who_cannot_be_added_is_not_added_at_all(run: Run, news: str, options: list[str]) -> None:
    run("person", "add", "Ana")
    refused(run("person", "add", *options))
    assert run("person", "add", "Bo").exit_code == 0


def test_who_forgot_the_password_gets_a_link_and_whoever_leaves_is_kept_out(run: Run, news: str) -> None:
    run("person", "add", "Ana", "--project", news)
    made = objects(run("person", "link", "ANA", "--base-url", "https://x.example/", "--json"))[0]
    assert (made["name"], made["purpose"]) == ("Ana", "reset")
    assert made["link"].startswith("https://x.example/sign-in/reset/")
    assert objects(run("person", "deactivate", "Ana", "--json")) == [{"name": "Ana", "is_active": False}]
    assert "deactivated" in refused(run("person", "link", "Ana"))
    assert objects(run("person", "reactivate", "Ana", "--json")) == [{"name": "Ana", "is_active": True}]
    assert objects(run("person", "second-factor-off", "Ana", "--json")) == [{"name": "Ana", "second_factor": False}]
    for command in ("link", "deactivate", "reactivate", "second-factor-off"):
        assert "nobody is called" in refused(run("person", command, "Zoe"))


def test_a16_the_last_administrator_is_not_deactivated(run: Run) -> None:
    run("person", "add", "Root", "--admin")
    assert "last active administrator" in refused(run("person", "deactivate", "Root"))


def test_texts_are_imported_and_a_text_that_is_there_is_passed_over(run: Run, news: str, tmp_path: Path) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text("Title\n\nA claim stands here.", encoding="utf-8")
    second.write_text("Another one. With two claims.", encoding="utf-8")
    made = objects(run("import", news, str(first), str(second), str(first), "--json"))
    assert [row["result"] for row in made] == ["added", "added", "duplicate"]
    assert made[0]["article"] == made[2]["article"]
    assert made[0]["title"] == "Title"
    assert (articles(run, news), articles(run, "noise")) == (2, 0)


BAD_FILES: dict[str, Callable[[Path], object]] = {
    "half a character": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "a pipe": os.mkfifo,
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "empty": lambda path: path.write_bytes(b""),
    "only white space": lambda path: path.write_bytes(b" \r\n\t\n"),
    "with NUL": lambda path: path.write_bytes(b"A claim.\0"),
    "too long a text": lambda path: path.write_bytes(b"A claim. " * 120_000),
    "too large a file": lambda path: path.write_bytes(b"A claim. " * 600_000),
    "endless": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_cannot_be_read_is_refused_and_the_rest_goes_in(
    run: Run, news: str, tmp_path: Path, case: str
) -> None:
    good, bad, last = tmp_path / "good.txt", tmp_path / "bad.txt", tmp_path / "last.txt"
    good.write_text("A claim stands here.", encoding="utf-8")
    last.write_text("Another claim stands here.", encoding="utf-8")
    BAD_FILES[case](bad)
    result = run("import", news, good, bad, last, "--json")
    assert result.exit_code == 1
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["result"] for row in rows] == ["added", "refused", "added"]
    assert (rows[1]["file"], rows[1]["article"]) == (str(bad), None)
    assert len(rows[1]["message"]) > 10
    assert articles(run, news) == 2


@pytest.mark.parametrize("place", ["none.txt", "none*.txt", "empty"])
def test_a_place_where_nothing_is_stops_the_import_before_it_starts(
    run: Run, news: str, tmp_path: Path, place: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "good.txt").write_text("A claim stands here.", encoding="utf-8")
    line = refused(run("import", news, tmp_path / "good.txt", tmp_path / place))
    assert place in line
    assert "Nothing was imported." in line
    assert articles(run, news) == 0


def test_a_folder_an_archive_and_tables_are_imported_with_a_table_of_results(
    run: Run, news: str, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.md").write_text("# Bridges\n\nA claim stands here.", encoding="utf-8")
    (folder / "b.csv").write_text("Titel;Inhalt\nEins;Ein Satz steht hier.\n;\n", encoding="utf-8")
    (folder / "c.txt").write_bytes(b" ")
    (folder / "d.zip").write_bytes(packed(("e.txt", b"A member stands here.")))
    (folder / "f.txt").write_text("Ein Satz steht hier.", encoding="utf-8")
    result = run("import", news, folder)
    assert result.exit_code == 1
    names = [line.split()[:2] for line in result.stdout.splitlines()]
    assert names[:5] == [
        ["added", f"{folder}/b.csv:2"], ["refused", f"{folder}/c.txt"], ["added", f"{folder}/d.zip/e.txt"],
        ["added", f"{folder}/deep/a.md"], ["duplicate", f"{folder}/f.txt"],
    ]  # fmt: skip
    assert result.stdout.endswith("Added 3; 1 were there already; 1 refused.\n")
    quiet = run("import", news, folder, "--quiet").stdout.splitlines()
    assert [line.split()[0] for line in quiet] == ["refused", "Added"]


def test_columns_are_named_where_their_names_do_not_say_it(run: Run, news: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("words,head\nA claim stands here.,One\n", encoding="utf-8")
    assert "the columns are “words”, “head”" in refused(run("import", news, file))
    options = ("--column", "text=words", "--column", "title=head", "--outlet", "The Gazette", "--language", "en")
    assert objects(run("import", news, file, *options, "--json"))[0]["title"] == "One"
    for wrong in ("text", "body=words", "=words"):
        assert run("import", news, file, "--column", wrong).exit_code == 2


def test_a_table_with_errors_imports_nothing_and_names_the_rows(run: Run, news: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A claim stands here.", encoding="utf-8")
    (tmp_path / "b.csv").write_text("text,date\nA claim.,soon\n" + ",2024-01-01\n" * 70, encoding="utf-8")
    result = run("import", news, tmp_path / "a.txt", tmp_path / "b.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "b.csv, line 2: the date: “soon” is no date\n" in result.stderr
    assert "b.csv, line 3: “text” is empty" in result.stderr
    assert result.stderr.rstrip().endswith("and 21 more")
    assert articles(run, news) == 0


def test_progress_is_told_on_the_error_stream_if_asked_for(run: Run, news: str, tmp_path: Path) -> None:
    write(tmp_path, [f"{number}.txt" for number in range(20)])
    result = run("import", news, tmp_path, "--progress", "--json")
    assert "Importing: 10 of 20\n" in result.stderr
    assert len(objects(result)) == 20
    assert run("import", news, tmp_path).stderr == ""


@pytest.fixture
def unfinished(run: Run, news: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder of six texts whose import broke off after four, as if its process had been killed."""
    folder = tmp_path / "in"
    write(folder, [f"{number}.txt" for number in range(6)])
    hold = Turn.hold

    def dying(turn: Turn, **facts: int) -> None:
        if facts.get("done") == 5:
            raise KeyboardInterrupt
        hold(turn, **facts)

    with monkeypatch.context() as patched:
        patched.setattr(Turn, "hold", dying)
        assert run("import", news, folder).exit_code == 1
    return folder


def worked_on(tmp_path: Path, worker: str) -> None:
    with sqlite3.connect(tmp_path / "instance" / "annotator.sqlite") as connection:
        connection.execute("UPDATE job SET taken_by = ?", (worker,))
    connection.close()


def test_an_import_that_broke_off_goes_on_with_the_same_command(
    run: Run, news: str, tmp_path: Path, unfinished: Path
) -> None:
    worked_on(tmp_path, f"{socket.gethostname()}:99999999:dead")  # no system gives such a process id
    write(unfinished, ["later.txt"])
    result = run("import", news, unfinished)
    assert result.stderr == "Going on with import 1: 4 of 6 were done\n"
    assert result.stdout.endswith("Added 6; 0 were there already; 0 refused.\n")
    again = run("import", news, unfinished)
    assert again.stdout.endswith("Added 1; 6 were there already; 0 refused.\n"), "it is over, so this is a new import"


def test_another_command_is_another_import(run: Run, news: str, tmp_path: Path, unfinished: Path) -> None:
    result = run("import", news, unfinished, "--outlet", "The Gazette")
    assert result.stdout.endswith("Added 2; 4 were there already; 0 refused.\n")


def test_an_import_that_a_living_process_has_is_left_to_it(
    run: Run, news: str, tmp_path: Path, unfinished: Path
) -> None:
    worked_on(tmp_path, f"{socket.gethostname()}:{os.getpid()}:alive")
    line = refused(run("import", news, unfinished))
    assert "Another process is at work on import 1: 4 of 6 are done." in line
    assert articles(run, news) == 4


def test_a_table_that_changed_since_its_import_began_ends_it(
    run: Run, news: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("text\nOne claim.\nTwo claims.\n", encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(Turn, "hold", lambda *_args, **_facts: (_ for _ in ()).throw(KeyboardInterrupt))
        run("import", news, file)
    worked_on(tmp_path, f"{socket.gethostname()}:99999999:dead")
    file.write_text("text\nThree claims.\nFour claims.\n", encoding="utf-8")
    assert "has changed since the import began" in run("import", news, file).stderr
    assert articles(run, news) == 0
    assert run("import", news, file).exit_code == 0
    assert articles(run, news) == 2


def test_work_runs_what_waits_and_ends(run: Run, news: str, tmp_path: Path) -> None:
    assert run("work").exit_code == 0
    with sqlite3.connect(tmp_path / "instance" / "annotator.sqlite") as connection:
        connection.execute(
            "INSERT INTO job (kind, project_id, state, work_order, done, total, result, created_at) "
            "VALUES ('import', 1, 'waiting', '{}', 0, 1, '{}', '2024-01-01 00:00:00.000000')"
        )
    connection.close()
    assert run("work").exit_code == 0
    with sqlite3.connect(tmp_path / "instance" / "annotator.sqlite") as connection:
        assert connection.execute("SELECT state FROM job").fetchall() == [("failed",)]  # its order names nothing
    connection.close()


def test_too_long_an_outlet_is_refused(run: Run, news: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A claim stands here.", encoding="utf-8")
    refused(run("import", news, str(tmp_path / "a.txt"), "--outlet", "x" * 201))


def test_the_sample_is_exported_and_reported_alike_in_all_forms(run: Run, tmp_path: Path) -> None:
    assert objects(run("sample", "--json"))[0]["slug"] == "sample"
    refused(run("sample"))
    lines = objects(run("export", "sample"))
    file = tmp_path / "out.csv"
    result = run("export", "sample", "--format", "csv", "--output", str(file))
    assert (result.exit_code, result.stdout) == (0, "")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["verdict_id"] for row in rows] == [str(line["verdict_id"]) for line in lines]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["instance", "out.csv"]
    report = objects(run("report", "sample", "--json"))[0]
    again = run("report", "sample", "--format", "json")
    assert again.stdout.endswith("}\n")
    assert {**json.loads(again.stdout), "identity": ""} == {**report, "identity": ""}
    text = run("report", "sample").stdout
    assert text.startswith("Disagreement report: ")
    assert f"{report['scope']['verdicts']} labels" in text
    assert f"{report['agreement']['alpha']['value']:.2f}" in text


@pytest.mark.parametrize("command", ["export", "report"])
def test_an_unknown_project_is_named_with_those_that_there_are(run: Run, news: str, command: str) -> None:
    line = refused(run(command, "nwes"))
    assert "news" in line


def test_an_export_to_a_place_that_cannot_be_written_is_refused(run: Run, news: str, tmp_path: Path) -> None:
    assert "Can’t write" in refused(run("export", news, "--output", str(tmp_path / "no" / "such" / "file")))


def test_the_schema_is_brought_up_to_date_once(run: Run) -> None:
    assert [objects(run("db", "upgrade", "--json"))[0]["changed"] for _ in range(2)] == [True, False]


def test_tallies_that_differ_from_a_recount_are_told_and_mended(run: Run, tmp_path: Path) -> None:
    run("sample")
    assert objects(run("db", "tallies", "--json")) == [{"equal": True, "rebuilt": False}]
    with sqlite3.connect(tmp_path / "instance" / "annotator.sqlite") as database:
        database.execute("UPDATE project_tally SET claims = claims + 1")
    line = refused(run("db", "tallies"))
    assert "differ from a recount" in line
    assert "project_tally" in line
    assert run("db", "tallies", "--rebuild").stdout == "The tallies equal a recount, which they were just given.\n"
    assert run("db", "tallies").stdout == "The tallies equal a recount.\n"


def test_an_instance_folder_that_cannot_be_is_one_clear_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ANNOTATOR_INSTANCE", str(tmp_path / "file" / "instance"))
    for command in (["project", "list"], ["run"], ["db", "upgrade"]):
        assert "ANNOTATOR_INSTANCE" in refused(run(*command))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "changeme" * 8),
        ("DATABASE_URL", "mysql://localhost/news"),
        ("DATABASE_URL", "postgresql://localhost:port/news"),
        ("DATABASE_URL", "postgresql://nobody@/news?host=/no/such/folder"),
        ("DATABASE_URL", "sqlite:////no/such/folder/news.sqlite"),
        ("PROXIES", "many"),
    ],
)
def test_a_setting_that_does_not_fit_is_one_clear_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"ANNOTATOR_{name}", value)
    for command in (["project", "list"], ["run"], ["db", "upgrade"]):
        refused(run(*command))


def test_a_password_in_the_databases_address_is_not_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", "postgresql://me:hunter2@/news?host=/no/such/folder")
    assert "hunter2" not in refused(run("project", "list"))


def test_a_file_that_is_no_database_is_one_clear_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "annotator.sqlite").write_bytes(b"This is no database. " * 500)
    for command in (["project", "list"], ["run"], ["db", "upgrade"]):
        assert "not a database" in refused(run(*command))


def test_a_database_of_a_newer_program_is_refused_and_left_alone(run: Run, news: str, tmp_path: Path) -> None:
    path = tmp_path / "instance" / "annotator.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for command in (["project", "list"], ["project", "create", "New"], ["run"], ["db", "upgrade"]):
        line = refused(run(*command))
        assert "9999" in line
        assert "newer version" in line


def test_a_busy_port_is_one_clear_line(run: Run) -> None:

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "busy" in refused(run("run", "--port", str(taken.getsockname()[1])))


def test_a_codebook_goes_out_as_a_file_comes_back_as_the_draft_and_is_published(run: Run, tmp_path: Path) -> None:
    run("sample")
    file = tmp_path / "codebook.yaml"
    assert run("codebook", "export", "sample", "--format", "yaml", "-o", file).exit_code == 0
    file.write_text(file.read_text().replace("name: Editorial", "name: Slanted"))
    assert run("codebook", "import", "sample", file).exit_code == 0
    again = run("codebook", "import", "sample", file)
    assert (again.exit_code, "--replace" in again.output) == (1, True)
    listed = run("codebook", "publish", "sample", "--note", "Why.", "--dry-run", "--json")
    assert [json.loads(line)["part"] for line in listed.stdout.splitlines()] == ["label:editorial"]
    wrong = run("codebook", "publish", "sample", "--note", "Why.", "--meaning", "label:none")
    assert (wrong.exit_code, "label:editorial" in wrong.output) == (1, True)
    published = run("codebook", "publish", "sample", "--note", "Why.", "--meaning", "label:editorial", "--json")
    facts = json.loads(published.stdout)
    assert facts["number"] == 2
    assert facts["requeued"] == json.loads(listed.stdout)["verdicts"] > 0
    assert "Slanted" in run("codebook", "export", "sample").stdout
    assert run("codebook", "export", "sample", "--draft").exit_code == 1
    file.write_text("title: x")
    assert run("codebook", "import", "sample", file).exit_code == 1
