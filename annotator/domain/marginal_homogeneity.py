"""Test whether two reviewers use the labels at the same rates on the same claims: marginal homogeneity.

With two labels that they ever confuse, McNemar's test (1947) in its exact form: of the claims on which they differ,
those in one direction are binomial with 1/2. With more, Bhapkar's (1966): a Wald test of the differences d between the
two reviewers' shares, n d' V^-1 d with V the covariance of d in the table as it is, chi-squared with one degree of
freedom less than there are labels. (Stuart's Q, 1955, leaves -dd' out of V; Bhapkar's is Q / (1 - Q / n), Keefe 1982.)

A label on which they never differ says nothing of it and is left out. There is no p value, rather than a doubtful one,
where they differ on fewer than LEAST_DIFFERING claims or V has no inverse, as when the labels fall into sets that are
only confused within themselves. Claims count as independent.
"""

import numpy as np

from annotator.domain.patterns import Floats, Integers

LEAST_DIFFERING = 10
"""Claims on which two reviewers have to differ before chi-squared is trusted: the usual convention for McNemar's."""
_TWO = 2
_SINGULAR = 1e-9


def bias_probabilities(tables: Integers) -> list[float | None]:
    """Return the p value of each table (tables, labels, labels), None where there is no test."""
    labels = tables.shape[-1]
    differing = tables * (1 - np.eye(labels, dtype=np.int64))
    moved = differing.sum(axis=2), differing.sum(axis=1)
    used = (moved[0] + moved[1]) > 0
    among, size = used.sum(axis=1), differing.sum(axis=(1, 2))
    found: Floats = np.full(len(tables), np.nan)
    two = among == _TWO
    found[two] = _exact(moved[0][two, used[two].argmax(axis=1)], size[two])
    more = (among > _TWO) & (size >= LEAST_DIFFERING)
    if more.any():
        found[more] = _bhapkar(tables[more], used[more])
    return [None if p is None or np.isnan(p) else p for p in found.tolist()]


def _exact(first: Integers, size: Integers) -> Floats:
    """Return the two-sided binomial probability of so uneven a split, at most 1."""
    from scipy.special import bdtr  # Slow to load, and only a report needs it.

    return np.asarray(np.minimum(2.0 * bdtr(np.minimum(first, size - first), size, 0.5), 1.0), dtype=np.float64)


def _bhapkar(tables: Integers, used: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    """Test tables (tables, labels, labels); the last label in use follows from the others and is left out."""
    from scipy.special import chdtrc  # Slow to load, and only a report needs it.

    labels = tables.shape[-1]
    claims = tables.sum(axis=(1, 2))
    cells = tables / claims[:, np.newaxis, np.newaxis]
    kept = used & (np.arange(labels) < labels - 1 - used[:, ::-1].argmax(axis=1)[:, np.newaxis])
    change = np.where(kept, cells.sum(axis=2) - cells.sum(axis=1), 0.0)
    spread = -(cells + cells.transpose(0, 2, 1))
    place = np.arange(labels)
    spread[:, place, place] += cells.sum(axis=2) + cells.sum(axis=1)
    spread -= change[:, :, np.newaxis] * change[:, np.newaxis, :]
    # What is left out stands in the matrix as a row of the identity, which changes nothing of the rest.
    spread = np.where(kept[:, :, np.newaxis] & kept[:, np.newaxis, :], spread, np.eye(labels))
    scale = np.sqrt(np.maximum(spread[:, place, place], np.finfo(np.float64).tiny))
    correlation = spread / (scale[:, :, np.newaxis] * scale[:, np.newaxis, :])
    sound = np.linalg.eigvalsh(correlation)[:, 0] > _SINGULAR
    answer: Floats = np.full(len(tables), np.nan)
    solved = np.linalg.solve(spread[sound], change[sound][..., np.newaxis])[..., 0]
    answer[sound] = chdtrc(kept[sound].sum(axis=1), claims[sound] * (change[sound] * solved).sum(axis=1))
    return answer
