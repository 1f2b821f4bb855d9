"""Sentences: what a span holds, that no character is lost, and that no input takes long."""

import itertools
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain import sentences
from annotator.domain.sentences import Span, split
from annotator.domain.sentences.lines import NARROWEST

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
LANGUAGES = ("en", "en-GB", "ar", "de", "zh", "ja", "xx", "", "../etc", "\U0001f600")
BREAKS = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029]")
AWKWARD = st.lists(
    st.one_of(
        st.sampled_from(list(".!?…。؟ \n\r\u2028\u00a0\u200b“”\"'»）（()[]1*-–aAÉ1😀👩\u200d\u0301اと")),
        st.sampled_from(["U.S.", "Inc.", "p.m.", " Mr. ", "By ", "Image: ", "http://a.b/c", ". . .", "1. ", "Yahoo!"]),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
).map("".join)
# Lines long enough to have been wrapped, beside short ones.
WRAPPED = st.lists(
    st.lists(st.sampled_from(["council", "The", "of", "bridge.", "Mr.", "“No,”", "4.5", "ا", "a"]), max_size=24),
    max_size=9,
).map(lambda lines: "\n".join(" ".join(line) for line in lines))


def quotes(text: str, lang: str = "en") -> list[str]:
    return [text[start:end] for start, end in split(text, lang)]


def is_ink(character: str) -> bool:
    return not character.isspace() and character not in ZERO_WIDTH


def check(text: str, lang: str) -> list[str]:
    """Check what holds for every text, and return the quotes."""
    spans = split(text, lang)
    assert spans == split(text, lang)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    found = [text[start:end] for start, end in spans]
    assert list(filter(is_ink, "".join(found))) == list(filter(is_ink, text))
    for quote in found:
        assert quote
        assert is_ink(quote[0])
        assert is_ink(quote[-1])
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@settings(max_examples=60, deadline=None)
@given(text=AWKWARD)
def test_every_visible_character_is_in_exactly_one_span(lang: str, text: str) -> None:
    could_be_wrapped = max(map(len, BREAKS.split(text))) >= NARROWEST
    for quote in check(text, lang):
        assert could_be_wrapped or not BREAKS.search(quote)


@pytest.mark.parametrize("lang", ["en", "ar"])
@settings(max_examples=100, deadline=None)
@given(text=WRAPPED)
def test_a_span_crosses_only_single_breaks_of_wide_lines(lang: str, text: str) -> None:
    widths = [len(line.rstrip()) for line in text.split("\n")]
    for quote in check(text, lang):
        crossed = quote.split("\n")
        assert all(line.strip() for line in crossed)
        assert len(crossed) == 1 or max(widths) >= 40


@settings(max_examples=60, deadline=None)
@given(text=AWKWARD)
def test_a_sentence_is_what_its_span_says(text: str) -> None:
    found = sentences.sentences(text)
    assert [Span(sentence.start, sentence.end) for sentence in found] == split(text)
    assert [sentence.text for sentence in found] == quotes(text)
    assert not [sentence for sentence in found if sentence.is_repeat and sentence.kind != "headline"]
    assert not [sentence for sentence in found if sentence.aside and sentence.kind == "headline"]


def test_arabic_and_chinese_end_marks_are_known() -> None:
    assert quotes("هل وصلت القافلة؟ نعم. وصلت.", "ar") == ["هل وصلت القافلة؟", "نعم.", "وصلت."]
    assert quotes("大火熄灭了。没有人受伤！", "zh") == ["大火熄灭了。", "没有人受伤！"]


@pytest.mark.parametrize("mark", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_a_line_break_ends_a_sentence_where_the_text_is_not_wrapped(mark: str) -> None:
    assert quotes(f"A headline{mark}The body goes on") == ["A headline", "The body goes on"]


def test_spans_count_code_points_and_keep_a_no_break_space_inside() -> None:
    text = "😀 e\u0301t\u00e9.\u00a0 Then 10\u00a0000 left. \u00a0"
    assert split(text) == [Span(0, 7), Span(9, len(text) - 2)]
    assert quotes(text)[1] == "Then 10\u00a0000 left."


@pytest.mark.parametrize("text", ["", " \t\u00a0", "\n\n\r\n", "\ufeff\n\u200b\n"])
def test_nothing_visible_gives_no_sentence(text: str) -> None:
    assert split(text) == []


@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_very_long_line_is_cut_where_its_sentences_end(lang: str) -> None:
    sentence = "The council met again on Friday to hear the mayor."
    assert quotes(" ".join([sentence] * 500), lang) == [sentence] * 500


def test_a_rule_sees_what_follows_also_at_the_end_of_a_window() -> None:
    sentence = "The council of Port Elsin met Elder Corp. Chairman Ilse Maronde on Friday at 5 p.m. Eastern time."
    for shift in range(0, len(sentence), 7):
        text = "x" * shift + " is said here. " + " ".join([sentence] * 100)
        assert quotes(text)[1:] == [sentence] * 100


def test_a_long_line_without_sentence_ends_is_cut_between_words() -> None:
    parts = quotes("word " * 3_000)
    assert len(parts) > 1
    assert {word for part in parts for word in part.split()} == {"word"}


WORST = [
    '"a"', "a", "a.", '"a."', "!", " ", '"', "“", "'", "(", "( ", "A. ", "1. ", "a. ", "ab. ", "Mr. ", '." ', "\n",
    "a\n", "http://", "...", ". . ", "…", "U.S. ", "Inc. Foo ", "p.m. ", "By ", "Image: ", "a.Bc ", ".[1]", "*", "- ",
    "。」", "؟ ", "@", "/", "photo ", "« » ", "“A b.” - C ", "x" * 60 + "\n",
    "The council of Port Elsin voted on Tuesday to close the old\n",
]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "de", "ar", "ja"])
@pytest.mark.parametrize("piece", WORST)
def test_e09_time_grows_with_the_length_only(piece: str, lang: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        sentences.sentences(text, lang)
        return time.process_time() - start

    split("Warm. Up.", lang)
    short, long = (min(seconds(length) for _ in range(2)) for length in (8_192, 65_536))
    # Three times what linear growth allows, and .5 s in any case, leave room for other work on the machine.
    assert long < max(24 * short, 0.5)


def test_a_megabyte_of_news_is_split_in_good_time() -> None:
    paragraph = (
        "PORT ELSIN (LMW) — Harbour Foods Inc. said on Tuesday at 5 p.m. that it would close two of its plants. "
        "“Why?” asked Dr. Ilse Maronde, who leads the union. The U.S. owner did not say. By Jan. 3, 1.4 million\n\n"
    )
    text = paragraph * (1_000_000 // len(paragraph))
    begin = time.process_time()
    assert len(sentences.sentences(text)) == 4 * text.count("\n\n")
    # Measured: 4 MB a second; the limit is a tenth of that, for a busy machine.
    assert time.process_time() - begin < 2.5
