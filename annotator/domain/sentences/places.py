"""Places where an English sentence may end, and what a rule can see around one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_STOP = re.compile(
    r"""
    (?P<mark>[.!?…]++)
    (?P<closers>[\"'”’»)\]]*+                                         # quotes and brackets behind it,
        (?:[ \t]++(?:[”)\]»]|’(?!\w))[\"'”’»)\]]*+)*+) # also behind a space
    (?P<note>(?:\[(?:\d{1,3}|[a-z])\])++(?!\w)                                       # [1], ¹, * or law.1
        | [¹²³⁰-⁹*†‡§]++(?=\s|$)
        | (?<=[.])\d{1,2}(?=[ ][A-Z“\"])
    )?
    """,
    re.VERBOSE,
)
_OPENERS = re.compile(r"\s*+([\"“'‘(\[«„]*+)\s*+")
_WORD = re.compile(r"\w[^\W\d_]*+(?:['’-][^\W\d_]++)*+")
_LOWER_BEHIND = re.compile(r",?[ \u00a0][a-z]")
_QUOTES = frozenset("\"'”’")
_BRACKETS = frozenset(")]")

_SIGHT = 60
"""Characters that a rule looks back or ahead."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place where a sentence may end: behind `text[stop:end]`, in the sentence that begins at `begin`."""

    text: str
    begin: int
    stop: int
    mark: str
    closers: str
    note: str
    end: int
    opener: str
    word: str
    """The next word, without what opens before it; empty if a sign follows."""
    at: int
    """Where the next word, or the sign in its place, stands."""

    @property
    def sign(self) -> str:
        """The first character of what follows."""
        return self.text[self.at]

    @property
    def ends(self) -> tuple[int, int]:
        """Where a library may see the end: before and behind a footnote mark."""
        return self.end - len(self.note), self.end

    @property
    def is_glued(self) -> bool:
        """Tell whether no white space stands behind the mark."""
        return not self.text[self.end].isspace()

    @property
    def is_quoted(self) -> bool:
        """Tell whether a quotation closes behind the mark."""
        return not _QUOTES.isdisjoint(self.closers)

    @property
    def is_bracketed(self) -> bool:
        """Tell whether a bracket closes behind the mark."""
        return not _BRACKETS.isdisjoint(self.closers)

    @property
    def is_before_capital(self) -> bool:
        """Tell whether a word in capitals or with a capital follows."""
        return self.word[:1].isupper()

    @property
    def behind(self) -> str:
        """What follows the next word."""
        start = self.at + len(self.word)
        return self.text[start : start + _SIGHT]

    @property
    def is_before_lower(self) -> bool:
        """Tell whether the word behind the next one is in small letters: Analysts said."""
        return _LOWER_BEHIND.match(self.behind) is not None

    @property
    def chunk(self) -> str:
        """What stands before the mark, back to white space."""
        before = self.text[max(self.begin, self.stop - _SIGHT) : self.stop]
        return before.split()[-1] if before and not before[-1].isspace() else ""

    def previous(self, token: str) -> str:
        """Return the word before `token`, which stands before the mark, in the same sentence."""
        end = self.stop - len(token)
        before = self.text[max(self.begin, end - _SIGHT) : max(self.begin, end)].split()
        return before[-1] if before else ""

    def so_far(self, length: int) -> str:
        """Return the end of the sentence so far."""
        return self.text[max(self.begin, self.stop - length) : self.stop]


def stops(text: str) -> Iterator[re.Match[str]]:
    """Yield the marks of `text` with what closes behind them."""
    return _STOP.finditer(text)


def place_of(text: str, begin: int, found: re.Match[str]) -> Place | None:
    """Read what stands around a mark; None if nothing follows it."""
    mark, closers, note = found.group("mark", "closers", "note")
    openers = _OPENERS.match(text, found.end())
    if openers is None or openers.end() == len(text):
        return None
    at = openers.end()
    word = _WORD.match(text, at)
    return Place(
        text,
        begin,
        found.start(),
        mark,
        closers,
        note or "",
        found.end(),
        openers.group(1),
        word.group() if word else "",
        at,
    )
