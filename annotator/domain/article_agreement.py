"""Say how far reviewers agree article by article, and which articles differ more than articles of their size do.

The limits are those of a funnel plot (Spiegelhalter 2005, Stat Med 24:1185): about the pooled raw agreement p, 99.8 %
of articles of n claims lie within them if articles differ by chance and by what articles usually differ, so that about
one in 500 lies outside for no reason. The share of agreeing pairs of a claim varies about p with s^2 over all claims,
which is p(1 - p) if each has two verdicts. The raw agreement of an article then has the variance s^2 / n + t^2 and is
as coarse as that of N = n p(1 - p) / s^2 claims that agree or do not. With R agreeing ones of them, (R + 1/2) / (N + 1)
is taken to follow the beta distribution of its mean and variance, and the lower limit is where R + 1, its upper edge,
meets the .001 quantile; the upper limit is the same for disagreement. (For 13 sizes from 1 to 300 claims and p from .5
to .97, at most 2.7 of 1000 binomial articles lie below the lower limit and 5.2 above the upper one; below the normal
limit lie 28 of 1000 at n = 3 and p = .9.) Where no article of a size could lie beyond a limit, it is 0 or 1.

Overdispersion: t^2 is the additive random effect of Spiegelhalter 2005 (Qual Saf Health Care 14:347), the usual
difference between articles. It comes from the articles of LEAST_CLAIMS claims or more, if there are LEAST_ARTICLES of
them (in smaller ones chance outweighs it): their z = (p_i - p) / (s / sqrt(n_i)) are winsorised by 10 % at either end
as there, so that the very articles that are looked for widen nothing; phi is the mean of z^2 divided by .679, what it
is for standard normal z that are winsorised so; and t^2 = (I phi - (I - 1)) / (sum of w - sum of w^2 / sum of w) with
w = n_i / s^2, at least 0 (DerSimonian and Laird 1986).
"""

from typing import NamedTuple

import numpy as np

from annotator.domain.coefficients import COEFFICIENTS, percent_agreement, ratio
from annotator.domain.patterns import Floats, entropies, sums_by_article
from annotator.domain.report import ArticleAgreement
from annotator.domain.single_votes import summed
from annotator.domain.votes import Votes

LEAST_FOR_ALPHA = 20
"""Paired claims from which an article gets an alpha of its own."""
TAIL = 0.001
"""Probability beyond either limit: together they hold 99.8 %."""
LEAST_CLAIMS = 10
"""Paired claims of an article that tells how much articles usually differ."""
LEAST_ARTICLES = 10
"""Articles of that size without which no usual difference can be told."""
_WINSORISED = 0.1
_NORMAL = 0.6787
"""The mean square of standard normal values, those beyond the 10 % and 90 % quantiles replaced by these."""
_ROUNDING = 1e-9


def article_agreements(votes: Votes) -> tuple[ArticleAgreement, ...]:
    """Describe each article, lowest raw agreement first, then by id; those without a paired claim come last."""
    table = votes.table()
    sums, names = sums_by_article(table), np.unique(table.articles)
    agreed, alpha = percent_agreement(sums), COEFFICIENTS["alpha"].value(sums)
    alpha[sums.paired < LEAST_FOR_ALPHA] = np.nan
    heat = _heat(votes, sums.paired)
    low, high = _limits(agreed, sums.paired, *_spread(votes))
    outside = (agreed < low - _ROUNDING) | (agreed > high + _ROUNDING)
    columns = (names, sums.paired.astype(np.int64), agreed, alpha, heat, low, high, outside)
    lists = [column[np.lexsort((names, agreed))].tolist() for column in columns]
    return tuple(_article(_Row(*facts)) for facts in zip(*lists, strict=True))


class _Row(NamedTuple):
    article_id: int
    paired: int
    agreed: float
    alpha: float
    heat: float
    low: float
    high: float
    is_outside: bool


def _article(row: _Row) -> ArticleAgreement:
    """Turn NaN into None."""
    return ArticleAgreement(
        article_id=row.article_id,
        paired_claims=row.paired,
        percent_agreement=_known(row.agreed),
        alpha=_known(row.alpha),
        heat=_known(row.heat),
        limits=(row.low, row.high) if row.low <= row.high else None,
        is_outside=row.is_outside,
    )


def _known(value: float) -> float | None:
    """Return None for NaN, the only number unequal to itself."""
    return None if value != value else value  # noqa: PLR0124


def _heat(votes: Votes, paired: Floats) -> Floats:
    """Give the mean entropy in bits of each article's claims with two verdicts or more."""
    bits = entropies(votes.patterns())  # 0 of a claim with one verdict
    _, article = np.unique(votes.article, return_inverse=True)
    total = summed(article, votes.claims * bits[votes.signature], len(paired))
    return ratio(np.maximum(total, 0.0), paired)


def _spread(votes: Votes) -> tuple[float, float]:
    """Return the mean over paired claims of the share of agreeing pairs, and its variance; NaN without claims."""
    patterns = votes.patterns()
    made = patterns.sum(axis=1)
    claims = np.bincount(votes.signature, votes.claims, len(patterns)) * (made > 1)
    share = (patterns * (patterns - 1)).sum(axis=1) / np.maximum(made * (made - 1), 1)
    if not claims.sum():
        return np.nan, np.nan
    mean = float(claims @ share / claims.sum())
    return mean, float(claims @ np.square(share - mean) / claims.sum())


def _limits(agreed: Floats, claims: Floats, mean: float, variance: float) -> tuple[Floats, Floats]:
    """Return the limits for each article; NaN where it has no paired claim, or no claims differ."""
    low, high = np.full(len(claims), np.nan), np.full(len(claims), np.nan)
    if not variance > _ROUNDING:
        return low, high
    sizes, place = np.unique(claims, return_inverse=True)
    some = sizes > 0
    usual = _usual_difference(agreed, claims, mean, variance)
    spread = np.minimum(variance / sizes[some] + usual, mean * (1.0 - mean))
    size = sizes[some] * mean * (1.0 - mean) / variance
    bounds = np.full((2, len(sizes)), np.nan)
    bounds[:, some] = _lower(mean, size, spread), 1.0 - _lower(1.0 - mean, size, spread)
    return bounds[0][place], bounds[1][place]


def _usual_difference(agreed: Floats, claims: Floats, mean: float, variance: float) -> float:
    """Return the variance between articles that chance does not explain, as the module says."""
    large = claims >= LEAST_CLAIMS
    if np.count_nonzero(large) < LEAST_ARTICLES:
        return 0.0
    weights: Floats = claims[large] / variance
    z = (agreed[large] - mean) * np.sqrt(weights)
    z = np.clip(z, *np.quantile(z, [_WINSORISED, 1.0 - _WINSORISED]))
    excess = len(z) * float(np.square(z).mean()) / _NORMAL - (len(z) - 1)
    return max(excess / float(weights.sum() - np.square(weights).sum() / weights.sum()), 0.0)


def _lower(share: float, size: Floats, spread: Floats) -> Floats:
    """Return the lower limit about `share` for articles that are as coarse as `size` claims, with variance `spread`."""
    from scipy.special import betaincinv  # Slow to load, and only a report needs it.

    mean = (size * share + 0.5) / (size + 1.0)
    concentration = mean * (1.0 - mean) * np.square((size + 1.0) / size) / spread - 1.0
    edge = betaincinv(mean * concentration, (1.0 - mean) * concentration, TAIL)
    return np.asarray(np.maximum(((size + 1.0) * edge - 1.0) / size, 0.0))
