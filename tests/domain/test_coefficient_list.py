"""All coefficients with their intervals: against single verdicts, and against leaving out one article at a time."""

from math import atanh, sqrt, tanh
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.agreement import compute, summarise
from annotator.domain.coefficient_list import coefficient_list
from annotator.domain.report import Coefficient
from annotator.domain.votes import Votes

LABELS = ("a", "b", "c")
Rows = list[tuple[int, str, int]]
KEYS = (
    "percent_agreement",
    "alpha",
    "fleiss_kappa",
    "ac1",
    "brennan_prediger",
    "conger_kappa",
    "mean_cohen_kappa",
)
# What `compute` calls them, and whether articles without a pair move them.
OTHERS = {"conger_kappa": ("conger_kappa", True), "mean_cohen_kappa": ("light_kappa", False)}
# The 0.975 quantiles of Student's t with 1, 2 and 3 degrees of freedom, as printed in tables.
T = {1: 12.70620, 2: 4.302653, 3: 3.182446}

# An article, a letter for each reviewer (a dot is no verdict), and how many claims look so.
rows = st.lists(st.tuples(st.integers(1, 4), st.text("abc.", min_size=4, max_size=4), st.integers(1, 2)), max_size=9)


def votes_of(rows: Rows, labels: tuple[str, ...] = LABELS, first_id: int = 11) -> Votes:
    table = [
        (article, 0, ",".join(f"{first_id + who}={label}" for who, label in enumerate(said) if label != "."), claims)
        for article, said, claims in rows
    ]
    return Votes.from_rows([row for row in table if row[2]], labels)


def listed(rows: Rows) -> dict[str, Coefficient]:
    votes = votes_of(rows)
    return {one.key: one for one in coefficient_list(votes, summarise(votes.table(), LABELS))}


def verdicts_of(rows: Rows, without: int | None = None) -> list[tuple[str, str, str]]:
    return [
        (f"r{who}", f"c{number} {copy}", label)
        for number, (article, said, claims) in enumerate(rows)
        for copy in range(claims)
        for who, label in enumerate(said)
        if label != "." and article != without
    ]


def number(value: object) -> float | None:
    assert value is None or isinstance(value, float)
    return value


@given(rows)
@settings(max_examples=60)
def test_values_and_intervals_equal_leaving_out_one_article_at_a_time(rows: Rows) -> None:
    found, whole = listed(rows), compute(verdicts_of(rows), LABELS)
    rated = {article for article, said, _ in rows if said.strip(".")}
    paired = {article for article, said, _ in rows if len(said.replace(".", "")) > 1}
    for key, (name, singles_move) in OTHERS.items():
        estimate, value = found[key].estimate, number(whole[name])
        assert estimate.value == (None if value is None else pytest.approx(value, abs=1e-9))
        assert estimate.clusters == len(paired)
        if estimate.low is not None and value is not None:
            parts = [
                number(compute(verdicts_of(rows, one), LABELS)[name]) for one in (rated if singles_move else paired)
            ]
            left_out = [part for part in parts if part is not None]
            assert len(left_out) == len(parts)
            mean = sum(left_out) / len(left_out)
            error = sqrt((len(left_out) - 1) / len(left_out) * sum((part - mean) ** 2 for part in left_out))
            reach = T[len(paired) - 1] * error / (1 - value**2)
            bounds = (tanh(atanh(value) - reach), tanh(atanh(value) + reach))
            assert (estimate.low, estimate.high) == pytest.approx(bounds, abs=1e-5)


@given(rows)
@settings(max_examples=60)
def test_a_value_lies_within_its_interval(rows: Rows) -> None:
    for one in listed(rows).values():
        low, value, high = one.estimate.low, one.estimate.value, one.estimate.high
        assert (low is None) == (high is None)
        if low is not None and high is not None and value is not None:
            assert low <= value <= high


@given(rows, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_labels_rows_and_people_may_be_named_and_ordered_at_will(rows: Rows, random: Random) -> None:
    shuffled = [(article, "".join(said[place] for place in (2, 0, 3, 1)), claims) for article, said, claims in rows]
    shuffled = [(article, said.translate(str.maketrans("abc", "bca")), claims) for article, said, claims in shuffled]
    random.shuffle(shuffled)
    before, after = listed(rows), listed(shuffled)
    for key, one in before.items():
        for first, second in zip(
            (one.estimate.value, one.estimate.low, one.estimate.high, one.expected),
            (after[key].estimate.value, after[key].estimate.low, after[key].estimate.high, after[key].expected),
            strict=True,
        ):
            assert second == (None if first is None else pytest.approx(first, abs=1e-6)), key


@given(rows, st.lists(st.sampled_from(LABELS), min_size=1, max_size=3))
@settings(max_examples=60)
def test_a_claim_with_one_verdict_moves_neither_alpha_nor_cohens_kappa(rows: Rows, alone: list[str]) -> None:
    before, after = listed(rows), listed([*rows, *((9, f"...{label}", 1) for label in alone)])
    assert before["alpha"] == after["alpha"]
    assert before["mean_cohen_kappa"] == after["mean_cohen_kappa"]


def test_scotts_pi_is_for_two_reviewers() -> None:
    two = [(1, "aa..", 4), (1, "ab..", 1), (2, "bb..", 3), (2, "ba..", 1), (3, "cc..", 2), (3, "c...", 2)]
    found, single = listed(two), compute(verdicts_of(two), LABELS)
    assert tuple(found) == (*KEYS[:5], "scott_pi", *KEYS[5:])
    assert found["scott_pi"].estimate.value == pytest.approx(single["scott_pi"])
    assert found["mean_cohen_kappa"].estimate.value == pytest.approx(single["cohen_kappa"])
    assert found["scott_pi"].estimate.low is not None
    assert tuple(listed([*two, (3, "c.c.", 1)])) == KEYS


def test_expected_agreement_by_hand() -> None:
    found = listed([(1, "aa..", 2), (2, "ab..", 1), (3, "bb..", 1)])
    # The first says a 3/4, the second 1/2.
    assert found["mean_cohen_kappa"].expected == pytest.approx(3 / 4 * 1 / 2 + 1 / 4 * 1 / 2)
    assert found["conger_kappa"].expected == pytest.approx(3 / 4 * 1 / 2 + 1 / 4 * 1 / 2)
    assert found["scott_pi"].expected == pytest.approx((5 / 8) ** 2 + (3 / 8) ** 2)


def test_without_votes_nothing_is_defined() -> None:
    assert {(one.estimate.value, one.estimate.n) for one in listed([]).values()} == {(None, 0)}


def test_many_articles_are_left_out_in_groups() -> None:
    random = np.random.default_rng(4)
    many = [
        (article, "".join(random.choice(["a", "a", "b", "c", "."], 4)), 1) for article in range(1200) for _ in range(2)
    ]
    found = listed(many)
    assert found["conger_kappa"].estimate.clusters == found["alpha"].estimate.clusters > 500
    widths = [(one.estimate.high or 0.0) - (one.estimate.low or 0.0) for one in found.values()]
    assert max(widths) < 2 * min(widths)
