"""Say how far reviewers agree: the coefficients with their intervals, label by label, and which labels are confused.

All of it follows from how many claims of each article show which pattern of verdicts, which a database can count; no
claim is looped over. What is not defined, such as alpha when all verdicts carry one label, is None: never NaN or 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log2

import numpy as np

from annotator.domain import coefficients
from annotator.domain.article_parts import Articles, parts_of
from annotator.domain.coefficients import COEFFICIENTS, Statistic, defined
from annotator.domain.intervals import (
    Estimate,
    coefficient_estimate,
    jackknife_error,
    on_fisher_scale,
    proportion_estimate,
)
from annotator.domain.patterns import Floats, PatternTable, Sums, coincidences, overlap, sums_by_article
from annotator.domain.triples import compute

__all__ = [
    "Agreement",
    "Estimate",
    "Headline",
    "LabelAgreement",
    "LabelPair",
    "PatternTable",
    "compute",
    "entropy",
    "headline",
    "summarise",
]

# Krippendorff's (2004) conventions for tentative and for firm conclusions.
THRESHOLDS = (0.667, 0.8)


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """Hold what is known of one label; its numbers rest on different claims, which each estimate counts."""

    label: str
    verdicts: int
    prevalence: Estimate  # share of all verdicts
    specific_agreement: Estimate  # chance that another verdict agrees with one of this label; on claims that have one
    alpha: Estimate  # this label against all others


@dataclass(frozen=True, slots=True)
class LabelPair:
    """Hold how often two labels met on one claim."""

    first: str
    second: str
    coincidences: float  # the cell of the coincidence table, on one side of its diagonal
    share: float | None  # of all disagreement; None if there is none


@dataclass(frozen=True, slots=True)
class Agreement:
    """Hold the report's numbers; "pairable" are claims with at least two verdicts and the verdicts on them."""

    claims: int
    pairable_claims: int
    verdicts: int
    pairable_verdicts: int
    articles: int
    overlap: dict[int, int]  # verdicts on a claim -> claims
    percent_agreement: Estimate
    alpha: Estimate
    fleiss_kappa: Estimate
    ac1: Estimate
    brennan_prediger: Estimate
    expected: dict[str, float | None]  # coefficient -> agreement expected by chance
    by_label: tuple[LabelAgreement, ...]
    coincidences: tuple[tuple[float, ...], ...]
    expected_coincidences: tuple[tuple[float, ...], ...]
    label_pairs: tuple[LabelPair, ...]  # most disagreement first
    probability_below: dict[float, float | None]  # threshold -> probability that alpha lies below it
    alpha_error: float | None = None  # jackknife standard error on alpha's own scale; None if alpha has no interval
    parts: int = 0  # what the jackknife leaves out one by one: the articles, or their groups


@dataclass(frozen=True, slots=True)
class Headline:
    """Hold the two numbers that a reader sees first."""

    percent_agreement: Estimate
    alpha: Estimate
    alpha_error: float | None  # jackknife standard error on alpha's own scale; None if alpha has no interval
    probability_below: dict[float, float | None]  # threshold -> probability that alpha lies below it


def summarise(table: PatternTable, labels: Sequence[str]) -> Agreement:
    """Compute the report for the labels in the order of the patterns; ValueError if their numbers differ."""
    if table.patterns.shape[1] != len(labels):
        raise ValueError(f"patterns of {table.patterns.shape[1]} labels, but {len(labels)} labels")
    table = table.without_empty_rows()
    articles = Articles.of(table)
    table = table.merged(articles.parts(table))
    sample, first = _Sample.of(table, articles), headline(table, articles.paired)
    total, observed = sample.total, coincidences(table)
    return Agreement(
        claims=int(table.claims.sum()),
        pairable_claims=int(total.paired),
        verdicts=int(total.verdicts.sum()),
        pairable_verdicts=int(total.paired_verdicts.sum()),
        articles=articles.all,
        overlap=overlap(table),
        percent_agreement=first.percent_agreement,
        alpha=first.alpha,
        fleiss_kappa=sample.coefficient("fleiss_kappa"),
        ac1=sample.coefficient("ac1"),
        brennan_prediger=sample.coefficient("brennan_prediger"),
        expected={name: defined(1.0 - used.expected(total)) for name, used in COEFFICIENTS.items()},
        by_label=tuple(sample.label(k, label) for k, label in enumerate(labels)),
        coincidences=_rows(observed),
        expected_coincidences=_rows(_expected_coincidences(total.paired_verdicts)),
        label_pairs=_label_pairs(observed, labels),
        probability_below=first.probability_below,
        alpha_error=first.alpha_error,
        parts=len(sample.by_part.rated),
    )


