"""Set each reviewer beside the others: agreement with them, and what becomes of alpha without their verdicts.

Nothing is computed anew for each reviewer: leaving one out of a signature changes its sums by a known amount, and those
changes are added up for each reviewer and article. The difference of alphas is jackknifed as a whole, each article
left out of both, since the two rest on nearly the same verdicts. Low agreement is not an error, and nobody is ranked.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotator.domain.coefficients import defined, ratio
from annotator.domain.intervals import Estimate
from annotator.domain.many_estimates import LeftOut, many_differences, many_proportions
from annotator.domain.patterns import Floats, Integers
from annotator.domain.report import ReviewerBlock
from annotator.domain.single_votes import SingleVotes, Units, runs, summed
from annotator.domain.votes import Votes

if TYPE_CHECKING:
    from annotator.domain.fitted_model import Model


def reviewer_blocks(votes: Votes, model: "Model | None" = None) -> tuple[ReviewerBlock, ...]:
    """Describe each reviewer who gave a verdict, by column; competence only from a model."""
    singles = SingleVotes.of(votes)
    verdicts, paired, shares, pool = _profiles(votes, singles)
    sums = _Sums.of(votes, singles)
    agreement, (without, difference) = sums.with_others(), sums.without_each()
    skill = _competence(model, len(votes.reviewers))
    return tuple(
        ReviewerBlock(
            reviewer=column,
            verdicts=int(verdicts[column]),
            paired_verdicts=int(paired[column]),
            shares=tuple(defined(share) for share in shares[column]),
            pool=tuple(defined(share) for share in pool[column]),
            with_others=agreement[column],
            alpha_without=defined(without[column]),
            difference=difference[column],
            competence=skill[column],
        )
        for column in np.flatnonzero(verdicts).tolist()
    )


def _competence(model: "Model | None", reviewers: int) -> "tuple[Estimate | None, ...]":
    if model is None:
        return (None,) * reviewers
    from annotator.domain.aggregation import competence

    return tuple(competence(model))


def _profiles(votes: Votes, singles: SingleVotes) -> tuple[Floats, Floats, Floats, Floats]:
    """Count each reviewer's verdicts and paired verdicts, and give the shares of labels: theirs and the others'.

    Both shares are of the claims that they and somebody else labelled, each claim weighing the same, so that a claim
    with many verdicts pulls no harder in one profile than in the other.
    """
    people, labels, patterns = len(votes.reviewers), len(votes.labels), votes.patterns()
    claims = summed(votes.signature, votes.claims, len(votes.given))[singles.signature]
    paired = claims * (singles.made[singles.signature] > 1)
    each = paired / np.maximum(singles.made[singles.signature] - 1, 1)

    def add(column: Floats) -> Floats:
        return summed(singles.reviewer, column, people)

    met = patterns[singles.signature].T - (singles.label == np.arange(labels)[:, np.newaxis])
    own = np.stack([add(paired * (singles.label == label)) for label in range(labels)], axis=1)
    others = np.stack([add(each * met[label]) for label in range(labels)], axis=1)
    total = add(paired)
    return add(claims), total, ratio(own, total[:, np.newaxis]), ratio(others, total[:, np.newaxis])


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Hold what alpha is made of by unit, and what each reviewer's verdicts add to it by reviewer and unit."""

    articles: Integers  # (people + 1,): with a paired claim of each reviewer's; at the end, of anybody's
    paired: Floats  # (people, units): the reviewer's paired claims
    same: Floats  # (people, units): sum over them of the share of other verdicts that are the same
    claims: Floats  # (units,): paired claims
    verdicts: Floats  # (units, labels): on paired claims
    discord: Floats  # (units,): coincidences of unequal labels
    own_verdicts: Floats  # (people, units, labels): what `verdicts` loses without the reviewer
    own_discord: Floats  # (people, units)

    @classmethod
    def of(cls, votes: Votes, singles: SingleVotes) -> "_Sums":
        units, facts = Units.of(votes, singles.made), _Facts.of(votes, singles)
        people, labels = len(votes.reviewers), len(votes.labels)
        paired_rows = np.flatnonzero((singles.made[votes.signature] > 1) & (votes.claims > 0))
        signature, weight = votes.signature[paired_rows], votes.claims[paired_rows].astype(np.float64)
        run, entry = runs(singles.starts[signature], singles.made[signature])
        rows, person = paired_rows[run], singles.reviewer[entry]
        cell, heavy = person * units.units + units.unit[rows], weight[run]
        unit = units.unit[paired_rows]
        alone = np.flatnonzero(facts.is_pair[entry])
        own = summed(cell * labels + singles.label[entry], heavy, people * units.units * labels)
        own += summed(cell[alone] * labels + facts.other[entry[alone]], heavy[alone], len(own))
        wide = (people, units.units)
        anybody = units.spread(np.zeros_like(paired_rows), paired_rows, 1)
        return cls(
            articles=np.concatenate([units.spread(person, rows, people), anybody]),
            paired=summed(cell, heavy, people * units.units).reshape(wide),
            same=summed(cell, heavy * facts.same[entry], people * units.units).reshape(wide),
            claims=summed(unit, weight, units.units),
            verdicts=np.stack([summed(unit, weight * on[signature], units.units) for on in facts.patterns.T], axis=1),
            discord=summed(unit, weight * facts.discord[signature], units.units),
            own_verdicts=own.reshape(*wide, labels),
            own_discord=summed(cell, heavy * facts.loss[entry], people * units.units).reshape(wide),
        )

    def with_others(self) -> list[Estimate]:
        """Estimate each reviewer's agreement with the others, over the reviewer's paired claims."""
        paired, same = self.paired.sum(axis=1), self.same.sum(axis=1)
        left = ratio(same[:, np.newaxis] - self.same, paired[:, np.newaxis] - self.paired)
        return many_proportions(
            ratio(same, paired), LeftOut.where(self.paired > 0, left), paired.astype(np.int64), self.articles[:-1]
        )

    def without_each(self) -> tuple[Floats, list[Estimate]]:
        """Give alpha without each reviewer, and estimate alpha minus that."""
        people = len(self.paired)
        verdicts, discord = self.verdicts - self.own_verdicts, self.discord - self.own_discord
        alpha = _alpha(self.verdicts.sum(axis=0), self.discord.sum())
        without = _alpha(verdicts.sum(axis=1), discord.sum(axis=1))
        left_alpha = _alpha(self.verdicts.sum(axis=0) - self.verdicts, self.discord.sum() - self.discord)
        left_without = _alpha(
            verdicts.sum(axis=1)[:, np.newaxis] - verdicts, discord.sum(axis=1)[:, np.newaxis] - discord
        )
        moving = np.broadcast_to(self.claims > 0, self.paired.shape)
        left = LeftOut.where(moving, left_alpha - left_without)
        claims = np.full(people, int(self.claims.sum()))
        return without, many_differences(alpha - without, left, claims, np.full(people, self.articles[-1]))


