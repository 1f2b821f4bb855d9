"""Segmentation: the edits of an article's claims, and the claims that come out of them.

Every offset is a code point of the article's text. What comes out is trimmed, never empty, in order, and never
overlaps; it need not cover the text.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

ACTIONS = ("split", "merge", "move", "not-a-claim", "claim")
BY_HAND = "marked"
"""The `aside` of a stretch that a person, not the splitter, set aside."""

_TOKEN = re.compile(r"\S+")
_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f")
_SKIN = range(0x1F3FB, 0x1F400)
_FLAG = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)
# Scripts that are written without spaces between words: a cut may stand before each of their letters.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# The end of a sentence and the beginning of the next without a space between them ("war.The"), or a dash.
_GLUED = re.compile(r"(?<=[^\W\d_]{2})(?:[.!?…]+[\"'”’»)\]]*(?=[^\W\d_])|[—–](?=\w))")


class BadEdit(ValueError):
    """The edit cannot be made; the message is a sentence for the person who asked for it."""


class NothingChanges(BadEdit):
    """The claims are already as the edit would make them."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that is a claim, or (`aside` says why) was set aside as none. `id` 0: it is not stored yet."""

    start: int
    end: int
    kind: str = "body"
    aside: str | None = None
    is_repeat: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wants: `block` is where the (first) block begins that it is about.

    split: at `at`. merge: with the block after it. move: the boundary to the block after it, to `at`.
    not-a-claim: set it aside. claim: make `[at, end)` a claim; of what it leaves over of other claims, `keeps_rest`
    makes claims too.
    """

    action: str
    block: int
    at: int = 0
    end: int = 0
    keeps_rest: bool = True


@dataclass(frozen=True, slots=True)
class Made:
    """A block that an edit makes, out of which blocks, and whose verdicts it inherits (ids)."""

    block: Block
    parents: tuple[int, ...]
    heir_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit does: the blocks it retires, those it makes, and those it sets aside or brings back."""

    retired: tuple[Block, ...] = ()
    made: tuple[Made, ...] = ()
    asides: tuple[tuple[Block, str | None], ...] = ()

    def blocks_after(self, blocks: Sequence[Block]) -> list[Block]:
        """Return the living blocks as they will be."""
        gone, moved = {block.id for block in self.retired}, {block.id: aside for block, aside in self.asides}
        kept = [replace(block, aside=moved.get(block.id, block.aside)) for block in blocks if block.id not in gone]
        return sorted([*kept, *(made.block for made in self.made)], key=lambda block: block.start)


def change_by(text: str, blocks: Sequence[Block], edit: Edit) -> Change:
    """Return what `edit` does to the living `blocks` of `text`; raises BadEdit if it cannot be made."""
    if edit.action == "claim":
        return _claim(text, blocks, edit)
    here = next((place for place, block in enumerate(blocks) if block.start == edit.block), None)
    if here is None:
        raise BadEdit("no claim begins there; reload the page")
    block, after = blocks[here], blocks[here + 1] if here + 1 < len(blocks) else None
    if edit.action == "split":
        return _split(text, block, edit.at)
    if edit.action == "not-a-claim":
        return _set_aside(block)
    if after is None:
        raise BadEdit("there is no claim after this one")
    if edit.action == "merge":
        return _merge(text, block, after)
    if edit.action == "move":
        return _move(text, block, after, edit.at)
    raise BadEdit("there is no such edit; reload the page")


def _split(text: str, block: Block, at: int) -> Change:
    parts = _part(text, block, block.start, at), _part(text, block, at, block.end)
    return Change((block,), tuple(Made(part, (block.id,), (block.id,)) for part in parts))


def _merge(text: str, first: Block, second: Block) -> Change:
    aside = first.aside if first.aside and second.aside else None
    start, end = _trimmed(text, first.start, second.end)
    whole = Block(start, end, _kind(first, second), aside)
    both = (first.id, second.id)
    return Change((first, second), (Made(whole, both, both),))


def _move(text: str, first: Block, second: Block, at: int) -> Change:
    if not first.start < at < second.end:
        raise BadEdit("the boundary would leave the two claims; reload the page")
    parts = _part(text, first, first.start, at), _part(text, second, at, second.end)
    changed = [
        (old, new)
        for old, new in zip((first, second), parts, strict=True)
        if (old.start, old.end) != (new.start, new.end)
    ]
    if not changed:
        raise NothingChanges("nothing would change")
    retired = tuple(old for old, _new in changed)
    made = tuple(Made(new, _parents(new, retired), (old.id,)) for old, new in changed)
    return Change(retired, made)


def _set_aside(block: Block) -> Change:
    if block.aside:
        raise NothingChanges("nothing would change")
    return Change(asides=((block, BY_HAND),))


def _claim(text: str, blocks: Sequence[Block], edit: Edit) -> Change:
    start, end = _stretch(text, edit.at, edit.end)
    touched = tuple(block for block in blocks if block.start < end and start < block.end)
    if [(block.start, block.end) for block in touched] == [(start, end)]:
        if not touched[0].aside:
            raise NothingChanges("nothing would change")
        return Change(asides=((touched[0], None),))
    whole = Block(start, end, _kind(*touched))
    ids = tuple(block.id for block in touched)
    made = [Made(whole, ids, ids)]
    for block in touched if edit.keeps_rest else ():
        for rest in ((block.start, start), (end, block.end)):
            span = _trimmed(text, *rest)
            if rest[0] < rest[1] and words_of(text[slice(*span)]):
                made.append(Made(_cut(text, block, *span), (block.id,), (block.id,)))
    return Change(touched, tuple(sorted(made, key=lambda one: one.block.start)))


