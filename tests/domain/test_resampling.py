"""The other intervals: seeded, near the report's own where they should be, and absent where nothing varies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from annotator.domain.agreement import PatternTable, summarise
from annotator.domain.coefficients import COEFFICIENTS
from annotator.domain.intervals import Estimate
from annotator.domain.patterns import sums_by_article
from annotator.domain.report import Check
from annotator.domain.resampling import bca_estimate, checks, over_claims

LABELS = ("a", "b", "c")


def drawn(articles: int, claims: int, seed: int = 1) -> PatternTable:
    """Draw three verdicts a claim; articles differ strongly."""
    random = np.random.default_rng(seed)
    article = np.repeat(np.arange(articles), claims)
    return PatternTable(
        random.multinomial(3, random.dirichlet([0.5, 0.4, 0.3], articles)[article]), np.ones_like(article), article
    )


def by_key(found: tuple[Check, ...]) -> dict[str, Check]:
    return {one.key: one for one in found}


def width(estimate: Estimate) -> float:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high - estimate.low


def test_a_seed_repeats_every_digit() -> None:
    table = drawn(20, 10)
    assert checks(table, seed=4) == checks(table, seed=4) != checks(table, seed=5)
    order = np.random.default_rng(5).permutation(len(table.claims))
    shuffled = PatternTable(table.patterns[order], table.claims[order], table.articles[order])
    assert checks(shuffled, seed=4) == checks(table, seed=4)


@pytest.mark.parametrize("articles", [60, 600])
def test_articles_drawn_again_tell_what_the_jackknife_tells(articles: int) -> None:
    table = drawn(articles, 8)
    report, found = summarise(table, LABELS), by_key(checks(table, seed=2))
    for key, estimate in (("alpha", report.alpha), ("percent_agreement", report.percent_agreement)):
        again = found[key].bootstrap
        assert again.value == pytest.approx(estimate.value)
        assert (again.n, again.clusters) == (estimate.n, estimate.clusters)
        assert width(again) == pytest.approx(width(estimate), rel=0.2)


def test_claims_drawn_as_if_independent_promise_too_much_where_articles_differ() -> None:
    found = by_key(checks(drawn(30, 20), seed=2))["alpha"]
    assert width(found.bca) < 0.6 * width(found.bootstrap)


def test_bca_equals_that_of_scipy() -> None:
    table = drawn(50, 1, seed=3)

    def alpha(claims: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> float:
        patterns = table.patterns[claims]
        one_article = PatternTable(patterns, np.ones(len(patterns), dtype=np.int64), np.zeros(len(patterns), np.int64))
        return float(COEFFICIENTS["alpha"].value(sums_by_article(one_article).total()))

    places = np.arange(50)
    theirs = bootstrap((places,), alpha, n_resamples=2000, vectorized=False, method="BCa", rng=np.random.default_rng(1))
    ours = bca_estimate(table, "alpha", seed=1, replicates=20_000)
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs.confidence_interval), abs=0.02)


def test_without_articles_the_intervals_of_all_coefficients_are_over_claims() -> None:
    table = drawn(40, 1)
    before = summarise(table, LABELS)
    after = over_claims(before, table, seed=1)
    for name in ("percent_agreement", "alpha", "fleiss_kappa", "ac1", "brennan_prediger"):
        first, second = getattr(before, name), getattr(after, name)
        assert (second.value, second.n, second.clusters) == (pytest.approx(first.value), 40, 40)
        assert width(second) == pytest.approx(width(first), rel=0.3)
    assert after.by_label == before.by_label


patterns = st.tuples(*[st.integers(0, 3)] * 3)
rows = st.lists(st.tuples(st.integers(1, 4), patterns, st.integers(0, 4)), max_size=10)


@given(rows)
@settings(max_examples=60)
def test_a_value_is_the_reports_and_lies_within_its_interval(rows: list[tuple[int, tuple[int, ...], int]]) -> None:
    table = PatternTable.from_rows(rows, 3)
    report = summarise(table, LABELS)
    for check in checks(table, seed=1, replicates=100):
        value = getattr(report, check.key).value
        for estimate in (check.bootstrap, check.bca):
            assert estimate.value == (None if value is None else pytest.approx(value, abs=1e-9))
            assert (estimate.low is None) == (estimate.high is None)
            if estimate.low is not None and estimate.high is not None and estimate.value is not None:
                assert -1 <= estimate.low <= estimate.value <= estimate.high <= 1


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(1, (1, 0, 0), 9)],
        [(1, (2, 0, 0), 9), (2, (2, 0, 0), 9)],
        [(1, (2, 0, 0), 9), (2, (0, 2, 0), 9)],
    ],
)
def test_where_all_draws_are_alike_there_is_no_interval(rows: list[tuple[int, tuple[int, ...], int]]) -> None:
    for check in checks(PatternTable.from_rows(rows, 3), seed=1):
        assert check.bootstrap.low is check.bca.low is None


def test_draws_of_one_label_that_leave_alpha_undefined_take_its_interval_away() -> None:
    rare = PatternTable.from_rows([(1, (2, 0, 0), 40), (2, (1, 1, 0), 1)], 3)
    found = by_key(checks(rare, seed=1))
    assert found["alpha"].bca.low is None
    assert found["percent_agreement"].bca.low is not None