@dataclass(frozen=True, slots=True, eq=False)
class _Facts:
    """Hold what follows from a signature alone, per signature or per entry of one."""

    patterns: Integers  # (signatures, labels)
    discord: Floats  # (signatures,)
    same: Floats  # (entries,): share of the other verdicts that are the same
    loss: Floats  # (entries,): what the discord loses without this verdict
    is_pair: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]  # (entries,): one other verdict, which is left alone
    other: Integers  # (entries,): the label of that one

    @classmethod
    def of(cls, votes: Votes, singles: SingleVotes) -> "_Facts":
        patterns, made, where = votes.patterns(), singles.made, singles.signature
        squares = np.square(patterns).sum(axis=1)
        on_label = patterns[where, singles.label]
        discord = _discord(made, squares)
        spelled = np.bincount(where, weights=singles.label, minlength=len(made)).astype(np.int64)
        return cls(
            patterns=patterns,
            discord=discord,
            same=(on_label - 1) / np.maximum(made[where] - 1, 1),
            loss=discord[where] - _discord(made[where] - 1, squares[where] - 2 * on_label + 1),
            is_pair=made[where] == 2,  # noqa: PLR2004
            other=spelled[where] - singles.label,
        )


def _discord(made: Integers, squares: Integers) -> Floats:
    """Give the coincidences of unequal labels, m (m - 1) - sum of c (c - 1) over m - 1; none from a single verdict."""
    return np.asarray(np.where(made > 1, made * made - squares, 0) / np.maximum(made - 1, 1))


def _alpha(verdicts: Floats, discord: Floats) -> Floats:
    """Compute Krippendorff's alpha (2011) from verdicts (…, labels) and coincidences of unequal labels (…)."""
    total = verdicts.sum(axis=-1)
    chance = ratio((verdicts * (total[..., np.newaxis] - verdicts)).sum(axis=-1), total * (total - 1.0))
    return np.asarray(1.0 - ratio(ratio(discord, total), chance))