def _stretch(text: str, start: int, end: int) -> tuple[int, int]:
    if not 0 <= start < end <= len(text):
        raise BadEdit("the stretch lies outside the article; reload the page")
    _check_cut(text, start)
    _check_cut(text, end)
    start, end = _trimmed(text, start, end)
    if not words_of(text[start:end]):
        raise BadEdit("a claim needs a word")
    return start, end


def _part(text: str, block: Block, start: int, end: int) -> Block:
    """Return what a cut leaves of a block; `start` or `end` is the cut."""
    if not start < end:
        raise BadEdit("the cut lies outside the claim")
    _check_cut(text, start)
    _check_cut(text, end)
    start, end = _trimmed(text, start, end)
    if not words_of(text[start:end]):
        raise BadEdit("each part needs a word")
    return _cut(text, block, start, end)


def _cut(text: str, block: Block, start: int, end: int) -> Block:
    same = words_of(text[start:end]) == words_of(text[block.start : block.end])
    return Block(start, end, block.kind, block.aside, block.is_repeat and same)


def _kind(*blocks: Block) -> str:
    return "headline" if blocks and all(block.kind == "headline" for block in blocks) else "body"


def _parents(made: Block, retired: Sequence[Block]) -> tuple[int, ...]:
    return tuple(block.id for block in retired if block.start < made.end and made.start < block.end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _check_cut(text: str, at: int) -> None:
    if not 0 <= at <= len(text):
        raise BadEdit("the cut lies outside the claim")
    if not may_cut(text, at):
        raise BadEdit("what is read as one sign stays together; cut before or after it")


def may_cut(text: str, at: int) -> bool:
    """Tell whether no sign is torn at `at`: a letter keeps its accents, an emoji its parts, a flag its two letters."""
    if not 0 < at < len(text) or text[at - 1].isspace() or text[at].isspace():
        return True
    before, after = text[at - 1], text[at]
    if before == "\u200d" or after in _JOINERS or unicodedata.category(after).startswith("M"):
        return False
    if ord(after) in _SKIN or ord(after) in _TAGS:
        return False
    if ord(after) in _FLAG and ord(before) in _FLAG:
        first = at
        while first and ord(text[first - 1]) in _FLAG:
            first -= 1
        return (at - first) % 2 == 0
    return True


def words_of(text: str) -> str:
    """Return the text without white space and punctuation: what must be the same for a verdict to be carried."""
    return "".join(sign for sign in text if unicodedata.category(sign)[0] not in "CPZ")


def tokens(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a stretch into the pieces that a page offers to cut between: words with their punctuation."""
    found: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text, start, end):
        cuts = [match.start(), *_inner_cuts(text, match.start(), match.end()), match.end()]
        found += pairwise(cuts)
    # Punctuation that stands alone goes with the word before it (or after it): nothing could be cut off there.
    joined: list[tuple[int, int]] = []
    for piece in found:
        if joined and not (words_of(text[slice(*piece)]) and words_of(text[slice(*joined[-1])])):
            joined[-1] = (joined[-1][0], piece[1])
        else:
            joined.append(piece)
    return joined


def _inner_cuts(text: str, start: int, end: int) -> Iterator[int]:
    glued = {match.end() for match in _GLUED.finditer(text, start, end)}
    for at in range(start + 1, end):
        is_between = at in glued and (text[at - 1] in "—–" or not text[at].islower())
        if (is_between or _UNSPACED.match(text[at])) and may_cut(text, at) and words_of(text[start:at]):
            yield at


def shorter(text: str, blocks: Sequence[Block], start: int, at: int | None = None) -> Edit:
    """Return the edit that moves the boundary after the block one word back, from `at` if it has moved before."""
    block, after = _pair(blocks, start)
    edge = block.end if at is None else at
    found = [token for token in tokens(text, block.start, after.end) if token[0] < edge]
    if len(found) < 2:  # noqa: PLR2004 (one word has to stay)
        raise BadEdit("each part needs a word")
    return Edit("move", start, found[-1][0])


def longer(text: str, blocks: Sequence[Block], start: int, at: int | None = None) -> Edit:
    """Return the edit that moves the boundary after the block one word on, from `at` if it has moved before."""
    block, after = _pair(blocks, start)
    edge = block.end if at is None else at
    found = [token for token in tokens(text, block.start, after.end) if token[1] > edge]
    if len(found) < 2:  # noqa: PLR2004 (one word has to stay)
        raise BadEdit("each part needs a word")
    return Edit("move", start, found[1][0])


def _pair(blocks: Sequence[Block], start: int) -> tuple[Block, Block]:
    here = next((place for place, block in enumerate(blocks) if block.start == start), None)
    if here is None:
        raise BadEdit("no claim begins there; reload the page")
    if here + 1 == len(blocks):
        raise BadEdit("there is no claim after this one")
    return blocks[here], blocks[here + 1]
