"""An article cut into what its page shows: paragraphs, claims with their state, the words of the current claim."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from annotator.domain.verdicts import Content
from annotator.domain.words import WORD

LINE_BREAKS = re.compile(r"[\n\x0b\x0c\x85\u2028\u2029]+")


class ClaimRow(Protocol):
    """A claim with the viewer's standing verdict, as the query delivers it."""

    id: int
    start: int
    end: int
    kind: str
    is_repeat: bool
    label: str | None
    skip_reason: str | None
    is_flagged: bool | None
    continues_id: int | None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim in the article and in the progress strip; numbers count from 1 in reading order.

    `chain` says of one that goes on with a quotation whether the claim right before it is that one (`joined`), or was
    cut anew (`orphan`).
    """

    id: int
    number: int
    start: int
    end: int
    kind: str
    is_repeat: bool
    label: str | None
    skip_reason: str | None
    flagged: bool
    current: bool
    asked: str = ""
    chain: str = ""

    @property
    def is_done(self) -> bool:
        """Tell whether the viewer has labelled or skipped it, and is not asked (confirm or conflict) to do so again."""
        return bool(self.label or self.skip_reason) and not self.asked


class Counted:
    """A page that shows an article's claims, and so how far the viewer is."""

    claims: Sequence[ClaimView]

    @property
    def done(self) -> int:
        """Return how many claims the viewer has labelled or skipped."""
        return sum(claim.is_done for claim in self.claims)

    @property
    def total(self) -> int:
        """Return how many claims the article has."""
        return len(self.claims)


class Stretch(Protocol):
    """A stretch of the article: a claim, or text that was set aside as none."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is one claim, was set aside as none (`aside` is where it begins), or lies between."""

    text: str
    claim: ClaimView | None = None
    aside: int | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the article. `is_title` marks the headline that is the article's title too: the page's heading."""

    kind: str
    is_title: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the claim, or (value None) what stands between two; `value` is "start-end" in the article.

    `roles` are those of the marks that touch it.
    """

    text: str
    value: str | None
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class VerdictView:
    """What the form of the current claim shows."""

    label: str | None = None
    kind: str | None = None
    skip_reason: str | None = None
    flagged: bool = False
    source_name: str = ""
    evidence_url: str = ""
    note: str = ""
    confidence: int | None = None
    also_attributed: bool = False
    source_kind: str | None = None
    speech: str | None = None
    depth: int | None = None
    continues: int | None = None
    rewrite: str = ""
    path: str = ""
    revision: int = 0
    time: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One verdict of the viewer's on the current claim."""

    at: datetime
    time: str
    label: str | None
    kind: str | None
    skip_reason: str | None
    flagged: bool
    undo: bool
    note: str
    carried: bool = False
    quote: str = ""


def claim_views(
    rows: Iterable[ClaimRow], current: int | None = None, asked: Mapping[int, str] | None = None
) -> list[ClaimView]:
    """Give the claims their numbers in reading order; `current` is the number of the one before the reviewer.

    `asked` says of claims (by id) that were cut anew whether the reviewer is asked to confirm or to settle a conflict.
    """
    views, before = list[ClaimView](), None
    for number, row in enumerate(rows, 1):
        chain = "" if row.continues_id is None else "joined" if row.continues_id == before else "orphan"
        before = row.id
        views.append(
            ClaimView(
                row.id,
                number,
                row.start,
                row.end,
                row.kind,
                row.is_repeat,
                row.label,
                row.skip_reason,
                bool(row.is_flagged),
                number == current,
                (asked or {}).get(row.id, ""),
                chain,
            )
        )
    return views


def paragraphs(text: str, claims: Sequence[ClaimView], title: str, asides: Iterable[Stretch] = ()) -> list[Paragraph]:
    """Cut `text` into paragraphs whose pieces, joined, are its lines again, character by character.

    A paragraph is a line, or the lines that a claim of hard-wrapped text crosses.
    """
    found, titled = [], False
    remaining: list[Stretch] = sorted([*claims, *asides], key=lambda stretch: stretch.start)
    for start, end in whole(lines(text), list(remaining)):
        inside = [stretch for stretch in remaining if stretch.start < end]
        remaining = remaining[len(inside) :]
        kind = next((stretch.kind for stretch in inside if isinstance(stretch, ClaimView)), "body")
        is_title = not titled and kind == "headline" and text[start:end].split() == title.split()
        titled = titled or is_title
        found.append(Paragraph(kind, is_title, tuple(pieces(text, start, end, inside))))
    return found


def lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the lines that hold more than white space."""
    start = 0
    for match in [*LINE_BREAKS.finditer(text), None]:
        end = match.start() if match else len(text)
        if text[start:end].strip():
            yield start, end
        start = match.end() if match else end


def whole(lines: Iterable[tuple[int, int]], claims: Iterable[Stretch]) -> Iterator[tuple[int, int]]:
    """Join the lines that one claim crosses."""
    ends = iter(claims)
    claim = next(ends, None)
    begin, end = -1, -1
    for start, end in lines:
        begin = start if begin < 0 else begin
        while claim is not None and claim.end <= end:
            claim = next(ends, None)
        if claim is None or claim.start >= end:
            yield begin, end
            begin = -1
    if begin >= 0:
        yield begin, end


def pieces(text: str, start: int, end: int, stretches: Iterable[Stretch]) -> Iterator[Piece]:
    """Cut one line into claims, what was set aside, and what stands between them."""
    at = start
    for one in stretches:
        if at < one.start:
            yield Piece(text[at : one.start])
        words = text[one.start : one.end]
        yield Piece(words, one) if isinstance(one, ClaimView) else Piece(words, aside=one.start)
        at = one.end
    if at < end and text[at:end].strip():
        yield Piece(text[at:end])


def words(quote: str, offset: int, content: Content) -> list[Word]:
    """Cut a claim into words and gaps; a word has the roles of the marks of `content` that touch it."""
    found, at = [], 0
    for match in WORD.finditer(quote):
        if at < match.start():
            found.append(Word(quote[at : match.start()], None))
        start, end = offset + match.start(), offset + match.end()
        roles = frozenset(role for mark_start, mark_end, role in content.marks if mark_start < end and start < mark_end)
        found.append(Word(match.group(), f"{start}-{end}", roles))
        at = match.end()
    if at < len(quote):
        found.append(Word(quote[at:], None))
    return found


def word_lengths(quote: str) -> list[int]:
    """Return how long gap, word, gap, word … of a claim are, in code points: how `words` cuts it, for a script."""
    lengths, at = [], 0
    for match in WORD.finditer(quote):
        lengths += [match.start() - at, match.end() - match.start()]
        at = match.end()
    return lengths
