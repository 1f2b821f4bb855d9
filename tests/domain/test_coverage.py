"""The report's interval holds the truth of simulated studies about as often as it says; claims as units do not."""

import pytest

from benchmarks.coverage import WORLDS, Kind, World, coverages

STUDIES = 250


@pytest.mark.parametrize(("world", "articles"), [(WORLDS[1], 10), (WORLDS[3], 30), (WORLDS[0], 600)])
def test_the_interval_holds_the_truth_nineteen_times_in_twenty(world: World, articles: int) -> None:
    """Allow three Monte Carlo errors of 250 studies beyond 93 and 97 %; 600 articles are left out in groups."""
    found = coverages(world, articles, STUDIES, seed=7, draws=0)
    for name in ("alpha", "percent_agreement"):
        assert 0.885 <= found[Kind("report", name)].held <= 1.0


def test_claims_as_if_independent_hold_it_far_less_often() -> None:
    found = coverages(WORLDS[3], 30, 100, seed=7, draws=100)
    assert found[Kind("claims", "alpha")].held < 0.7 < found[Kind("articles", "alpha")].held
