"""Read the marks of verdicts: which words of its claim each touches, and which words are marked as loaded most."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from annotator.domain.report import LoadedWord
from annotator.domain.verdicts import Mark
from annotator.domain.word_agreement import Marked
from annotator.domain.words import WORD, Span, around, spans, touched

LOADED = "loaded"
LISTED = 100
"""Words in the list of loaded words."""


class MarkedVerdict(NamedTuple):
    """A verdict with marks, and its claim: `start` is where the quote begins in the article, in code points."""

    claim_id: int
    article_id: int
    reviewer_id: int
    label: str
    outlet: str
    start: int
    quote: str
    marks: Sequence[Mark]


def marked_claims(verdicts: Iterable[MarkedVerdict], by_loaded: Collection[str]) -> Iterator[Marked]:
    """Yield the claims on which two or more say the same label and mark words that decide it.

    Of the labels `by_loaded`, loaded words alone decide; of the others all that is marked: who speaks, and the cue.
    """
    said: dict[tuple[int, str], list[MarkedVerdict]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.label not in by_loaded or any(role == LOADED for _, _, role in verdict.marks):
            said[verdict.claim_id, verdict.label].append(verdict)
    for (claim_id, label), group in said.items():
        if len(group) > 1:
            words = spans(group[0].quote)
            roles = {LOADED} if label in by_loaded else None
            marked = [frozenset(_words(verdict, words, roles)) for verdict in group]
            kept = tuple(places for places in marked if places)
            yield Marked(claim_id, group[0].article_id, label, len(words), kept)


def _words(verdict: MarkedVerdict, words: Sequence[Span], roles: Collection[str] | None) -> Iterator[int]:
    """Yield the places of the words that the marks of these roles (None: any) touch."""
    for start, end, role in verdict.marks:
        if roles is None or role in roles:
            yield from touched(words, start - verdict.start, end - verdict.start)


@dataclass
class _Counts:
    marks: int = 0
    alone: int = 0
    claims: set[int] = field(default_factory=set)
    reviewers: set[int] = field(default_factory=set)
    by_label: Counter[str] = field(default_factory=Counter)
    by_outlet: Counter[str] = field(default_factory=Counter)


def loaded_words(verdicts: Iterable[MarkedVerdict], labels: Sequence[str]) -> tuple[LoadedWord, ...]:
    """List the words marked as loaded, in lower case; a place counts once a verdict.

    Those come first that are most often marked by themselves, then the most frequent: what is marked within a phrase
    ("how much longer") need not be loaded itself.
    """
    counts: dict[str, _Counts] = defaultdict(_Counts)
    for verdict in verdicts:
        marks = [(start - verdict.start, end - verdict.start) for start, end, role in verdict.marks if role == LOADED]
        for (start, end), alone in _with_neighbours(verdict.quote, marks):
            count = counts[verdict.quote[start:end].lower()]
            count.marks += 1
            count.alone += alone
            count.claims.add(verdict.claim_id)
            count.reviewers.add(verdict.reviewer_id)
            count.by_label[verdict.label] += 1
            count.by_outlet[verdict.outlet] += 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1].alone, -item[1].marks, item[0]))
    return tuple(_loaded_word(word, count, labels) for word, count in ordered[:LISTED])


def _with_neighbours(quote: str, marks: Iterable[Span]) -> Iterator[tuple[Span, bool]]:
    """Yield each marked word, and whether it stands alone: no marked word right before or after it."""
    words = sorted({word for mark in marks for word in around(quote, *mark)})
    is_next = [not WORD.search(quote, one[1], other[0]) for one, other in pairwise(words)]
    for place, word in enumerate(words):
        yield word, not (any(is_next[max(place - 1, 0) : place + 1]))


def _loaded_word(word: str, count: _Counts, labels: Sequence[str]) -> LoadedWord:
    by_outlet = sorted(count.by_outlet.items(), key=lambda item: (-item[1], item[0]))
    by_label = tuple(count.by_label[label] for label in labels)
    people = len(count.reviewers)
    return LoadedWord(word, count.marks, len(count.claims), people, by_label, tuple(by_outlet), count.alone)
