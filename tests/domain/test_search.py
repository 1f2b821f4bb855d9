"""Searching: every word, in capital or small letters of any script, and where it stands."""

from typing import Any

import pytest

from annotator.domain.search import MOST_WORDS, hits, holds, words_of


def marked(text: str, words: str) -> str:
    shown, at = "", 0
    for start, end in hits(text, words_of(words)):
        shown += f"{text[at:start]}[{text[start:end]}]"
        at = end
    return shown + text[at:]


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("The port authority said so.", "PORT", "The [port] authority said so."),
        ("Überfahrt gesperrt", "über GESP", "[Über]fahrt [gesp]errt"),
        ("ماذا قالت هيئة الميناء؟", "الميناء", "ماذا قالت هيئة [الميناء]؟"),
        ("Порт закрыт", "порт ЗАКРЫТ", "[Порт] [закрыт]"),
        ("banana", "ana nan", "b[anana]"),
        ("aaaa", "aa", "[aaaa]"),
        ("aabaabaab aab", "aabaab", "[aabaabaab] aab"),
        ("100% of it_all", "% _", "100[%] of it[_]all"),
        ("İstanbul ve İzmir", "izmir", "İstanbul ve İzmir"),
        ("İstanbul ve İzmir", "stanbul zmir", "İ[stanbul] ve İ[zmir]"),
        ("A 👍🏽 thumb", "👍🏽 thumb", "A [👍🏽] [thumb]"),
        ("nothing", "zebra", "nothing"),
        ("nothing", "", "nothing"),
    ],
)
def test_hits_stand_where_the_words_are(text: str, words: str, shown: str) -> None:
    assert marked(text, words) == shown


def test_every_word_must_be_there() -> None:
    assert holds("Whole-sentence QUOTATION, speaker elsewhere", ["speaker", "quotation"])
    assert not holds("Whole-sentence quotation", ["speaker", "quotation"])
    assert holds("anything", [])


def test_more_words_than_are_looked_for_one_by_one_are_one() -> None:
    words = words_of(" ".join("abcdefghijklmnop"))
    assert len(words) == MOST_WORDS + 1
    assert words[-1] == "m n o p"
    assert words_of("  \t ") == []


def test_a_hit_at_every_letter_takes_no_time() -> None:
    text = CountingText("a" * 100_000)
    text.looks = 0
    assert hits(text, ["a" * 600] * 13) == [(0, 100_000)]
    assert text.looks < 1_000


class CountingText(str):
    """A text that counts how often it is looked through."""

    __slots__ = ("looks",)
    looks: int

    def lower(self) -> "CountingText":
        return self

    def find(self, *of: Any) -> int:
        self.looks += 1
        return super().find(*of)

    def rfind(self, *of: Any) -> int:
        self.looks += 1
        return super().rfind(*of)
