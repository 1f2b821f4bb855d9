"""How often a reviewer says the same of a claim again."""

from annotator.domain.intervals import Estimate
from annotator.domain.self_consistency import self_consistency
from tests.domain.drawn_votes import is_close, proportion


def test_the_share_has_its_interval_over_articles() -> None:
    found = self_consistency([(5, True, 6), (5, False, 2), (9, True, 3), (9, False, 1), (11, True, 4)])
    assert found is not None
    assert is_close(found, *proportion(13 / 16, [7 / 8, 10 / 12, 9 / 12]))
    assert (found.n, found.clusters) == (16, 3)


def test_too_few_repeats_are_not_called_consistent() -> None:
    assert self_consistency([(5, True, 9)]) == Estimate(None, None, None, 9, 1)


def test_the_same_every_time_is_not_printed_as_certain() -> None:
    assert self_consistency([(5, True, 9), (6, True, 9)]) == Estimate(1.0, None, None, 18, 2)


def test_nothing_repeated_is_nothing_known() -> None:
    assert self_consistency([]) is None
    assert self_consistency([(5, True, 0)]) is None


def test_many_articles_are_counted_one_by_one() -> None:
    found = self_consistency((article, article % 7 > 1, 1) for article in range(1, 601))
    assert found is not None
    assert (found.value, found.n, found.clusters) == (429 / 600, 600, 600)
    assert found.low is not None
