"""The article cut into what its page shows: not a character is lost, and every word knows its place."""

import re
import unicodedata
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.sentences import sentences
from annotator.domain.text import clean_block
from annotator.domain.verdicts import Content
from annotator.web import highlighting
from annotator.web.highlighting import ClaimView
from tests.desk import TEXT

ALPHABET = (
    "aZé .,!?\n\r\t\u00a0\u2028\x0b\x0c\x85'’-–…\"“”()0123\u200b\u0301"
    "\U0001f600\U0001f469\u200d\u064b\u0645\u0631\u05d0\u4e2d\u3002"
)
texts = st.text(alphabet=st.one_of(st.sampled_from(ALPHABET), st.characters(exclude_categories=["Cs"])), max_size=300)


def vars_of(start: int, end: int, kind: str = "body") -> dict[str, object]:
    nothing = {"is_repeat": False, "label": None, "skip_reason": None, "is_flagged": None, "continues_id": None}
    return {"id": 100 + start, "start": start, "end": end, "kind": kind, **nothing}


def claims_of(text: str) -> list[ClaimView]:
    rows = [SimpleNamespace(**vars_of(found.start, found.end, found.kind)) for found in sentences(text)]
    return highlighting.claim_views(rows, 1)


def shown_text(paragraph: highlighting.Paragraph) -> str:
    return "".join(piece.text for piece in paragraph.pieces)


@settings(max_examples=150, deadline=None)
@given(texts)
def test_the_pieces_joined_are_the_text_again(raw: str) -> None:
    text = clean_block(raw.replace("\0", ""))
    claims = claims_of(text)
    found = highlighting.paragraphs(text, claims, "title")
    lines = [line for line in re.split(highlighting.LINE_BREAKS, text) if line.strip()]
    shown_lines = [line for paragraph in found for line in re.split(highlighting.LINE_BREAKS, shown_text(paragraph))]
    assert [line.rstrip() for line in shown_lines if line.strip()] == [line.rstrip() for line in lines]
    shown = [piece.claim for paragraph in found for piece in paragraph.pieces if piece.claim]
    assert shown == claims, "every claim stands on the page once, in order"


@settings(max_examples=150, deadline=None)
@given(texts, st.integers(0, 10_000))
def test_the_words_and_gaps_joined_are_the_claim_again_and_know_their_places(quote: str, offset: int) -> None:
    found = highlighting.words(quote, offset, Content())
    assert "".join(word.text for word in found) == quote
    assert all(word.text for word in found)
    for word in found:
        if word.value is not None:
            start, end = map(int, word.value.split("-"))
            assert quote[start - offset : end - offset] == word.text
    letters = [letter for word in found if word.value is None for letter in word.text]
    assert not [letter for letter in letters if letter.isalnum()], "no letter is left out of the words"


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("The state’s brutal well-known U.S. plan", ["The", "state’s", "brutal", "well-known", "U.S", "plan"]),
        ("“No,” she said – twice…", ["No", "she", "said", "twice"]),
        ("It cost €1,5 or 3.50 (net).", ["It", "cost", "1", "5", "or", "3.50", "net"]),
        ("Schön, naïve, O'Brien", ["Schön", "naïve", "O'Brien"]),
        ("قال الوزير أيضًا إنّ الجِسر مغلق", ["قال", "الوزير", "أيضًا", "إنّ", "الجِسر", "مغلق"]),
        ("السّلام عليكم، مرحباً!", ["السّلام", "عليكم", "مرحباً"]),
        ("شَعْبٌ", ["شَعْبٌ"]), ("می‌خواهم", ["می‌خواهم"]), ("שָׁלוֹם עוֹלָם", ["שָׁלוֹם", "עוֹלָם"]),
        ("हिन्दी में लिखा है।", ["हिन्दी", "में", "लिखा", "है"]),
        ("Cafe\u0301 de\u0301ja\u0300 vu", ["Cafe\u0301", "de\u0301ja\u0300", "vu"]),
        ("Good \U0001f469\u200d\U0001f680 news \U0001f600!", ["Good", "news"]), ("ภาษาไทยที่นี่", ["ภาษาไทยที่นี่"]),
        ("no\u00a0break\u2009spaces", ["no", "break", "spaces"]), ("…", []), ("", []), ("--- ---", []),
        ("a_b c", ["a_b", "c"]),
    ],
)  # fmt: skip
def test_what_counts_as_a_word(quote: str, expected: list[str]) -> None:
    assert [word.text for word in highlighting.words(quote, 0, Content()) if word.value] == expected


