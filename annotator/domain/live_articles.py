"""Compare an article with what its address shows now: which sentences still stand, which changed, which came.

White space counts for nothing. A sentence that stands several times is taken once for each time, in order. The work
grows with the length of the texts and not with its square: unique sentences anchor the rest (a patience diff).
"""

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

SIMILAR = 0.5
"""The share of words that two sentences must have in common for one to be told as the other's new wording."""
MOST_POSTINGS = 40
"""A word that stands in more sentences than this says little about which one is meant."""
MOST_RIVALS = 8
"""Sentences that are looked at closely for one that is gone."""
MOST_PLACES = 16
"""Places of a text that are looked at for one quote."""


@dataclass(frozen=True)
class Comparison:
    """What became of an article: claims that no longer stand (number and nearest words), and sentences that came."""

    is_changed: bool
    touched: tuple[tuple[int, str], ...] = ()
    added: tuple[str, ...] = ()


def folded(text: str) -> str:
    """Return a text with single spaces, as it is compared."""
    return " ".join(text.split())


def compare(text: str, claims: Sequence[str], live_text: str, live_sentences: Sequence[str]) -> Comparison:
    """Compare an article's text and claims, in order, with the live text and its sentences, in order."""
    old, new = folded(text), folded(live_text)
    if old == new:
        return Comparison(is_changed=False)
    quotes, sentences = [folded(claim) for claim in claims], [folded(sentence) for sentence in live_sentences]
    pairs = dict(aligned(quotes, sentences))
    _pair_the_moved(quotes, sentences, pairs)
    gone = _standing_nowhere(quotes, sentences, new, pairs)
    taken = set(pairs.values())
    spare = [number for number in range(len(sentences)) if number not in taken]
    known = _Text(old)
    repeated = Counter(quotes)
    lacking = [number for number in spare if repeated[sentences[number]] or not known.holds(sentences[number])]
    nearest = _nearest(gone, quotes, sentences, lacking)
    shown = set(nearest.values())
    return Comparison(
        is_changed=True,
        touched=tuple((number, sentences[nearest[number]] if number in nearest else "") for number in gone),
        added=tuple(sentences[number] for number in lacking if number not in shown),
    )


def aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield pairs of places of equal strings, in order on both sides."""
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        low, high, start, end = waiting.pop()
        while low < high and start < end and old[low] == new[start]:
            yield low, start
            low, start = low + 1, start + 1
        while low < high and start < end and old[high - 1] == new[end - 1]:
            high, end = high - 1, end - 1
            yield high, end
        anchors = _anchors(old[low:high], new[start:end])
        before = (low, start)
        for left, right in anchors:
            yield low + left, start + right
            waiting.append((before[0], low + left, before[1], start + right))
            before = (low + left + 1, start + right + 1)
        if anchors:
            waiting.append((before[0], high, before[1], end))


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest run, in order on both sides, of strings that stand once on each side."""
    counts, other = Counter(old), Counter(new)
    place = {string: number for number, string in enumerate(new) if other[string] == 1}
    pairs = [(left, place[string]) for left, string in enumerate(old) if counts[string] == 1 and string in place]
    ends: list[int] = []  # of runs of each length, the one whose last place is least: its place, and its pair
    pair_of_end: list[int] = []
    previous: list[int] = []
    for number, (_, right) in enumerate(pairs):
        length = bisect_left(ends, right)
        previous.append(pair_of_end[length - 1] if length else -1)
        ends[length : length + 1] = [right]
        pair_of_end[length : length + 1] = [number]
    run = []
    number = pair_of_end[-1] if pair_of_end else -1
    while number >= 0:
        run.append(pairs[number])
        number = previous[number]
    return run[::-1]


def _pair_the_moved(quotes: Sequence[str], sentences: Sequence[str], pairs: dict[int, int]) -> None:
    """Pair equal sentences that are left on both sides, first with first: repeated ones, and those that moved."""
    left: dict[str, deque[int]] = defaultdict(deque)
    taken = set(pairs.values())
    for number, sentence in enumerate(sentences):
        if number not in taken:
            left[sentence].append(number)
    for number, quote in enumerate(quotes):
        if number not in pairs and left.get(quote):
            pairs[number] = left[quote].popleft()


