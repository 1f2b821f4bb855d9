"""The input gate: what is refused, what is folded and what is kept as evidence."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import text
from annotator.domain.text import UnstorableText, clean_block, clean_json, clean_line, clean_name, load_json

CYRILLIC_A = "\u0430"


@pytest.mark.parametrize("clean", [clean_line, clean_block, clean_name, clean_json])
@pytest.mark.parametrize("value", ["a\0b", "\ud800", "ok \udfff", "\ud83d\ude00"])
def test_nul_and_lone_surrogates_are_refused_everywhere(clean: Callable[..., Any], value: str) -> None:
    with pytest.raises(UnstorableText):
        clean(value)


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\x0b", "\x85", "\u2028", " \n\n "])
def test_a_line_break_in_a_line_becomes_one_space(mark: str) -> None:
    assert clean_line(f"  Talks{mark}resume \n") == "Talks resume"


def test_a_block_keeps_all_but_its_line_ends() -> None:
    assert clean_block(" a\r\nb\rc\n\u202eabc\u200b e\u0301\uffff\t ") == " a\nb\nc\n\u202eabc\u200b e\u0301\uffff\t "


@pytest.mark.parametrize("clean", [clean_line, clean_block, clean_name])
def test_the_limit_is_named_in_the_message(clean: Callable[..., Any]) -> None:
    assert clean("a" * 5_000, limit=5_000) == "a" * 5_000
    with pytest.raises(UnstorableText, match=r"^The note is 5,001 characters long; the limit is 5,000\.$"):
        clean("a" * 5_001, limit=5_000, what="note")


def test_the_limit_counts_code_points_after_cleaning() -> None:
    assert clean_line(" 😀😀\n", limit=2) == "😀😀"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_cleaning_twice_changes_nothing_more(value: str) -> None:
    for clean in (clean_line, clean_block):
        assert clean(clean(value)) == clean(value)


@pytest.mark.parametrize("name", ["Zoë Ångström", "李明", "علي رضا", "O’Brien-Łuk", "e\u0301va", "Анна", "🦉 owl"])
def test_names_of_all_scripts_are_welcome(name: str) -> None:
    assert clean_name(f"  {name} ") == clean_name(name)


@pytest.mark.parametrize(
    "hidden",
    [
        "\t\x07",
        "\x1b[31m",
        "a\nb",
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\U000e0041",
        "\u3164",
        "\u2800",
        "\u034f",
        "\ufe0f",
    ],
)
def test_nothing_invisible_hides_in_a_name(hidden: str) -> None:
    with pytest.raises(UnstorableText):
        clean_name(f"ad{hidden}min")


@pytest.mark.parametrize("name", ["", "   ", "\u3000"])
def test_an_empty_name_is_refused(name: str) -> None:
    with pytest.raises(UnstorableText):
        clean_name(name)


@pytest.mark.parametrize("twin", ["ADMIN", "ａｄｍｉｎ", " admin ", "Admi\uff2e"])
def test_twins_of_a_name_share_its_key(twin: str) -> None:
    assert text.name_key(twin) == text.name_key("admin")


def test_composed_and_decomposed_names_share_a_key() -> None:
    assert text.name_key("Zoe\u0308") == text.name_key("Zoë")
    assert text.name_key("Straße  9") == text.name_key("STRASSE 9")


@pytest.mark.parametrize("name", [f"{CYRILLIC_A}dmin", "pa\u03c1er", "Jean \u0421ollins", "x_\u0430b\u0441"])
def test_lookalike_letters_in_one_word_are_noticed(name: str) -> None:
    assert text.looks_mixed_script(name)


@pytest.mark.parametrize("name", ["Анна Smith", "Νίκος", "ａｄｍｉｎ", "山田Taro", "Zoë-Анна", "r2d2", ""])
def test_honest_names_are_not_mixed(name: str) -> None:
    assert not text.looks_mixed_script(name)


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    "raw", ["null", "[1, -1.5, true]", '{"a": {"b": []}}', "9223372036854775807", "-9223372036854775808", nested(32)]
)
def test_storable_json_comes_back_as_it_was(raw: str) -> None:
    assert load_json(raw) == load_json(raw.encode()) == clean_json(load_json(raw))


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "NaN",
        "[Infinity]",
        "-Infinity",
        "1e999",
        "-1e999",
        '{"a": 1, "a": 2}',
        "9" * 5_000,
        "-" + "9" * 5_000,
        "9223372036854775808",
        "-9223372036854775809",
        nested(33),
        nested(100_000),
        '{"a":' * 100_000,
        '"\\u0000"',
        '"\\ud800"',
        '{"\\u0000": 1}',
        '{"\\ud800": 1}',
        b"\xff",
        b'"\xc0\x80"',
        "[1] x",
        "{'a': 1}",
    ],
)
def test_bad_json_is_refused_with_a_sentence(raw: bytes | str) -> None:
    with pytest.raises(UnstorableText, match=r"\.$"):
        load_json(raw)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**63, -(2**63) - 1, {1: "a"}, [{"a": ["\0"]}], (1,), b"a"]
)
def test_values_that_json_or_a_database_cannot_hold_are_refused(value: Any) -> None:
    with pytest.raises(UnstorableText):
        clean_json([value])


NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)


@given(st.recursive(st.none() | st.booleans() | NUMBERS, st.lists, max_leaves=20))
def test_any_bounded_value_passes(value: Any) -> None:
    assert clean_json(value) is value
