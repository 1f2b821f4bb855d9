"""Find reviewers whose labels shifted: what they gave lately against what they gave before.

Pearson's chi-squared test of homogeneity on a table of 2 windows by labels; labels of which fewer than LEAST_EXPECTED
are expected in either window are taken together. P values are Holm's for as many reviewers as were tested. A shift is
named only if it is both unlikely by chance (p < ALPHA) and large: the windows differ in LEAST_DISTANCE of the labels
(total variation). Other articles may be the reason as well as another standard, and claims of one article are not
independent: a shift is a reason to look, not a finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

LEAST = 30
"""Labels in each window that a test needs."""
LEAST_EXPECTED = 5.0
ALPHA = 0.05
LEAST_DISTANCE = 0.1

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Shift:
    """How a reviewer's labels changed: the label that changed most, its shares, the test's p (None: not defined)."""

    reviewer_id: int
    label: str
    before: float
    recent: float
    n_before: int
    n_recent: int
    distance: float
    p: float | None

    @property
    def is_notable(self) -> bool:
        """Tell whether the shift is both unlikely by chance and large enough to look at."""
        return self.p is not None and self.p < ALPHA and self.distance >= LEAST_DISTANCE


def shifts(windows: Mapping[int, tuple[Counts, Counts]]) -> list[Shift]:
    """Return the shift of each reviewer who gave labels in both windows, by (before, recent) counts of labels."""
    found = [_shift(person, *counts) for person, counts in windows.items() if all(sum(n.values()) for n in counts)]
    tested = sorted((one for one in found if one.p is not None), key=lambda one: one.p or 0.0)
    corrected, largest = {}, 0.0
    for place, one in enumerate(tested):
        largest = max(largest, min((len(tested) - place) * (one.p or 0.0), 1.0))
        corrected[one.reviewer_id] = largest
    return [replace(one, p=corrected.get(one.reviewer_id)) for one in found]


def _shift(reviewer_id: int, before: Counts, recent: Counts) -> Shift:
    n_before, n_recent = sum(before.values()), sum(recent.values())
    labels = sorted({*before, *recent})
    shares = {label: (before.get(label, 0) / n_before, recent.get(label, 0) / n_recent) for label in labels}
    changes = {label: abs(now - then) for label, (then, now) in shares.items()}
    most = max(labels, key=lambda label: changes[label])
    p = probability(before, recent) if min(n_before, n_recent) >= LEAST else None
    return Shift(reviewer_id, most, *shares[most], n_before, n_recent, sum(changes.values()) / 2, p)


def probability(before: Counts, recent: Counts) -> float | None:
    """Return the p value of the test; None if fewer than two groups of labels are large enough."""
    from scipy.special import chdtrc  # Slow to load, and only the dashboard and reports need it.

    sizes = sum(before.values()), sum(recent.values())
    columns = _pooled([(before.get(label, 0), recent.get(label, 0)) for label in {*before, *recent}], sizes)
    if len(columns) < 2:  # noqa: PLR2004
        return None
    statistic = 0.0
    for column in columns:
        for seen, size in zip(column, sizes, strict=True):
            expected = sum(column) * size / sum(sizes)
            statistic += (seen - expected) ** 2 / expected
    return float(chdtrc(len(columns) - 1, statistic))


def _pooled(columns: list[tuple[int, int]], sizes: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the columns that are large enough, and the others as one if that is."""
    least = LEAST_EXPECTED * sum(sizes) / min(sizes)
    large = [column for column in columns if sum(column) >= least]
    small = [column for column in columns if sum(column) < least]
    rest = sum(column[0] for column in small), sum(column[1] for column in small)
    return [*large, rest] if sum(rest) >= least else large
