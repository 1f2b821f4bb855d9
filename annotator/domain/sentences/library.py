"""The libraries that know where sentences end, and windows that keep what they see short.

English goes through `tokenizesentences`, every other language through `sentencex`. Only the places where a library
ends a sentence are taken from it, so that no library can lose or repeat a character.
"""

from collections.abc import Callable, Iterator

Ends = Callable[[str], list[int]]
"""Finds where sentences of one line end, in order."""

# sentencex takes quadratic time on runs of quotation marks (65,536 of them: 3 s), so it never sees a longer piece.
WINDOW = 4_000
# The rules look at what follows an end, so an end this close to the end of a window waits for the next one.
LOOKAHEAD = 200


def english(piece: str) -> list[int]:
    """Find the ends with the library for English; it is imported here because most commands never split anything."""
    from tokenizesentences import tokenize_spans

    return [end for _, end in tokenize_spans(piece)]


def other(code: str) -> Ends:
    """Return the splitter for a language by its two-letter code; an unknown code is no error."""
    from sentencex import get_sentence_boundaries

    return lambda piece: [boundary["end_index"] for boundary in get_sentence_boundaries(code, piece)]


def windowed(line: str, ends: Ends) -> Iterator[int]:
    """Yield where sentences end in `line`, the last being its length, in windows of bounded length.

    The last sentence of a window may go on behind it, so the next window begins where that sentence began.
    """
    start = 0
    while len(line) - start > WINDOW:
        piece = line[start : start + WINDOW]
        cuts = [end for end in ends(piece) if 0 < end < len(piece.rstrip())]
        cuts = [end for end in cuts if end < WINDOW - LOOKAHEAD] or cuts or [_gap(piece)]
        yield from (start + end for end in cuts)
        start += cuts[-1]
    rest = line[start:]
    yield from (start + end for end in ends(rest) if 0 < end < len(rest))
    yield len(line)


def _gap(piece: str) -> int:
    """Find where a piece without a sentence end may be cut: behind its last white space, else at its end."""
    return max((i + 1 for i, character in enumerate(piece) if character.isspace()), default=len(piece))
