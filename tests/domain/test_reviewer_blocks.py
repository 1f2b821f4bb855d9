"""Each reviewer beside the others: against taking the claims one by one and leaving everybody out in turn."""

from statistics import mean

import numpy as np
import pytest
from hypothesis import given

from annotator.domain.aggregation import competence, fit
from annotator.domain.coefficients import COEFFICIENTS, defined
from annotator.domain.intervals import Estimate
from annotator.domain.patterns import sums_by_article
from annotator.domain.report import ReviewerBlock
from annotator.domain.reviewer_blocks import reviewer_blocks
from annotator.domain.votes import Votes
from tests.domain.drawn_votes import LABELS, Claim, claims, few, is_close, jackknifed, many_claims, proportion, table


def alpha(votes: Votes) -> float | None:
    return defined(COEFFICIENTS["alpha"].value(sums_by_article(votes.table()).total()))


def without_article(votes: Votes, article: int) -> Votes:
    return votes.rows_where(votes.article != article)


def paired_articles(found: list[Claim]) -> list[int]:
    return sorted({article for article, _, said in found if len(said) > 1})


def with_others(found: list[Claim], person: int) -> float | None:
    shares = []
    for _, _, said in found:
        others = [label for one, label in said.items() if one != person]
        if person in said and others:
            shares.append(others.count(said[person]) / len(others))
    return mean(shares) if shares else None


def by_id(votes: Votes) -> dict[int, ReviewerBlock]:
    return {votes.reviewers[block.reviewer]: block for block in reviewer_blocks(votes)}


@few
@given(claims)
def test_leaving_a_reviewer_out_equals_computing_it_all_anew_without_them(found: list[Claim]) -> None:
    votes = table(found)
    for block in reviewer_blocks(votes):
        assert block.alpha_without == pytest.approx(alpha(votes.without_reviewer(block.reviewer)), abs=1e-9)


@few
@given(many_claims)
def test_the_difference_of_alphas_is_jackknifed_as_a_whole(found: list[Claim]) -> None:
    votes = table(found)
    parts = [without_article(votes, article) for article in paired_articles(found)]
    for block in reviewer_blocks(votes):
        changes = []
        for part in [votes, *parts]:
            with_them, without = alpha(part), alpha(part.without_reviewer(block.reviewer))
            changes.append(None if with_them is None or without is None else with_them - without)
        value, reach = changes[0], jackknifed(changes[1:])
        bounds = (
            (max(value - reach, -2), min(value + reach, 2)) if value is not None and reach is not None else (None, None)
        )
        assert is_close(block.difference, value, *bounds)
        assert block.difference.clusters == len(parts)
        assert block.difference.n == sum(len(said) > 1 for _, _, said in found)


@few
@given(many_claims)
def test_agreement_with_the_others_is_the_mean_share_of_other_verdicts_that_are_the_same(found: list[Claim]) -> None:
    for person, block in by_id(table(found)).items():
        theirs = [one for one in found if person in one[2]]
        articles = paired_articles(theirs)
        left_out = [with_others([one for one in found if one[0] != article], person) for article in articles]
        assert is_close(block.with_others, *proportion(with_others(found, person), left_out))
        assert block.verdicts == len(theirs)
        assert block.with_others.n == block.paired_verdicts == sum(len(said) > 1 for _, _, said in theirs)
        assert block.with_others.clusters == len(articles)


@few
@given(claims)
def test_profiles_are_of_the_same_claims_and_each_claim_weighs_the_same(found: list[Claim]) -> None:
    for person, block in by_id(table(found)).items():
        common = [said for _, _, said in found if person in said and len(said) > 1]
        for number, label in enumerate(LABELS):
            if not common:
                assert (block.shares[number], block.pool[number]) == (None, None)
                continue
            rest = [[other for one, other in said.items() if one != person].count(label) for said in common]
            assert block.shares[number] == pytest.approx(mean(said[person] == label for said in common))
            pool = mean(met / (len(said) - 1) for met, said in zip(rest, common, strict=True))
            assert block.pool[number] == pytest.approx(pool)


@few
@given(many_claims)
def test_renaming_and_reordering_change_nothing_but_the_order(found: list[Claim]) -> None:
    renamed = {7: 99, 12: 3, 30: 2, 31: 50}
    turned = [(article, week, {renamed[one]: label for one, label in said.items()}) for article, week, said in found]
    plain, other = by_id(table(found)), by_id(table(turned[::-1]))
    assert {renamed[person] for person in plain} == set(other)
    for person, block in plain.items():
        twin = other[renamed[person]]
        assert (block.verdicts, block.shares) == (twin.verdicts, twin.shares)
        assert block.pool == pytest.approx(twin.pool)
        assert block.alpha_without == pytest.approx(twin.alpha_without, abs=1e-9)
        for one, same in ((block.with_others, twin.with_others), (block.difference, twin.difference)):
            assert is_close(one, same.value, same.low, same.high)


def test_a_reviewer_who_labelled_alone_changes_nothing() -> None:
    block = by_id(table([(1, 4, {7: "sourced", 12: "editorial"}), (2, 4, {30: "sourced"}), (2, 4, {7: "sourced"})]))[30]
    assert (block.verdicts, block.paired_verdicts) == (1, 0)
    assert block.with_others == Estimate(None, None, None, 0, 0)
    assert block.difference == Estimate(0.0, None, None, 1, 1)


def test_two_reviewers_leave_nothing_behind_when_one_goes() -> None:
    block = reviewer_blocks(table([(1, 4, {7: "sourced", 12: "editorial"}), (2, 4, {7: "sourced", 12: "sourced"})]))[0]
    assert block.alpha_without is None
    assert block.difference.value is None


def test_many_articles_are_left_out_by_group_and_counted_one_by_one() -> None:
    """600 articles fall into 200 groups by id; articles of the same group are as good as one."""
    draw = np.random.default_rng(5)
    choices = draw.integers(0, 3, (600, 3, 3))
    found: list[Claim] = [
        (article + 1, 4, {person: LABELS[max(one[number], 0)] for number, person in enumerate((7, 12, 30))})
        for article, both in enumerate(choices)
        for one in both
    ]
    votes = table(found)
    grouped = table([(article % 200, week, said) for article, week, said in found])
    for block, twin in zip(reviewer_blocks(votes), reviewer_blocks(grouped), strict=True):
        assert is_close(block.difference, twin.difference.value, twin.difference.low, twin.difference.high)
        assert is_close(block.with_others, twin.with_others.value, twin.with_others.low, twin.with_others.high)
        assert (block.with_others.clusters, block.difference.clusters) == (600, 600)
        assert twin.difference.clusters == 200


def test_competence_comes_from_the_model_that_was_fitted() -> None:
    votes = table([(number % 3, 4, {7: "sourced", 12: LABELS[number % 2], 30: "sourced"}) for number in range(12)])
    model = fit(votes)
    assert tuple(block.competence for block in reviewer_blocks(votes, model)) == tuple(competence(model))
    assert {block.competence for block in reviewer_blocks(votes)} == {None}


def test_nothing_labelled_is_nobody_to_describe() -> None:
    assert reviewer_blocks(table([])) == ()
