"""The comparison of an article with what its address shows now."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.live_articles import Comparison, aligned, compare

BRIDGE = "The bridge is closed, the council said."
PLANNERS = "Its brutal planners shrugged."
PAY = "Who will pay?"
ARTICLE = [BRIDGE, PLANNERS, PAY]


def against(article: list[str], live: list[str]) -> Comparison:
    return compare("\n".join(article), article, "\n\n".join(live), live)


def test_white_space_is_no_change() -> None:
    found = compare(f"{BRIDGE}\n\n{PAY}", [BRIDGE, PAY], f" {BRIDGE.replace(' ', chr(0xA0))}\t{PAY} ", [BRIDGE, PAY])
    assert found == Comparison(is_changed=False)


def test_a_reworded_sentence_is_told_with_its_new_words() -> None:
    new = "The bridge is closed for a year, the council said."
    assert against(ARTICLE, [new, PLANNERS, PAY]) == Comparison(is_changed=True, touched=((0, new),))


def test_a_sentence_that_went_is_gone_and_one_that_came_is_added() -> None:
    new = "Correction: an earlier version named the wrong street."
    assert against(ARTICLE, [BRIDGE, PAY, new]) == Comparison(is_changed=True, touched=((1, ""),), added=(new,))


def test_a_sentence_that_moved_still_stands() -> None:
    assert against(ARTICLE, [PAY, BRIDGE, PLANNERS]) == Comparison(is_changed=True)


def test_typographic_changes_count_and_are_shown() -> None:
    assert against(["“Stop,” he said."], ['"Stop," he said.']).touched == ((0, '"Stop," he said.'),)


@pytest.mark.parametrize(
    ("live", "touched", "added"),
    [
        ([PAY, BRIDGE, PAY, PLANNERS, PAY], (), ()),
        ([PAY, BRIDGE, PAY, PLANNERS], ((4, ""),), ()),
        ([BRIDGE, PAY, PLANNERS, PAY], ((0, ""),), ()),
        ([PAY, BRIDGE, PLANNERS, PAY], ((2, ""),), ()),
        ([PAY, BRIDGE, PAY, PLANNERS, PAY, PAY], (), (PAY,)),
    ],
)
def test_a_repeated_sentence_stands_as_often_as_it_is_there(
    live: list[str], touched: tuple[tuple[int, str], ...], added: tuple[str, ...]
) -> None:
    found = against([PAY, BRIDGE, PAY, PLANNERS, PAY], live)
    assert (found.touched, found.added) == (touched, added)


def test_parts_of_sentences_and_rows_of_them_stand_where_their_words_stand() -> None:
    text = f"{BRIDGE} {PLANNERS} {PAY}"
    claims = ["The bridge is closed,", "the council said.", f"{PLANNERS} {PAY}"]
    new = "The mayor was silent."
    found = compare(text, claims, f"{new} {BRIDGE} {PLANNERS} {PAY}", [new, *ARTICLE])
    assert found == Comparison(is_changed=True, added=(new,))


def test_a_claim_that_was_split_in_two_is_touched_only_where_it_changed() -> None:
    live = "The bridge is closed, the mayor said on Monday."
    found = compare(BRIDGE, ["The bridge is closed,", "the council said."], live, [live])
    assert [number for number, _ in found.touched] == [1]


def test_a_short_claim_does_not_stand_inside_a_word() -> None:
    assert [number for number, _ in against(["He", BRIDGE], ["Helsinki waits.", BRIDGE]).touched] == [0]


def test_a_text_without_spaces_is_compared_too() -> None:
    found = against(["大橋は閉鎖された。", "市長は黙った。"], ["大橋は閉鎖された。", "市長は話した。"])
    assert [number for number, _ in found.touched] == [1]


def test_an_empty_live_text_leaves_nothing_standing() -> None:
    assert compare(BRIDGE, [BRIDGE], "", []) == Comparison(is_changed=True, touched=((0, ""),))


words = st.lists(st.sampled_from(["a.", "b.", "a b.", "c d e.", "d e f g."]), max_size=25)


@given(words, words)
def test_pairs_are_equal_in_order_and_used_once(old: list[str], new: list[str]) -> None:
    pairs = sorted(aligned(old, new))
    assert all(old[left] == new[right] for left, right in pairs)
    rights = [right for _, right in pairs]
    assert rights == sorted(set(rights))
    assert len({left for left, _ in pairs}) == len(pairs)


@given(words, words)
def test_what_stands_and_what_came_is_told_whatever_the_texts(old: list[str], new: list[str]) -> None:
    found = against(old, new)
    joined = " ".join(new)
    assert all(old[number] in new or words in {"", *new} for number, words in found.touched)
    untouched = set(range(len(old))) - {number for number, _ in found.touched}
    assert all(old[number] in joined for number in untouched)
    assert set(found.added) <= set(new)
    assert against(old, old) == Comparison(is_changed=False)


def sentences(count: int, seed: int) -> list[str]:
    dice = random.Random(seed)
    names = [f"word{number}" for number in range(3_000)]
    return [" ".join(dice.choices(names, k=20)).capitalize() + "." for _ in range(count)]


def shuffled(article: list[str]) -> list[str]:
    return random.Random(5).sample(article, len(article))


@pytest.mark.parametrize(
    "live",
    [
        lambda article: [*article[:2_000], "New.", *article[2_001:]],
        lambda _article: sentences(5_000, 2),
        shuffled,
        lambda article: [sentence.replace("word1", "thing1") for sentence in article],
        lambda article: article[:1] * 5_000,
        lambda article: [sentence for sentence in article[:2_500] for _ in range(2)],
        lambda article: [" ".join(article)],
    ],
    ids=["one changed", "all others", "shuffled", "reworded", "one repeated", "doubled", "one long"],
)
def test_five_thousand_sentences_take_bounded_time(live: "object") -> None:
    article = sentences(5_000, 1)
    assert callable(live)
    started = time.process_time()
    against(article, live(article))
    assert time.process_time() - started < 15


def test_repeated_sentences_take_bounded_time() -> None:
    started = time.process_time()
    against(["a a a a a a a a."] * 5_000, ["a a a a a a a a a."] * 5_000)
    against(["Yes.", "No."] * 2_500, ["No.", "Yes.", "Well."] * 1_600)
    against(
        [" ".join("a" * number) for number in range(1, 1_400)],
        [" ".join("a" * number) + "." for number in range(1, 1_400)],
    )
    assert time.process_time() - started < 20
