"""Intervals against leaving out one article at a time, by hand and in simulated studies whose truth is known."""

from collections.abc import Sequence
from math import atanh, isfinite, sqrt, tanh

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import Agreement, Estimate, PatternTable, summarise

LABELS = ("a", "b", "c")
Row = tuple[int, tuple[int, ...], int]
# The 0.975 quantiles of Student's t with 1, 2 and 3 degrees of freedom, as printed in tables.
T = {1: 12.70620, 2: 4.302653, 3: 3.182446}


def report(rows: Sequence[Row], labels: Sequence[str] = LABELS) -> Agreement:
    return summarise(PatternTable.from_rows(rows, len(labels)), labels)


def by_hand(value: float, left_out: list[float], quantile: float) -> tuple[float, float]:
    articles, mean = len(left_out), sum(left_out) / len(left_out)
    error = sqrt((articles - 1) / articles * sum((one - mean) ** 2 for one in left_out))
    reach = quantile * error / (1 - value**2)
    return tanh(atanh(value) - reach), tanh(atanh(value) + reach)


def bounds(estimate: Estimate) -> tuple[float | None, float | None]:
    return estimate.low, estimate.high


def test_percent_agreement_of_two_articles_by_hand() -> None:
    """One article agrees on 3 of 4 claims, the other on 1 of 4: left out, 1/4 and 3/4 remain; logit(1/2) is 0."""
    agreement = report([(1, (2, 0), 3), (1, (1, 1), 1), (2, (0, 2), 1), (2, (1, 1), 3)], "ab").percent_agreement
    # Error on 2p - 1: sqrt(1/2 * (1/4 + 1/4)) = 1/2.
    assert agreement.value == 0.5
    assert bounds(agreement) == pytest.approx(((1 - tanh(T[1] / 2)) / 2, (1 + tanh(T[1] / 2)) / 2), abs=1e-6)


patterns = st.tuples(*[st.integers(0, 3)] * 3)
rows = st.lists(st.tuples(st.integers(1, 4), patterns, st.integers(0, 4)), max_size=12)


@given(rows)
def test_intervals_equal_leaving_out_one_article_at_a_time(rows: list[Row]) -> None:
    """Kappa and AC1 take label frequencies from articles without a pair too; these lend no degree of freedom."""
    whole = report(rows)
    rated = {article for article, pattern, claims in rows if claims and sum(pattern)}
    paired = {article for article, pattern, claims in rows if claims and sum(pattern) >= 2}
    parts = {article: report([row for row in rows if row[0] != article]) for article in rated}
    for name, moving in (("alpha", paired), ("brennan_prediger", paired), ("fleiss_kappa", rated), ("ac1", rated)):
        estimate: Estimate = getattr(whole, name)
        left_out = [getattr(parts[article], name).value for article in moving]
        assert estimate.clusters == len(paired)
        if estimate.low is not None:
            assert estimate.value is not None
            low, high = by_hand(estimate.value, left_out, T[len(paired) - 1])
            floor = -0.5 if name in {"brennan_prediger", "ac1"} else -1.0
            assert bounds(estimate) == pytest.approx((max(low, floor), high), abs=1e-5)
        else:
            undefined = estimate.value is None or abs(estimate.value) > 1 - 1e-9 or None in left_out
            assert undefined or len(paired) < 2 or max(left_out) - min(left_out) < 1e-9


@given(rows)
def test_an_interval_holds_its_value_has_a_width_and_stays_in_range(rows: list[Row]) -> None:
    whole = report(rows)
    proportions = [whole.percent_agreement]
    proportions += [estimate for label in whole.by_label for estimate in (label.prevalence, label.specific_agreement)]
    coefficients = [whole.alpha, whole.ac1, whole.brennan_prediger, *(label.alpha for label in whole.by_label)]
    for lowest, estimates in ((0.0, proportions), (-1.0, [*coefficients, whole.fleiss_kappa])):
        for estimate in estimates:
            assert (estimate.low is None) == (estimate.high is None)
            if estimate.low is not None and estimate.high is not None and estimate.value is not None:
                assert lowest <= estimate.low < estimate.high <= 1.0
                assert estimate.low <= estimate.value <= estimate.high
                assert estimate.clusters >= 2


@given(rows)
def test_no_number_of_a_report_is_nan_or_infinite(rows: list[Row]) -> None:
    def check(value: object) -> None:
        if isinstance(value, float):
            assert isfinite(value)
        elif isinstance(value, dict):
            check(tuple(value.values()))
        elif isinstance(value, tuple):
            for part in value:
                check(part)
        elif hasattr(value, "__slots__"):
            check(tuple(getattr(value, name) for name in value.__slots__))

    check(report(rows))


