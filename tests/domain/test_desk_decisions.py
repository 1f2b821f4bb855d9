"""The desk's decisions beside the reviewers' labels, by hand."""

import pytest

from annotator.domain.desk_decisions import Decided, adjudicated

LABELS = ("sourced", "attributed", "editorial")
DECIDED = (
    # Ada (7) and Ben (9), and sometimes Cem (8).
    Decided(1, "7=sourced,9=sourced", "sourced", None, 4),
    Decided(1, "7=sourced,8=sourced,9=editorial", "editorial", "slip", 2),
    Decided(2, "7=attributed,9=editorial", "attributed", "text-ambiguous", 1),
    Decided(2, "7=editorial,8=editorial,9=sourced", None, "slip", 1),
)


def test_counts_shares_and_causes() -> None:
    found = adjudicated(DECIDED, LABELS, [7, 8, 9])
    assert (found.claims, found.disputed) == (8, 4)
    assert found.causes == (("slip", 3), ("text-ambiguous", 1))
    # 8 + 6 + 2 + 3 = 19 verdicts: sourced 8 + 4 + 1, attributed 1, editorial 2 + 1 + 2.
    assert found.before == pytest.approx((13 / 19, 1 / 19, 5 / 19))
    # 7 claims got a label.
    assert found.after == pytest.approx((4 / 7, 1 / 7, 2 / 7))


def test_a_majority_is_upheld_by_the_same_label_alone() -> None:
    upheld = adjudicated(DECIDED, LABELS, [7, 8, 9]).majority_upheld
    # A tie is no majority; a claim left without a label does not uphold one.
    assert upheld.value == pytest.approx(4 / 7)
    assert (upheld.n, upheld.clusters) == (7, 2)


def test_each_reviewer_stands_beside_the_desk() -> None:
    ada, cem, ben = adjudicated(DECIDED, LABELS, [7, 8, 9, 11]).reviewers
    assert (ada.reviewer, cem.reviewer, ben.reviewer) == (0, 1, 2)
    assert ada.table == ((4, 0, 0), (0, 1, 0), (2, 0, 0))
    assert ada.percent_agreement.value == pytest.approx(5 / 7)
    assert (ada.percent_agreement.n, ada.percent_agreement.clusters) == (7, 2)
    assert cem.table == ((0, 0, 0), (0, 0, 0), (2, 0, 0))
    assert (cem.percent_agreement.value, cem.percent_agreement.low) == (0.0, None)
    assert ben.table == ((4, 0, 0), (0, 0, 1), (0, 0, 2))
    assert ben.percent_agreement.value == pytest.approx(6 / 7)


def test_claims_left_without_a_label_have_no_shares() -> None:
    found = adjudicated([Decided(1, "7=sourced", None, None, 1)], LABELS, [7])
    assert found.after == (None, None, None)
    assert found.reviewers == ()
    assert found.majority_upheld.value == 0.0
