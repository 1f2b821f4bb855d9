"""The codebook editor's forms: parts of a codebook as fields, and back; rows are added, moved and removed."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from annotator.domain.questions import MOST_QUESTIONS
from annotator.web.forms import block, line

Values = dict[str, Any]
MOST_ROWS = MOST_QUESTIONS + 1
"""Rows of a form that are read."""
ROWS_OF = {
    "kind": ("key", "name", "definition"),
    "reason": ("key", "name", "definition"),
    "question": ("key", "text", "hint", "yes", "no", "yes_also", "no_also"),
}
_MOVE = re.compile(r"(up|down|remove)-(\d{1,3})")
_LABEL_LINES = ("name", "short", "shortcut", "mark", "card")
_LABEL_BLOCKS = ("definition", "question")
_LABEL_LISTS = ("examples", "counterexamples")


def rows_from(form: Mapping[str, str], prefix: str) -> list[Values]:
    """Read the rows of a form, as they stand there."""
    names, rows = ROWS_OF[prefix], list[Values]()
    while len(rows) < MOST_ROWS and f"{prefix}-{len(rows)}-key" in form:
        start = f"{prefix}-{len(rows)}-"
        rows.append({name: _text(form.get(start + name, ""), name) for name in names})
    return rows


def _text(value: str, name: str) -> str:
    return block(value).strip() if name in {"definition", "text", "hint"} else line(value)


def said(rows: Sequence[Values]) -> list[Values]:
    """Return the rows in which something stands."""
    return [row for row in rows if any(row.values())]


def moved(rows: Sequence[Values], action: str, prefix: str) -> list[Values]:
    """Return the rows after a button was pressed: add, or up, down or remove with the number of a row."""
    found, match = list(rows), _MOVE.fullmatch(action)
    if action == "add" and len(found) < MOST_ROWS:
        return [*found, dict.fromkeys(ROWS_OF[prefix], "")]
    at = int(match[2]) if match else len(found)
    if match is None or at >= len(found):
        return found
    row = found.pop(at)
    if match[1] != "remove":
        found.insert(max(at + (-1 if match[1] == "up" else 1), 0), row)
    return found


def is_save(action: str) -> bool:
    """Tell whether a form is to be stored, and not only its rows to be moved."""
    return action != "add" and _MOVE.fullmatch(action) is None


def label_from(form: Mapping[str, str]) -> Values:
    """Read a label, without its key."""
    values: Values = {name: line(form.get(name, "")) for name in _LABEL_LINES}
    values |= {name: block(form.get(name, "")).strip() for name in _LABEL_BLOCKS}
    values |= {
        name: [line(text) for text in block(form.get(name, "")).split("\n") if text.strip()] for name in _LABEL_LISTS
    }
    return values | {"kinds": rows_from(form, "kind")}


def question_row(question: Values) -> Values:
    """Return a question of the document as a row of the form."""
    row = {"key": question["key"], "text": question["text"], "hint": question.get("hint", "")}
    for answer in ("yes", "no"):
        outcome = question[answer]
        row[answer] = way_of(outcome)
        row[f"{answer}_also"] = "1" if outcome.get("also_attributed") else ""
    return row


def way_of(outcome: Values) -> str:
    """Return where an answer leads, as the value of a choice: ask:…, label:…, label:…/… or skip."""
    if outcome.get("skip"):
        return "skip"
    if outcome.get("ask"):
        return f"ask:{outcome['ask']}"
    kind = outcome.get("kind", "")
    return f"label:{outcome.get('label', '')}" + (f"/{kind}" if kind else "")


def question_from(row: Values) -> Values:
    """Return a row of the form as a question of the document."""
    question: Values = {"key": row["key"], "text": row["text"]} | ({"hint": row["hint"]} if row["hint"] else {})
    for answer in ("yes", "no"):
        outcome = outcome_of(row[answer])
        question[answer] = outcome | ({"also_attributed": True} if row[f"{answer}_also"] and "label" in outcome else {})
    return question


def outcome_of(way: str) -> Values:
    """Read where an answer leads; nothing for what says nothing."""
    kind_of_way, _colon, target = way.partition(":")
    if way == "skip":
        return {"skip": True}
    if kind_of_way == "ask" and target:
        return {"ask": target}
    label, _slash, kind = target.partition("/")
    if kind_of_way != "label" or not label:
        return {}
    return {"label": label} | ({"kind": kind} if kind else {})


def flat(part: str, value: Any) -> dict[str, str]:
    """Return a part as names and texts, for two of them to stand side by side."""
    if part == "label":
        lists = {name: "\n".join(value[name]) for name in _LABEL_LISTS}
        kinds = "\n".join(f"{kind['key']}: {kind['name']}. {kind['definition']}" for kind in value["kinds"])
        return {name: value.get(name, "") for name in (*_LABEL_LINES, *_LABEL_BLOCKS)} | lists | {"kinds": kinds}
    if part == "skip_reasons":
        return {row["key"]: f"{row['name']}. {row['definition']}" for row in value}
    if part == "questions":
        return {one["key"]: "\n".join(text for text in question_row(one).values() if text) for one in value}
    return dict(value)
