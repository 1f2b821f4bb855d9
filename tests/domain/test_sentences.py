"""Sentences: where a text is cut, what a span holds, and that no input takes long."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain import sentences
from annotator.domain.sentences import Span, split

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
LANGUAGES = ("en", "en-GB", "ar", "de", "zh", "xx", "", "../etc", "\U0001f600")
AWKWARD = st.text(
    st.one_of(
        st.sampled_from(list(".!?…。؟ \n\r\u2028\u00a0\u200b“”\"'()aAÉ1😀👩\u200d\u0301ا")),
        st.characters(exclude_categories=["Cs"]),
    )
)


def quotes(text: str, lang: str = "en") -> list[str]:
    return [text[start:end] for start, end in split(text, lang)]


def kinds(text: str) -> list[str]:
    return [sentence.kind for sentence in sentences.sentences(text)]


def is_ink(character: str) -> bool:
    return not character.isspace() and character not in ZERO_WIDTH


def test_english_keeps_abbreviations_and_numbers_together() -> None:
    text = "Dr. Ilves met 4.5 thousand people. They cheered! “Who are you?” he asked."
    assert quotes(text) == ["Dr. Ilves met 4.5 thousand people.", "They cheered!", "“Who are you?” he asked."]


def test_arabic_and_chinese_end_marks_are_known() -> None:
    assert quotes("هل وصلت القافلة؟ نعم. وصلت.", "ar") == ["هل وصلت القافلة؟", "نعم.", "وصلت."]
    assert quotes("大火熄灭了。没有人受伤！", "zh") == ["大火熄灭了。", "没有人受伤！"]


@pytest.mark.parametrize("mark", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_a_line_break_always_ends_a_sentence(mark: str) -> None:
    assert quotes(f"A headline{mark}The body goes on") == ["A headline", "The body goes on"]


def test_spans_count_code_points_and_keep_a_no_break_space_inside() -> None:
    text = "😀 e\u0301t\u00e9.\u00a0 Then 10\u00a0000 left. \u00a0"
    assert split(text) == [Span(0, 7), Span(9, len(text) - 2)]
    assert quotes(text)[1] == "Then 10\u00a0000 left."


@pytest.mark.parametrize("text", ["", " \t\u00a0", "\n\n\r\n", "\ufeff\n\u200b\n"])
def test_nothing_visible_gives_no_sentence(text: str) -> None:
    assert split(text) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@settings(max_examples=60, deadline=None)
@given(text=AWKWARD)
def test_every_visible_character_is_in_exactly_one_span(lang: str, text: str) -> None:
    spans = split(text, lang)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    covered = "".join(text[start:end] for start, end in spans)
    assert list(filter(is_ink, covered)) == list(filter(is_ink, text))
    for quote in (text[start:end] for start, end in spans):
        assert quote
        assert is_ink(quote[0])
        assert is_ink(quote[-1])
        assert not set(quote) & set("\n\r\x0b\x0c\x85\u2028\u2029")


@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_very_long_line_is_cut_where_its_sentences_end(lang: str) -> None:
    sentence = "The council met again on Friday to hear the mayor."
    assert quotes(" ".join([sentence] * 500), lang) == [sentence] * 500


def test_a_long_line_without_sentence_ends_is_cut_between_words() -> None:
    parts = quotes("word " * 3_000)
    assert len(parts) > 1
    assert {word for part in parts for word in part.split()} == {"word"}


@pytest.mark.parametrize("lang", ["en", "de", "ar"])
@pytest.mark.parametrize("piece", ["a", "a.", "!", " ", '"', "“", "'", "(", "a. ", "Mr. ", '." ', "\n", "a\n"])
def test_time_grows_with_the_length_only(piece: str, lang: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        sentences.sentences(text, lang)
        return time.process_time() - start

    split("Warm. Up.", lang)
    short, long = (min(seconds(length) for _ in range(2)) for length in (8_192, 65_536))
    # Three times what linear growth allows, and .5 s in any case, leave room for other work on the machine.
    assert long < max(24 * short, 0.5)


def test_the_first_line_and_its_repetitions_are_headlines() -> None:
    text = "Talks  resume here\n\nTalks resume\u00a0here\n\nThe parties met. They left.\nTalks resume here"
    assert kinds(text) == ["headline", "headline", "body", "body", "body"]


@pytest.mark.parametrize("mark", [".", "!", "?", "…", ".”", "؟", "۔", "。", "！」", "？", '."'])
def test_a_first_line_with_a_final_mark_is_no_headline(mark: str) -> None:
    assert kinds(f"The parties met{mark}\nThey left.") == ["body", "body"]


@pytest.mark.parametrize(
    "text",
    [
        "Talks resume in Ostwald",
        "Talks resume\n\nTalks resume\n",
        "word " * 26 + "\nThey left.",
        "w" * 201 + "\nThey left.",
        "They met. And then they left\nIt rained.",
    ],
)
def test_no_headline_without_a_body_or_when_too_long_or_of_several_sentences(text: str) -> None:
    assert set(kinds(text)) == {"body"}


def test_a_sentence_carries_its_quote() -> None:
    text = "Ostwald votes\n\n“We will count,” she said."
    assert [(s.start, s.end, s.text) for s in sentences.sentences(text)] == [
        (0, 13, "Ostwald votes"),
        (15, len(text), "“We will count,” she said."),
    ]
