"""Hold the rules of a project: its labels with their kinds, its skip reasons, and the guidance read beside the work."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from annotator.domain.codebook_table import InvalidCodebook, Keyed, Table, refuse_twins
from annotator.domain.questions import Outcome, Question, Step, follow, questions_in

MARKS = ("sourced", "attributed", "editorial", "plain")
"""The looks that the stylesheet has for a label: colour, icon and underline."""

CARDS = ("attribution", "writer", "")
"""What a label asks for besides its kind: who is speaking, what the writer has done, or nothing."""
_CARD_OF_MARK = {"sourced": "attribution", "attributed": "attribution", "editorial": "writer", "plain": ""}
"""The card of a label that names none, as those written before there were cards."""

LONGEST_NAME = 200
"""Characters of a name or a title."""
LONGEST_GUIDANCE = 200_000
MOST_CHOICES = 9
"""Labels and skip reasons are reached by one digit each."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A finer distinction within one label."""

    key: str
    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Label:
    """One of the answers to the project's question; `mark` names its look."""

    key: str
    name: str
    short: str
    definition: str
    question: str
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    shortcut: str
    mark: str
    kinds: tuple[Kind, ...]
    card: str = ""

    def kind(self, key: str | None) -> Kind | None:
        """Find a kind of this label by its key."""
        return _find(self.kinds, key)


@dataclass(frozen=True, slots=True)
class SkipReason:
    """Why a claim may be left without a label."""

    key: str
    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Codebook:
    """One version of the rules; `guidance` is Markdown. `questions` lead to a label, from the first one on."""

    title: str
    guidance: str
    labels: tuple[Label, ...]
    skip_reasons: tuple[SkipReason, ...]
    questions: tuple[Question, ...] = ()

    @classmethod
    def from_dict(cls, data: object) -> "Codebook":
        """Read decoded TOML or JSON; raise `InvalidCodebook` for the first field that cannot be used."""
        table = Table(data, "", {field.name for field in fields(Codebook)})
        labels = table.items("labels", _label)
        if not labels:
            raise InvalidCodebook("labels: at least one is needed")
        refuse_twins([label.shortcut for label in labels], "labels", "shortcut")
        reasons = table.items("skip_reasons", _skip_reason)
        for field, choices in (("labels", labels), ("skip_reasons", reasons)):
            if len(choices) > MOST_CHOICES:
                raise InvalidCodebook(f"{field}: {len(choices)} are too many, the digits reach {MOST_CHOICES}")
        questions = questions_in(table, {label.key: frozenset(kind.key for kind in label.kinds) for label in labels})
        return cls(
            table.text("title", LONGEST_NAME), table.text("guidance", LONGEST_GUIDANCE), labels, reasons, questions
        )

    def to_dict(self) -> dict[str, Any]:
        """Give plain dicts and lists that `from_dict` reads back to an equal codebook."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        for label in plain["labels"]:
            if label["card"] == _CARD_OF_MARK[label["mark"]]:
                del label["card"]
        for question in plain["questions"]:
            if not question["hint"]:
                del question["hint"]
            for answer in ("yes", "no"):
                question[answer] = {name: value for name, value in question[answer].items() if value}
        if not self.questions:
            del plain["questions"]
        return plain

    def digest(self) -> str:
        """Hash the canonical JSON with SHA-256 (hex), so that equal rules are recognised in any file."""
        canonical = json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def label(self, key: str | None) -> Label | None:
        """Find a label by its key."""
        return _find(self.labels, key)

    def skip_reason(self, key: str | None) -> SkipReason | None:
        """Find a skip reason by its key."""
        return _find(self.skip_reasons, key)

    def question(self, key: str | None) -> Question | None:
        """Find a question by its key."""
        return _find(self.questions, key)

    def outcome(self, path: Sequence[Step]) -> Outcome | None:
        """Return what the answers of a path lead to; None if they are no way through the questions."""
        return follow(self.questions, path)


_T = TypeVar("_T", bound=Keyed)


def _find(things: Sequence[_T], key: str | None) -> _T | None:
    return next((thing for thing in things if thing.key == key), None)


def _label(data: object, path: str) -> Label:
    table = Table(data, path, {field.name for field in fields(Label)})
    shortcut = table.text("shortcut")
    if not re.fullmatch(r"[1-9]", shortcut):
        raise InvalidCodebook(f"{path}.shortcut: {shortcut!r} is not a single digit from 1 to 9")
    mark = table.text("mark")
    if mark not in MARKS:
        raise InvalidCodebook(f"{path}.mark: {mark!r} is not one of {', '.join(MARKS)}")
    card = table.get("card") if "card" in table else _CARD_OF_MARK[mark]
    if card not in CARDS:
        raise InvalidCodebook(f"{path}.card: {card!r:.40} is not one of {', '.join(map(repr, CARDS))}")
    return Label(
        key=table.key(),
        name=table.text("name", LONGEST_NAME),
        short=table.text("short", LONGEST_NAME),
        definition=table.text("definition"),
        question=table.text("question"),
        examples=table.texts("examples"),
        counterexamples=table.texts("counterexamples"),
        shortcut=shortcut,
        mark=mark,
        kinds=table.items("kinds", _kind),
        card=str(card),
    )


def _kind(data: object, path: str) -> Kind:
    return Kind(*_keyed(data, path))


def _skip_reason(data: object, path: str) -> SkipReason:
    return SkipReason(*_keyed(data, path))


def _keyed(data: object, path: str) -> tuple[str, str, str]:
    table = Table(data, path, {"key", "name", "definition"})
    return table.key(), table.text("name", LONGEST_NAME), table.text("definition")
