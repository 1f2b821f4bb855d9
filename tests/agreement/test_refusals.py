"""What `annotator agreement` refuses, and how."""

import os
from pathlib import Path

import pytest

from tests.agreement.files import ALPHA, POTATO, TRIPLES, Run, Write, lines, measured, prodigy, refused, table


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "it is empty"),
        ("\n \n", "it is empty"),
        ("unit,reviewer,label\n", "it has no rows"),
        ("unit\n1\n2\n", "it has one column, “unit”"),
        ("unit,reviewer,label\n1,ann,a\n2,bob\n", "line 3: it has 2 cells, but there are 3 columns"),
        ("unit,reviewer,label\n1,ann,a\n,bob,b\n", "line 3: the unit (“unit”) is empty"),
        ("unit,reviewer,label\n1,,a\n", "line 2: the reviewer (“reviewer”) is empty"),
        ("unit,unit,label\n1,1,a\n", "two columns are called “unit”"),
        ('unit,reviewer,label\n1,ann,"a\n2,bob,b\n', "a quotation mark is not closed"),
        ('{"unit": 1, "reviewer": "a", "label": "x"}\n{"unit": 2, "revie\n', "line 2: the JSON is broken at column"),
        ('{"unit": 1, "reviewer": "a", "label": "x"}\n[1]\n', "line 2: it is no JSON object"),
        ('[\n{"unit": 1, "reviewer": "a", "label": "x"},\n{"unit": 2,,\n]', "line 3: the JSON is broken at column"),
        ('[\n{"unit": 1, "reviewer": "a", "label": "x"}\n{"unit": 2}]', "line 3: the JSON is broken: a comma or ] is"),
        ('[{"unit": 1, "reviewer": "a", "label": "x"},\n', "breaks off"),
        ("[]", "it holds no objects"),
        ("unit,reviewer,label\n1,ann,\n1,bob,\n", "no verdict has a label"),
        ('{"unit": 1, "reviewer": "a", "label": NaN}\n', "no verdict has a label"),
        ("u\0n\0i\0t\0,\0r\0\n\0", "it contains NUL characters"),
        ('{"unit": 1, "reviewer": "a", "label": {"x": 1}}\n', "a label is text or a number"),
        (lines({"id": 1, "text": "A", "label": [[0, 1, "PER"]]}), "line 1: it holds marked spans"),
        (lines({"text": "A", "spans": [], "answer": "accept", "_input_hash": 1}), "line 1: it holds marked spans"),
        (table((f"r{n}", f"u{n}", f"text {n}") for n in range(300)), "line 202: over 200 different labels"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_clear_line(run: Run, file: Write, content: str, reason: str) -> None:
    line = refused(run(file("a.txt", content)))
    assert reason in line
    assert "a.txt: " in line
    assert line.count("\n") == 1


def test_a_file_of_two_tools_is_refused_at_the_line_where_it_turns(run: Run, file: Write) -> None:
    mixed = lines(*prodigy()[:30], *POTATO[:3])
    assert "line 31: there is neither an _input_hash nor a text" in refused(run(file("a.jsonl", mixed)))


@pytest.mark.parametrize("option", ["--unit", "--reviewer", "--label", "--cluster"])
def test_a_column_that_is_not_there_is_wrong_usage_and_the_columns_are_named(
    run: Run, file: Write, option: str
) -> None:
    line = refused(run(file("a.csv", table()), option, "nothing"), code=2)
    assert "there is no column “nothing”; the columns are “reviewer”, “unit”, “label”" in line


def test_columns_whose_names_say_nothing_must_be_named(run: Run, file: Write) -> None:
    line = refused(run(file("a.csv", table(header="x,y,z"))), code=2)
    assert "no column is named as the unit or the reviewer or the label; say which with --unit NAME" in line
    assert "The columns are “x”, “y”, “z”" in line


def test_a_format_can_be_forced_and_an_unknown_one_is_wrong_usage(run: Run, file: Write) -> None:
    path = file("a.jsonl", lines(*prodigy()))
    named = ("--unit", "_input_hash", "--reviewer", "_session_id", "--label", "accept", "--json")
    assert measured(run(path, "--format", "table", *named))["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-6)
    assert "is not one of annotator, prodigy" in refused(run(path, "--format", "brat"), code=2)
    assert "line 1: the task’s id is empty" in refused(run(path, "--format", "label-studio"))


def test_nothing_in_a_file_moves_the_cursor_of_a_terminal(run: Run, file: Write) -> None:
    wild = [(who, f"{unit}\x1b[2J", f"{label}\x9b31m\u202e") for who, unit, label in TRIPLES]
    said = run(file("a.csv", table(wild))).stdout
    assert "4 reviewers, 5 labels" in said
    assert [c for c in said if not c.isprintable()] == ["\n"] * said.count("\n")
    line = refused(run(file("a.csv", "x\x1b[2J,y\x07,z\n1,2,3\n")), code=2)
    assert "\x1b" not in line
    assert "\x07" not in line


@pytest.mark.parametrize("depth", [600, 950, 100_000])
def test_values_that_are_nested_too_deeply_are_refused(run: Run, file: Write, depth: int) -> None:
    deep = "[" * depth + "1" + "]" * depth
    assert "nested too deeply" in refused(run(file("a.jsonl", f'{{"unit": 1, "reviewer": 1, "label": {deep}}}\n')))
    cell = f'id,annotator,annotation_id,mood\n1,2,3,"{deep}"\n'
    assert "nested too deeply" in refused(run(file("b.csv", cell)))


@pytest.mark.parametrize("end", [b"\0" * 4 + b"\xff" * 8 + b"\0" * 6, b"\0" * 8 + b"\x2e\0\0\0\0\0\0\0\0\0"])
def test_an_archive_that_is_none_is_refused(run: Run, tmp_path: Path, end: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\1\2\x14\3\xff\0" + b"\0" * 38 + b"PK\5\6" + end)
    assert "the archive is broken" in refused(run(path))


@pytest.mark.parametrize("start", ["unit,reviewer,label\n1,a,x\n", '{"unit": 1, "reviewer": 1, "label": 1}\n'])
def test_a_line_that_would_fill_the_memory_is_refused(run: Run, file: Write, start: str) -> None:
    number = start.count("\n") + 1
    assert f"line {number}: it is longer than" in refused(run(file("a.txt", start + "," * 10_000_001)))


def test_blank_lines_are_not_looked_through_for_ever(run: Run, file: Write) -> None:
    assert "it is empty" in refused(run(file("a.csv", "\n" * 2_000_000)))


def test_what_is_no_file_is_not_waited_for(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "queue")
    for place in (tmp_path / "queue", "/dev/zero"):
        assert f"{place}: it is neither a file nor a folder" in refused(run(place))
