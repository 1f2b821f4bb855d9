"""The codebook's questions: every way through them ends, and what is wrong with them is named by its path."""

import tomllib
from typing import Any

import pytest

from annotator import paths
from annotator.domain.codebook import Codebook
from annotator.domain.codebook_table import InvalidCodebook
from annotator.domain.questions import MOST_QUESTIONS, Outcome, Step, follow

SHIPPED = Codebook.from_dict(tomllib.loads((paths.seeds() / "codebook.toml").read_text("utf-8")))


def a_codebook(*questions: dict[str, Any]) -> dict[str, Any]:
    kinds = [{"key": "framing", "name": "Framing", "definition": "A loaded word."}]
    texts = {"name": "N", "short": "S", "definition": "D", "question": "Q"}
    labels = [{"key": "editorial", "shortcut": "3", "mark": "editorial", "kinds": kinds, **texts}]
    return {"title": "T", "guidance": "G", "labels": labels, "skip_reasons": [], "questions": list(questions)}


def a_question(key: str = "judges", **answers: Any) -> dict[str, Any]:
    return {"key": key, "text": "?", "yes": {"label": "editorial"}, "no": {"skip": True}, **answers}


def every_way(path: tuple[Step, ...] = ()) -> list[tuple[tuple[Step, ...], Outcome]]:
    outcome = follow(SHIPPED.questions, path)
    assert outcome is not None
    if not outcome.ask:
        return [(path, outcome)]
    return [way for answer in (True, False) for way in every_way((*path, (outcome.ask, answer)))]


def test_every_way_through_the_shipped_questions_ends_and_each_label_and_kind_is_reached() -> None:
    ways = every_way()
    reached = {(outcome.label, outcome.kind) for _path, outcome in ways}
    assert reached == {(label.key, kind.key) for label in SHIPPED.labels for kind in label.kinds} | {("", "")}
    asked = {key for path, _outcome in ways for key, _answer in path}
    assert asked == {question.key for question in SHIPPED.questions}, "no question is out of reach"


def test_a_source_beside_the_writers_judgement_is_kept() -> None:
    path = [("codable", True), ("writer-judges", True), ("rhetorical", False), ("inferred", False)]
    assert SHIPPED.outcome([*path, ("framed-beside-source", True)]) == Outcome(
        label="editorial", kind="framing", also_attributed=True
    )


@pytest.mark.parametrize(
    "path",
    [
        [("writer-judges", True)],
        [("codable", True), ("codable", True)],
        [("codable", False), ("writer-judges", True)],
        [("nobody-asked", True)],
    ],
)
def test_what_is_no_way_through_leads_nowhere(path: list[Step]) -> None:
    assert SHIPPED.outcome(path) is None


def test_a_codebook_without_questions_leads_nowhere() -> None:
    assert Codebook.from_dict(a_codebook()).outcome([]) is None


def test_questions_survive_being_stored() -> None:
    assert Codebook.from_dict(SHIPPED.to_dict()) == SHIPPED


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        ([a_question(yes={"ask": "judges"})], "questions[1].yes.ask: 'judges' is no question further down"),
        ([a_question("a", no={"ask": "b"})], "questions[1].no.ask: 'b' is no question further down"),
        ([a_question(yes={})], "questions[1].yes: one of ask, label and skip is needed"),
        ([a_question(yes={"label": "editorial", "skip": True})], "questions[1].yes: one of ask, label and skip"),
        ([a_question(yes={"label": "x"})], "questions[1].yes.label: 'x' is no label of this codebook"),
        ([a_question(yes={"label": "editorial", "kind": "x"})], "questions[1].yes.kind: 'x' is no kind of 'editorial'"),
        ([a_question(yes={"skip": "perhaps"})], "questions[1].yes.skip: true or false is needed"),
        ([a_question(yes={"skip": True, "also_attributed": True})], "questions[1].yes.also_attributed: only a label"),
        ([a_question(no=None)], "questions[1].no: a table is needed, not None"),
        ([a_question(), a_question()], "questions[2].key: 'judges' is already taken"),
        ([a_question(text=" ")], "questions[1].text: must not be empty"),
        ([a_question(hind="x")], "questions[1].hind: not a field"),
        ([a_question(f"q{i}") for i in range(MOST_QUESTIONS + 1)], "questions: 51 are too many"),
    ],
)
def test_a_question_that_cannot_be_used_is_named(questions: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(InvalidCodebook) as caught:
        Codebook.from_dict(a_codebook(*questions))
    assert str(caught.value).startswith(message)
