"""Many intervals at once are the same as one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.intervals import Estimate, coefficient_estimate, proportion_estimate
from annotator.domain.many_estimates import LeftOut, many_coefficients, many_differences, many_proportions
from tests.domain.drawn_votes import is_close

numbers = st.one_of(st.just(float("nan")), st.floats(-1.0, 1.0).map(lambda one: round(one, 3)))
estimates = st.lists(st.tuples(numbers, st.lists(numbers, max_size=5)), max_size=5)
Drawn = list[tuple[float, list[float]]]


def arranged(drawn: Drawn) -> tuple[np.ndarray, LeftOut, np.ndarray, np.ndarray]:
    owner = np.array([place for place, (_, parts) in enumerate(drawn) for _ in parts], dtype=np.int64)
    left = np.array([part for _, parts in drawn for part in parts], dtype=np.float64)
    values = np.array([value for value, _ in drawn], dtype=np.float64)
    clusters = np.array([len(parts) for _, parts in drawn], dtype=np.int64)
    return values, LeftOut(owner, left), clusters + 5, clusters


def are_alike(found: list[Estimate], wanted: list[Estimate]) -> bool:
    return all(
        is_close(one, other.value, other.low, other.high) and (one.n, one.clusters) == (other.n, other.clusters)
        for one, other in zip(found, wanted, strict=True)
    )


@given(estimates)
def test_coefficients_are_estimated_as_one_by_one(drawn: Drawn) -> None:
    alone = [coefficient_estimate(value, np.array(parts), len(parts) + 5, len(parts)) for value, parts in drawn]
    assert are_alike(many_coefficients(*arranged(drawn)), alone)


@given(estimates)
def test_proportions_are_estimated_as_one_by_one(drawn: Drawn) -> None:
    shares = [((value + 1) / 2, [(part + 1) / 2 for part in parts]) for value, parts in drawn]
    alone = [proportion_estimate(value, np.array(parts), len(parts) + 5, len(parts)) for value, parts in shares]
    assert are_alike(many_proportions(*arranged(shares)), alone)


@given(estimates)
def test_the_interval_of_a_difference_is_even_about_it_and_ends_at_two(drawn: Drawn) -> None:
    for found, (value, parts) in zip(many_differences(*arranged(drawn)), drawn, strict=True):
        if found.value is None:
            assert np.isnan(value)
        elif found.low is not None and found.high is not None:
            assert -2.0 <= found.low < found.value < found.high <= 2.0
            assert (
                found.low == -2.0
                or found.high == 2.0
                or is_close(found, found.high / 2 + found.low / 2, found.low, found.high)
            )
        else:
            assert len(set(parts)) < 2 or any(np.isnan(part) for part in parts)
