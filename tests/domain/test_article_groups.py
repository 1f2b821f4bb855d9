"""Many articles are left out in groups: the headline from added-up rows is that of the report, to the last digit."""

from math import atanh, sqrt, tanh

import numpy as np
import pytest

from annotator.domain.agreement import PatternTable, headline, summarise
from annotator.domain.article_groups import EXACT_ARTICLES, GROUPS, is_grouped
from annotator.domain.patterns import Integers

LABELS = ("a", "b", "c")
T199 = 1.971957  # the 0.975 quantile of Student's t with 199 degrees of freedom


def drawn(articles: int, *, claims: int = 6, seed: int = 1) -> PatternTable:
    """Draw verdicts of one to three reviewers; articles differ in their labels, and each has a pair."""
    random = np.random.default_rng(seed)
    article = np.repeat(np.arange(1, articles + 1), claims)
    mix = random.dirichlet([1.0, 0.7, 0.5], articles)[article - 1]
    verdicts = random.integers(1, 4, len(article))
    verdicts[::claims] = 2
    return PatternTable(random.multinomial(verdicts, mix), np.ones_like(article), article)


def added_up(table: PatternTable, part: Integers, *, singles: bool) -> PatternTable:
    """Add claims up by part and pattern as a database would, in an order of its own."""
    claims: dict[tuple[int, tuple[int, ...]], int] = {}
    for place, pattern, number in zip(part.tolist(), table.patterns.tolist(), table.claims.tolist(), strict=True):
        if singles or sum(pattern) > 1:
            claims[place, tuple(pattern)] = claims.get((place, tuple(pattern)), 0) + number
    rows = [(place, pattern, number) for (place, pattern), number in reversed(claims.items())]
    return PatternTable.from_rows(rows, table.patterns.shape[1])


def test_an_article_is_left_out_alone_up_to_five_hundred() -> None:
    assert not is_grouped(EXACT_ARTICLES)
    assert is_grouped(EXACT_ARTICLES + 1)
    assert summarise(drawn(500), LABELS).parts == 500
    assert summarise(drawn(501), LABELS).parts == GROUPS


def test_the_interval_equals_leaving_out_one_group_at_a_time() -> None:
    table = drawn(640)
    whole, left_out = summarise(table, LABELS), []
    for group in range(GROUPS):
        value = summarise(table.where(table.articles % GROUPS != group), LABELS).alpha.value
        assert value is not None
        left_out.append(value)
    mean = sum(left_out) / GROUPS
    error = sqrt((GROUPS - 1) / GROUPS * sum((value - mean) ** 2 for value in left_out))
    value = whole.alpha.value or 0.0
    reach = T199 * error / (1 - value**2)
    assert whole.alpha_error == pytest.approx(error)
    assert (whole.alpha.low, whole.alpha.high) == pytest.approx(
        (tanh(atanh(value) - reach), tanh(atanh(value) + reach)), abs=1e-6
    )


def test_articles_are_counted_not_groups() -> None:
    summary = summarise(drawn(640), LABELS)
    first, *_ = summary.by_label
    assert summary.articles == summary.alpha.clusters == summary.ac1.clusters == first.prevalence.clusters == 640
    assert GROUPS < first.specific_agreement.clusters <= 640


def test_groups_give_nearly_the_error_of_single_articles() -> None:
    table = drawn(500, seed=3)
    exact, grouped = headline(table, 500), headline(table, 501)
    assert exact.alpha.value == pytest.approx(grouped.alpha.value)
    assert grouped.alpha_error == pytest.approx(exact.alpha_error, rel=0.2)


@pytest.mark.parametrize("articles", [30, 640])
@pytest.mark.parametrize("singles", [True, False])
def test_the_headline_is_that_of_the_report_to_the_last_digit(articles: int, singles: bool) -> None:
    table = drawn(articles, seed=articles)
    part = table.articles % GROUPS if is_grouped(articles) else table.articles
    report, first = summarise(table, LABELS), headline(added_up(table, part, singles=singles), articles)
    assert first.alpha == report.alpha
    assert first.percent_agreement == report.percent_agreement
    assert (first.alpha_error, first.probability_below) == (report.alpha_error, report.probability_below)


def test_the_order_of_the_rows_changes_no_digit() -> None:
    table = drawn(640)
    order = np.random.default_rng(5).permutation(len(table.claims))
    assert summarise(PatternTable(table.patterns[order], table.claims[order], table.articles[order]), LABELS) == (
        summarise(table, LABELS)
    )


def test_many_labels_and_reviewers_do_not_mix_patterns_up() -> None:
    random = np.random.default_rng(8)
    patterns = np.repeat(random.multinomial(90, np.full(16, 1 / 16), 40), 3, axis=0)
    table = PatternTable(patterns, np.ones(120, dtype=np.int64), np.tile(np.arange(4), 30))
    merged = table.merged(np.zeros(120, dtype=np.int64))
    assert merged.claims.tolist() == [3] * 40
    assert sorted(map(tuple, merged.patterns.tolist())) == sorted(set(map(tuple, patterns.tolist())))


def test_a_headline_of_nothing_is_not_defined() -> None:
    first = headline(PatternTable.from_rows([], 3), 0)
    assert first.alpha.value is first.percent_agreement.value is first.alpha_error is None
