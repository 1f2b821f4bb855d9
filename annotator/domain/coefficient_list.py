"""List every coefficient of agreement with its interval over articles, those that need to know who said what as well.

Scott's pi (1955) is for two reviewers: chance takes the label frequencies of both together. Cohen's kappa (1960) lets
chance keep each reviewer's own; for more than two, it is averaged over the pairs for which it is defined (Light 1971).
Conger's kappa (1980) corrects the raw agreement for two different reviewers who draw from their own frequencies, which
come from all of their verdicts (Gwet 2014). The jackknife is that of `agreement`; here it works on the counts of each
part, reviewer and label, and of each part and pair, so that no claim is looped over.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from annotator.domain import coefficients
from annotator.domain.agreement import Agreement
from annotator.domain.article_parts import parts_of
from annotator.domain.coefficients import defined, ratio
from annotator.domain.intervals import coefficient_estimate
from annotator.domain.patterns import Floats, Integers, Sums, sums_by_article
from annotator.domain.report import Coefficient
from annotator.domain.single_votes import summed
from annotator.domain.votes import Votes

ANONYMOUS = ("percent_agreement", "alpha", "fleiss_kappa", "ac1", "brennan_prediger")
"""Those that do not ask who gave a verdict, in the order of the report."""
PAIR = 2


def coefficient_list(votes: Votes, agreement: Agreement) -> tuple[Coefficient, ...]:
    """List all coefficients in the order in which the report shows them; `agreement` is that of the same votes."""
    found = anonymous(agreement)
    counts = _Counts.of(votes, agreement.alpha.clusters)
    if counts.reviewers == PAIR:
        found.append(counts.coefficient("scott_pi", counts.over_pairs(_scott_chance)))
    found.append(counts.coefficient("conger_kappa", counts.conger()))
    found.append(counts.coefficient("mean_cohen_kappa", counts.over_pairs(_cohen_chance)))
    return tuple(found)


def anonymous(agreement: Agreement) -> list[Coefficient]:
    """List those that do not ask who gave a verdict."""
    return [Coefficient(key, getattr(agreement, key), agreement.expected.get(key)) for key in ANONYMOUS]


class _Jackknife(NamedTuple):
    """Hold a value, the agreement expected by chance, and the values without each part that can move it."""

    value: float
    expected: float
    left_out: Floats


class _Pairs(NamedTuple):
    """Hold what Cohen's kappa needs of pairs of reviewers: one row a pair, or a pair in a part."""

    claims: Floats  # (rows,) claims that both labelled
    agreed: Floats  # (rows,) of which both gave one label
    first: Floats  # (rows, labels) claims by the label of the reviewer with the lower id
    second: Floats  # (rows, labels)

    def added(self, place: Integers, rows: int) -> "_Pairs":
        """Add the rows up by their place in `rows` new ones."""
        return _Pairs(
            summed(place, self.claims, rows),
            summed(place, self.agreed, rows),
            *(np.stack([summed(place, column, rows) for column in side.T], axis=1) for side in self[2:]),
        )

    def without(self, place: Integers, some: "_Pairs") -> "_Pairs":
        """Give for each row of `some` what its pair, at `place` here, has without it."""
        return _Pairs._make(whole[place] - part for whole, part in zip(self, some, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """Hold the counts of the parts that the jackknife leaves out."""

    articles: int  # with a claim that two reviewers labelled
    sums: Sums  # by part
    by_reviewer: Floats  # (parts, reviewers, labels): verdicts
    pair: Integers  # (entries,): a number for each pair of reviewers
    part: Integers  # (entries,): a part in which that pair has claims in common
    met: _Pairs  # by entry
    reviewers: int  # who gave a verdict

    @classmethod
    def of(cls, votes: Votes, articles: int) -> Self:
        """Count the votes, merged by part and signature."""
        votes = votes.rows_where(votes.claims > 0)
        merged = _merged(votes, parts_of(votes.article, articles))
        sums = sums_by_article(merged.table())
        names, part = np.unique(merged.article, return_inverse=True)
        people, labels = len(votes.reviewers), len(votes.labels)
        cells = np.zeros(len(names) * people * labels)
        for rows, who, label in _single(merged):
            cells += summed((part[rows] * people + who) * labels + label, merged.claims[rows], len(cells))
        by_reviewer = cells.reshape(len(names), people, labels)
        entry, met = _met(merged, part)
        active = int(np.count_nonzero(by_reviewer.sum(axis=(0, 2))))
        return cls(articles, sums, by_reviewer, entry % people**2, entry // max(people**2, 1), met, active)

    def coefficient(self, key: str, found: _Jackknife) -> Coefficient:
        """Put the interval around a coefficient."""
        paired = self.sums.paired
        size = (int(paired.sum()), int(np.count_nonzero(paired)))
        estimate = coefficient_estimate(found.value, found.left_out, *size).of_articles(self.articles)
        return Coefficient(key, estimate, defined(np.asarray(found.expected)))

    def conger(self) -> _Jackknife:
        """Compute Conger's kappa; articles with single verdicts move the reviewers' frequencies too."""
        everything = self.by_reviewer.sum(axis=0)
        chance = float(_conger_chance(everything))
        value = _corrected(coefficients.percent_agreement(self.sums.total()), np.asarray(chance))
        chances = _conger_chance(everything - self.by_reviewer)
        left_out = _corrected(coefficients.percent_agreement(self.sums.without_each()), chances)
        return _Jackknife(float(value), chance, left_out[self.sums.rated > 0])

    def over_pairs(self, chance_of: Callable[[_Pairs], Floats]) -> _Jackknife:
        """Average a kappa of two reviewers over the pairs for which it is defined."""
        parts = len(self.sums.paired)
        names, place = np.unique(self.pair, return_inverse=True)
        whole = self.met.added(place, len(names))
        chance = chance_of(whole)
        kappas = _kappa(whole, chance)
        is_defined = ~np.isnan(kappas)
        # What leaving out a part changes: the kappas of the pairs that met in it, and whether they are defined.
        rest = whole.without(place, self.met)
        changed = _kappa(rest, chance_of(rest))
        gain = np.nan_to_num(changed) - np.nan_to_num(kappas)[place]
        total = float(kappas[is_defined].sum()) + np.bincount(self.part, gain, parts)
        number = is_defined.sum() + np.bincount(self.part, ~np.isnan(changed) * 1.0 - is_defined[place], parts)
        left_out = np.full(parts, np.nan)
        np.divide(total, number, out=left_out, where=number > 0)
        value = float(kappas[is_defined].mean()) if is_defined.any() else np.nan
        expected = float(chance[is_defined].mean()) if is_defined.any() else np.nan
        return _Jackknife(value, expected, left_out[self.sums.paired > 0])


def _merged(votes: Votes, parts: Integers) -> Votes:
    """Join the rows of the same part and signature; the part stands in place of the article."""
    names, part = np.unique(parts, return_inverse=True)
    code, place = np.unique(part * max(len(votes.given), 1) + votes.signature, return_inverse=True)
    claims = np.bincount(place, votes.claims, len(code)).astype(np.int64)
    part, signature = np.divmod(code, max(len(votes.given), 1))
    facts = (names[part], np.zeros_like(part), signature, claims)
    return type(votes)(votes.reviewers, votes.labels, votes.given, *facts)


def _slots(votes: Votes) -> tuple[Integers, Integers, Integers]:
    """List the verdicts of each signature: how many (signatures,), by whom and which (signatures, most)."""
    made = (votes.given >= 0).sum(axis=1)
    most = int(made.max(initial=0))
    signature, reviewer = np.nonzero(votes.given >= 0)
    nth = np.arange(len(signature)) - np.repeat(np.cumsum(made) - made, made)
    who, what = (np.full((len(made), most), -1, dtype=np.int64) for _ in range(2))
    who[signature, nth] = reviewer
    what[signature, nth] = votes.given[signature, reviewer]
    return made, who, what


def _single(votes: Votes) -> Iterator[tuple[Integers, Integers, Integers]]:
    """Yield (rows, reviewer, label) for each first, second, … verdict on a claim."""
    made, who, what = _slots(votes)
    for nth in range(who.shape[1]):
        rows = np.flatnonzero(made[votes.signature] > nth)
        signature = votes.signature[rows]
        yield rows, who[signature, nth], what[signature, nth]


def _met(votes: Votes, part: Integers) -> tuple[Integers, _Pairs]:
    """Add up the claims that two reviewers have in common, by entry: part × reviewers² + first × reviewers + second."""
    people, labels = len(votes.reviewers), len(votes.labels)
    cells, claims = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    made, who, what = _slots(votes)
    for second in range(1, who.shape[1]):
        rows = np.flatnonzero(made[votes.signature] > second)
        signature = votes.signature[rows]
        for first in range(second):
            entry = (part[rows] * people + who[signature, first]) * people + who[signature, second]
            cells.append((entry * labels + what[signature, first]) * labels + what[signature, second])
            claims.append(votes.claims[rows].astype(np.float64))
    return _gathered(np.concatenate(cells), np.concatenate(claims), labels)


def _gathered(cells: Integers, claims: Floats, labels: int) -> tuple[Integers, _Pairs]:
    """Split cells = (entry × labels + first label) × labels + second label, and add the claims up by entry."""
    names, place = np.unique(cells, return_inverse=True)
    claims = summed(place, claims, len(names))
    entry, cell = np.divmod(names, max(labels**2, 1))
    first, second = np.divmod(cell, max(labels, 1))
    entries, place = np.unique(entry, return_inverse=True)
    sides = (np.equal.outer(side, np.arange(labels)) * claims[:, np.newaxis] for side in (first, second))
    return entries, _Pairs(claims, claims * (first == second), *sides).added(place, len(entries))


def _cohen_chance(pairs: _Pairs) -> Floats:
    return ratio((pairs.first * pairs.second).sum(axis=1), pairs.claims**2)


def _scott_chance(pairs: _Pairs) -> Floats:
    return ratio(((pairs.first + pairs.second) ** 2).sum(axis=1) / 4.0, pairs.claims**2)


def _kappa(pairs: _Pairs, chance: Floats) -> Floats:
    return _corrected(ratio(pairs.agreed, pairs.claims), chance)


def _conger_chance(counts: Floats) -> Floats:
    """Give the chance that two different reviewers agree, from counts (…, reviewers, labels); NaN for fewer than two.

    The sums of all reviewers' shares, squared, hold each reviewer with himself as well, which is taken away.
    """
    shares = np.nan_to_num(ratio(counts, counts.sum(axis=-1, keepdims=True)))
    people = np.count_nonzero(counts.sum(axis=-1), axis=-1)
    both = np.square(shares.sum(axis=-2)).sum(axis=-1) - np.square(shares).sum(axis=(-2, -1))
    return ratio(both, np.asarray(people * (people - 1), dtype=np.float64))


def _corrected(agreement: Floats, chance: Floats) -> Floats:
    return ratio(agreement - chance, 1.0 - chance)
