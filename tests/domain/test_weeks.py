"""Week by week: each week as if it were alone, and nothing lost between weeks."""

from collections import Counter
from datetime import date

import numpy as np
from hypothesis import given

from annotator.domain.agreement import Estimate, summarise
from annotator.domain.weeks import LEAST_VERDICTS, weeks
from tests.domain.drawn_votes import LABELS, Claim, few, is_close, many_claims, table


def are_alike(one: Estimate, other: Estimate) -> bool:
    same = (one.n, one.clusters) == (other.n, other.clusters)
    return same and is_close(one, other.value, other.low, other.high)


@few
@given(many_claims)
def test_each_week_is_described_as_if_it_were_alone(found: list[Claim]) -> None:
    votes = table(found)
    described = weeks(votes)
    assert [(one.monday - date(1970, 1, 1)).days for one in described] == sorted({week for _, week, _ in found})
    for one in described:
        days = (one.monday - date(1970, 1, 1)).days
        alone = summarise(votes.rows_where(votes.week == days).table(), votes.labels)
        assert are_alike(one.percent_agreement, alone.percent_agreement)
        assert are_alike(one.alpha, alone.alpha)
        assert one.verdicts == alone.verdicts


@few
@given(many_claims)
def test_the_weeks_hold_all_verdicts(found: list[Claim]) -> None:
    assert sum(week.verdicts for week in weeks(table(found))) == sum(len(said) for _, _, said in found)


@few
@given(many_claims)
def test_shares_are_of_reviewers_with_enough_verdicts_in_the_week(found: list[Claim]) -> None:
    votes = table(found)
    for week in weeks(votes):
        days = (week.monday - date(1970, 1, 1)).days
        said = Counter((person, label) for _, when, by in found if when == days for person, label in by.items())
        counts = {number: [said[person, label] for label in LABELS] for number, person in enumerate(votes.reviewers)}
        wanted = tuple(
            (number, sum(each), tuple(one / sum(each) for one in each))
            for number, each in counts.items()
            if sum(each) >= LEAST_VERDICTS
        )
        assert week.reviewer_shares == wanted


def test_mondays_are_days_and_weeks_without_claims_are_not_invented() -> None:
    found: list[Claim] = [(1, 20_423, {7: "sourced"}), (1, 20_402, {7: "sourced"})]
    assert [week.monday for week in weeks(table(found))] == [date(2025, 11, 10), date(2025, 12, 1)]
    assert weeks(table([])) == ()


def test_a_week_of_many_articles_has_the_intervals_of_the_headline() -> None:
    draw = np.random.default_rng(7)
    found: list[Claim] = [
        (article + 1, 4 if article < 600 else 11, {7: LABELS[one], 12: LABELS[other]})
        for article in range(700)
        for one, other in draw.integers(0, 3, (2, 2))
    ]
    votes = table(found)
    for week, days in zip(weeks(votes), (4, 11), strict=True):
        alone = summarise(votes.rows_where(votes.week == days).table(), votes.labels)
        assert are_alike(week.alpha, alone.alpha)
        assert are_alike(week.percent_agreement, alone.percent_agreement)
