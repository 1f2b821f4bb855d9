"""Compute the coefficients of agreement from sums; what is not defined is NaN here and leaves the domain as None.

Every chance-corrected coefficient is 1 - observed disagreement / disagreement expected by chance. All functions take
totals or one row an article and answer in the same shape.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from annotator.domain.patterns import Floats, Sums

Statistic: TypeAlias = Callable[[Sums], Floats]

# Expected disagreement below this is rounding error: all verdicts carry one label, and the coefficient is not defined.
NOTHING = 1e-12


class Coefficient(NamedTuple):
    """Pair the two disagreements a coefficient compares."""

    observed: Statistic
    expected: Statistic

    def value(self, sums: Sums) -> Floats:
        """Compute the coefficient: 1 is full agreement, 0 what chance gives."""
        return 1.0 - ratio(self.observed(sums), self.expected(sums))


def defined(value: Floats) -> float | None:
    """Turn one value into a number, NaN into None."""
    return None if np.isnan(value) else float(value)


def ratio(part: Floats, whole: Floats | float) -> Floats:
    """Divide; NaN where there is nothing to divide by."""
    part, below = np.broadcast_arrays(part, np.asarray(whole, dtype=np.float64))
    undefined: Floats = np.full(part.shape, np.nan)
    np.divide(part, below, out=undefined, where=below > NOTHING)
    return undefined


def _spread(counts: Floats) -> Floats:
    """Give the chance that two draws with replacement differ, by label frequencies."""
    total = counts.sum(axis=-1, keepdims=True)
    return ratio((counts * (total - counts)).sum(axis=-1), (total * total)[..., 0])


def pair_disagreement(sums: Sums) -> Floats:
    """Give the mean over paired claims of the share of reviewer pairs that differ (1 - Gwet's p_a)."""
    return ratio(sums.discord_shares.sum(axis=-1), sums.paired)


def percent_agreement(sums: Sums) -> Floats:
    """Give the mean over paired claims of the share of reviewer pairs that agree; each claim weighs the same."""
    return 1.0 - pair_disagreement(sums)


def _alpha_observed(sums: Sums) -> Floats:
    return ratio(sums.discord.sum(axis=-1), sums.paired_verdicts.sum(axis=-1))


def _alpha_expected(sums: Sums) -> Floats:
    total = sums.paired_verdicts.sum(axis=-1)
    return _spread(sums.paired_verdicts) * ratio(total, total - 1.0)


def _fleiss_expected(sums: Sums) -> Floats:
    return _spread(sums.shares)


def _ac1_expected(sums: Sums) -> Floats:
    labels = sums.shares.shape[-1]
    return 1.0 - ratio(_spread(sums.shares), labels - 1.0)


def _brennan_prediger_expected(sums: Sums) -> Floats:
    labels = sums.shares.shape[-1]
    return np.full(sums.paired.shape, 1.0 - 1.0 / labels if labels else np.nan)


# Krippendorff 2011 (nominal); Fleiss 1971 as generalised to missing verdicts by Gwet 2014, as are the other two:
# a claim with one verdict counts in the label frequencies, and a label nobody used counts as a label.
COEFFICIENTS = {
    "alpha": Coefficient(_alpha_observed, _alpha_expected),
    "fleiss_kappa": Coefficient(pair_disagreement, _fleiss_expected),
    "ac1": Coefficient(pair_disagreement, _ac1_expected),
    "brennan_prediger": Coefficient(pair_disagreement, _brennan_prediger_expected),
}


def alpha_by_label(sums: Sums) -> Floats:
    """Compute alpha for each label against all others; the n_k(n - n_k)-weighted mean of them is alpha."""
    total = sums.paired_verdicts.sum(axis=-1, keepdims=True)
    chance = sums.paired_verdicts * (total - sums.paired_verdicts)
    return 1.0 - ratio((total - 1.0) * sums.discord, chance)


def fleiss_by_label(sums: Sums) -> Floats:
    """Compute Fleiss's kappa for each label (Fleiss 1971, his kappa_j)."""
    rest = 1.0 - ratio(sums.shares, sums.rated[..., np.newaxis])
    return 1.0 - ratio(ratio(sums.discord_shares, sums.paired_shares), rest)


def specific_agreement(sums: Sums) -> Floats:
    """Give, for each label, the chance that another verdict on the claim agrees with a verdict of that label."""
    return 1.0 - ratio(sums.discord, sums.paired_verdicts)


def prevalence(sums: Sums) -> Floats:
    """Give the share of each label among all verdicts, those on claims with one verdict too."""
    return ratio(sums.verdicts, sums.verdicts.sum(axis=-1, keepdims=True))
