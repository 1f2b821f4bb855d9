"""Draw the data again and again: a check of the report's intervals; for claims without articles, the interval itself.

Two ways. The bootstrap over articles draws the parts that the jackknife leaves out (articles, or above 500 their
groups) with replacement and takes the 2.5 % and 97.5 % quantiles of the values as they are, on no other scale (Efron
1979). BCa (Efron 1987) draws claims, as if they were independent: the claims that show each pattern are multinomial,
and the acceleration comes from leaving out one claim of each pattern. Draws on which a value is not defined, such as
alpha when only one label was drawn, are left out. Where all draws are alike there is no interval; bounds are stretched
to hold the value where a small sample's do not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import isfinite
from typing import NamedTuple

import numpy as np

from annotator.domain import coefficients
from annotator.domain.agreement import Agreement
from annotator.domain.article_parts import Articles
from annotator.domain.coefficients import COEFFICIENTS, Statistic
from annotator.domain.intervals import CONFIDENCE, ROUNDING, Estimate
from annotator.domain.patterns import Floats, Integers, PatternTable, Sums, sums_by_article
from annotator.domain.report import Check

REPLICATES = 2000
CHUNK = 1_000_000
"""Multiplicities that are drawn at once: 8 MB of memory."""
HEADLINE: dict[str, Statistic] = {
    "percent_agreement": coefficients.percent_agreement,
    "alpha": COEFFICIENTS["alpha"].value,
}
STATISTICS: dict[str, Statistic] = HEADLINE | {name: used.value for name, used in COEFFICIENTS.items()}
OF_RATED = {"fleiss_kappa", "ac1"}
"""Those whose label frequencies come from claims with one verdict as well."""
MOST_UNDEFINED = 0.05
"""Share of draws on which a value may be undefined before there is no interval: the rest would flatter it."""


def checks(table: PatternTable, *, seed: int, replicates: int = REPLICATES) -> tuple[Check, ...]:
    """Compute both other intervals of raw agreement and of alpha; the same seed gives the same numbers."""
    table = table.where((table.claims > 0) & (table.verdicts() > 1))
    articles = Articles.of(table)
    parts = sums_by_article(table.merged(articles.parts(table)))
    random = np.random.default_rng(seed)
    drawn = _drawn_parts(random, parts, replicates)
    size = (int(table.claims.sum()), articles.paired)
    bca = _over_claims(table, HEADLINE, random, replicates)
    return tuple(
        Check(name, _percentiles(_Draws(float(statistic(parts.total())), statistic(drawn)), size), bca[name])
        for name, statistic in HEADLINE.items()
    )


def bca_estimate(table: PatternTable, name: str, *, seed: int, replicates: int = REPLICATES) -> Estimate:
    """Compute a coefficient of the report by its name, with the BCa interval over claims; each is its own cluster."""
    table = table.where((table.claims > 0) & (table.verdicts() > (0 if name in OF_RATED else 1)))
    return _over_claims(table, {name: STATISTICS[name]}, np.random.default_rng(seed), replicates)[name]


def over_claims(agreement: Agreement, table: PatternTable, *, seed: int, replicates: int = REPLICATES) -> Agreement:
    """Return the agreement of a table without articles: the intervals of its coefficients are BCa over claims.

    Those by label and the probability below a threshold stay what the jackknife over claims gives.
    """
    found = {name: bca_estimate(table, name, seed=seed, replicates=replicates) for name in STATISTICS}
    return replace(
        agreement,
        percent_agreement=found["percent_agreement"],
        alpha=found["alpha"],
        fleiss_kappa=found["fleiss_kappa"],
        ac1=found["ac1"],
        brennan_prediger=found["brennan_prediger"],
    )


def _over_claims(
    table: PatternTable, statistics: dict[str, Statistic], random: np.random.Generator, replicates: int
) -> dict[str, Estimate]:
    """Compute statistics on the claims of the table, all of which can move them, with BCa intervals."""
    table = table.merged(np.zeros_like(table.articles))
    one_claim = PatternTable(table.patterns, np.ones_like(table.claims), np.arange(len(table.claims)))
    claim, weight = sums_by_article(one_claim), table.claims.astype(np.float64)
    total = _weighted(weight, claim)
    without_one = Sums._make(whole - part for whole, part in zip(total, claim, strict=True))
    drawn = _joined(_weighted(counts, claim) for counts in _drawn_claims(random, table.claims, replicates))
    size = (int(table.claims.sum()),) * 2
    return {
        name: _bca(_Draws(float(statistic(total)), statistic(drawn)), statistic(without_one), weight, size)
        for name, statistic in statistics.items()
    }


class _Draws(NamedTuple):
    """Hold a value of the data and those of the draws."""

    value: float
    drawn: Floats

    def interval(self, below: float, above: float, size: tuple[int, int]) -> Estimate:
        """Build the estimate from the quantiles of the draws at these two probabilities."""
        if not isfinite(self.value):
            return Estimate(None, None, None, *size)
        kept = self.drawn[np.isfinite(self.drawn)]
        if len(kept) < (1.0 - MOST_UNDEFINED) * len(self.drawn) or np.ptp(kept) <= ROUNDING:
            return Estimate(self.value, None, None, *size)
        low, high = np.quantile(kept, (below, above))
        return Estimate(self.value, min(float(low), self.value), max(float(high), self.value), *size)

    def share_below(self) -> float:
        """Give the share of draws below the value, half of those equal to it among them; never 0 or 1."""
        kept = self.drawn[np.isfinite(self.drawn)]
        equal = np.isclose(kept, self.value, rtol=0.0, atol=ROUNDING)
        below = float(((kept < self.value) & ~equal).sum() + 0.5 * equal.sum())
        return min(max(below, 0.5), len(kept) - 0.5) / len(kept)


def _percentiles(draws: _Draws, size: tuple[int, int]) -> Estimate:
    return draws.interval((1.0 - CONFIDENCE) / 2.0, (1.0 + CONFIDENCE) / 2.0, size)


def _bca(draws: _Draws, without_one: Floats, weight: Floats, size: tuple[int, int]) -> Estimate:
    """Build the estimate from quantiles that are corrected for bias and acceleration (Efron 1987)."""
    from scipy.special import ndtr, ndtri  # Slow to load, and only a report needs it.

    if not np.isfinite(draws.drawn).any():
        return _percentiles(draws, size)
    bias = float(ndtri(draws.share_below()))
    kept = np.isfinite(without_one)
    lever = np.average(without_one[kept], weights=weight[kept]) - without_one[kept] if kept.any() else np.zeros(0)
    second, third = (float(weight[kept] @ lever**power) for power in (2, 3))
    speed = third / (6.0 * second**1.5) if second > ROUNDING**2 else 0.0
    ends = bias + ndtri(np.array([(1.0 - CONFIDENCE) / 2.0, (1.0 + CONFIDENCE) / 2.0]))
    below, above = ndtr(bias + ends / (1.0 - speed * ends))
    return draws.interval(float(below), float(above), size)


def _drawn_parts(random: np.random.Generator, parts: Sums, replicates: int) -> Sums:
    """Draw as many parts as there are, with replacement, and add them up: one row a replicate."""
    number = len(parts.paired)
    chunks = []
    for rows in _chunks(replicates, number):
        chosen = random.integers(0, max(number, 1), (rows, number)) + np.arange(rows)[:, np.newaxis] * number
        counts = np.bincount(chosen.ravel(), minlength=rows * number).reshape(rows, number)
        chunks.append(_weighted(counts.astype(np.float64), parts))
    return _joined(chunks)


def _drawn_claims(random: np.random.Generator, claims: Integers, replicates: int) -> Iterator[Floats]:
    """Draw as many claims as there are, with replacement, and yield how many show each pattern, in chunks."""
    number = int(claims.sum())
    for rows in _chunks(replicates, len(claims)):
        if number:
            yield random.multinomial(number, claims / number, rows).astype(np.float64)
        else:
            yield np.zeros((rows, len(claims)))


def _chunks(replicates: int, width: int) -> Iterator[int]:
    """Yield how many replicates of so many multiplicities are drawn at once."""
    most = max(CHUNK // max(width, 1), 1)
    for start in range(0, replicates, most):
        yield min(most, replicates - start)


def _weighted(counts: Floats, sums: Sums) -> Sums:
    """Add up rows of sums as often as the counts (…, rows) say."""
    return Sums._make(counts @ part for part in sums)


def _joined(chunks: Iterable[Sums]) -> Sums:
    return Sums._make(np.concatenate(parts) for parts in zip(*chunks, strict=True))
