"""Judging answers: what is right, how sure a share is, who passes, and who agrees with whom."""

import pytest
from scipy.stats import binomtest

from annotator.domain.gold import FEWEST_REPEATS, Answer, Drift, Score, in_order, is_passed, marks_of, self_agreement


@pytest.mark.parametrize(
    ("answer", "label", "skip", "is_right"),
    [
        (Answer("sourced"), "sourced", None, True),
        (Answer("sourced"), "editorial", None, False),
        (Answer("sourced", accepted=("attributed",)), "attributed", None, True),
        (Answer("sourced"), None, "fragment", False),
        (Answer("sourced"), None, None, False),
        (Answer(None, "fragment"), None, "boilerplate", True),
        (Answer(None, "fragment"), "sourced", None, False),
        (Answer(None, "fragment", ("editorial",)), "editorial", None, True),
    ],
)
def test_the_label_decides_and_any_skip_is_a_skip(
    answer: Answer, label: str | None, skip: str | None, is_right: bool
) -> None:
    assert answer.is_met_by(label, skip) is is_right


@pytest.mark.parametrize(("right", "asked"), [(0, 1), (1, 1), (0, 7), (12, 15), (15, 15), (499, 500)])
def test_the_interval_is_wilsons_as_scipy_computes_it(right: int, asked: int) -> None:
    bounds = binomtest(right, asked).proportion_ci(method="wilson")
    assert Score(right, asked).interval == pytest.approx((bounds.low, bounds.high))


def test_nothing_asked_has_no_share_and_no_interval() -> None:
    assert (Score().share, Score().interval, Score().reaches(0.5)) == (None, None, False)


def test_twelve_of_fifteen_are_eighty_percent_whatever_a_computer_makes_of_it() -> None:
    assert Score(12, 15).reaches(0.8)
    assert not Score(11, 15).reaches(0.8)
    assert Score(7, 10).reaches(0.7)


@pytest.mark.parametrize(
    ("editorial", "others", "passed"), [((4, 5), (8, 10), True), ((3, 5), (10, 10), False), ((5, 5), (6, 10), False)]
)
def test_who_passes_reaches_every_mark(editorial: tuple[int, int], others: tuple[int, int], passed: bool) -> None:
    scores = {"editorial": Score(*editorial), "sourced": Score(*others)}
    assert is_passed(scores, {"": 0.8, "editorial": 0.8}) is passed


def test_a_label_that_was_never_asked_for_stands_in_nobodys_way_and_no_answer_passes_nobody() -> None:
    assert is_passed({"sourced": Score(9, 10)}, {"": 0.8, "editorial": 0.8})
    assert not is_passed({}, {})


def test_a_mark_on_few_claims_says_so() -> None:
    marks = marks_of({"editorial": Score(0, 4), "sourced": Score(0, 6)}, {"editorial": 0.8, "sourced": 0.8, "other": 1})
    assert [(mark.label, mark.rests_on_few) for mark in marks] == [
        ("", False),
        ("editorial", True),
        ("sourced", False),
        ("other", True),
    ]


def test_scores_stand_in_the_order_of_the_codebook_with_skips_last() -> None:
    found = {"attributed": Score(), "skip": Score(), "sourced": Score()}
    assert list(in_order(found, ["sourced", "attributed", "editorial"])) == ["sourced", "attributed", "skip"]


def test_somebody_is_worse_only_if_chance_does_not_explain_it() -> None:
    assert Drift(Score(90, 100), Score(10, 20)).is_worse
    assert not Drift(Score(9, 10), Score(7, 10)).is_worse
    assert not Drift(Score(), Score(0, 10)).is_worse
    assert Drift(Score(), Score(1, 2)).change is None
    assert Drift(Score(8, 10), Score(5, 10)).change == pytest.approx(-0.3)


def test_agreement_with_oneself_is_not_defined_on_few_claims() -> None:
    found = self_agreement([(1, "sourced", "sourced")] * (FEWEST_REPEATS - 1))
    assert (found.claims, found.percent.value, found.kappa.value) == (FEWEST_REPEATS - 1, None, None)


def test_agreement_with_oneself_takes_chance_out_as_fleiss_does() -> None:
    pairs = [(1, "a", "a")] * 4 + [(2, "b", "b")] * 4 + [(1, "a", "b"), (2, "b", "a")]
    found = self_agreement(pairs)
    assert found.percent.value == pytest.approx(0.8)
    assert found.kappa.value == pytest.approx(0.6)
    assert self_agreement([(1, "a", "a")] * 20).kappa.value is None
