"""Agreement on values of any number: the same as all pairs give, and undefined where nothing can be said."""

import math
from collections import Counter, defaultdict
from itertools import permutations

import numpy as np
import pytest
from scipy.special import stdtrit

from annotator.domain.agreement import PatternTable, summarise
from annotator.domain.nominal import Answers, agreement_on, mean_estimate

Row = tuple[int, int, str, str]
"""Article, unit, stratum and value of one answer."""


def answers(rows: list[Row]) -> Answers:
    strata, values = sorted({row[2] for row in rows}), sorted({row[3] for row in rows})
    facts = [(article, unit, strata.index(stratum), values.index(value)) for article, unit, stratum, value in rows]
    return Answers(*np.array(facts, dtype=np.int64).reshape(len(rows), 4).T)


def plain_alpha(rows: list[Row]) -> float:
    """Krippendorff's alpha from all pairs; chance within each stratum, added up."""
    units: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        units[row[1]].append(row)
    paired = [unit for unit in units.values() if len(unit) > 1]
    observed = sum(sum(a[3] != b[3] for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in paired)
    expected = 0.0
    for stratum in {row[2] for unit in paired for row in unit}:
        counts = Counter(row[3] for unit in paired for row in unit if row[2] == stratum)
        n = sum(counts.values())
        expected += sum(counts[a] * counts[b] for a, b in permutations(counts, 2)) / (n - 1)
    return 1 - observed / expected if expected else math.nan


def drawn(seed: int, *, strata: int = 1) -> list[Row]:
    draw = np.random.default_rng(seed)
    rows = []
    for unit in range(60):
        article, stratum = int(draw.integers(6)), str(int(draw.integers(strata)))
        values = [f"{stratum} {value}" for value in draw.integers(4, size=int(draw.integers(1, 5))).tolist()]
        rows += [(article, unit, stratum, value) for value in values]
    return rows


def test_a_small_example_counted_by_hand() -> None:
    # Units 1 to 3 with two answers each: agree on a, agree on b, part (a, b). Unit 4 has one answer: it is missing.
    rows = [(1, 1, "", "a"), (1, 1, "", "a"), (1, 2, "", "b"), (1, 2, "", "b"), (2, 3, "", "a"), (2, 3, "", "b")]
    percent, alpha = agreement_on(answers([*rows, (2, 4, "", "c")]))
    assert percent.value == pytest.approx(2 / 3)
    # 6 answers, 3 of each: 2 coincidences differ, by chance 2 * 3 * 3 / 5 would.
    assert alpha.value == pytest.approx(1 - 2 / (18 / 5))
    assert (percent.n, percent.clusters, alpha.n, alpha.clusters) == (3, 2, 3, 2)


@pytest.mark.parametrize("strata", [1, 3])
def test_alpha_and_its_interval_equal_a_computation_from_all_pairs(strata: int) -> None:
    for seed in range(5):
        rows = drawn(seed, strata=strata)
        made = Counter(row[1] for row in rows)
        articles = sorted({row[0] for row in rows if made[row[1]] > 1})
        _, alpha = agreement_on(answers(rows))
        value = plain_alpha(rows)
        without = [plain_alpha([row for row in rows if row[0] != article]) for article in articles]
        mean = sum(without) / len(without)
        error = math.sqrt((len(without) - 1) / len(without) * sum((each - mean) ** 2 for each in without))
        reach = float(stdtrit(len(without) - 1, 0.975)) * error / (1 - value**2)
        assert alpha.value == pytest.approx(value)
        assert alpha.low == pytest.approx(math.tanh(math.atanh(value) - reach))
        assert alpha.high == pytest.approx(math.tanh(math.atanh(value) + reach))


def test_it_equals_the_report_where_values_are_few() -> None:
    rows = drawn(7)
    values = sorted({row[3] for row in rows})
    patterns: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0] * len(values))
    for article, unit, _, value in rows:
        patterns[article, unit][values.index(value)] += 1
    table = PatternTable.from_rows([(article, pattern, 1) for (article, _), pattern in patterns.items()], len(values))
    known = summarise(table, values)
    percent, alpha = agreement_on(answers(rows))
    for found, wanted in ((percent, known.percent_agreement), (alpha, known.alpha)):
        assert (found.value, found.low, found.high) == pytest.approx((wanted.value, wanted.low, wanted.high))
        assert (found.n, found.clusters) == (wanted.n, wanted.clusters)


@pytest.mark.parametrize(
    "rows", [[], [(1, 1, "", "a")], [(1, 1, "", "a"), (1, 2, "", "b")]], ids=["nothing", "one answer", "no pair"]
)
def test_without_a_pair_nothing_is_defined(rows: list[Row]) -> None:
    for estimate in agreement_on(answers(rows)):
        assert (estimate.value, estimate.low, estimate.high, estimate.n) == (None, None, None, 0)


def test_full_agreement_on_one_value_has_no_alpha() -> None:
    percent, alpha = agreement_on(answers([(1, 1, "", "a"), (1, 1, "", "a"), (2, 2, "", "a"), (2, 2, "", "a")]))
    assert (percent.value, percent.low, percent.high) == (1.0, None, None)
    assert alpha.value is None


def test_a_mean_weighs_units_by_the_claims_that_they_stand_for() -> None:
    mean = mean_estimate(np.array([1.0, 0.0, 1.0]), np.array([1, 1, 2]), np.array([2, 3, 5]))
    assert (mean.value, mean.n, mean.clusters) == (0.7, 10, 2)
    assert mean.low is not None
    assert mean.low < 0.7