def test_offsets_count_code_points_also_behind_an_emoji() -> None:
    found = highlighting.words("\U0001f600\U0001f469\u200d\U0001f680 e\u0301t brutal", 50, Content())
    assert [(word.text, word.value) for word in found if word.value] == [("e\u0301t", "55-58"), ("brutal", "59-65")]


@pytest.mark.parametrize(
    ("mark", "marked"),
    [((4, 10), ["brutal"]), ((4, 15), ["brutal", "plan"]), ((5, 6), ["brutal"]), ((3, 4), []), ((10, 11), []),
    ((0, 0), []), ((0, 99), ["Our", "brutal", "plan"])],
)  # fmt: skip
def test_a_word_is_marked_if_a_mark_touches_it(mark: tuple[int, int], marked: list[str]) -> None:
    found = highlighting.words("Our brutal plan", 0, Content(marks=((*mark, "loaded"),)))
    assert [word.text for word in found if "loaded" in word.roles] == marked


def test_a_word_has_the_roles_of_all_its_marks() -> None:
    marks = ((0, 10, "speaker"), (4, 10, "loaded"), (11, 15, "cue"))
    found = highlighting.words("Our brutal plan", 0, Content(marks=marks))
    assert [set(word.roles) for word in found if word.value] == [{"speaker"}, {"speaker", "loaded"}, {"cue"}]


def test_a_mark_of_every_word_is_found_again() -> None:
    plain = highlighting.words("Its brutal planners shrugged.", 30, Content())
    places = [tuple(map(int, word.value.split("-"))) for word in plain if word.value]
    again = highlighting.words(
        "Its brutal planners shrugged.", 30, Content(marks=tuple((a, b, "loaded") for a, b in places))
    )
    assert [word.text for word in again if word.roles] == ["Its", "brutal", "planners", "shrugged"]


def test_the_first_headline_that_is_the_title_is_the_pages_heading_once() -> None:
    text = "Bridge closed\n\nBridge closed\n\nIt is closed. Who pays?"
    found = highlighting.paragraphs(text, claims_of(text), "Bridge closed")
    assert [(paragraph.kind, paragraph.is_title) for paragraph in found] == [
        ("headline", True),
        ("headline", False),
        ("body", False),
    ]


WRAPPED = """Bridge to close for
three weeks

The council of Port Elsin voted on Tuesday to close the old harbour
bridge while cracks in its northern arch are mended. The repair
will cost 4.5 million crowns.
By Ilse Maronde"""


def test_a_claim_that_crosses_a_wrapped_line_is_shown_whole() -> None:
    found = highlighting.paragraphs(WRAPPED, claims_of(WRAPPED), "")
    assert [shown_text(paragraph) for paragraph in found] == [
        "Bridge to close for",
        "three weeks",
        WRAPPED[WRAPPED.index("The council") : WRAPPED.index("\nBy")],
        "By Ilse Maronde",
    ]
    assert [piece.text for piece in found[2].pieces if piece.claim] == [
        WRAPPED[WRAPPED.index("The council") : WRAPPED.index(" The repair")],
        "The repair\nwill cost 4.5 million crowns.",
    ]


def test_a_claim_made_of_two_paragraphs_is_shown_whole() -> None:
    text = "One line.\n\nTwo lines.\n \nThree."
    rows = [SimpleNamespace(**vars_of(0, 21)), SimpleNamespace(**vars_of(24, 30))]
    found = highlighting.paragraphs(text, highlighting.claim_views(rows), "")
    assert [shown_text(paragraph) for paragraph in found] == ["One line.\n\nTwo lines.", "Three."]
    assert [piece.claim is not None for paragraph in found for piece in paragraph.pieces] == [True, True]


def test_a_wrapped_headline_is_the_title_too() -> None:
    text = "Bridge to close for three weeks while its northern\narch is mended\n\nIt is closed. Who pays?"
    title = "Bridge to close for three weeks while its northern arch is mended"
    found = highlighting.paragraphs(text, claims_of(text), title)
    assert [(paragraph.kind, paragraph.is_title) for paragraph in found] == [("headline", True), ("body", False)]


def test_claims_are_numbered_and_the_current_one_is_known() -> None:
    claims = claims_of(TEXT)
    assert [claim.number for claim in claims] == [1, 2, 3, 4]
    assert [claim.current for claim in claims] == [True, False, False, False]


def test_combining_signs_are_kept_with_their_letters_in_every_script_that_is_offered() -> None:
    quote = "بَيْتٌ हिन्दी เดิน е́ל֑"
    gaps = [word.text for word in highlighting.words(quote, 0, Content()) if word.value is None]
    assert not [letter for gap in gaps for letter in gap if unicodedata.category(letter).startswith("M")]
