"""How the desk settles a claim: why reviewers part on it, what a decision may say, and who may decide."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Protocol

from annotator.domain.codebook import Codebook

CAUSES = (
    "text-ambiguous",
    "guideline-silent",
    "guideline-contradictory",
    "slip",
    "legitimate-difference",
    "segmentation",
)
"""Text ambiguous; guideline silent, or contradictory; a slip; both readings fair; the claim is badly cut."""
FEWEST = 2
"""People whose verdicts make a claim ready for the desk."""
LONGEST_REASON, LONGEST_RULE = 2000, 100
_LETTERS = 26


class Answer(Protocol):
    """What a reviewer's standing verdict decides."""

    @property
    def label(self) -> str | None:
        """The label, None for a skip."""

    @property
    def skip_reason(self) -> str | None:
        """The reason to skip, None for a label."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the desk says of a claim: a label or a skip reason, and why."""

    label: str | None = None
    kind: str | None = None
    skip_reason: str | None = None
    also_attributed: bool = False
    cause: str | None = None
    rule: str = ""
    reason: str = ""

    def digest(self, claim_id: int, seen_revision: int) -> str:
        """Return a fingerprint of a request, to know it again by."""
        facts = [claim_id, seen_revision, *astuple(self)]
        return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()


class BadDecision(ValueError):
    """The decision can't stand as it is; `field` names the part."""

    def __init__(self, field: str, message: str) -> None:
        """Keep the field beside the message."""
        super().__init__(message)
        self.field = field


class OwnVerdict(ValueError):
    """The adjudicator has a verdict of their own on a claim on which people part."""


def agree(answers: Iterable[Answer]) -> bool:
    """Tell whether all verdicts say the same label, or skip for the same reason."""
    return len({(answer.label, answer.skip_reason) for answer in answers}) <= 1


def may_decide(answers: Sequence[Answer], *, is_party: bool) -> bool:
    """Tell whether somebody may settle the claim: nobody is the judge of a dispute that they are a party to.

    Whoever ever gave a verdict on it `is_party`, also if they took it back: else all could be judges by doing so.
    """
    return not is_party or (len(answers) >= FEWEST and agree(answers))


def check(decision: Decision, codebook: Codebook, answers: Sequence[Answer], *, is_party: bool) -> None:
    """Raise BadDecision or OwnVerdict if somebody can't settle a claim that has these verdicts like this."""
    if not may_decide(answers, is_party=is_party):
        raise OwnVerdict("you gave a verdict on this claim yourself, and the verdicts differ: somebody else decides")
    if len(answers) < FEWEST:
        raise BadDecision("label", "a claim is settled when two people have decided it")
    _check_answer(decision, codebook)
    said = {(answer.label, answer.skip_reason) for answer in answers}
    confirms = said == {(decision.label, decision.skip_reason)}
    if not confirms and is_party:
        raise OwnVerdict("you gave a verdict on this claim yourself: you can confirm what all agree on, not change it")
    _check_why(decision, is_needed=not confirms)


def _check_answer(decision: Decision, codebook: Codebook) -> None:
    label = codebook.label(decision.label) if decision.label else None
    if decision.label and label is None:
        raise BadDecision("label", "the codebook in force has no such label")
    if bool(decision.label) == bool(decision.skip_reason):
        raise BadDecision("label", "choose a label, or a reason to leave the claim without one")
    if decision.skip_reason and codebook.skip_reason(decision.skip_reason) is None:
        raise BadDecision("label", "the codebook in force has no such reason")
    if decision.kind and (label is None or label.kind(decision.kind) is None):
        raise BadDecision("kind", "the chosen label has no such kind")


def _check_why(decision: Decision, *, is_needed: bool) -> None:
    if decision.cause is not None and decision.cause not in CAUSES:
        raise BadDecision("cause", "there is no such cause")
    if len(decision.rule) > LONGEST_RULE:
        raise BadDecision("rule", "the rule is too long: name it by its number")
    if len(decision.reason) > LONGEST_REASON:
        raise BadDecision("reason", "the reason is too long: at most 2,000 characters fit")
    if is_needed and decision.cause is None:
        raise BadDecision("cause", "say why the verdicts differ")
    if is_needed and not decision.reason:
        raise BadDecision("reason", "give a reason: the reviewers read it")


def seal(secret: str, *facts: int) -> str:
    """Return a name for something that tells nothing about it to whoever does not know the secret."""
    return hmac.new(secret.encode(), json.dumps(facts).encode(), hashlib.sha256).hexdigest()[:32]


def in_hidden_order(reviewer_ids: Iterable[int], secret: str, claim_id: int, person_id: int) -> list[int]:
    """Order reviewers at random, always alike for one claim and one adjudicator."""
    return sorted(set(reviewer_ids), key=lambda reviewer_id: seal(secret, claim_id, person_id, reviewer_id))


def letter(place: int) -> str:
    """Return the name of the card at a place counted from 0: A to Z, then A2 and so on."""
    turn, at = divmod(place, _LETTERS)
    return f"{chr(ord('A') + at)}{turn + 1 if turn else ''}"
