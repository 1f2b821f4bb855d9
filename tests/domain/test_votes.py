"""The table that the report follows from: what it reads from a query, and the two ways to make it smaller."""

from collections import Counter

import pytest
from hypothesis import given

from annotator.domain.votes import NOBODY, VoteRow, Votes
from tests.domain.drawn_votes import LABELS, Claim, claims, few, table


@few
@given(claims)
def test_the_table_holds_every_verdict_under_its_reviewer_and_its_label(found: list[Claim]) -> None:
    votes = table(found)
    held: Counter[tuple[int, int, int, str]] = Counter()
    for article, week, signature, count in zip(votes.article, votes.week, votes.signature, votes.claims, strict=True):
        for person, label in zip(votes.reviewers, votes.given[signature], strict=True):
            if label != NOBODY:
                held[int(article), int(week), person, LABELS[label]] += int(count)
    said = Counter((article, week, person, label) for article, week, by in found for person, label in by.items())
    assert held == said


@few
@given(claims)
def test_patterns_count_the_labels_of_each_signature(found: list[Claim]) -> None:
    votes = table(found)
    counts = [[row.count(label) for label in range(len(LABELS))] for row in votes.given.tolist()]
    assert votes.patterns().tolist() == counts


def test_without_a_reviewer_their_verdicts_are_gone_and_the_rest_stands() -> None:
    votes = Votes.from_rows([VoteRow(1, 4, "7=sourced,12=editorial", 3)], LABELS).without_reviewer(0)
    assert (votes.reviewers, votes.given.tolist()) == ((7, 12), [[NOBODY, 2]])


def test_rows_that_are_kept_keep_their_facts() -> None:
    votes = Votes.from_rows([VoteRow(1, 4, "7=sourced", 3), VoteRow(2, 11, "7=editorial", 1)], LABELS)
    assert votes.rows_where(votes.week > 4).table().patterns.tolist() == [[0, 0, 1]]


def test_a_label_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="not among the labels: nonsense"):
        Votes.from_rows([VoteRow(1, 4, "7=nonsense", 1)], LABELS)


def test_nothing_labelled_is_an_empty_table() -> None:
    assert table([]).patterns().shape == (0, 3)
    assert Votes.from_rows([], ()).patterns().shape == (0, 0)
