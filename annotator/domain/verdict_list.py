"""Measure agreement in a plain list of verdicts, which may come from any tool and stand in clusters or not.

Without clusters the units are taken as independent: the coefficients that do not ask who said what get BCa intervals
over units (Efron 1987), the others the jackknife that leaves out units, in groups where there are many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from annotator.domain import coefficients
from annotator.domain.aggregation import NO_MAJORITY, competence, fit, majorities
from annotator.domain.agreement import Agreement, summarise
from annotator.domain.article_groups import EXACT_ARTICLES, GROUPS
from annotator.domain.article_parts import parts_of
from annotator.domain.coefficient_list import anonymous, coefficient_list
from annotator.domain.coefficients import defined
from annotator.domain.intervals import Estimate, coefficient_estimate
from annotator.domain.pair_blocks import pair_blocks
from annotator.domain.patterns import Integers, PatternTable, entropies, sums_by_article
from annotator.domain.report import Coefficient, PairBlock, ReviewerBlock
from annotator.domain.report_warnings import warnings
from annotator.domain.resampling import over_claims
from annotator.domain.reviewer_blocks import reviewer_blocks
from annotator.domain.votes import NOBODY, Votes

MOST_CELLS = 40_000_000
"""Signatures × reviewers: 320 MB. Above, what asks who said what is not computed."""
MOST_REVIEWERS = 100
"""Up to so many reviewers each is set beside the others, and each pair: more than anybody reads."""
MOST_CONTESTED = 50


@dataclass(frozen=True, slots=True, eq=False)
class VerdictList:
    """Hold verdicts by number, one for each unit and reviewer; `replaced` were taken back by a later one."""

    unit: Integers  # (verdicts,) ascending
    reviewer: Integers  # (verdicts,)
    label: Integers  # (verdicts,): NOBODY where a unit was seen without a label
    cluster: Integers | None  # (units,)
    units: int
    clusters: int
    reviewers: tuple[str, ...]
    labels: tuple[str, ...]
    replaced: int

    def active(self) -> int:
        """Count the reviewers who gave a label."""
        return len(np.unique(self.reviewer[self.label != NOBODY]))

    @classmethod
    def of(
        cls,
        columns: tuple[Sequence[int], Sequence[int], Sequence[int]],
        cluster: Sequence[int] | None,
        reviewers: Sequence[str],
        labels: Sequence[str],
        clusters: int,
    ) -> Self:
        """Build it from (unit, reviewer, label) in the order in which they were given: the last one counts."""
        unit, reviewer, label = (np.asarray(column, dtype=np.int64) for column in columns)
        reviewer = _ranks(reviewers)[reviewer]
        label = np.append(_ranks(labels), NOBODY)[label]
        key = unit * max(len(reviewers), 1) + reviewer
        _, last = np.unique(key[::-1], return_index=True)
        kept = len(key) - 1 - last
        return cls(
            unit[kept],
            reviewer[kept],
            label[kept],
            None if cluster is None else np.asarray(cluster, dtype=np.int64),
            int(unit.max(initial=-1)) + 1,
            clusters,
            tuple(sorted(reviewers)),
            tuple(sorted(labels)),
            len(key) - len(kept),
        )

    def parts(self) -> Integers:
        """Return for each unit what the jackknife leaves out: its cluster, or the unit, or a group of units."""
        if self.cluster is not None:
            return self.cluster
        return np.arange(self.units) % (GROUPS if self.units > EXACT_ARTICLES else max(self.units, 1))

    def patterns(self) -> Integers:
        """Count the labels of each unit: (units, labels)."""
        given = self.label != NOBODY
        patterns = np.zeros((self.units, len(self.labels)), dtype=np.int64)
        np.add.at(patterns, (self.unit[given], self.label[given]), 1)
        return patterns

    def table(self) -> PatternTable:
        """Count how many units of each part show which pattern."""
        parts = self.parts()
        return PatternTable(self.patterns(), np.ones(self.units, dtype=np.int64), parts).merged(parts)

    def votes(self) -> Votes | None:
        """Count how many units of each part show which signature; None if that would not fit."""
        given = self.label != NOBODY
        unit, reviewer, label = self.unit[given], self.reviewer[given], self.label[given]
        code = reviewer * max(len(self.labels), 1) + label
        ends = np.searchsorted(unit, np.arange(self.units), side="right").tolist()
        places: dict[bytes, int] = {}
        signature = np.zeros(self.units, dtype=np.int64)
        begin = 0
        for number, end in enumerate(ends):
            signature[number] = places.setdefault(code[begin:end].tobytes(), len(places))
            begin = end
        if len(places) * len(self.reviewers) > MOST_CELLS:
            return None
        table = np.full((len(places), len(self.reviewers)), NOBODY, dtype=np.int64)
        table[signature[unit], reviewer] = label
        rows, units = np.unique(self.parts() * max(len(places), 1) + signature, return_counts=True)
        part, which = np.divmod(rows, max(len(places), 1))
        people = tuple(range(len(self.reviewers)))
        return Votes(people, self.labels, table, part, np.zeros_like(part), which, units)


def _ranks(names: Sequence[str]) -> Integers:
    """Return the place of each name in the order of the alphabet."""
    order = sorted(range(len(names)), key=lambda number: names[number])
    ranks = np.zeros(len(names), dtype=np.int64)
    ranks[order] = np.arange(len(names))
    return ranks


@dataclass(frozen=True, slots=True)
class ContestedUnit:
    """A unit on which reviewers part, by its number, with its entropy in bits."""

    unit: int
    counts: tuple[int, ...]
    entropy: float


@dataclass(frozen=True, slots=True)
class ListAgreement:
    """Hold what is known of a list of verdicts; `n` counts units, and `clusters` is None where there are none."""

    verdicts: int
    unlabelled: int
    units: int
    paired_units: int
    clusters: int | None
    labels: tuple[str, ...]
    reviewers: tuple[str, ...]
    replaced: int
    agreement: Agreement
    coefficients: tuple[Coefficient, ...]
    fleiss_by_label: tuple[Estimate, ...]
    warnings: tuple[str, ...]
    ties: int | None
    """Units that share the first place among several labels; None where who said what does not fit."""
    prevalence: tuple[float, ...] | None
    """Shares of the labels by a Dawid-Skene model with priors; None where it is not defined."""
    competence: tuple[Estimate, ...]
    is_too_large: bool
    by_reviewer: tuple[ReviewerBlock, ...]
    """Empty, as the pairs, above MOST_REVIEWERS."""
    pairs: tuple[PairBlock, ...]
    contested: tuple[ContestedUnit, ...]
    disputed: int


def measure(verdicts: VerdictList, *, seed: int) -> ListAgreement:
    """Compute every coefficient of a list of verdicts, with intervals over clusters or over units."""
    table = verdicts.table()
    agreement = summarise(table, verdicts.labels)
    if verdicts.cluster is None:
        agreement = over_claims(agreement, table, seed=seed)
    votes = verdicts.votes()
    compared = votes if votes and len(votes.reviewers) <= MOST_REVIEWERS else None
    pairs = pair_blocks(compared) if compared else ()
    contested, disputed = _contested(verdicts.patterns())
    listed = coefficient_list(votes, agreement) if votes else tuple(anonymous(agreement))
    model = fit(votes) if votes else None
    is_known = model is not None and model.is_defined
    return ListAgreement(
        verdicts=agreement.verdicts,
        unlabelled=len(verdicts.label) - agreement.verdicts,
        units=verdicts.units,
        paired_units=agreement.pairable_claims,
        clusters=verdicts.clusters if verdicts.cluster is not None else None,
        labels=verdicts.labels,
        reviewers=verdicts.reviewers,
        replaced=verdicts.replaced,
        agreement=agreement,
        coefficients=_with_cohen(listed, verdicts.active()),
        fleiss_by_label=_fleiss_by_label(table, agreement),
        warnings=warnings(agreement, listed, pairs),
        ties=_ties(votes) if votes else None,
        prevalence=tuple(model.prevalence.tolist()) if model and is_known else None,
        competence=competence(model) if model and is_known else (),
        is_too_large=votes is None,
        by_reviewer=reviewer_blocks(compared, model if is_known else None) if compared else (),
        pairs=pairs,
        contested=contested,
        disputed=disputed,
    )


def _with_cohen(found: tuple[Coefficient, ...], reviewers: int) -> tuple[Coefficient, ...]:
    """Add Cohen's kappa, which for two reviewers is the mean over the one pair."""
    mean = next((used for used in found if used.key == "mean_cohen_kappa"), None)
    if mean is None or reviewers != 2:  # noqa: PLR2004
        return found
    return (*found, Coefficient("cohen_kappa", mean.estimate, mean.expected))


