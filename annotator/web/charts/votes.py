"""The labels on one claim as a bar cut into parts: a part for each label, as wide as its share of the votes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotator.domain.report import Contested

WIDTH, HEIGHT, GAP = 240.0, 26.0, 2.0
ROOM = 44.0
"""A narrower part shows its number alone, without the label's mark."""


@dataclass(frozen=True, slots=True)
class Part:
    """A label's part of the bar; the mark and the number stand about its middle."""

    label: str
    votes: int
    x: float
    width: float
    mark_x: float | None
    text_x: float


def vote_bars(claims: Sequence["Contested"], *, rtl: bool = False) -> dict[int, tuple[Part, ...]]:
    """Lay out the bars of claims, by the claim's id."""
    return {
        claim.claim_id: vote_bar([(vote.label, len(vote.reviewers)) for vote in claim.votes], rtl=rtl)
        for claim in claims
    }


def vote_bar(votes: Sequence[tuple[str, int]], *, rtl: bool = False) -> tuple[Part, ...]:
    """Lay out one bar; the first label stands where reading begins."""
    total = sum(count for _label, count in votes)
    parts, at = list[Part](), 0.0
    for label, count in votes:
        width = WIDTH * count / total
        shown = max(width - GAP, 1.0)
        x = WIDTH - at - shown if rtl else at
        middle, is_roomy = x + shown / 2, shown >= ROOM
        side = 9 if not rtl else -9
        parts.append(
            Part(
                label=label,
                votes=count,
                x=round(x, 1),
                width=round(shown, 1),
                mark_x=round(middle - side, 1) if is_roomy else None,
                text_x=round(middle + (side if is_roomy else 0), 1),
            )
        )
        at += width
    return tuple(parts)
