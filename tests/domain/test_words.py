"""Words: where they stand in a text, and which of them a mark touches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.words import around, spans, touched

QUOTE = "The mayor’s so-called “brutal” plan, again."


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


def test_words_keep_their_inner_apostrophes_and_hyphens() -> None:
    assert cut(QUOTE) == ["The", "mayor’s", "so-called", "brutal", "plan", "again"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("", []), ("… – !", []), ("क्या यह सच है?", ["क्या", "यह", "सच", "है"]), ("قال الوزير", ["قال", "الوزير"])],
    ids=["nothing", "signs", "Hindi", "Arabic"],
)
def test_words_of_any_script_are_whole(text: str, words: list[str]) -> None:
    assert cut(text) == words


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("brutal", [3]),
        ("ruta", [3]),
        ("so-called “brutal”", [2, 3]),
        ("“", []),
        (" ", []),
        ("The", [0]),
        ("again.", [5]),
        (QUOTE, [0, 1, 2, 3, 4, 5]),
    ],
    ids=str,
)
def test_a_mark_touches_whole_words(marked: str, words: list[int]) -> None:
    start = QUOTE.index(marked)
    cut = spans(QUOTE)
    assert list(touched(cut, start, start + len(marked))) == words
    assert list(around(QUOTE, start, start + len(marked))) == [cut[place] for place in words]


def test_a_mark_outside_touches_nothing() -> None:
    assert list(touched(spans(QUOTE), -10, 0)) == []
    assert list(touched(spans(QUOTE), 500, 510)) == []
    assert list(around(QUOTE, -10, 0)) == []
    assert list(around(QUOTE, 500, 510)) == []


@given(st.text(alphabet="ab.-’ é\u0301“"), st.integers(0, 12), st.integers(1, 5))
def test_a_mark_touches_the_same_words_however_they_are_found(text: str, start: int, length: int) -> None:
    cut = spans(text)
    assert list(around(text, start, start + length)) == [cut[at] for at in touched(cut, start, start + length)]
