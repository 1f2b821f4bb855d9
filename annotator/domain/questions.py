"""The rules of a codebook as yes/no questions: each answer asks another question, or ends at a label or at a skip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.codebook_table import InvalidCodebook, Table

MOST_QUESTIONS = 50

Step = tuple[str, bool]
"""A question, by its key, and the answer (yes is True)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer leads to: another question (`ask`), a label with its kind, or a skip. Just one of the three."""

    ask: str = ""
    label: str = ""
    kind: str = ""
    also_attributed: bool = False
    skip: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question that is answered by yes or no; `hint` says what to look at."""

    key: str
    text: str
    hint: str
    yes: Outcome
    no: Outcome

    def answer(self, *, yes: bool) -> Outcome:
        """Return what an answer leads to."""
        return self.yes if yes else self.no


def questions_in(codebook: Table, kinds: Mapping[str, frozenset[str]]) -> tuple[Question, ...]:
    """Read a codebook's questions; `kinds` are those of each label. Raises InvalidCodebook.

    An answer asks a question further down only, so that every way through them comes to an end.
    """
    questions = codebook.items("questions", _question)
    if len(questions) > MOST_QUESTIONS:
        raise InvalidCodebook(f"questions: {len(questions)} are too many, at most {MOST_QUESTIONS}")
    later: set[str] = set()
    for number, question in reversed(list(enumerate(questions, 1))):
        for name, outcome in (("yes", question.yes), ("no", question.no)):
            _check(outcome, f"questions[{number}].{name}", later, kinds)
        later.add(question.key)
    return questions


def follow(questions: Sequence[Question], path: Sequence[Step]) -> Outcome | None:
    """Return what a path leads to, the first question for an empty one; None if it is no way through `questions`."""
    by_key = {question.key: question for question in questions}
    outcome = Outcome(ask=questions[0].key) if questions else None
    for key, answer in path:
        if outcome is None or outcome.ask != key:
            return None
        outcome = by_key[key].answer(yes=answer)
    return outcome


def _question(data: object, path: str) -> Question:
    table = Table(data, path, {"key", "text", "hint", "yes", "no"})
    hint = table.text("hint") if "hint" in table else ""
    yes, no = (_outcome(table.get(name), table.at(name)) for name in ("yes", "no"))
    return Question(table.key(), table.text("text"), hint, yes, no)


def _outcome(data: object, path: str) -> Outcome:
    table = Table(data, path, {"ask", "label", "kind", "also_attributed", "skip"})
    for name in ("also_attributed", "skip"):
        if table.get(name) not in {None, True, False}:
            raise InvalidCodebook(f"{table.at(name)}: true or false is needed, not {table.get(name)!r:.40}")
    texts = {name: table.text(name) for name in ("ask", "label", "kind") if name in table}
    return Outcome(**texts, also_attributed=bool(table.get("also_attributed")), skip=bool(table.get("skip")))


def _check(outcome: Outcome, path: str, later: set[str], kinds: Mapping[str, frozenset[str]]) -> None:
    if [bool(outcome.ask), bool(outcome.label), outcome.skip].count(True) != 1:
        raise InvalidCodebook(f"{path}: one of ask, label and skip is needed")
    if outcome.ask and outcome.ask not in later:
        raise InvalidCodebook(f"{path}.ask: {outcome.ask!r} is no question further down")
    if outcome.label and outcome.label not in kinds:
        raise InvalidCodebook(f"{path}.label: {outcome.label!r} is no label of this codebook")
    if outcome.kind and outcome.kind not in kinds.get(outcome.label, frozenset()):
        raise InvalidCodebook(f"{path}.kind: {outcome.kind!r} is no kind of {outcome.label or 'a label'!r}")
    if outcome.also_attributed and not outcome.label:
        raise InvalidCodebook(f"{path}.also_attributed: only a label can be attributed too")
