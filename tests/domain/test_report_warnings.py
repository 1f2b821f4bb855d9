"""What a reader is told before believing the numbers, and at which size of the data it begins."""

from dataclasses import replace

from annotator.domain.agreement import PatternTable, summarise
from annotator.domain.intervals import Estimate
from annotator.domain.report import Coefficient, PairBlock
from annotator.domain.report_warnings import warnings

Rows = list[tuple[int, tuple[int, ...], int]]
EVEN: Rows = [(article, pattern, 2) for article in range(10) for pattern in ((3, 0), (0, 3), (2, 1), (1, 2))]


def coefficient(key: str, value: float | None) -> Coefficient:
    return Coefficient(key, Estimate(value, None, None, 80, 10), None)


def codes(rows: Rows, *coefficients: Coefficient, pairs: tuple[PairBlock, ...] = ()) -> tuple[str, ...]:
    return warnings(summarise(PatternTable.from_rows(rows, 2), "ab"), coefficients, pairs)


def pair(p_bias: float | None) -> PairBlock:
    nothing = Estimate(None, None, None, 0, 0)
    return PairBlock(0, 1, 80, ((20, 20), (20, 20)), nothing, nothing, p_bias)


def test_enough_even_data_need_no_warning() -> None:
    assert codes(EVEN) == ()


def test_below_ten_articles_or_thirty_claims_there_is_too_little() -> None:
    assert codes([row for row in EVEN if row[0] < 9]) == ("too-little",)
    assert codes([(article, pattern, 1) for article, pattern, _ in EVEN if article < 10][:29]) == ("too-little",)


def test_one_article_is_named() -> None:
    assert codes([(1, pattern, 20) for _, pattern, _ in EVEN]) == ("one-article", "too-little")


def test_without_a_pair_nothing_else_is_said_of_agreement() -> None:
    assert codes([]) == codes([(1, (1, 0), 90), (2, (0, 1), 90)]) == ("no-pairs",)


def test_one_label_for_all_is_named_without_its_prevalence() -> None:
    assert codes([(article, (2, 0), 9) for article in range(12)]) == ("one-label",)


def test_a_label_above_four_fifths_is_prevalent() -> None:
    assert codes([*EVEN, *((article, (3, 0), 11) for article in range(10))]) == ()
    assert codes([*EVEN, *((article, (3, 0), 13) for article in range(10))]) == ("prevalence",)


def test_ac1_far_above_alpha_shows_prevalence_too() -> None:
    assert codes(EVEN, coefficient("ac1", 0.71), coefficient("alpha", 0.52)) == ()
    assert codes(EVEN, coefficient("ac1", 0.73), coefficient("alpha", 0.52)) == ("prevalence",)
    assert codes(EVEN, coefficient("ac1", 0.73), coefficient("alpha", None)) == ()


def test_reviewers_who_use_labels_at_different_rates_are_biased() -> None:
    assert codes(EVEN, coefficient("conger_kappa", 0.53), coefficient("fleiss_kappa", 0.52)) == ()
    assert codes(EVEN, coefficient("conger_kappa", 0.55), coefficient("fleiss_kappa", 0.52)) == ("bias",)
    assert codes(EVEN, pairs=(pair(None), pair(0.001))) == ()
    assert codes(EVEN, pairs=(pair(0.5), replace(pair(0.5), p_bias=0.0009))) == ("bias",)
