"""Set the desk's decisions beside what reviewers had said of the same claims.

The desk is one more reader, who has seen the others' verdicts: to differ from it is no error, and to agree no proof.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from annotator.domain.aggregation import NO_MAJORITY, majorities
from annotator.domain.nominal import mean_estimate
from annotator.domain.patterns import Integers
from annotator.domain.report import Adjudicated, AgainstDesk
from annotator.domain.votes import NOBODY, Votes

NO_LABEL = -2
"""Stands for a decision to leave a claim without a label, or for a label that the codebook no longer has."""


class Decided(NamedTuple):
    """Count claims of an article that show a signature and were settled alike; `label` None is a skip."""

    article_id: int
    signature: str
    label: str | None
    cause: str | None
    claims: int


def adjudicated(
    decided: Sequence[Decided], labels: Sequence[str], reviewers: Sequence[int], *, is_sample: bool = False
) -> Adjudicated:
    """Describe the settled claims; `reviewers` are the ids whose places name them in the report."""
    votes = Votes.from_rows([(row.article_id, 0, row.signature, row.claims) for row in decided], labels)
    place = {label: number for number, label in enumerate(labels)}
    desk = np.array([place.get(row.label or "", NO_LABEL) for row in decided], dtype=np.int64)
    patterns = votes.patterns()[votes.signature]
    majority = majorities(votes)[votes.signature]
    has_majority = majority != NO_MAJORITY
    upheld = (majority == desk).astype(np.float64)[has_majority]
    return Adjudicated(
        claims=int(votes.claims.sum()),
        disputed=int(votes.claims[(patterns > 0).sum(axis=1) > 1].sum()),
        causes=_causes(decided),
        before=_shares(votes.claims @ patterns),
        after=_shares(np.array([votes.claims[desk == number].sum() for number in range(len(labels))])),
        majority_upheld=mean_estimate(upheld, votes.article[has_majority], votes.claims[has_majority]),
        reviewers=tuple(_against_desk(votes, desk, reviewers)),
        is_sample=is_sample,
    )


def _causes(decided: Iterable[Decided]) -> tuple[tuple[str, int], ...]:
    """Count the causes that the desk named, the most frequent first."""
    counts = Counter[str]()
    for row in decided:
        if row.cause:
            counts[row.cause] += row.claims
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _shares(counts: Integers) -> tuple[float | None, ...]:
    total = int(counts.sum())
    return tuple(count / total if total else None for count in counts.tolist())


def _against_desk(votes: Votes, desk: Integers, reviewers: Sequence[int]) -> Iterable[AgainstDesk]:
    """Yield each reviewer who labelled a claim that the desk gave a label, in the order of `reviewers`."""
    column = {reviewer: number for number, reviewer in enumerate(votes.reviewers)}
    labels = len(votes.labels)
    for place, reviewer in enumerate(reviewers):
        if reviewer not in column:
            continue
        said = votes.given[votes.signature, column[reviewer]]
        both = (said != NOBODY) & (desk != NO_LABEL)
        if not both.any():
            continue
        claims = votes.claims[both]
        cells = np.bincount(desk[both] * labels + said[both], claims, labels * labels)
        table = cells.astype(np.int64).reshape(labels, labels).tolist()
        same = (said == desk)[both].astype(np.float64)
        agreement = mean_estimate(same, votes.article[both], claims)
        yield AgainstDesk(place, tuple(tuple(row) for row in table), agreement)
