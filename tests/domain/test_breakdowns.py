"""Agreement by a property of articles, or of claims."""

import pytest
from hypothesis import given

from annotator.domain.agreement import summarise
from annotator.domain.breakdowns import breakdown, breakdown_of_claims
from annotator.domain.votes import Votes
from tests.domain.drawn_votes import Claim, few, is_close, many_claims, table

OUTLETS = {1: "Courier", 2: "Herald", 3: "Courier"}


def single(article: int, claims: int) -> list[Claim]:
    return [(article, 4, {7: "sourced"})] * claims


@few
@given(many_claims)
def test_each_group_is_described_as_if_it_were_alone(found: list[Claim]) -> None:
    votes = table(found)
    broken = breakdown("outlet", votes, OUTLETS)
    for group in broken.groups if broken else ():
        articles = [article for article, outlet in OUTLETS.items() if outlet == group.name]
        alone = summarise(votes.rows_where((votes.article[:, None] == articles).any(axis=1)).table(), votes.labels)
        assert (group.claims, group.verdicts) == (alone.claims, alone.verdicts)
        for one, other in ((group.alpha, alone.alpha), (group.percent_agreement, alone.percent_agreement)):
            assert is_close(one, other.value, other.low, other.high)
            assert (one.n, one.clusters) == (other.n, other.clusters)


def test_the_largest_groups_come_first_and_the_rest_are_counted() -> None:
    votes = table([*single(1, 2), *single(2, 5), *single(3, 2), *single(4, 1)])
    names = {1: "b", 2: "c", 3: "a", 4: "d"}
    found = breakdown("language", votes, names, most=3)
    assert found
    assert [(group.name, group.claims) for group in found.groups] == [("c", 5), ("a", 2), ("b", 2)]
    assert (found.key, found.others) == ("language", 1)


def test_one_group_is_nothing_to_compare() -> None:
    assert breakdown("outlet", table(single(1, 9)), OUTLETS) is None
    assert breakdown("outlet", table([]), OUTLETS) is None


def test_an_article_without_a_group_is_in_the_group_without_a_name() -> None:
    found = breakdown("outlet", table([*single(1, 2), *single(9, 1)]), OUTLETS)
    assert found
    assert [group.name for group in found.groups] == ["Courier", ""]


def test_groups_of_claims_may_share_articles_and_come_largest_first() -> None:
    rows = [
        (1, 0, "7=sourced,9=sourced", 3),
        (1, 0, "7=sourced,9=editorial", 1),
        (1, 0, "7=editorial,9=editorial", 2),
        (2, 0, "7=sourced,9=editorial", 2),
        (2, 0, "7=sourced", 5),
    ]
    found = breakdown_of_claims("version", Votes.from_rows(rows, ("sourced", "editorial")), ["1", "1", "2", "2", "2"])
    assert found is not None
    second, first = found.groups
    assert (found.key, found.others, found.is_sample) == ("version", 0, False)
    assert (second.name, second.claims, second.verdicts) == ("2", 9, 13)
    assert second.percent_agreement.value == pytest.approx(2 / 4)
    assert second.percent_agreement.n == 4
    # 8 verdicts that can be paired, 2 sourced and 6 editorial: 4 coincidences differ, by chance 2 * 2 * 6 / 7 would.
    assert second.alpha.value == pytest.approx(1 - 4 / (24 / 7))
    assert (first.name, first.claims, first.verdicts) == ("1", 4, 8)
    assert first.percent_agreement.value == pytest.approx(3 / 4)
    # 7 sourced and 1 editorial: 2 coincidences differ, by chance 2 * 7 / 7 would.
    assert first.alpha.value == pytest.approx(0.0)


def test_one_group_of_claims_is_nothing_to_compare() -> None:
    assert breakdown_of_claims("version", Votes.from_rows([(1, 0, "7=sourced", 3)], ("sourced",)), ["1"]) is None
    assert breakdown_of_claims("version", Votes.from_rows([], ()), []) is None
