"""Tables of votes that hypothesis draws, and the plain list of claims that stands behind each."""

from collections.abc import Sequence
from math import atanh, sqrt, tanh

from hypothesis import settings
from hypothesis import strategies as st

from annotator.domain.intervals import Estimate
from annotator.domain.votes import VoteRow, Votes

LABELS = ("sourced", "attributed", "editorial")
REVIEWERS = (7, 12, 30, 31)
MONDAYS = (4, 11, 25)
Claim = tuple[int, int, dict[int, str]]
"""Article, week and who gave which label."""

# The 0.975 quantiles of Student's t with 1 to 3 degrees of freedom, as printed in tables.
T = {1: 12.7062047362, 2: 4.30265272975, 3: 3.18244630528}

few = settings(max_examples=25)

given = st.dictionaries(st.sampled_from(REVIEWERS), st.sampled_from(LABELS), min_size=1)
claims = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(MONDAYS), given), max_size=25)
many_claims = st.lists(st.tuples(st.integers(1, 3), st.sampled_from(MONDAYS), given), min_size=12, max_size=30)


def row(claim: Claim, count: int = 1) -> VoteRow:
    article, week, said = claim
    return VoteRow(article, week, ",".join(f"{person}={said[person]}" for person in sorted(said)), count)


def table(found: Sequence[Claim], labels: Sequence[str] = LABELS) -> Votes:
    """Build the table, claims that look the same in one row as a query would deliver them."""
    rows = [row(claim) for claim in found]
    return Votes.from_rows([(*one[:3], rows.count(one)) for one in dict.fromkeys(rows)], labels)


def is_close(estimate: Estimate, value: float | None, low: float | None = None, high: float | None = None) -> bool:
    pairs = ((estimate.value, value), (estimate.low, low), (estimate.high, high))
    return all((one is None) == (other is None) and abs((one or 0) - (other or 0)) < 1e-6 for one, other in pairs)


def jackknifed(left_out: Sequence[float | None]) -> float | None:
    """Return the reach of the interval: t times the error, by hand; None if there is no interval."""
    known = [one for one in left_out if one is not None]
    if len(known) < max(len(left_out), 2):
        return None
    mean = sum(known) / len(known)
    error = sqrt((len(known) - 1) / len(known) * sum((one - mean) ** 2 for one in known))
    return T[len(known) - 1] * error if error > 1e-12 else None


def interval(value: float | None, left_out: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return value and bounds of a coefficient by hand."""
    reach = jackknifed(left_out)
    if value is None or reach is None or abs(value) > 1 - 1e-12:
        return value, None, None
    middle, width = atanh(value), reach / (1 - value**2)
    return value, tanh(middle - width), tanh(middle + width)


def proportion(value: float | None, left_out: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return value and bounds of a proportion by hand."""
    scaled = interval(
        None if value is None else 2 * value - 1, [None if one is None else 2 * one - 1 for one in left_out]
    )
    return tuple(None if one is None else (1 + one) / 2 for one in scaled)
