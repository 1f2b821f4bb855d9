"""A neutral rewrite beside its claim: which words were taken out and which put in, so that the loading shows."""

import re
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Literal

Part = tuple[Literal["same", "del", "ins"], str]
LONGEST = 1000
"""Characters of a rewrite."""
MOST_WORDS = 600
"""Beyond so many words, and the spaces between, in one of the two, the difference is not worked out word by word."""
MOST_PAIRS = 20_000
"""Nor with more pairs of one and the same word, or space, in both: it could take a second, for each of 5,000 claims."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")


def difference(claim: str, rewrite: str) -> list[Part]:
    """Return what leads from `claim` to `rewrite`, word by word, in reading order; nothing without a rewrite.

    Joined without the inserted parts it is the claim, without the deleted ones the rewrite.
    """
    if not rewrite:
        return []
    before, after = _WORD.findall(claim), _WORD.findall(rewrite)
    if max(len(before), len(after)) > MOST_WORDS or _pairs(before, after) > MOST_PAIRS:
        return [("del", claim), ("ins", rewrite)]
    parts, old, new, space = list[Part](), "", "", ""
    for name, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[start:end]), "".join(after[new_start:new_end])
        if name != "equal":
            old, new, space = old + space + gone, new + space + come, ""
        elif (old or new) and gone.isspace():
            space = gone  # nothing but a space between two changes would tear one change into two
        else:
            parts += [*_changed(old, new), ("same", gone)]
            old, new = "", ""
    parts += [*_changed(old, new), ("same", space)]
    return parts if space else parts[:-1]


def _changed(old: str, new: str) -> list[Part]:
    changed: list[Part] = [("del", old), ("ins", new)]
    return [part for part in changed if part[1]]


def _pairs(before: Iterable[str], after: Iterable[str]) -> int:
    times = Counter(after)
    return sum(times[word] for word in before)
