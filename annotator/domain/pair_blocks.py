"""Set two reviewers side by side, for every pair that labelled common claims.

Agreement and Cohen's kappa (1960) have intervals over articles. Whether both use the labels at the same rates is tested
with claims as units, as published: where labels differ between articles, the p value is too small rather than too
large, and it flags a bias to look at, nothing more.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from annotator.domain.coefficients import ratio
from annotator.domain.many_estimates import LeftOut, many_coefficients, many_proportions
from annotator.domain.marginal_homogeneity import bias_probabilities
from annotator.domain.patterns import Floats, Integers
from annotator.domain.report import PairBlock
from annotator.domain.single_votes import SingleVotes, Units, runs, summed
from annotator.domain.votes import Votes

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 4_000_000
"""Numbers of one array that are held at once: with more, the pairs are taken in parts."""


def pair_blocks(votes: Votes) -> tuple[PairBlock, ...]:
    """Describe each pair with common claims, sorted by columns."""
    singles = SingleVotes.of(votes)
    units, pairs = Units.of(votes, singles.made), _Pairs.of(votes, singles)
    # Of an article only a byte is held, not a number of eight.
    step = max(AT_ONCE // max(units.units * len(votes.labels), units.articles // 8, 1), 1)
    blocks: list[PairBlock] = []
    for part in pairs.parts(votes, step):
        blocks += _blocks(part, units, len(votes.labels))
    return tuple(blocks)


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Hold one entry for each two reviewers in each signature, by signature."""

    people: Integers  # (pairs, 2): the columns of each pair that has a common claim
    pair: Integers  # (entries,): place in `people`
    first: Integers  # (entries,): label of the lower column
    second: Integers  # (entries,)
    tables: Integers  # (pairs, labels, labels): claims
    made: Integers  # (signatures,): entries of each signature
    starts: Integers  # (signatures,)

    @classmethod
    def of(cls, votes: Votes, singles: SingleVotes) -> "_Pairs":
        places = np.arange(len(singles.signature))
        later = (singles.starts + singles.made)[singles.signature] - places - 1
        first, second = runs(places + 1, later)
        signature = singles.signature[first]
        claims = summed(votes.signature, votes.claims, len(votes.given))[signature]
        shown = claims > 0
        first, second, signature, claims = first[shown], second[shown], signature[shown], claims[shown]
        people, labels = len(votes.reviewers), len(votes.labels)
        code = singles.reviewer[first] * people + singles.reviewer[second]
        named = np.flatnonzero(np.bincount(code, minlength=1))
        pair = np.zeros(max(people * people, 1), dtype=np.int64)
        pair[named] = np.arange(len(named))
        pair = pair[code]
        one, other = singles.label[first], singles.label[second]
        tables = summed((pair * labels + one) * labels + other, claims, len(named) * labels * labels)
        made = np.bincount(signature, minlength=len(votes.given))
        return cls(
            people=np.stack(np.divmod(named, max(people, 1)), axis=1),
            pair=pair,
            first=one,
            second=other,
            tables=tables.astype(np.int64).reshape(len(named), labels, labels),
            made=made,
            starts=np.cumsum(made) - made,
        )

    def parts(self, votes: Votes, step: int) -> "Iterator[_Part]":
        """Yield so many pairs at a time, with the rows of claims that each of them has in common."""
        shown = np.flatnonzero(votes.claims)
        signature = votes.signature[shown]
        run, entry = runs(self.starts[signature], self.made[signature])
        rows, pair = shown[run], self.pair[entry]
        for start in range(0, len(self.people), step):
            people, tables = self.people[start : start + step], self.tables[start : start + step]
            wanted: Integers | slice = slice(None)
            if len(people) < len(self.people):
                wanted = np.flatnonzero((pair >= start) & (pair < start + step))
            here = entry[wanted]
            facts = (pair[wanted] - start, self.first[here], self.second[here], rows[wanted])
            yield _Part(people, tables, *facts, votes.claims[rows[wanted]].astype(np.float64))


class _Part(NamedTuple):
    """Hold some of the pairs, and one entry for each of them in each row."""

    people: Integers  # (pairs, 2)
    tables: Integers  # (pairs, labels, labels)
    pair: Integers  # (entries,)
    first: Integers  # (entries,): labels
    second: Integers  # (entries,)
    row: Integers  # (entries,)
    claims: Floats  # (entries,)


def _blocks(part: _Part, units: Units, labels: int) -> list[PairBlock]:
    many, cell = len(part.people), part.pair * units.units + units.unit[part.row]

    wide = (many, units.units)

    def by_label(label: Integers) -> Floats:
        sums = summed(cell * labels + label, part.claims, many * units.units * labels)
        return sums.reshape(*wide, labels)

    same = summed(cell, part.claims * (part.first == part.second), many * units.units).reshape(wide)
    rows, columns = by_label(part.first), by_label(part.second)
    moving = rows.sum(axis=2) > 0
    whole = same.sum(axis=1), rows.sum(axis=1), columns.sum(axis=1)
    agreed, kappa = _agreement(*whole)
    left = _agreement(*(total[:, np.newaxis] - part for total, part in zip(whole, (same, rows, columns), strict=True)))
    size = part.tables.sum(axis=(1, 2)), units.spread(part.pair, part.row, many)
    raw = many_proportions(agreed, LeftOut.where(moving, left[0]), *size)
    corrected = many_coefficients(kappa, LeftOut.where(moving, left[1]), *size)
    facts = zip(
        part.people.tolist(), part.tables.tolist(), raw, corrected, bias_probabilities(part.tables), strict=True
    )
    return [
        PairBlock(first, second, one.n, tuple(map(tuple, table)), one, other, p)
        for (first, second), table, one, other, p in facts
    ]


def _agreement(same: Floats, rows: Floats, columns: Floats) -> tuple[Floats, Floats]:
    """Compute raw agreement and Cohen's kappa from agreeing claims (…) and both one's labels (…, labels)."""
    claims = rows.sum(axis=-1)
    agreed, chance = ratio(same, claims), ratio((rows * columns).sum(axis=-1), claims * claims)
    return agreed, ratio(agreed - chance, 1.0 - chance)
