"""The difference between a claim and its neutral rewrite: nothing is lost on either side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import rewrites
from annotator.domain.rewrites import LONGEST, MOST_WORDS, difference

WORDS = st.lists(st.sampled_from(["the", "brutal", " ", ", ", ".", "é", "e\u0301", "😀", "شرطة"]), max_size=30)


@given(claim=WORDS.map("".join), rewrite=WORDS.map("".join))
def test_without_what_came_in_it_is_the_claim_and_without_what_went_the_rewrite(claim: str, rewrite: str) -> None:
    parts = difference(claim, rewrite)
    if not rewrite:
        assert parts == []
        return
    assert "".join(text for name, text in parts if name != "ins") == claim
    assert "".join(text for name, text in parts if name != "del") == rewrite
    assert all(text for _name, text in parts)


def test_a_loaded_word_taken_out_is_all_that_differs() -> None:
    assert difference("The reckless plan failed.", "The plan failed.") == [
        ("same", "The"), ("del", " reckless"), ("same", " plan failed."),
    ]  # fmt: skip


def test_words_side_by_side_are_one_change() -> None:
    assert difference("The brutal cruel raid ended.", "The night police raid ended.") == [
        ("same", "The "), ("del", "brutal cruel"), ("ins", "night police"), ("same", " raid ended."),
    ]  # fmt: skip


def test_a_claim_without_end_is_not_compared_word_by_word() -> None:
    long = "word " * MOST_WORDS
    assert difference(long, "short") == [("del", long), ("ins", "short")]


def test_a_sentence_of_a_hundred_words_is_compared_word_by_word() -> None:
    words = [f"word{number}" for number in range(100)]
    parts = difference(" ".join(words), " ".join(words[:50] + words[51:]))
    assert [name for name, _text in parts] == ["same", "del", "same"]


def test_words_that_come_again_and_again_take_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewrites, "SequenceMatcher", None)
    claim, rewrite = "a " * 290, "a b " * (LONGEST // 5)
    assert difference(claim, rewrite) == [("del", claim), ("ins", rewrite)]
