"""Agreement article by article: by hand, against each article by itself, and limits that hold what they promise."""

from math import log2

import numpy as np
import pytest
from hypothesis import given

from annotator.domain.agreement import summarise
from annotator.domain.article_agreement import LEAST_FOR_ALPHA, article_agreements
from annotator.domain.report import ArticleAgreement
from annotator.domain.votes import Votes
from tests.domain.drawn_votes import Claim, claims, few, table

AGREE, DIFFER = "7=sourced,12=sourced", "7=sourced,12=editorial"


def study(*articles: tuple[int, int]) -> tuple[ArticleAgreement, ...]:
    """Describe articles of so many claims on which two reviewers agree and so many on which they differ."""
    rows = [
        (number, 4, signature, count)
        for number, both in enumerate(articles, 1)
        for signature, count in zip((AGREE, DIFFER), both, strict=True)
        if count
    ]
    return article_agreements(Votes.from_rows(rows, ("sourced", "editorial")))


@few
@given(claims)
def test_each_article_is_described_as_if_it_were_alone(found: list[Claim]) -> None:
    votes = table(found)
    described = article_agreements(votes)
    assert {one.article_id for one in described} == {article for article, _, _ in found}
    for one in described:
        alone = summarise(votes.rows_where(votes.article == one.article_id).table(), votes.labels)
        assert one.paired_claims == alone.pairable_claims
        assert one.percent_agreement == pytest.approx(alone.percent_agreement.value)
        enough = alone.pairable_claims >= LEAST_FOR_ALPHA
        assert one.alpha == (pytest.approx(alone.alpha.value) if enough else None)
        if one.limits is not None and one.percent_agreement is not None:
            assert 0.0 <= one.limits[0] < one.limits[1] <= 1.0
            assert one.is_outside == (not one.limits[0] <= one.percent_agreement <= one.limits[1])


@few
@given(claims)
def test_the_lowest_raw_agreement_comes_first_then_the_lower_id(found: list[Claim]) -> None:
    described = article_agreements(table(found))
    keys = [(one.percent_agreement is None, one.percent_agreement or 0.0, one.article_id) for one in described]
    assert keys == sorted(keys)


def test_the_order_of_rows_changes_nothing() -> None:
    found: list[Claim] = [(2, 4, {7: "sourced", 12: "editorial"}), (1, 4, {7: "sourced", 12: "sourced"})]
    assert article_agreements(table(found)) == article_agreements(table(found[::-1]))


def test_heat_is_the_mean_entropy_of_claims_with_two_verdicts_or_more() -> None:
    everybody = {7: "sourced", 12: "attributed", 30: "editorial"}
    (one,) = article_agreements(
        table([(1, 4, everybody), (1, 4, {7: "sourced", 12: "sourced"}), (1, 4, {7: "sourced"})])
    )
    assert one.heat == pytest.approx(log2(3) / 2)
    assert one.paired_claims == 2


def test_an_article_without_a_paired_claim_has_no_numbers_and_comes_last() -> None:
    single, other = article_agreements(table([(1, 4, {7: "sourced"}), (2, 4, {7: "sourced", 12: "editorial"})]))[::-1]
    assert (single.article_id, other.article_id) == (1, 2)
    assert single == ArticleAgreement(1, 0, None, None, None, None, is_outside=False)


def test_there_are_no_limits_where_no_claims_differ_in_agreement() -> None:
    assert [one.limits for one in study((30, 0), (20, 0))] == [None, None]


def test_limits_by_hand() -> None:
    """Eight articles are too few to tell a usual difference; p = 1/2 is the one whose limits are even.

    Of 20 claims, 3 or fewer agree with probability 1351 / 2^20 = .0013, 2 or fewer with 211 / 2^20 = .0002.
    """
    articles = study((3, 17), (17, 3), *[(10, 10)] * 6)
    assert articles[0].limits is not None
    low, high = articles[0].limits
    assert low + high == pytest.approx(1.0)
    assert 2.5 < 20 * low < 3.5
    assert {one.limits for one in articles} == {articles[0].limits}


def test_an_article_too_small_to_lie_outside_does_not() -> None:
    """At p = .9, none of three claims agrees in one of 1000 articles; of two, in one of 100."""
    described = study((0, 2), (0, 9), *[(91, 9)] * 8)
    assert [(one.article_id, one.is_outside) for one in described[:2]] == [(1, False), (2, True)]


def drawn_study(spread: float, seed: int) -> tuple[ArticleAgreement, ...]:
    """Draw 2000 articles of 5 to 40 claims; their raw agreement is .75 give or take `spread`."""
    draw = np.random.default_rng(seed)
    size = draw.integers(5, 41, 2000)
    concentration = 0.75 * 0.25 / spread**2 - 1 if spread else None
    share = draw.beta(0.75 * concentration, 0.25 * concentration, 2000) if concentration else np.full(2000, 0.75)
    agreeing = draw.binomial(size, share)
    return study(*zip(agreeing.tolist(), (size - agreeing).tolist(), strict=True))


@pytest.mark.parametrize("spread", [0.0, 0.05, 0.12])
def test_few_articles_lie_outside_when_they_differ_no_more_than_articles_usually_do(spread: float) -> None:
    """Two in 1000 are meant; without the usual difference between articles, it would be one in ten at .12."""
    outside = np.mean([one.is_outside for seed in range(3) for one in drawn_study(spread, seed)])
    assert outside < 0.004


def test_an_unusual_article_is_found_among_usual_ones() -> None:
    draw = np.random.default_rng(1)
    usual = [(agree, 30 - agree) for agree in draw.binomial(30, draw.beta(40, 10, 60)).tolist()]
    described = study((5, 25), *usual)
    assert [one.article_id for one in described if one.is_outside] == [1]
