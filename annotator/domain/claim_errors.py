"""Compute standard errors with the claim as the unit, as textbooks and statistics packages print them.

Each claim's pull on the coefficient is linearised (Gwet 2014, chapter 5). That holds for claims that are independent
of each other; the report therefore uses the jackknife over articles in `intervals` instead.
"""

from math import isfinite, sqrt

import numpy as np

from annotator.domain.coefficients import COEFFICIENTS, NOTHING
from annotator.domain.patterns import Floats, Integers, PatternTable, Sums


def claim_errors(table: PatternTable, total: Sums) -> dict[str, float | None]:
    """Give the standard errors of alpha, AC1, Fleiss's kappa and Brennan-Prediger; None where there is none."""
    labels = table.patterns.shape[1]
    frequencies = total.shares / max(float(total.rated), 1.0)
    return {
        "se_alpha_gwet": _alpha_error(table, total),
        "se_ac1_gwet": _error(table, total, "ac1", (1.0 - frequencies) / max(labels - 1, 1)),
        "se_fleiss_gwet": _error(table, total, "fleiss_kappa", frequencies),
        "se_bp_gwet": _error(table, total, "brennan_prediger", np.full(labels, 1.0 / max(labels, 1))),
    }


def _error(table: PatternTable, total: Sums, name: str, by_chance: Floats) -> float | None:
    """Linearise 1 - observed/expected over rated claims; `by_chance` is how often a label is met by chance."""
    value, expected = float(COEFFICIENTS[name].value(total)), float(COEFFICIENTS[name].expected(total))
    if not isfinite(value):
        return None
    made, claims = table.verdicts(), table.claims * (table.verdicts() > 0)
    differing = (table.patterns * (made[:, np.newaxis] - table.patterns)).sum(axis=1) / np.maximum(made * (made - 1), 1)
    observed = (made > 1) * (1.0 - differing / expected) * float(total.rated / total.paired)
    chance = (table.patterns @ by_chance) / np.maximum(made, 1) - (1.0 - expected)
    return _root(observed - 2.0 * (1.0 - value) * chance / expected - value, claims)


def _alpha_error(table: PatternTable, total: Sums) -> float | None:
    """Linearise alpha over paired claims, without its small-sample term 1 - 1/n as Gwet does, which is a little wide.

    The number of verdicts on a claim is random too.
    """
    verdicts = float(total.paired_verdicts.sum())
    frequencies = total.paired_verdicts / max(verdicts, 1.0)
    expected = float((frequencies * (1.0 - frequencies)).sum())
    if expected <= NOTHING:
        return None
    made, claims = table.verdicts(), table.claims * (table.verdicts() > 1)
    discord = (table.patterns * (made[:, np.newaxis] - table.patterns)).sum(axis=1) / np.maximum(made - 1, 1)
    observed = float(total.discord.sum()) / verdicts
    pull = discord - made * observed
    pull += 2.0 * observed / expected * (table.patterns @ frequencies - made * (1.0 - expected))
    return _root(pull / expected * float(total.paired) / verdicts, claims)


def _root(deviations: Floats, claims: Integers) -> float | None:
    """Turn deviations that average zero into a standard error; None for fewer than two claims."""
    n = int(claims.sum())
    return sqrt(float(claims @ deviations**2) / (n * (n - 1))) if n > 1 else None
