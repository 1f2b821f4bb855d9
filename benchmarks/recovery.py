"""How many true labels the majority and the Dawid-Skene model find in generated verdicts, whose truth is known.

Each row is a newsroom: so many reviewers, each right as often as said (drawn evenly between the two shares), so many
verdicts a claim. Wrong answers fall on one label of the reviewer's own liking with half of their weight. Shares are
means over REPEATS data sets; a tie of the majority counts as the chance of guessing right among the tied. "Weights" is
the best that is possible: the posterior of the true confusion matrices and prevalences.
"""

import sys
from dataclasses import dataclass

import numpy as np

from annotator.domain.aggregation import claims_by_signature, competence, fit, given_of
from annotator.domain.patterns import Floats, Integers
from annotator.domain.votes import NOBODY, Votes

REPEATS = 20
PREVALENCE = np.array([0.55, 0.3, 0.15])
LABELS = "abc"


@dataclass(frozen=True)
class Newsroom:
    """Say how verdicts are generated."""

    name: str
    claims: int
    reviewers: int
    each: int
    """Verdicts on a claim."""
    least_right: float
    most_right: float
    careless: int = 0
    """So many of the reviewers answer at random."""


NEWSROOMS = (
    Newsroom("good, 3 each", 1000, 10, 3, 0.8, 0.95),
    Newsroom("good, 2 each", 1000, 10, 2, 0.8, 0.95),
    Newsroom("mixed, 3 each", 1000, 10, 3, 0.5, 0.95),
    Newsroom("mixed, 5 each", 1000, 10, 5, 0.5, 0.95),
    Newsroom("mixed, few claims", 100, 5, 3, 0.5, 0.95),
    Newsroom("mixed, 40 reviewers", 5000, 40, 3, 0.5, 0.95),
    Newsroom("3 of 10 careless, 3 each", 1000, 10, 3, 0.75, 0.95, careless=3),
    Newsroom("1 of 3 careless, 3 each", 300, 3, 3, 0.75, 0.95, careless=1),
    Newsroom("little data a reviewer", 100, 40, 3, 0.6, 0.95),
)


def confusions(room: Newsroom, draw: np.random.Generator) -> Floats:
    """Draw each reviewer's matrix: true labels as rows."""
    labels = len(LABELS)
    found = np.full((room.reviewers, labels, labels), 1.0 / labels)
    for reviewer in range(room.careless, room.reviewers):
        right = draw.uniform(room.least_right, room.most_right)
        liked = draw.integers(labels)
        for true in range(labels):
            wrong = np.ones(labels)
            wrong[liked] += labels - 2
            wrong[true] = 0.0
            found[reviewer, true] = (1.0 - right) * wrong / wrong.sum()
            found[reviewer, true, true] = right
    return found


def generated(room: Newsroom, draw: np.random.Generator) -> tuple[Integers, Floats, Votes]:
    """Draw the true labels, the matrices and the verdicts; a claim is an article and a signature of its own."""
    true = draw.choice(len(LABELS), room.claims, p=PREVALENCE)
    confusion = confusions(room, draw)
    given = np.full((room.claims, room.reviewers), NOBODY, dtype=np.int64)
    for claim in range(room.claims):
        for reviewer in draw.permutation(room.reviewers)[: room.each]:
            given[claim, reviewer] = draw.choice(len(LABELS), p=confusion[reviewer, true[claim]])
    place = np.arange(room.claims)
    one = np.ones_like(place)
    return true, confusion, Votes(tuple(range(room.reviewers)), tuple(LABELS), given, place, 0 * place, place, one)


def majority_right(true: Integers, votes: Votes) -> float:
    """Give the share of claims whose majority is true, ties by their chance."""
    patterns = votes.patterns()
    is_first = patterns == patterns.max(axis=1, keepdims=True)
    return float((is_first[np.arange(len(true)), true] / is_first.sum(axis=1)).mean())


def row(room: Newsroom, seed: int) -> Floats:
    """Measure majority, maximum likelihood, with priors, the best possible, and the errors of prevalence and skill."""
    true, confusion, votes = generated(room, np.random.default_rng(seed))
    plain, model = fit(votes, priors=False), fit(votes)
    best = given_of(votes.given, claims_by_signature(votes), len(LABELS)).posterior(PREVALENCE, confusion)
    real = np.bincount(true, minlength=len(LABELS)) / len(true)
    shares = votes.patterns().sum(axis=0) / votes.patterns().sum()
    skill = np.diagonal(confusion, axis1=1, axis2=2) @ PREVALENCE
    found = competence(model)
    inside = [e.low <= s <= e.high for e, s in zip(found, skill, strict=True) if e.low is not None and e.high]
    return np.array(
        [
            majority_right(true, votes),
            float((plain.posterior.argmax(axis=1) == true).mean()),
            float((model.most_probable() == true).mean()),
            float((best.argmax(axis=1) == true).mean()),
            float(np.abs(shares - real).max()),
            float(np.abs(model.prevalence - real).max()),
            float(model.posterior.max(axis=1).mean()),
            float(np.mean(inside)),
        ]
    )


def main() -> int:
    """Print the table; fail if the model finds fewer true labels than the majority by more than half a point."""
    print("True labels found (%), greatest error of a label's share (points), mean probability of the model's labels")
    print("(%; equal to its hits if it is calibrated), and how often competence lay in its 95 % interval (%)")
    print(
        f"{'':26}{'majority':>9}{'no prior':>9}{'model':>7}{'best':>7}{'votes':>8}{'model':>7}{'sure':>7}{'inside':>8}"
    )
    is_worse = False
    for room in NEWSROOMS:
        mean = np.mean([row(room, seed) for seed in range(REPEATS)], axis=0)
        is_worse |= bool(mean[2] < mean[0] - 0.005)
        widths = (9, 9, 7, 7, 8, 7, 7, 8)
        cells = (f"{100 * value:{width}.1f}" for value, width in zip(mean, widths, strict=True))
        print(f"{room.name:26}{''.join(cells)}")
    return int(is_worse)


if __name__ == "__main__":
    sys.exit(main())
