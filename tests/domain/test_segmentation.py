"""Edits of a segmentation: whatever is done in whatever order, claims stay trimmed, in order and apart."""

import random
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotator.domain.segmentation import (
    ACTIONS,
    BadEdit,
    Block,
    Change,
    Edit,
    change_by,
    longer,
    may_cut,
    shorter,
    tokens,
    words_of,
)
from annotator.domain.sentences import sentences

TEXT = "Bridge closed\n\nThe cafe\u0301 is shut, he said. 👩\u200d🚀 waved 👍🏽 to us. Who pays?"
ALPHABET = "ab .,!?\n\t\u00a0\u2028\u0301\u200d👩🚀👍🏽🇩🇪é“”—…\u064bم中。\ufe0f"
texts = st.text(alphabet=st.sampled_from(ALPHABET), min_size=1, max_size=80)


def blocks_of(text: str) -> list[Block]:
    return [Block(found.start, found.end, found.kind, id=number) for number, found in enumerate(sentences(text), 1)]


def quotes(text: str, blocks: list[Block]) -> list[str]:
    return [text[block.start : block.end] for block in blocks]


def stored(blocks: list[Block], change: Change) -> list[Block]:
    """Return the blocks after a change with ids, as the database would give them."""
    after, top = change.blocks_after(blocks), max([block.id for block in blocks], default=0)
    return [
        Block(block.start, block.end, block.kind, block.aside, block.is_repeat, block.id or top + 1 + place)
        for place, block in enumerate(after)
    ]


def do(text: str, blocks: list[Block], edit: Edit) -> list[Block]:
    return stored(blocks, change_by(text, blocks, edit))


@settings(max_examples=300, deadline=None)
@example("Why? a\u200d ", 0)
@given(texts, st.integers(0, 2**32))
def test_any_sequence_of_edits_keeps_claims_trimmed_in_order_and_apart(text: str, seed: int) -> None:
    chance, blocks = random.Random(seed), blocks_of(text)
    known = {edge for block in blocks for edge in (block.start, block.end)}
    for _ in range(12):
        starts = [block.start for block in blocks] or [0]
        edit = Edit(
            chance.choice(ACTIONS),
            chance.choice(starts),
            chance.randint(0, len(text)),
            chance.randint(0, len(text)),
            chance.random() < 0.5,
        )
        try:
            after = do(text, blocks, edit)
        except BadEdit:
            continue
        assert after != blocks
        assert after == sorted(after, key=lambda block: block.start)
        for block, following in pairwise(after):
            assert block.end <= following.start
        for block in after:
            quote = text[block.start : block.end]
            assert 0 <= block.start < block.end <= len(text)
            assert quote == quote.strip()
            if block.id not in {old.id for old in blocks}:
                replaced = [old for old in blocks if old.start < block.end and block.start < old.end]
                had_words = any(words_of(text[old.start : old.end]) for old in replaced)
                assert words_of(quote) or not had_words  # two claims of signs alone may become one
                assert may_cut(text, block.start) or block.start in known
                assert may_cut(text, block.end) or block.end in known
        blocks = after


@settings(max_examples=200, deadline=None)
@given(texts)
def test_tokens_are_in_order_and_hold_every_word(text: str) -> None:
    found = tokens(text, 0, len(text))
    assert "".join("".join(text[slice(*token)].split()) for token in found) == "".join(text.split())
    for start, end in found[1:]:
        assert words_of(text[start:end])


def test_a_split_gives_two_trimmed_parts() -> None:
    blocks = blocks_of(TEXT)
    after = do(TEXT, blocks, Edit("split", blocks[1].start, TEXT.index("he said")))
    assert quotes(TEXT, after)[1:3] == ["The cafe\u0301 is shut,", "he said."]


@pytest.mark.parametrize("torn", ["\u0301", "\u200d🚀", "🚀", "🏽"])
def test_no_sign_is_torn(torn: str) -> None:
    blocks = blocks_of(TEXT)
    at = TEXT.index(torn)
    block = next(block for block in blocks if block.start <= at < block.end)
    with pytest.raises(BadEdit, match="one sign"):
        change_by(TEXT, blocks, Edit("split", block.start, at))


def test_flags_are_cut_between_and_not_within() -> None:
    assert [may_cut("🇩🇪🇫🇷", at) for at in range(5)] == [True, False, True, False, True]


@pytest.mark.parametrize("at", [-5, 0, 14, 15, 10**9])
def test_a_cut_outside_the_claim_is_refused(at: int) -> None:
    with pytest.raises(BadEdit):
        change_by(TEXT, blocks_of(TEXT), Edit("split", 15, at))


def test_a_cut_that_leaves_a_part_without_a_word_is_refused() -> None:
    text = "He went — and came."
    blocks = [Block(0, len(text), id=1)]
    with pytest.raises(BadEdit, match="needs a word"):
        change_by(text, blocks, Edit("split", 0, len(text) - 1))
    assert quotes(text, do(text, blocks, Edit("split", 0, 8))) == ["He went", "— and came."]


def test_a_merge_spans_what_stands_between() -> None:
    text = "One. two. Three."
    blocks = [Block(0, 4, id=1), Block(10, 16, id=2)]
    change = change_by(text, blocks, Edit("merge", 0))
    assert quotes(text, stored(blocks, change)) == [text]
    assert change.made[0].parents == (1, 2)


