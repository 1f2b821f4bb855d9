"""Measure whether reviewers who say the same label mark the same words: which words decided it, apart from the label.

A reviewer who says the label and marks nothing has not said which words decided, and counts as missing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from annotator.domain.nominal import Cells, alpha_estimate, mean_estimate
from annotator.domain.patterns import Floats, Integers
from annotator.domain.report import WordAgreement

Words = frozenset[int]
"""The places of the words that one reviewer marked in a claim, counted from 0."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Hold what the reviewers who say one label of a claim have marked in its `words`; two of them or more."""

    claim_id: int
    article_id: int
    label: str
    words: int
    by_reviewer: tuple[Words, ...]


def word_agreements(marked: Iterable[Marked], labels: Sequence[str]) -> tuple[WordAgreement, ...]:
    """Measure agreement on words for all labels together, then for each that has a claim to compare."""
    found = [group for group in marked if len(group.by_reviewer) > 1]
    by_label = [(label, [group for group in found if group.label == label]) for label in labels]
    kept = [(label, groups) for label, groups in by_label if groups]
    return (word_agreement(None, found), *(word_agreement(label, groups) for label, groups in kept)) if found else ()


def word_agreement(label: str | None, groups: Sequence[Marked]) -> WordAgreement:
    """Measure agreement on the words of these claims; a claim under two labels weighs as much as any."""
    article = {group.claim_id: group.article_id for group in groups}
    pairs: dict[int, list[tuple[Words, Words]]] = defaultdict(list)
    for group in groups:
        pairs[group.claim_id] += combinations(group.by_reviewer, 2)
    articles = np.array([article[claim_id] for claim_id in pairs], dtype=np.int64)
    overlaps = np.array([_mean([dice(*pair) for pair in both]) for both in pairs.values()])
    same = np.array([_mean([float(one == other) for one, other in both]) for both in pairs.values()])
    discord, of_group, cells = _counted(groups)
    return WordAgreement(
        label=label,
        dice=mean_estimate(overlaps, articles),
        exact=mean_estimate(same, articles),
        alpha=alpha_estimate(discord, of_group, cells, n=len(pairs)),
    )


def dice(one: Words, other: Words) -> float:
    """Measure the overlap of two sets that are not both empty: twice what is in both over the sum of sizes (1945)."""
    return 2.0 * len(one & other) / (len(one) + len(other))


def _counted(groups: Sequence[Marked]) -> tuple[Floats, Integers, Cells]:
    """Add the words up: the coincidences of marked and not marked in each group, its article, and the answers."""
    rows = np.array([_word_counts(group) for group in groups], dtype=np.float64).reshape(len(groups), 3)
    article = np.array([group.article_id for group in groups], dtype=np.int64)
    answers, marked, discord = rows.T
    values = np.repeat(np.array([1, 0]), len(groups))
    both = np.concatenate([article, article])
    counts = np.concatenate([marked, answers - marked])
    return discord, article, Cells(both, np.zeros_like(both), values, counts)


def _word_counts(group: Marked) -> tuple[float, float, float]:
    """Count the answers on a group's words, those that mark a word, and the coincidences of marked and not marked."""
    reviewers = len(group.by_reviewer)
    times: dict[int, int] = defaultdict(int)
    for words in group.by_reviewer:
        for word in words:
            times[word] += 1
    discord = sum(2.0 * count * (reviewers - count) / (reviewers - 1) for count in times.values())
    return float(reviewers * group.words), float(sum(times.values())), discord


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
