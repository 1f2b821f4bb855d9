"""The report: what it counts, which labels it finds confused, and that it needs nothing but patterns."""

import subprocess
import sys
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import PatternTable, compute, entropy, summarise

LABELS = ("sourced", "attributed", "editorial")
ROWS = [
    (7, (3, 0, 0), 2),
    (7, (2, 1, 0), 1),
    (9, (0, 1, 2), 1),
    (9, (0, 2, 0), 1),
    (9, (1, 0, 0), 4),
    (9, (0, 0, 0), 1),
    (11, (0, 0, 1), 1),
    (13, (1, 1, 1), 0),
]
SUMMARY = summarise(PatternTable.from_rows(ROWS, 3), LABELS)


def test_claims_with_one_verdict_are_counted_but_say_nothing_about_agreement() -> None:
    assert (SUMMARY.claims, SUMMARY.pairable_claims) == (11, 5)
    assert (SUMMARY.verdicts, SUMMARY.pairable_verdicts) == (19, 14)
    assert (SUMMARY.percent_agreement.n, SUMMARY.percent_agreement.clusters) == (5, 2)


def test_an_article_counts_if_it_has_a_claim() -> None:
    assert SUMMARY.articles == 3


def test_overlap_counts_claims_by_their_verdicts() -> None:
    assert SUMMARY.overlap == {0: 1, 1: 5, 2: 1, 3: 4}


def test_coincidences_by_hand() -> None:
    assert SUMMARY.coincidences == ((7.0, 1.0, 0.0), (1.0, 2.0, 1.0), (0.0, 1.0, 1.0))
    # 8 sourced, 4 attributed and 2 editorial verdicts meet at random.
    expected = np.array([[8 * 7, 8 * 4, 8 * 2], [8 * 4, 4 * 3, 4 * 2], [8 * 2, 4 * 2, 2 * 1]]) / 13
    assert np.array(SUMMARY.expected_coincidences) == pytest.approx(expected)


def test_label_pairs_stand_in_the_order_of_their_disagreement() -> None:
    pairs = [(pair.first, pair.second, pair.coincidences, pair.share) for pair in SUMMARY.label_pairs]
    assert pairs == [
        ("sourced", "attributed", 1.0, 0.5),
        ("attributed", "editorial", 1.0, 0.5),
        ("sourced", "editorial", 0.0, 0.0),
    ]
    uneven = summarise(PatternTable.from_rows([(1, (1, 0, 1), 3), (1, (1, 1, 0), 1)], 3), LABELS)
    assert [(pair.second, pair.share) for pair in uneven.label_pairs[:2]] == [("editorial", 0.75), ("attributed", 0.25)]


def test_without_disagreement_no_pair_has_a_share_of_it() -> None:
    summary = summarise(PatternTable.from_rows([(1, (2, 0, 0), 3)], 3), LABELS)
    assert {pair.share for pair in summary.label_pairs} == {None}


def test_labels_by_hand() -> None:
    sourced, attributed, editorial = SUMMARY.by_label
    assert [label.label for label in SUMMARY.by_label] == list(LABELS)
    assert [label.verdicts for label in SUMMARY.by_label] == [12, 4, 3]
    assert sourced.prevalence.value == pytest.approx(12 / 19)
    assert (sourced.prevalence.n, sourced.prevalence.clusters) == (10, 3)
    assert sourced.specific_agreement.value == pytest.approx(7 / 8)
    assert attributed.specific_agreement.value == pytest.approx(1 / 2)
    assert (attributed.specific_agreement.n, attributed.specific_agreement.clusters) == (3, 2)
    assert editorial.alpha.value == pytest.approx(1 - 1 / (2 * 12 / 13))


def test_alpha_is_observed_against_expected_coincidences() -> None:
    observed = 14 - np.trace(np.array(SUMMARY.coincidences))
    expected = 14 - np.trace(np.array(SUMMARY.expected_coincidences))
    assert SUMMARY.alpha.value == pytest.approx(1 - observed / expected)
    assert SUMMARY.expected["alpha"] == pytest.approx(1 - expected / 14)


def test_expected_agreement_by_hand() -> None:
    # Ten claims with a verdict; each spreads the weight 1 over its labels.
    frequencies = np.array([2 + 2 / 3 + 4, 1 / 3 + 1 / 3 + 1, 2 / 3 + 1]) / 10
    assert SUMMARY.expected["fleiss_kappa"] == pytest.approx((frequencies**2).sum())
    assert SUMMARY.expected["ac1"] == pytest.approx((frequencies * (1 - frequencies)).sum() / 2)
    assert SUMMARY.expected["brennan_prediger"] == pytest.approx(1 / 3)


def test_an_empty_project_has_a_report_of_nothing() -> None:
    summary = summarise(PatternTable.from_rows([], 3), LABELS)
    assert (summary.claims, summary.articles, summary.overlap) == (0, 0, {})
    assert summary.alpha.value is summary.percent_agreement.value is summary.expected["alpha"] is None


@given(st.lists(st.tuples(st.integers(1, 3), st.text("abc", max_size=4)), max_size=10))
def test_patterns_and_single_verdicts_give_the_same_numbers(claims: list[tuple[int, str]]) -> None:
    rows = [(article, [labels.count(k) for k in "abc"], 1) for article, labels in claims]
    triples = [(f"r{i}", f"c{n}", label) for n, (_, labels) in enumerate(claims) for i, label in enumerate(labels)]
    summary, result = summarise(PatternTable.from_rows(rows, 3), "abc"), compute(triples, "abc")
    for name in ("percent_agreement", "alpha", "fleiss_kappa", "ac1", "brennan_prediger"):
        value = result[name]
        assert getattr(summary, name).value == (None if value is None else pytest.approx(value, abs=1e-9)), name


@pytest.mark.parametrize(
    ("counts", "bits"),
    [((), 0.0), ((0, 0), 0.0), ((3, 0, 0), 0.0), ((2, 2), 1.0), ((1, 1, 1), log2(3)), ((2, 1, 0), 0.9182958)],
)
def test_entropy(counts: tuple[int, ...], bits: float) -> None:
    assert entropy(counts) == pytest.approx(bits)


def test_tables_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        PatternTable.from_rows([(1, (1, -1), 1)], 2)
    with pytest.raises(ValueError, match="same rows"):
        PatternTable(np.zeros((2, 2), dtype=np.int64), np.zeros(1, dtype=np.int64), np.zeros(2, dtype=np.int64))
    with pytest.raises(ValueError, match="patterns of 2 labels, but 3 labels"):
        summarise(PatternTable.from_rows([], 2), LABELS)


def test_a_page_without_a_report_does_not_load_scipy() -> None:
    code = "import annotator.domain.agreement, sys; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