def test_a_merge_with_something_set_aside_makes_it_part_of_the_claim() -> None:
    text = "By Ines Orvane The bridge is closed."
    blocks = [Block(0, 14, aside="byline", id=1), Block(15, 36, id=2)]
    after = do(text, blocks, Edit("merge", 0))
    assert [(block.start, block.end, block.aside) for block in after] == [(0, 36, None)]


def test_there_is_nothing_to_merge_after_the_last_claim() -> None:
    blocks = blocks_of(TEXT)
    with pytest.raises(BadEdit, match="no claim after"):
        change_by(TEXT, blocks, Edit("merge", blocks[-1].start))


def test_a_boundary_moves_word_by_word_and_not_past_the_last_one() -> None:
    text = "One two. Three four."
    blocks = [Block(0, 8, id=1), Block(9, 20, id=2)]
    further = longer(text, blocks, 0)
    assert quotes(text, do(text, blocks, further)) == ["One two. Three", "four."]
    with pytest.raises(BadEdit):
        longer(text, blocks, 0, further.at)
    back = shorter(text, blocks, 0)
    assert quotes(text, do(text, blocks, back)) == ["One", "two. Three four."]
    with pytest.raises(BadEdit):
        shorter(text, blocks, 0, back.at)
    assert shorter(text, blocks, 0, further.at).at == 9


def test_a_boundary_that_ends_where_it_was_changes_nothing() -> None:
    text = "One two. Three four."
    blocks = [Block(0, 8, id=1), Block(9, 20, id=2)]
    for at in (8, 9):
        with pytest.raises(BadEdit, match="nothing would change"):
            change_by(text, blocks, Edit("move", 0, at))


def test_only_the_claim_that_changes_is_replaced_when_left_out_words_are_taken_in() -> None:
    text = "One two. three Four five."
    blocks = [Block(0, 8, id=1), Block(15, 25, id=2)]
    change = change_by(text, blocks, Edit("move", 0, 15))
    assert [block.id for block in change.retired] == [1]
    assert quotes(text, stored(blocks, change)) == ["One two. three", "Four five."]


def test_two_claims_in_one_sentence_with_words_left_out() -> None:
    text = "The bill, passed on Friday, is a betrayal, said Diaz."
    blocks = [Block(0, len(text), id=1)]
    first = Edit("claim", 0, text.index("passed"), text.index(", is"), keeps_rest=False)
    after = do(text, blocks, first)
    assert quotes(text, after) == ["passed on Friday"]
    start = text.index("is a")
    after = do(text, after, Edit("claim", 0, start, len(text), keeps_rest=False))
    assert quotes(text, after) == ["passed on Friday", "is a betrayal, said Diaz."]


def test_what_a_stretch_leaves_over_stays_claims_if_it_has_words() -> None:
    text = "The bill, passed on Friday, is a betrayal."
    blocks = [Block(0, len(text), id=1)]
    change = change_by(text, blocks, Edit("claim", 0, text.index("passed"), text.index(", is")))
    assert quotes(text, stored(blocks, change)) == ["The bill,", "passed on Friday", ", is a betrayal."]
    assert {made.heir_of for made in change.made} == {(1,)}
    whole = change_by(text, blocks, Edit("claim", 0, 0, len(text) - 1))
    assert quotes(text, stored(blocks, whole)) == [text[:-1]]


def test_set_aside_and_brought_back_by_the_same_stretch() -> None:
    blocks = blocks_of(TEXT)
    aside = do(TEXT, blocks, Edit("not-a-claim", blocks[0].start))
    assert aside[0].aside == "marked"
    with pytest.raises(BadEdit, match="nothing would change"):
        change_by(TEXT, aside, Edit("not-a-claim", aside[0].start))
    assert do(TEXT, aside, Edit("claim", 0, blocks[0].start, blocks[0].end)) == blocks
    with pytest.raises(BadEdit, match="nothing would change"):
        change_by(TEXT, blocks, Edit("claim", 0, blocks[0].start, blocks[0].end))


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (4, 4), (5, 4), (0, 10**9), (13, 15)])
def test_a_stretch_without_words_or_outside_the_article_is_refused(start: int, end: int) -> None:
    with pytest.raises(BadEdit):
        change_by(TEXT, blocks_of(TEXT), Edit("claim", 0, start, end))


def test_an_unknown_action_or_block_is_refused() -> None:
    with pytest.raises(BadEdit):
        change_by(TEXT, blocks_of(TEXT), Edit("destroy", 0))
    with pytest.raises(BadEdit, match="no claim begins there"):
        change_by(TEXT, blocks_of(TEXT), Edit("split", 3, 5))


def test_words_are_the_same_when_only_space_or_punctuation_moved() -> None:
    assert words_of("“The  cafe\u0301, is ”") == words_of("The cafe\u0301 is.")
    assert words_of("5 % of €3") == "5of€3"
    assert unicodedata.normalize("NFC", words_of("e\u0301!")) == "é"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("of the war.The end", ["of", "the", "war.", "The", "end"]),
        ("U.S. and www.example.com, 450.000", ["U.S.", "and", "www.example.com,", "450.000"]),
        ("people—maybe", ["people—", "maybe"]),
        ("中文句。下", ["中", "文", "句。", "下"]),
        ("— said – he", ["— said –", "he"]),
        ("قال الوزير، نعم", ["قال", "الوزير،", "نعم"]),
    ],
)
def test_where_a_page_offers_to_cut(text: str, expected: list[str]) -> None:
    assert [text[slice(*token)] for token in tokens(text, 0, len(text))] == expected
