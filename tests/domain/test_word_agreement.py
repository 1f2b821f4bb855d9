"""Which words decided a label: overlap, exact match and alpha, by hand."""

import pytest

from annotator.domain.marked_verdicts import MarkedVerdict, loaded_words, marked_claims
from annotator.domain.word_agreement import Marked, dice, word_agreements

LABELS = ("sourced", "attributed", "editorial")
QUOTE = "Its brutal planners shrugged, brutal as ever."
"""Words 0 to 6: Its brutal planners shrugged brutal as ever."""
START = 100


def verdict(reviewer: int, *marks: tuple[str, str], label: str = "editorial", claim: int = 1) -> MarkedVerdict:
    spans = []
    for words, role in marks:
        start = START + QUOTE.index(words)
        spans.append((start, start + len(words), role))
    return MarkedVerdict(claim, 10 + claim, reviewer, label, f"Paper {claim}", START, QUOTE, spans)


def marked(claim: int, label: str, *reviewers: set[int], article: int = 1, words: int = 10) -> Marked:
    return Marked(claim, article, label, words, tuple(frozenset(places) for places in reviewers))


def test_overlap_is_twice_what_is_in_both_over_the_sizes() -> None:
    assert dice(frozenset({1, 2}), frozenset({2, 3, 4})) == pytest.approx(2 / 5)
    assert dice(frozenset({1}), frozenset({1})) == 1.0
    assert dice(frozenset({1}), frozenset({2})) == 0.0


def test_agreement_on_words_counted_by_hand() -> None:
    groups = [
        marked(1, "editorial", {1}, {1}),  # dice 1, exact
        marked(2, "editorial", {1, 2}, {2}, {5}, article=2, words=6),  # dice 2/3, 0, 0: mean 2/9
        marked(3, "sourced", {0}, {3}, article=2, words=4),  # dice 0
        marked(4, "attributed", {0}, article=2),  # nobody to compare with
    ]
    everything, sourced, editorial = word_agreements(groups, LABELS)
    assert [found.label for found in (everything, sourced, editorial)] == [None, "sourced", "editorial"]
    assert editorial.dice.value == pytest.approx((1 + 2 / 9) / 2)
    assert editorial.exact.value == pytest.approx(0.5)
    assert everything.dice.value == pytest.approx((1 + 2 / 9 + 0) / 3)
    assert everything.exact.value == pytest.approx(1 / 3)
    assert (everything.dice.n, everything.dice.clusters) == (3, 2)
    assert (editorial.alpha.n, editorial.alpha.clusters) == (2, 2)
    # Editorial: 2 * 10 + 3 * 6 = 38 answers, 2 + 4 of them mark. Claim 2: words 1 and 5 have one mark of three
    # (2 * 1 * 2 / 2 = 2 coincidences each), word 2 has two of three (2), claim 1 none.
    assert editorial.alpha.value == pytest.approx(1 - 6 * 37 / (2 * 6 * 32))
    # With sourced: 8 answers more, 2 of them mark, and two words that one of two marks (2 coincidences each).
    assert everything.alpha.value == pytest.approx(1 - 10 * 45 / (2 * 8 * 38))


def test_a_claim_under_two_labels_weighs_as_one() -> None:
    groups = [marked(1, "editorial", {1}, {1}), marked(1, "sourced", {1}, {2}), marked(2, "sourced", {1}, {1})]
    everything = word_agreements(groups, LABELS)[0]
    assert everything.dice.value == pytest.approx((0.5 + 1) / 2)
    assert everything.dice.n == everything.alpha.n == 2


def test_without_two_who_mark_there_is_nothing_to_say() -> None:
    assert word_agreements([marked(1, "editorial", {1})], LABELS) == ()


def test_loaded_words_decide_where_the_writer_is_asked_about_and_all_marks_elsewhere() -> None:
    given = [
        verdict(1, ("brutal", "loaded"), ("planners", "speaker")),
        verdict(2, ("brutal", "loaded"), ("ever", "loaded")),
        verdict(3, ("planners", "speaker")),  # marks no loaded word: does not say what is editorial
        verdict(4, ("brutal", "loaded"), label="sourced"),  # nobody else says so
        verdict(5, ("planners", "speaker"), ("shrugged", "cue"), label="attributed"),
        verdict(6, ("planners shrugged", "cue"), label="attributed"),
    ]
    found = {group.label: group for group in marked_claims(given, {"editorial"})}
    assert found == {
        "editorial": Marked(1, 11, "editorial", 7, (frozenset({1}), frozenset({1, 6}))),
        "attributed": Marked(1, 11, "attributed", 7, (frozenset({2, 3}), frozenset({2, 3}))),
    }


def test_loaded_words_are_counted_by_label_outlet_claim_and_reviewer() -> None:
    given = [
        verdict(1, ("brutal planners", "loaded"), ("shrugged", "cue")),
        verdict(2, ("brutal as", "loaded"), ("brutal", "loaded"), label="sourced"),  # the word at two places
        verdict(1, ("Its", "loaded"), claim=2),
        verdict(1, ("brutal", "loaded"), ("brutal", "loaded"), claim=2),  # the same place twice
    ]
    words = {found.word: found for found in loaded_words(given, LABELS)}
    assert list(words) == ["brutal", "its", "as", "planners"]
    brutal = words["brutal"]
    # By itself twice: elsewhere "planners" or "as" beside it is marked, too.
    assert (brutal.marks, brutal.alone, brutal.claims, brutal.reviewers) == (4, 2, 2, 2)
    assert brutal.by_label == (2, 0, 2)
    assert brutal.by_outlet == (("Paper 1", 3), ("Paper 2", 1))
    assert (words["its"].marks, words["its"].by_label, words["its"].alone) == (1, (0, 0, 1), 1)
    assert words["as"].alone == words["planners"].alone == 0


def test_a_hundred_words_are_listed() -> None:
    quote = " ".join(f"word{number}" for number in range(120))
    given = [MarkedVerdict(1, 1, 1, "editorial", "", 0, quote, [(0, len(quote), "loaded")])]
    found = loaded_words([*given, MarkedVerdict(2, 1, 1, "editorial", "", 0, "word119", [(0, 7, "loaded")])], LABELS)
    assert len(found) == 100
    assert (found[0].word, found[0].marks) == ("word119", 2)
