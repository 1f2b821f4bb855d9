"""How often the report's 95 % interval holds the truth, in simulated studies whose truth is known: 93 to 97 % is asked.

Articles have 10 to 30 claims and differ strongly: in the mix of their three labels (Dirichlet) and in how hard they are
(a verdict is a guess with a probability that is Beta-distributed over articles). Each study is summed up by the
program's own `headline`, by articles, and above 500 of them by groups. The truth is that of 200,000 more articles.
Beside it stand intervals of another kind: the bootstrap over articles, and over claims as if they were independent.
The Monte Carlo error of a coverage of 95 % in 2,000 studies is 0.5 points.

    python -m benchmarks.coverage [--repetitions 2000] [--seed 1]
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from typing import NamedTuple

import numpy as np

from annotator.domain.agreement import headline
from annotator.domain.coefficients import COEFFICIENTS, percent_agreement
from annotator.domain.intervals import Estimate
from annotator.domain.patterns import Floats, PatternTable, Sums, sums_by_article
from annotator.domain.resampling import checks

LABELS, SHORTEST, LONGEST = 3, 10, 30
TRUTH_ARTICLES = 200_000
DRAWS = 500
"""Replicates of the bootstraps, which are only there for contrast."""
WANTED = (0.93, 0.97)
NAMES = ("alpha", "percent_agreement")


@dataclass(frozen=True)
class World:
    """Say how articles differ: `mix` of labels, and the Beta distribution of how often a verdict is a guess."""

    name: str
    mix: tuple[float, float, float]
    guessing: tuple[float, float]
    reviewers: str
    third: float
    """Share of claims that a third reviewer labels too."""


WORLDS = (
    World("uneven labels, hard to easy", (0.8, 0.5, 0.4), (0.8, 1.6), "2", 0.0),
    World("uneven labels, hard to easy", (0.8, 0.5, 0.4), (0.8, 1.6), "2 or 3", 0.5),
    World("one rare label, half and half", (0.6, 0.3, 0.1), (0.3, 0.5), "2", 0.0),
    World("one rare label, half and half", (0.6, 0.3, 0.1), (0.3, 0.5), "3", 1.0),
)
ARTICLES = (10, 15, 20, 30, 50, 100)


def study(random: np.random.Generator, world: World, articles: int) -> PatternTable:
    """Draw the verdicts of one study, one row a claim."""
    article = np.repeat(np.arange(articles), random.integers(SHORTEST, LONGEST + 1, articles))
    bounds = random.dirichlet(world.mix, articles).cumsum(axis=1)[article, :-1]
    guessing = random.beta(*world.guessing, articles)[article]
    claims = len(article)
    truth = (random.random((claims, 1)) > bounds).sum(axis=1)
    patterns = np.zeros((claims, LABELS), dtype=np.int64)
    for share in (1.0, 1.0, world.third):
        said = np.where(random.random(claims) < guessing, random.integers(0, LABELS, claims), truth)
        patterns[np.arange(claims), said] += random.random(claims) < share
    return PatternTable(patterns, np.ones_like(article), article)


@cache
def truth_of(world: World, seed: int) -> dict[str, float]:
    """Compute what the estimates are of."""
    random, some = np.random.default_rng([seed, 0]), TRUTH_ARTICLES // 20
    parts = [sums_by_article(study(random, world, some)).total() for _ in range(20)]
    total = Sums._make(np.stack(part).sum(axis=0) for part in zip(*parts, strict=True))
    return {"alpha": float(COEFFICIENTS["alpha"].value(total)), "percent_agreement": float(percent_agreement(total))}


class Kind(NamedTuple):
    """Name a kind of interval and the number it is of."""

    way: str
    name: str


class Coverage(NamedTuple):
    """Hold how often intervals lay around, above and below the truth, and how wide they were on average."""

    held: float
    above: float
    below: float
    width: float
    error: float  # Monte Carlo standard error of `held`

    @classmethod
    def of(cls, estimates: Sequence[Estimate], truth: float) -> "Coverage":
        """Count; an estimate without an interval holds nothing."""
        bounds: Floats = np.array([(one.low, one.high) for one in estimates], dtype=np.float64)
        above, below = (float(share) for share in ((bounds[:, 0] > truth).mean(), (bounds[:, 1] < truth).mean()))
        held = float(((bounds[:, 0] <= truth) & (truth <= bounds[:, 1])).mean())
        width = float(np.nanmean(bounds[:, 1] - bounds[:, 0]))
        return cls(held, above, below, width, sqrt(held * (1.0 - held) / len(estimates)))


def coverages(world: World, articles: int, repetitions: int, *, seed: int, draws: int = DRAWS) -> dict[Kind, Coverage]:
    """Measure each kind of interval on so many studies; without draws the bootstraps are left out."""
    random, truth = np.random.default_rng([seed, articles]), truth_of(world, seed)
    found: dict[Kind, list[Estimate]] = {}
    for number in range(repetitions):
        table = study(random, world, articles)
        for kind, estimate in _estimates(table, articles, number, draws):
            found.setdefault(kind, []).append(estimate)
    return {kind: Coverage.of(estimates, truth[kind.name]) for kind, estimates in found.items()}


def _estimates(table: PatternTable, articles: int, seed: int, draws: int) -> Iterator[tuple[Kind, Estimate]]:
    first = headline(table, articles)
    yield Kind("report", "alpha"), first.alpha
    yield Kind("report", "percent_agreement"), first.percent_agreement
    if draws:
        for check in checks(table, seed=seed, replicates=draws):
            yield Kind("articles", check.key), check.bootstrap
            yield Kind("claims", check.key), check.bca


def main() -> int:
    """Print the table; 1 if the report's interval leaves 93 to 97 % by more than three Monte Carlo errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--articles", type=int, nargs="*", default=[*ARTICLES, 1000])
    wanted = parser.parse_args()
    print(f"{'':72}{'held':>11}{'above':>8}{'below':>6}{'width':>7}{'articles':>10}{'claims':>8}")
    missed = 0
    for world in WORLDS:
        for articles in wanted.articles:
            measured = coverages(world, articles, wanted.repetitions, seed=wanted.seed)
            for name in NAMES:
                report = measured[Kind("report", name)]
                missed += not WANTED[0] - 3 * report.error <= report.held <= WANTED[1] + 3 * report.error
                print(_line(world, articles, name, measured, wanted.seed), flush=True)
    return int(missed > 0)


def _line(world: World, articles: int, name: str, measured: dict[Kind, Coverage], seed: int) -> str:
    """Write one row: the report's interval, then how often the two bootstraps hold the truth."""
    report = measured[Kind("report", name)]
    articles_held, claims_held = (100 * measured[Kind(way, name)].held for way in ("articles", "claims"))
    left = f"{world.name}; {world.reviewers} verdicts; {articles} articles"
    return (
        f"{left:60}{name.replace('percent_agreement', 'raw'):5} {truth_of(world, seed)[name]:.3f} "
        f"{100 * report.held:5.1f} ± {100 * report.error:.1f}{100 * report.above:8.1f}{100 * report.below:6.1f}"
        f"{report.width:7.3f}{articles_held:10.1f}{claims_held:8.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
