"""Changes of a codebook: each part by itself, word by word, and whom a change of meaning reaches."""

from dataclasses import replace
from typing import Any

import pytest

from annotator import paths
from annotator.domain.codebook import Kind, SkipReason
from annotator.domain.codebook_changes import Target, changes_between, guidance_with, sections
from annotator.services.sample import shipped_codebook

SHIPPED = shipped_codebook(paths.seeds())
FIRST, *REST = SHIPPED.labels


def test_the_same_codebook_has_no_changes() -> None:
    assert changes_between(SHIPPED, SHIPPED) == []


def test_a_changed_definition_reaches_its_label_and_shows_the_words() -> None:
    after = replace(SHIPPED, labels=(replace(FIRST, definition=FIRST.definition + " Really."), *REST))
    (change,) = changes_between(SHIPPED, after)
    assert (change.part, change.what, change.can_matter, change.requeues) == ("label:sourced", "changed", True, False)
    assert change.target == Target("label:sourced", label="sourced")
    assert [part for part in change.fields[0].parts if part[0] != "same"] == [("ins", " Really.")]


@pytest.mark.parametrize("field", ["short", "shortcut", "mark", "card"])
def test_how_a_label_looks_is_no_question_of_meaning(field: str) -> None:
    values: dict[str, Any] = {"short": "S", "shortcut": "9", "mark": "plain", "card": ""}
    (change,) = changes_between(SHIPPED, replace(SHIPPED, labels=(replace(FIRST, **{field: values[field]}), *REST)))
    assert not change.can_matter


def test_what_is_removed_is_asked_about_in_any_case() -> None:
    after = replace(
        SHIPPED,
        labels=(replace(FIRST, kinds=FIRST.kinds[1:]), *REST[:-1]),
        skip_reasons=SHIPPED.skip_reasons[1:],
        questions=(),
    )
    removed = [change.part for change in changes_between(SHIPPED, after) if change.requeues]
    assert removed == [
        f"kind:{FIRST.key}/{FIRST.kinds[0].key}", f"label:{REST[-1].key}", f"skip:{SHIPPED.skip_reasons[0].key}",
    ]  # fmt: skip


def test_what_is_new_reaches_what_could_have_been_it_and_is_wording_by_itself() -> None:
    new = replace(FIRST, key="new", shortcut="9", kinds=())
    after = replace(
        SHIPPED,
        labels=(replace(FIRST, kinds=(*FIRST.kinds, Kind("k", "K", "D"))), *REST, new),
        skip_reasons=(*SHIPPED.skip_reasons, SkipReason("s", "S", "D")),
    )
    found = {change.part: change for change in changes_between(SHIPPED, after)}
    assert found["label:new"].target.everything
    assert found[f"kind:{FIRST.key}/k"].target == Target(f"kind:{FIRST.key}/k", label=FIRST.key)
    assert found["skip:s"].target.any_skip
    assert all(change.has_default and change.can_matter for change in found.values())


def test_guidance_and_questions_are_one_part_shown_by_section() -> None:
    first, *rest = SHIPPED.questions
    after = replace(
        SHIPPED,
        guidance=SHIPPED.guidance.replace("## The question", "## The first question"),
        questions=(replace(first, text="Is it a claim?"), *rest),
    )
    (change,) = changes_between(SHIPPED, after)
    assert (change.part, change.target.everything) == ("rules", True)
    assert [field.heading for field in change.fields] == ["The first question", "The question", first.key]


def test_another_order_changes_no_meaning() -> None:
    (change,) = changes_between(SHIPPED, replace(SHIPPED, labels=(*REST, FIRST)))
    assert (change.part, change.can_matter) == ("order", False)


def test_sections_with_the_same_heading_are_told_apart() -> None:
    assert sections("Begin\n# A\none\n# A\ntwo\n") == {"": "Begin", "A": "# A\none", "A (2)": "# A\ntwo"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Text.", "Text.\n\n## Edge cases\n\n- “X” note\n"),
        ("## Edge cases\n\n- “A”\n\n## More\n", "## Edge cases\n\n- “A”\n- “X” note\n\n## More\n"),
        ("## Edge cases\n", "## Edge cases\n\n- “X” note\n"),
        ("## Edge cases\n\n| a |\n", "## Edge cases\n\n| a |\n\n- “X” note\n"),
    ],
)
def test_an_edge_case_is_a_line_under_its_heading(before: str, after: str) -> None:
    assert guidance_with(before, "X", "note") == after
