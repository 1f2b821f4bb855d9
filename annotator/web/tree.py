"""The decision tree: which questions of a codebook were answered, the next one, and what an answer makes of a verdict.

The page's script does the same without the server; a plain form sends each answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annotator.domain.codebook import Codebook
from annotator.domain.questions import Outcome, Question, Step
from annotator.domain.verdicts import Content

BACK = "back"
"""What the button sends that takes the last answer back; the others send "question:yes" and "question:no"."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Where the questions stand: what was answered, and the question to ask, or at the end what they led to."""

    steps: tuple[tuple[Question, bool], ...]
    question: Question | None
    end: Outcome | None


def tree_of(codebook: Codebook, path: Sequence[Step]) -> Tree | None:
    """Return where a path stands, at the start for one that does not fit; None for a codebook without questions."""
    outcome = codebook.outcome(path)
    if outcome is None:
        path, outcome = (), codebook.outcome(())
    if outcome is None:
        return None
    asked = {question.key: question for question in codebook.questions}
    steps = tuple((asked[key], answer) for key, answer in path)
    return Tree(steps, asked.get(outcome.ask), None if outcome.ask else outcome)


def answered(content: Content, codebook: Codebook, answer: str) -> Content:
    """Return a verdict after an answer in its path: at an end it has the label that the answers lead to."""
    path = content.path if codebook.outcome(content.path) else ()
    if answer == BACK:
        return replace(content, path=path[:-1])
    key, _colon, said = answer.partition(":")
    before = (path[:length] for length in range(len(path), -1, -1))
    asking = next((start for start in before if _asks(codebook, start) == key), None)
    if asking is None or said not in {"yes", "no"}:
        return replace(content, path=path)
    path = (*asking, (key, said == "yes"))
    end = codebook.outcome(path)
    if end is None or not end.label:
        return replace(content, path=path)
    return replace(
        content,
        label=end.label,
        kind=end.kind or None,
        skip_reason=None,
        also_attributed=end.also_attributed,
        path=path,
    )


def _asks(codebook: Codebook, path: Sequence[Step]) -> str:
    outcome = codebook.outcome(path)
    return outcome.ask if outcome else ""
