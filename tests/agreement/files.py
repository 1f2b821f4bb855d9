"""Verdicts composed as each tool writes them, and what a command printed of them."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any

from click.testing import Result

Run = Callable[..., Result]
Write = Callable[..., Path]
# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, example C: one unit a word, four observers, a dot for
# no value. Its nominal alpha is 0.743.
UNITS = "11.1 2232 3333 3333 2222 1234 4444 1121 2222 .555 ..11 .3.."
ALPHA = 0.743421
TRIPLES = [
    (observer, f"unit {number}", label)
    for number, unit in enumerate(UNITS.split(), 1)
    for observer, label in zip(("ann", "bob", "cy", "di"), unit, strict=True)
    if label != "."
]
OBSERVERS = ("ann", "bob", "cy", "di")


def measured(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def table(rows: Iterable[tuple[str, ...]] = TRIPLES, header: str = "reviewer,unit,label", sign: str = ",") -> str:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=sign)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return written.getvalue()


def lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def by_unit() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for reviewer, unit, label in TRIPLES:
        found.setdefault(unit, {})[reviewer] = label
    return found


def of(observer: str) -> dict[str, str]:
    return {unit: given[observer] for unit, given in by_unit().items() if observer in given}


def label_studio() -> list[dict[str, Any]]:
    def annotation(who: object, label: str) -> dict[str, Any]:
        answer = {"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": [label]}}
        note = {"from_name": "why", "to_name": "text", "type": "textarea", "value": {"text": ["because"]}}
        return {"id": 7, "completed_by": who, "was_cancelled": False, "result": [answer, note]}

    return [
        {
            "id": unit,
            "data": {"text": "A claim.", "article": f"article {number // 2}"},
            "annotations": [annotation({"id": 1, "email": who}, label) for who, label in given.items()],
            "predictions": [],
        }
        for number, (unit, given) in enumerate(by_unit().items())
    ]


def rows_of_label_studio() -> list[dict[str, Any]]:
    return [
        {"id": unit, "text": "A claim.", "topic": label, "annotator": who, "annotation_id": number, "lead_time": 1.5}
        for number, (who, unit, label) in enumerate(TRIPLES)
    ]


def prodigy() -> list[dict[str, Any]]:
    options = [{"id": label, "text": label} for label in "12345"]
    return [
        {
            "text": "A claim.", "_input_hash": hash_of(unit), "_task_hash": 1, "options": options, "accept": [label],
            "answer": "accept", "_annotator_id": f"claims-{who}", "_session_id": f"claims-{who}", "_view_id": "choice",
        }
        for who, unit, label in TRIPLES
    ]  # fmt: skip


def hash_of(unit: str) -> int:
    return -int(unit.split()[1]) * 1_000_003


def old_doccano() -> list[dict[str, Any]]:
    return [
        {
            "id": number, "text": "A claim.", "meta": {"article": number // 2}, "annotation_approver": None,
            "annotations": [{"label": int(label), "user": OBSERVERS.index(who)} for who, label in given.items()],
        }
        for number, given in enumerate(by_unit().values())
    ]  # fmt: skip


def oldest_doccano() -> list[dict[str, Any]]:
    return [{"doc_id": unit, "text": "A claim.", "labels": [label], "username": who} for who, unit, label in TRIPLES]


def ours() -> list[dict[str, Any]]:
    return [
        {
            "project": "news", "article_id": int(unit.split()[1]) // 2, "claim_id": unit, "quote": "A claim.",
            "reviewer": who, "label": label, "verdict_id": number, "standing": True, "claim_retired": False,
        }
        for number, (who, unit, label) in enumerate(TRIPLES)
    ]  # fmt: skip


def as_table(records: list[dict[str, Any]]) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, list(records[0]))
    writer.writeheader()
    writer.writerows({k: str(v).lower() if isinstance(v, bool) else v for k, v in record.items()} for record in records)
    return written.getvalue()


POTATO = [
    {"instance_id": unit, "user_id": who, "label_annotations": {"topic": {label: "true"}}, "span_annotations": {}}
    for who, unit, label in TRIPLES
]
FILES = {
    "a table": ("a.csv", table(), "table"),
    "a table with semicolons": ("a.csv", table(sign=";"), "table"),
    "a table with tabs and other names": ("a.tsv", table(header="Rater,Item ID,Category", sign="\t"), "table"),
    "flat JSON Lines": ("a.jsonl", lines(*({"coder": r, "item": u, "code": c} for r, u, c in TRIPLES)), "table"),
    "a flat JSON array": ("a.json", json.dumps([{"rater": r, "unit": u, "label": c} for r, u, c in TRIPLES]), "table"),
    "Label Studio": ("a.json", json.dumps(label_studio()), "label-studio"),
    "Label Studio, JSON-MIN": ("a.json", json.dumps(rows_of_label_studio(), indent=2), "label-studio-min"),
    "Label Studio, CSV": ("a.csv", as_table(rows_of_label_studio()), "label-studio-min"),
    "Prodigy": ("a.jsonl", lines(*prodigy()), "prodigy"),
    "doccano with users": ("a.jsonl", lines(*old_doccano()), "doccano"),
    "doccano with user names": ("a.json", json.dumps(oldest_doccano()), "doccano"),
    "Potato in one file": ("annotated_instances.jsonl", lines(*POTATO), "potato"),
    "our JSON Lines": ("a.jsonl", lines(*ours()), "annotator"),
    "our CSV": ("a.csv", "\ufeff" + as_table(ours()), "annotator"),
}


def drawn(articles: int = 30) -> list[tuple[str, str, str, str]]:
    random = Random(4)
    rows = []
    for article in range(articles):
        hard = random.random() * 0.6
        for claim in range(10):
            true = random.choice("abc")
            for who in random.sample(OBSERVERS, 3):
                label = random.choice("abc") if random.random() < hard else true
                rows.append((f"a{article}", f"a{article} c{claim}", who, label))
    return rows


def width(found: dict[str, Any]) -> float:
    return float(found["alpha"]["high"] - found["alpha"]["low"])


def refused(result: Result, code: int = 1) -> str:
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    return result.stderr
