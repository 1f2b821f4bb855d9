"""The rules of a project are read strictly, and an error names the field to mend."""

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.codebook import MARKS, Codebook, Kind, SkipReason
from annotator.domain.codebook_table import InvalidCodebook

SHIPPED = Path(__file__).parents[2] / "seeds" / "codebook.toml"


def a_label(key: str = "fact", shortcut: str = "1", **changes: Any) -> dict[str, Any]:
    plain = {
        "key": key,
        "name": key.title(),
        "short": key.title(),
        "definition": "What it covers.",
        "question": "Is it one?",
        "examples": ["It rained."],
        "counterexamples": [],
        "shortcut": shortcut,
        "mark": "plain",
        "kinds": [{"key": "seen", "name": "Seen", "definition": "Somebody saw it."}],
    }
    return plain | changes


def a_codebook(**changes: Any) -> dict[str, Any]:
    plain = {
        "title": "Weather",
        "guidance": "## Look up\n\nIs it raining?",
        "labels": [a_label("fact", "1"), a_label("mood", "2")],
        "skip_reasons": [{"key": "fragment", "name": "Fragment", "definition": "Not a sentence."}],
    }
    return plain | changes


def test_what_is_read_is_written_back_equal() -> None:
    plain = a_codebook()
    codebook = Codebook.from_dict(plain)
    assert codebook.to_dict() == plain
    assert Codebook.from_dict(codebook.to_dict()) == codebook


def test_reading_leaves_the_input_alone() -> None:
    plain = a_codebook()
    before = deepcopy(plain)
    Codebook.from_dict(plain).to_dict()["labels"].clear()
    assert plain == before


def test_labels_kinds_and_reasons_are_found_by_key() -> None:
    codebook = Codebook.from_dict(a_codebook())
    mood = codebook.label("mood")
    assert mood is codebook.labels[1]
    assert mood is not None
    assert mood.kind("seen") == Kind("seen", "Seen", "Somebody saw it.")
    assert mood.kind("heard") is None
    assert codebook.label("weather") is None
    assert codebook.label(None) is None
    assert codebook.skip_reason("fragment") == SkipReason("fragment", "Fragment", "Not a sentence.")
    assert codebook.skip_reason("mood") is None


def test_the_digest_follows_the_rules_and_not_their_order_in_the_file() -> None:
    digest = Codebook.from_dict(a_codebook()).digest()
    assert len(digest) == 64
    assert Codebook.from_dict(dict(reversed(a_codebook().items()))).digest() == digest
    assert Codebook.from_dict(a_codebook(title="Clima é")).digest() != digest


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": " "}, "title: must not be empty"),
        ({"guidance": None}, "guidance: a text is needed"),
        ({"guidance": "a\x00b"}, "guidance: holds a character that cannot be stored"),
        ({"title": "\ud800"}, "title: holds a character that cannot be stored"),
        ({"labels": []}, "labels: at least one is needed"),
        ({"labels": {"key": "fact"}}, "labels: a list is needed"),
        ({"labels": ["fact"]}, r"labels\[1\]: a table is needed"),
        ({"labels": [a_label(name="")]}, r"labels\[1\].name: must not be empty"),
        ({"labels": [a_label("Fact")]}, r"labels\[1\].key: 'Fact' is not"),
        ({"labels": [a_label("fact\n")]}, r"labels\[1\].key: "),
        ({"labels": [a_label("f" * 41)]}, r"labels\[1\].key: "),
        ({"labels": [a_label(), a_label("fact", "2")]}, r"labels\[2\].key: 'fact' is already taken"),
        ({"labels": [a_label(), a_label("mood", "1")]}, r"labels\[2\].shortcut: '1' is already taken"),
        ({"labels": [a_label(shortcut="0")]}, r"labels\[1\].shortcut: '0' is not a single digit"),
        ({"labels": [a_label(shortcut="12")]}, r"labels\[1\].shortcut: '12' is not a single digit"),
        ({"labels": [a_label(shortcut="٣")]}, r"labels\[1\].shortcut: "),
        ({"labels": [a_label() | {"shortcut": 1}]}, r"labels\[1\].shortcut: a text is needed"),
        ({"labels": [a_label(mark="#ff0000")]}, r"labels\[1\].mark: '#ff0000' is not one of sourced"),
        ({"labels": [a_label(examples="It rained.")]}, r"labels\[1\].examples: a list is needed"),
        ({"labels": [a_label(examples=["It rained.", 7])]}, r"labels\[1\].examples\[2\]: a text is needed"),
        ({"labels": [a_label(exampels=[])]}, r"labels\[1\].exampels: not a field"),
        ({"labels": [a_label(kinds=[{"key": "seen", "name": "Seen"}])]}, r"labels\[1\].kinds\[1\].definition: a text"),
        ({"labels": [a_label(kinds=a_label()["kinds"] * 2)]}, r"labels\[1\].kinds\[2\].key: 'seen' is already taken"),
        ({"skip_reasons": a_codebook()["skip_reasons"] * 2}, r"skip_reasons\[2\].key: 'fragment' is already taken"),
        (
            {"skip_reasons": [{"key": f"r{n}", "name": "R", "definition": "R."} for n in range(10)]},
            "skip_reasons: 10 are too many",
        ),
        ({"colour": "red"}, "codebook.colour: not a field"),
    ],
)
def test_an_error_names_the_field(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidCodebook, match=f"^{message}"):
        Codebook.from_dict(a_codebook(**changes))


@pytest.mark.parametrize("data", [None, [], "codebook", 3])
def test_only_a_table_is_a_codebook(data: object) -> None:
    with pytest.raises(InvalidCodebook, match=r"^codebook: a table is needed"):
        Codebook.from_dict(data)


def test_a_tenth_label_finds_no_free_digit() -> None:
    labels = [a_label(f"label-{n}", str(n)) for n in range(1, 10)]
    assert len(Codebook.from_dict(a_codebook(labels=labels)).labels) == 9
    with pytest.raises(InvalidCodebook, match="shortcut"):
        Codebook.from_dict(a_codebook(labels=[*labels, a_label("label-10", "10")]))


def test_the_shipped_codebook_is_complete() -> None:
    codebook = Codebook.from_dict(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))
    assert [(label.key, label.shortcut) for label in codebook.labels] == [
        ("sourced", "1"),
        ("attributed", "2"),
        ("editorial", "3"),
    ]
    assert [[kind.key for kind in label.kinds] for label in codebook.labels] == [
        ["named", "anonymous", "document", "observed"],
        ["direct", "indirect", "collective"],
        ["framing", "unsourced", "inference", "question"],
    ]
    assert [reason.key for reason in codebook.skip_reasons] == [
        "fragment",
        "boilerplate",
        "segmentation",
        "language",
        "not-an-assertion",
    ]
    assert all(label.examples and label.counterexamples and label.mark in MARKS for label in codebook.labels)


def test_the_shipped_guidance_gives_the_rules_in_order() -> None:
    guidance = Codebook.from_dict(tomllib.loads(SHIPPED.read_text(encoding="utf-8"))).guidance
    places = [guidance.index(f"**R{number} ") for number in range(7)]
    assert places == sorted(places)
