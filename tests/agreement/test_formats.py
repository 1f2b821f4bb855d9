"""The same verdicts, in the files of every tool."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.agreement.files import (
    ALPHA,
    FILES,
    OBSERVERS,
    TRIPLES,
    Run,
    Write,
    label_studio,
    lines,
    measured,
    of,
    ours,
    refused,
    table,
)


@pytest.mark.parametrize("name", FILES)
def test_the_same_verdicts_give_the_same_alpha_from_every_tool(run: Run, file: Write, name: str) -> None:
    file_name, content, form = FILES[name]
    found = measured(run(file(file_name, content), "--json"))
    assert found["files"][0]["format"] == form
    assert found["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-6)
    assert (found["units"], found["paired_units"], found["verdicts"], found["reviewers"]) == (12, 11, 41, 4)
    assert found["labels"] == ["1", "2", "3", "4", "5"]


def new_doccano(file: Write, folder: str) -> None:
    for who in OBSERVERS:
        records = [
            {"id": unit, "text": "A claim.", "label": [label], "Comments": []} for unit, label in of(who).items()
        ]
        file(f"{folder}/{who}.jsonl", lines(*records))


def test_doccanos_folder_of_files_is_read_with_a_reviewer_a_file(run: Run, file: Write, tmp_path: Path) -> None:
    new_doccano(file, "export")
    found = measured(run(tmp_path / "export", "--json"))
    assert found["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-6)
    assert sorted(found["ds_competence"]) == list(OBSERVERS)


def test_doccanos_archive_is_read_as_it_is(run: Run, file: Write, tmp_path: Path) -> None:
    new_doccano(file, "export")
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for path in sorted((tmp_path / "export").iterdir()):
            archive.write(path, path.name)
        archive.writestr("__MACOSX/._ann.jsonl", "rubbish")
    assert measured(run(tmp_path / "export.zip", "--json"))["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-6)


def test_tables_of_one_reviewer_each_are_read_together(run: Run, file: Write) -> None:
    paths = [
        file(f"{who}.csv", "id,text,label\n" + "".join(f"{u},A,{c}\n" for u, c in of(who).items())) for who in OBSERVERS
    ]
    found = measured(run(*paths, "--json"))
    assert found["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-6)
    assert found["files"][0]["columns"]["reviewer"] == "the file’s name"


def test_potatos_folders_are_read_with_a_reviewer_a_folder(run: Run, file: Write, tmp_path: Path) -> None:
    for who in OBSERVERS:
        records = [
            {
                "id": unit,
                "displayed_text": "A.",
                "label_annotations": {"topic": {label: "true"}, "why": {"text_box": "x"}},
            }
            for unit, label in of(who).items()
        ]
        file(f"annotation_output/{who}@desk/annotated_instances.jsonl", lines(*records))
        file(f"annotation_output/{who}@desk/annotation_order.txt", "unit 1\n")
    found = measured(run(tmp_path / "annotation_output", "--json"))
    assert found["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-6)
    assert "ann@desk" in found["ds_competence"]


@pytest.mark.parametrize("is_paired", [True, False], ids=["pairs", "objects"])
def test_potatos_states_are_read_where_there_is_nothing_else(
    run: Run, file: Write, tmp_path: Path, *, is_paired: bool
) -> None:
    for who in OBSERVERS:
        made = {
            unit: [[{"schema": "topic", "name": label}, "true"]] if is_paired else {"topic": {label: True}}
            for unit, label in of(who).items()
        }
        state = {"user_id": who, "instance_id_to_label_to_value": made, "instance_id_to_span_to_value": {}}
        file(f"out/{who}/user_state.json", json.dumps(state, indent=1))
    assert measured(run(tmp_path / "out", "--json"))["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-6)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252"])
def test_files_in_other_encodings_are_read(run: Run, file: Write, encoding: str) -> None:
    names = {"1": "Für", "2": "Über die Brücke", "3": "Dafür", "4": "Später", "5": "Österreich"}
    content = table([(who, unit, names[label]) for who, unit, label in TRIPLES])
    found = measured(run(file("a.csv", ("\ufeff" if encoding == "utf-16-le" else "") + content, encoding), "--json"))
    assert found["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-6)
    assert found["labels"] == sorted(names.values())


def test_of_several_questions_one_is_chosen(run: Run, file: Write) -> None:
    tasks = label_studio()
    for task in tasks:
        for made in task["annotations"]:
            made["result"].append({"from_name": "mood", "type": "choices", "value": {"choices": ["calm"]}})
    path = file("a.json", json.dumps(tasks))
    assert "several questions: “topic”, “mood”; say which one with --label" in refused(run(path), code=2)
    assert "there is no question “tone”" in refused(run(path, "--label", "tone"), code=2)
    found = measured(run(path, "--label", "topic", "--cluster", "article", "--json"))
    assert found["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-6)
    assert found["clusters"] == 6


def test_several_labels_at_once_count_as_one_and_cancelled_tasks_as_none(run: Run, file: Write) -> None:
    tasks = label_studio()
    tasks[0]["annotations"][0]["was_cancelled"] = True
    tasks[1]["annotations"][0]["result"][0]["value"]["choices"] = ["2", "1"]
    found = measured(run(file("a.json", json.dumps(tasks)), "--json"))
    assert found["without_label"] == 1
    assert "1 + 2" in found["labels"]


def test_prodigys_yes_and_no_to_a_label_is_a_unit_a_label(run: Run, file: Write) -> None:
    tasks = [
        {"text": "A", "label": label, "_input_hash": 1, "_task_hash": 2, "answer": answer, "_session_id": who}
        for who, label, answer in (
            ("ann", "news", "accept"), ("bob", "news", "reject"), ("ann", "view", "reject"), ("bob", "view", "ignore")
        )
    ]  # fmt: skip
    found = measured(run(file("a.jsonl", lines(*tasks)), "--json"))
    assert (found["units"], found["labels"], found["without_label"]) == (2, ["accept", "reject"], 1)


def test_of_our_export_with_history_only_what_stands_counts(run: Run, file: Write) -> None:
    history = [
        {**ours()[0], "label": "5", "standing": False},
        *ours(),
        {**ours()[0], "claim_id": "x", "claim_retired": True},
    ]
    found = measured(run(file("a.jsonl", lines(*history)), "--json"))
    assert (found["verdicts"], found["replaced"], found["clusters"]) == (41, 0, 7)
    assert found["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-6)