def _standing_nowhere(quotes: Sequence[str], sentences: Sequence[str], new: str, pairs: Mapping[int, int]) -> list[int]:
    """Return the claims that the live text lacks: not as a sentence, nor as a part or a row of free sentences."""
    live, places = _Text(new), _places(sentences, new)
    for number in pairs.values():
        if number in places:
            live.take(*places[number])
    gone = []
    for number, quote in enumerate(quotes):
        if number not in pairs:
            place = live.free_place(quote)
            if place < 0:
                gone.append(number)
            else:
                live.take(place, place + len(quote))
    return gone


def _places(sentences: Sequence[str], new: str) -> dict[int, tuple[int, int]]:
    """Return where the sentences stand in the folded text: they come in order."""
    places, reached = {}, 0
    for number, sentence in enumerate(sentences):
        start = new.find(sentence, reached)
        if start >= 0:
            reached = start + len(sentence)
            places[number] = (start, reached)
    return places


class _Text:
    """A folded text in which places can be taken; where each three words in a row stand is known."""

    def __init__(self, text: str) -> None:
        self._text, self._taken = text, bytearray(len(text))
        self._places: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for row, place in _rows(text.split(" ")):
            self._places[row].append(place)

    def take(self, start: int, end: int) -> None:
        """Mark a stretch as found."""
        self._taken[start:end] = b"\1" * (end - start)

    def holds(self, quote: str) -> bool:
        """Tell whether the quote stands somewhere."""
        return next(self._starts(quote), -1) >= 0

    def free_place(self, quote: str) -> int:
        """Return where the quote stands, as whole words, in a stretch that is not taken; -1 if nowhere."""
        return next((start for start in self._starts(quote) if self._is_free(start, start + len(quote))), -1)

    def _starts(self, quote: str) -> Iterator[int]:
        words = quote.split(" ")
        places: list[int] | None = None
        before = 0
        # The first and the last word may be parts of words: a claim may be cut anywhere.
        for row, place in _rows(words[1:-1]):
            here = self._places.get(row, [])
            if places is None or len(here) < len(places):
                places, before = here, len(words[0]) + 1 + place
        if places is None:
            yield from self._found(quote)
            return
        for place in places[:MOST_PLACES]:
            if place >= before and self._text.startswith(quote, place - before):
                yield place - before

    def _found(self, quote: str) -> Iterator[int]:
        start = self._text.find(quote)
        for _ in range(MOST_PLACES):
            if start < 0:
                return
            yield start
            start = self._text.find(quote, start + 1)

    def _is_free(self, start: int, end: int) -> bool:
        text = self._text
        splits_a_word = any(
            0 < edge < len(text) and text[edge - 1].isalpha() and text[edge].isalpha() for edge in (start, end)
        )
        return not splits_a_word and self._taken.find(1, start, end) < 0


def _rows(words: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield three words in a row, and at which character they begin."""
    place = 0
    for row in zip(words, words[1:], words[2:], strict=False):
        yield row, place
        place += len(row[0]) + 1


def _nearest(
    gone: Sequence[int], quotes: Sequence[str], sentences: Sequence[str], candidates: Sequence[int]
) -> dict[int, int]:
    """Return, for claims that are gone, the sentence that seems to be their new wording."""
    words = {number: _words(sentences[number]) for number in candidates}
    postings: dict[str, list[int]] = defaultdict(list)
    for number in candidates:
        for word in words[number]:
            postings[word].append(number)
    found = {}
    for number in gone:
        own = _words(quotes[number])
        rare = (
            rival for word in own if len(postings.get(word, ())) <= MOST_POSTINGS for rival in postings.get(word, ())
        )
        rivals = [rival for rival, _ in Counter(rare).most_common(MOST_RIVALS)]
        best = max(rivals, key=lambda rival: (_likeness(own, words[rival]), -rival), default=-1)
        if best >= 0 and _likeness(own, words[best]) >= SIMILAR:
            found[number] = best
    return found


def _words(sentence: str) -> Counter[str]:
    return Counter(word.strip(".,;:!?“”\"'’()[]").casefold() for word in sentence.split(" "))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return the share of words that two sentences have in common (Dice)."""
    common = (one & other).total()
    return 2 * common / (one.total() + other.total())