def headline(table: PatternTable, articles: int) -> Headline:
    """Compute raw agreement and alpha alone, to the last digit as `summarise` does.

    `articles` is the number of those with a claim that two reviewers labelled. Where `article_groups.is_grouped` says
    so of it, the table may hold groups in place of articles, already added up; claims with one verdict may be absent.
    """
    table = table.where((table.claims > 0) & (table.verdicts() > 1))
    table = table.merged(parts_of(table.articles, articles))
    sample = _Sample.of(table, Articles(articles, articles, articles, ()))
    value, left_out = sample.values(COEFFICIENTS["alpha"].value, sample.by_part.paired)
    scaled = on_fisher_scale(value, left_out, len(left_out))
    return Headline(
        percent_agreement=sample.proportion(coefficients.percent_agreement, sample.by_part.paired, articles),
        alpha=sample.coefficient("alpha"),
        alpha_error=jackknife_error(left_out) if scaled else None,
        probability_below={limit: scaled.probability_below(limit) if scaled else None for limit in THRESHOLDS},
    )


def entropy(counts: Sequence[int]) -> float:
    """Measure in bits how far the verdicts on one claim are spread: 0 if they agree, log2 of the labels at most."""
    total = sum(counts)
    return sum(count / total * log2(total / count) for count in counts if count)


@dataclass(frozen=True, slots=True)
class _Sample:
    """Hold the sums per part (an article or a group of them), in total and without each part."""

    by_part: Sums
    total: Sums
    without_each: Sums
    articles: Articles

    @classmethod
    def of(cls, table: PatternTable, articles: Articles) -> "_Sample":
        sums = sums_by_article(table)
        return cls(sums, sums.total(), sums.without_each(), articles)

    def values(self, statistic: Statistic, moving: Floats, label: int | None = None) -> tuple[float, Floats]:
        """Give a statistic, and its values without each of the parts that can move it."""
        place = (...,) if label is None else (..., label)
        return float(statistic(self.total)[place]), statistic(self.without_each)[place][moving > 0]

    def coefficient(self, name: str) -> Estimate:
        """Estimate a coefficient, none of which but Fleiss's kappa can be below what it is when no pair agrees."""
        labels = self.total.verdicts.shape[-1]
        floor = -1.0 / max(labels - 1, 1) if name in {"ac1", "brennan_prediger"} else -1.0
        # The label frequencies of these two come from claims with one verdict as well.
        moving = self.by_part.rated if name in {"ac1", "fleiss_kappa"} else self.by_part.paired
        value, left_out = self.values(COEFFICIENTS[name].value, moving)
        return coefficient_estimate(value, left_out, *_size(self.by_part.paired), floor).of_articles(
            self.articles.paired
        )

    def proportion(self, statistic: Statistic, claims: Floats, articles: int, label: int | None = None) -> Estimate:
        """Estimate a proportion that rests on these claims of each part, in so many articles."""
        value, left_out = self.values(statistic, claims, label)
        return proportion_estimate(value, left_out, *_size(claims)).of_articles(articles)

    def label(self, k: int, name: str) -> LabelAgreement:
        """Estimate everything about the label with number `k`."""
        sums, articles = self.by_part, self.articles
        alpha, left_out = self.values(coefficients.alpha_by_label, sums.paired, k)
        users, using = sums.paired_users[:, k], articles.using[k]
        return LabelAgreement(
            label=name,
            verdicts=int(self.total.verdicts[k]),
            prevalence=self.proportion(coefficients.prevalence, sums.rated, articles.rated, k),
            specific_agreement=self.proportion(coefficients.specific_agreement, users, using, k),
            alpha=coefficient_estimate(alpha, left_out, *_size(sums.paired)).of_articles(articles.paired),
        )


def _size(claims: Floats) -> tuple[int, int]:
    """Count the claims and the parts that have one."""
    return int(claims.sum()), int(np.count_nonzero(claims))


def _rows(matrix: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in matrix.tolist())


def _expected_coincidences(verdicts: Floats) -> Floats:
    """Give the coincidences if verdicts met at random: n_c n_k / (n - 1), n_c (n_c - 1) / (n - 1) with themselves."""
    crossed = np.outer(verdicts, verdicts) - np.diag(verdicts)
    return np.asarray(crossed / max(float(verdicts.sum()) - 1.0, 1.0))


def _label_pairs(observed: Floats, labels: Sequence[str]) -> tuple[LabelPair, ...]:
    """List the pairs of labels, those with most disagreement first."""
    cells = {pair: float(observed[pair]) for pair in combinations(range(len(labels)), 2)}
    total = sum(cells.values())
    ordered = sorted(cells.items(), key=lambda item: (-item[1], item[0]))
    return tuple(LabelPair(labels[i], labels[j], cell, cell / total if total else None) for (i, j), cell in ordered)
