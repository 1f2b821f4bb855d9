"""Pairs of reviewers: against crossing the labels of each pair by itself."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given

from annotator.domain import pair_blocks as pairs_module
from annotator.domain.marginal_homogeneity import bias_probabilities
from annotator.domain.pair_blocks import pair_blocks
from annotator.domain.report import PairBlock
from annotator.domain.reviewer_pairs import Confusion
from annotator.domain.votes import Votes
from tests.domain.drawn_votes import (
    LABELS,
    Claim,
    claims,
    few,
    interval,
    is_close,
    many_claims,
    proportion,
    table,
)


def crossed(found: list[Claim], first: int, second: int) -> Confusion:
    """Cross the labels of two reviewers, claim by claim."""
    place = {label: number for number, label in enumerate(LABELS)}
    given_by = [np.array([place.get(said.get(one, ""), -1) for _, _, said in found]) for one in (first, second)]
    return Confusion.of(given_by[0].astype(np.int64), given_by[1].astype(np.int64), len(LABELS))


def agreed(confusion: Confusion) -> float | None:
    return float(np.trace(confusion.cells)) if confusion.claims else None


def by_ids(votes: Votes) -> dict[tuple[int, int], PairBlock]:
    return {(votes.reviewers[one.first], votes.reviewers[one.second]): one for one in pair_blocks(votes)}


@few
@given(claims)
def test_the_numbers_of_a_pair_are_those_of_crossing_its_labels_alone(found: list[Claim]) -> None:
    votes = table(found)
    blocks = by_ids(votes)
    for first, second in combinations(votes.reviewers, 2):
        confusion = crossed(found, first, second)
        assert ((first, second) in blocks) == (confusion.claims > 0)
        if confusion.claims:
            block = blocks[first, second]
            assert np.array(block.table) == pytest.approx(confusion.cells * confusion.claims)
            assert block.claims == block.percent_agreement.n == block.cohen_kappa.n == confusion.claims
            assert block.percent_agreement.value == pytest.approx(agreed(confusion))
            assert block.cohen_kappa.value == pytest.approx(confusion.cohen_kappa())
            assert block.p_bias == bias_probabilities(np.array([block.table]))[0]


@few
@given(many_claims)
def test_intervals_equal_leaving_out_one_article_at_a_time(found: list[Claim]) -> None:
    for (first, second), block in by_ids(table(found)).items():
        common = sorted({article for article, _, said in found if first in said and second in said})
        parts = [crossed([one for one in found if one[0] != article], first, second) for article in common]
        whole = crossed(found, first, second)
        assert is_close(block.percent_agreement, *proportion(agreed(whole), [agreed(part) for part in parts]))
        assert is_close(block.cohen_kappa, *interval(whole.cohen_kappa(), [part.cohen_kappa() for part in parts]))
        assert block.cohen_kappa.clusters == block.percent_agreement.clusters == len(common)


@few
@given(many_claims)
def test_exchanging_two_reviewers_turns_their_table_and_leaves_the_rest(found: list[Claim]) -> None:
    mirror = {7: 31, 12: 30, 30: 12, 31: 7}
    turned = [(article, week, {mirror[one]: label for one, label in said.items()}) for article, week, said in found]
    blocks, others = by_ids(table(found)), by_ids(table(turned))
    assert {(mirror[second], mirror[first]) for first, second in blocks} == set(others)
    for (first, second), block in blocks.items():
        twin = others[mirror[second], mirror[first]]
        assert tuple(zip(*block.table, strict=True)) == twin.table
        assert block.p_bias == pytest.approx(twin.p_bias)
        assert is_close(block.cohen_kappa, twin.cohen_kappa.value, twin.cohen_kappa.low, twin.cohen_kappa.high)


@few
@given(many_claims)
def test_taking_the_pairs_in_parts_changes_nothing(found: list[Claim]) -> None:
    votes = table(found)
    whole = pair_blocks(votes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs_module, "AT_ONCE", 1)
        assert pair_blocks(votes) == whole


def test_pairs_come_by_columns() -> None:
    found: list[Claim] = [(1, 4, dict.fromkeys((7, 12, 30, 31), "sourced"))]
    assert [(one.first, one.second) for one in pair_blocks(table(found))] == list(combinations(range(4), 2))


def test_many_articles_are_left_out_by_group_and_counted_one_by_one() -> None:
    draw = np.random.default_rng(6)
    found: list[Claim] = [
        (article + 1, 4, {7: LABELS[one], 12: LABELS[other]})
        for article in range(600)
        for one, other in draw.integers(0, 3, (2, 2))
    ]
    (block,) = pair_blocks(table(found))
    (twin,) = pair_blocks(table([(article % 200, week, said) for article, week, said in found]))
    assert is_close(block.cohen_kappa, twin.cohen_kappa.value, twin.cohen_kappa.low, twin.cohen_kappa.high)
    assert (block.cohen_kappa.clusters, twin.cohen_kappa.clusters) == (600, 200)


def test_nothing_labelled_has_no_pairs() -> None:
    assert pair_blocks(table([])) == ()
