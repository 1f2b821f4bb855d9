"""Judge answers against known right ones: what counts as right, how sure a share is, who passes, who agrees with whom.

The label decides. The kind and the reason to skip are told with the answer, but not counted: they are finer than what
a qualification can ask for with a few claims a label.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # numpy is slow to load, and only an agreement needs it
    from annotator.domain.intervals import Estimate

PURPOSES = ("work", "training", "qualification")
"""What an article is there for: to be studied, to be learnt from, or to be tested with."""
OVERALL = ""
"""The key of the pass mark that all answers together have to reach."""
SKIPPED = "skip"
"""Stands for the label where the right answer, or the given one, is to skip the claim; no label has this key."""
FEW = 5
"""Claims of a label under which a pass mark rests on too few: one slip then decides."""
FEWEST_REPEATS = 10
"""Claims that an agreement of a reviewer with themselves needs, to be called one."""
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Answer:
    """The right answer to a claim; `accepted` are other labels that count as right as well."""

    label: str | None
    skip_reason: str | None = None
    accepted: tuple[str, ...] = ()

    def is_met_by(self, label: str | None, skip_reason: str | None) -> bool:
        """Tell whether a verdict is right."""
        if skip_reason:
            return self.skip_reason is not None
        return label is not None and (label == self.label or label in self.accepted)


@dataclass(frozen=True, slots=True)
class Score:
    """So many right answers of so many."""

    right: int = 0
    asked: int = 0

    def __add__(self, other: "Score") -> "Score":
        """Count both together."""
        return Score(self.right + other.right, self.asked + other.asked)

    @property
    def share(self) -> float | None:
        """Return the share of right answers; None if nothing was asked."""
        return self.right / self.asked if self.asked else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the bounds of the 95 % interval by Wilson's score (1927); None if nothing was asked."""
        if not self.asked:
            return None
        share, size = self.right / self.asked, self.asked
        width = 1 + _Z**2 / size
        middle = (share + _Z**2 / (2 * size)) / width
        reach = _Z * sqrt(share * (1 - share) / size + _Z**2 / (4 * size**2)) / width
        return max(middle - reach, 0.0), min(middle + reach, 1.0)

    def reaches(self, mark: float) -> bool:
        """Tell whether the share is at least the mark: 12 of 15 reach 0.8, whatever a computer makes of 0.8."""
        return self.asked > 0 and self.right >= mark * self.asked - 1e-9


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of a qualification: a label (or all answers), the score on it, and the share that it asks for."""

    label: str
    score: Score
    needed: float | None

    @property
    def is_reached(self) -> bool:
        """Tell whether it stands in nobody's way: no mark, no claim of the label, or a good score."""
        return self.needed is None or not self.score.asked or self.score.reaches(self.needed)

    @property
    def rests_on_few(self) -> bool:
        """Tell whether a mark rests on too few claims to say much."""
        return self.needed is not None and self.score.asked < FEW


def marks_of(by_label: Mapping[str, Score], pass_marks: Mapping[str, float]) -> list[Mark]:
    """Return the lines of a qualification: over all first, then label by label as `by_label` has them."""
    total = sum(by_label.values(), Score())
    labels = [*by_label, *(label for label in pass_marks if label and label not in by_label)]
    return [
        Mark(OVERALL, total, pass_marks.get(OVERALL)),
        *(Mark(label, by_label.get(label, Score()), pass_marks.get(label)) for label in labels),
    ]


def in_order(found: Mapping[str, Score], labels: Iterable[str]) -> dict[str, Score]:
    """Return scores in the order of the codebook's labels; what it does not know, and skips, come last."""
    known = list(labels)
    place = {label: number for number, label in enumerate(known)}
    return dict(sorted(found.items(), key=lambda item: (place.get(item[0], len(known)), item[0])))


def is_passed(by_label: Mapping[str, Score], pass_marks: Mapping[str, float]) -> bool:
    """Tell whether the scores reach every mark; a label that was never asked for stands in nobody's way."""
    marks = marks_of(by_label, pass_marks)
    return marks[0].score.asked > 0 and all(mark.is_reached for mark in marks)


@dataclass(frozen=True, slots=True)
class Drift:
    """How somebody did lately, beside before: None if the two cannot be told apart yet."""

    before: Score
    lately: Score

    @property
    def change(self) -> float | None:
        """Return by how much the share of right answers rose, or fell (below zero)."""
        if self.before.share is None or self.lately.share is None:
            return None
        return self.lately.share - self.before.share

    @property
    def is_worse(self) -> bool:
        """Tell whether the recent share lies under the earlier one by more than chance explains (intervals apart)."""
        lately, before = self.lately.interval, self.before.interval
        return lately is not None and before is not None and lately[1] < before[0]


@dataclass(frozen=True, slots=True)
class SelfAgreement:
    """How far a reviewer says the same again: percent, and kappa, which takes chance out; None is "not defined"."""

    claims: int
    percent: "Estimate"
    kappa: "Estimate"


def self_agreement(pairs: Iterable[tuple[int, str, str]]) -> SelfAgreement:
    """Compare what a reviewer said first and later of the same claims: (article, label then, label now).

    Two answers of one person are two verdicts on a claim, so the coefficients of the report serve: kappa is Fleiss's,
    with both answers taken as equals. Under FEWEST_REPEATS claims none is defined.
    """
    from annotator.domain.agreement import Estimate, PatternTable, summarise

    found = list(pairs)
    if len(found) < FEWEST_REPEATS:
        nothing = Estimate(None, None, None, len(found), len({article for article, _then, _now in found}))
        return SelfAgreement(len(found), nothing, nothing)
    labels = sorted({label for _article, *both in found for label in both})
    rows = [(article, _pattern(labels, then, now), 1) for article, then, now in found]
    agreement = summarise(PatternTable.from_rows(rows, len(labels)), labels)
    return SelfAgreement(len(found), agreement.percent_agreement, agreement.fleiss_kappa)


def _pattern(labels: Sequence[str], then: str, now: str) -> list[int]:
    return [(label == then) + (label == now) for label in labels]
