"""The planner's formula against simulation, and its two directions against each other."""

import numpy as np
import pytest

from annotator.domain import sample_size
from annotator.domain.agreement import PatternTable, summarise


@pytest.mark.parametrize(
    ("alpha", "shares", "readers"), [(0.6, [50, 30, 20], 2), (0.8, [70, 20, 10], 3), (0.3, [50, 50], 4)]
)
def test_the_error_of_an_assumption_is_what_simulated_studies_show(
    alpha: float, shares: list[float], readers: int
) -> None:
    random, claims, labels = np.random.default_rng(3), 400, len(shares)
    prevalence = np.array(shares) / sum(shares)
    found = []
    for _ in range(150):
        own = random.choice(labels, claims, p=prevalence)[:, None]
        drawn = random.choice(labels, (claims, readers), p=prevalence)
        given = np.where(random.random((claims, readers)) < alpha**0.5, own, drawn)
        rows = [(n, tuple(int((row == k).sum()) for k in range(labels)), 1) for n, row in enumerate(given)]
        keys = [str(k) for k in range(labels)]
        found.append(summarise(PatternTable.from_rows(rows, labels), keys).alpha.value or 0.0)
    variance = sample_size.from_assumption(alpha, shares, readers)
    assert variance
    assert np.mean(found) == pytest.approx(alpha, abs=0.02)
    assert np.std(found) == pytest.approx((variance.whole / claims) ** 0.5, rel=0.2)


def test_both_directions_agree_and_a_pilot_gives_back_its_own_error() -> None:
    pilot = sample_size.from_pilot(0.04, 200)
    assert pilot
    assert sample_size.half_width_with(200, pilot) == pytest.approx(1.96 * 0.04, rel=1e-3)
    claims = sample_size.claims_for(0.05, pilot)
    assert sample_size.half_width_with(claims, pilot) <= 0.05 < sample_size.half_width_with(claims - 1, pilot)


def test_alike_claims_in_an_article_ask_for_more_of_them() -> None:
    apart = sample_size.from_assumption(0.7, [1, 1], 2)
    alike = sample_size.from_assumption(0.7, [1, 1], 2, per_article=21, correlation=0.05)
    assert apart
    assert alike
    assert alike.design_effect == pytest.approx(2.0)
    assert sample_size.claims_for(0.05, alike) == pytest.approx(2 * sample_size.claims_for(0.05, apart), abs=1)


@pytest.mark.parametrize(
    ("alpha", "shares", "readers"), [(1.0, [1, 1], 2), (0.5, [1], 2), (0.5, [1, 0], 2), (0.5, [1, 1], 1)]
)
def test_what_is_not_defined_is_none(alpha: float, shares: list[float], readers: int) -> None:
    assert sample_size.from_assumption(alpha, shares, readers) is None
    assert sample_size.from_pilot(0.0, 10) is None
