"""The forecast: a pace from what was done, an honest range, and nothing said of what is not known."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.forecast import ACTIVE_DAYS, daily_pace, forecast

TODAY = date(2026, 3, 31)


def steady(a_day: int, days: int) -> dict[date, int]:
    return {TODAY - timedelta(days=back): a_day for back in range(1, days + 1)}


def test_a_steady_pace_names_the_day_and_leaves_no_range() -> None:
    found = forecast(100, [steady(10, 14)], TODAY)
    assert found
    assert (found.pace, found.reviewers) == (10, 1)
    assert found.earliest == found.expected == found.latest == TODAY + timedelta(days=10)


def test_paces_of_reviewers_add_up() -> None:
    found = forecast(300, [steady(10, 14), steady(20, 8)], TODAY)
    assert found
    assert (found.pace, found.expected) == (30, TODAY + timedelta(days=10))


def test_days_without_work_count_from_the_first_active_one_on() -> None:
    pace = daily_pace({TODAY - timedelta(days=back): 10 for back in (20, 19, 18)}, TODAY)
    assert pace
    assert (pace.mean, pace.days) == (30 / 20, 20)


def test_the_newest_active_days_decide() -> None:
    long_ago = {TODAY - timedelta(days=100 + back): 1000 for back in range(5)}
    pace = daily_pace(long_ago | steady(10, ACTIVE_DAYS), TODAY)
    assert pace
    assert pace.mean == 10


def test_today_is_not_over_and_so_does_not_count() -> None:
    assert daily_pace(steady(10, 14) | {TODAY: 500}, TODAY) == daily_pace(steady(10, 14), TODAY)


def test_too_little_says_nothing() -> None:
    assert daily_pace({}, TODAY) is None
    assert daily_pace(steady(10, 6), TODAY) is None, "less than a week"
    assert daily_pace({TODAY - timedelta(days=back): 10 for back in (20, 10)}, TODAY) is None, "two active days"
    assert forecast(100, [steady(10, 2)], TODAY) is None
    assert forecast(100, [], TODAY) is None


def test_nothing_left_needs_no_forecast() -> None:
    assert forecast(0, [steady(10, 14)], TODAY) is None


def test_a_wavering_pace_has_no_later_end() -> None:
    wavering = {TODAY - timedelta(days=60): 1, TODAY - timedelta(days=59): 1, TODAY - timedelta(days=30): 90}
    found = forecast(1000, [wavering], TODAY)
    assert found
    assert found.latest is None
    assert found.earliest
    assert found.expected
    assert found.earliest < found.expected


def test_a_day_too_far_away_is_not_named() -> None:
    found = forecast(10**9, [steady(1, 14)], TODAY)
    assert found
    assert found.expected is None


@given(
    st.lists(st.dictionaries(st.integers(1, 90), st.integers(1, 300), max_size=40), max_size=5),
    st.integers(0, 10**6),
)
def test_the_range_holds_the_expected_day(reviewers: list[dict[int, int]], left: int) -> None:
    daily = [{TODAY - timedelta(days=back): number for back, number in one.items()} for one in reviewers]
    found = forecast(left, daily, TODAY)
    if found and found.expected:
        assert found.earliest
        assert TODAY < found.earliest <= found.expected
        assert found.latest is None or found.expected <= found.latest


def test_more_wavering_means_a_wider_range() -> None:
    def width(counts: list[int]) -> int:
        daily = {TODAY - timedelta(days=back): number for back, number in enumerate(counts, 1)}
        found = forecast(500, [daily], TODAY)
        assert found
        assert found.latest
        assert found.earliest
        return (found.latest - found.earliest).days

    assert width([10] * 14) < width([9, 11] * 7) < width([2, 18] * 7)