def test_there_is_no_interval_from_one_article() -> None:
    alpha = report([(1, (2, 0, 0), 5), (1, (1, 1, 0), 1), (1, (0, 0, 2), 3)]).alpha
    assert alpha.value is not None
    assert (alpha.low, alpha.high, alpha.n, alpha.clusters) == (None, None, 9, 1)


def test_an_article_without_a_pair_is_no_second_article() -> None:
    summary = report([(1, (2, 0, 0), 5), (1, (1, 1, 0), 1), (2, (0, 1, 0), 9)])
    assert {bounds(estimate) for estimate in (summary.alpha, summary.fleiss_kappa, summary.ac1)} == {(None, None)}
    assert summary.articles == 2


def test_full_agreement_is_not_printed_as_certain() -> None:
    summary = report([(1, (2, 0, 0), 5), (2, (0, 2, 0), 5), (3, (0, 0, 2), 4)])
    assert (summary.percent_agreement.value, *bounds(summary.percent_agreement)) == (1.0, None, None)
    assert (summary.alpha.value, *bounds(summary.alpha)) == (1.0, None, None)
    assert summary.probability_below == {0.667: None, 0.8: None}


def test_articles_that_are_all_alike_give_no_interval() -> None:
    alike = [(article, pattern, 3) for article in (1, 2, 3) for pattern in ((2, 0, 0), (1, 1, 0))]
    assert bounds(report(alike).percent_agreement) == (None, None)


def test_a_label_that_only_one_article_uses_has_no_interval() -> None:
    summary = report([(1, (2, 0, 0), 5), (1, (1, 0, 1), 2), (2, (2, 0, 0), 5), (2, (1, 1, 0), 1), (3, (1, 1, 0), 2)])
    rare = summary.by_label[2]
    assert (rare.specific_agreement.n, rare.specific_agreement.clusters) == (2, 1)
    assert bounds(rare.specific_agreement) == bounds(rare.alpha) == (None, None)


def test_the_probability_below_a_threshold_meets_the_interval_at_its_ends() -> None:
    """Shift the data until a bound stands near the threshold: the probability is then near 2.5 % or 97.5 %."""
    rows = [(article, (2, 0), 8 + article) for article in range(9)] + [(article, (0, 2), 9) for article in range(9)]
    for disagreeing in range(1, 12):
        summary = report([*rows, *((article, (1, 1), (disagreeing + article) % 5) for article in range(9))], "ab")
        assert summary.alpha.low is not None
        assert summary.alpha.high is not None
        below = summary.probability_below[0.8]
        assert below is not None
        assert (below < 0.025) == (summary.alpha.low > 0.8)
        assert (below > 0.975) == (summary.alpha.high < 0.8)
        assert (below > 0.5) == ((summary.alpha.value or 0.0) < 0.8)


def study(random: np.random.Generator, articles: int, claims: int) -> PatternTable:
    """Draw verdicts of three reviewers on two labels; articles differ in prevalence and in how hard they are.

    A reviewer errs with probability .05 in an easy and .35 in a hard article, half of each. The labels are balanced
    over articles, so that alpha of the population is 1 - 2 * (2 * .05 * .95 + 2 * .35 * .65) / 2 = .45.
    """
    errors = np.where(random.random(articles) < 0.5, 0.05, 0.35)[:, None, None]
    truth = random.random((articles, claims, 1)) < random.beta(0.7, 0.7, articles)[:, None, None]
    chosen = truth ^ (random.random((articles, claims, 3)) < errors)
    first = chosen.sum(axis=2).ravel()
    return PatternTable(
        patterns=np.stack([first, 3 - first], axis=1),
        claims=np.ones(articles * claims, dtype=np.int64),
        articles=np.repeat(np.arange(articles), claims),
    )


def coverage(tables: list[PatternTable]) -> float:
    covered = 0
    for table in tables:
        alpha = summarise(table, "ab").alpha
        assert alpha.low is not None
        assert alpha.high is not None
        covered += alpha.low <= 0.45 <= alpha.high
    return covered / len(tables)


def test_the_interval_covers_the_truth_of_clustered_articles_where_claims_as_units_do_not() -> None:
    random = np.random.default_rng(2024)
    tables = [study(random, articles=20, claims=15) for _ in range(300)]
    unclustered = [PatternTable(t.patterns, t.claims, np.arange(len(t.claims))) for t in tables]
    assert 0.90 <= coverage(tables) <= 0.99
    assert coverage(unclustered) < 0.85