def _fleiss_by_label(table: PatternTable, agreement: Agreement) -> tuple[Estimate, ...]:
    """Estimate Fleiss's kappa of each label against all others."""
    sums = sums_by_article(table.merged(parts_of(table.articles, agreement.alpha.clusters)))
    values, left_out = coefficients.fleiss_by_label(sums.total()), coefficients.fleiss_by_label(sums.without_each())
    paired = sums.paired
    size = int(paired.sum()), int(np.count_nonzero(paired))
    return tuple(
        coefficient_estimate(float(values[k]), left_out[sums.rated > 0, k], *size)
        if defined(values[k]) is not None
        else Estimate(None, None, None, *size)
        for k in range(len(values))
    )


def _contested(patterns: Integers) -> tuple[tuple[ContestedUnit, ...], int]:
    """List the most contested units, by entropy, verdicts and number, and count all in dispute."""
    made = patterns.sum(axis=1)
    (disputed,) = np.nonzero((patterns > 0).sum(axis=1) > 1)
    spread = entropies(patterns[disputed])
    first = np.lexsort((disputed, -made[disputed], -spread.round(9)))[:MOST_CONTESTED]
    listed = (
        ContestedUnit(int(disputed[n]), tuple(patterns[disputed[n]].tolist()), float(spread[n])) for n in first.tolist()
    )
    return tuple(listed), len(disputed)


def _ties(votes: Votes) -> int:
    is_tie = (majorities(votes) == NO_MAJORITY) & (votes.given != NOBODY).any(axis=1)
    return int(votes.claims[is_tie[votes.signature]].sum())
