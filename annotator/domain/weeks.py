"""Follow agreement from week to week, and who gave which labels; only weeks in which a claim was labelled appear."""

from datetime import date, timedelta

import numpy as np

from annotator.domain.agreement_within import Within, agreement_within
from annotator.domain.report import Week
from annotator.domain.single_votes import SingleVotes, runs
from annotator.domain.votes import Votes

LEAST_VERDICTS = 10
"""Verdicts of a reviewer in a week under which their shares of labels would say nothing."""
_DAY_ZERO = date(1970, 1, 1)

Shares = tuple[tuple[int, int, tuple[float, ...]], ...]


def weeks(votes: Votes) -> tuple[Week, ...]:
    """Describe each week, the earliest first."""
    votes = votes.rows_where(votes.claims > 0)
    mondays, week = np.unique(votes.week, return_inverse=True)
    facts = zip(mondays.tolist(), agreement_within(votes, week, len(mondays)), _shares(votes), strict=True)
    return tuple(_week(*one) for one in facts)


def _week(monday: int, found: Within, shares: Shares) -> Week:
    day = _DAY_ZERO + timedelta(days=monday)
    return Week(day, found.verdicts, found.percent_agreement, found.alpha, shares)


def _shares(votes: Votes) -> list[Shares]:
    """Return for each week (reviewer, verdicts, share of each label), of those who gave enough."""
    singles = SingleVotes.of(votes)
    mondays, week = np.unique(votes.week, return_inverse=True)
    row, entry = runs(singles.starts[votes.signature], singles.made[votes.signature])
    wide = (len(mondays), len(votes.reviewers), len(votes.labels))
    cell = (week[row] * wide[1] + singles.reviewer[entry]) * wide[2] + singles.label[entry]
    counts = np.bincount(cell, votes.claims[row], int(np.prod(wide))).reshape(wide)
    verdicts = counts.sum(axis=2)
    enough = verdicts >= LEAST_VERDICTS
    shares = counts / np.maximum(verdicts, 1.0)[:, :, np.newaxis]
    return [
        tuple(
            (person, int(verdicts[number, person]), tuple(shares[number, person].tolist()))
            for person in np.flatnonzero(enough[number]).tolist()
        )
        for number in range(len(mondays))
    ]
