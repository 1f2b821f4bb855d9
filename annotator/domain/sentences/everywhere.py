"""Rules that hold in every language, on top of the library for languages other than English."""

import re

from annotator.domain.sentences import words
from annotator.domain.sentences.rules import joined

_CLOSERS = "\"'”’»›)]」』】〉》〕）＂"
_IDEOGRAPHIC_SPACE = "\u3000"
_DETACHED = re.compile(r"[ \u00a0\u202f]++([»›”)\]]++)(?=[\s.,;:!?…]|$)")
_ATTACHED = re.compile(f"[{re.escape(_CLOSERS)}]++")
_NEXT = re.compile(r"\s*+((?:[–—-]++\s*+)?)(\S?)")
_WESTERN_MARKS = ".!?…؟"
_SURE_MARK = re.compile(r"[؟۔।]++[\"'”’»)\]]*+(?=\s)")
_IN_BRACKETS = re.compile(r"[。！？][）)]")
_OPEN_BRACKETS = ("(", "（")
_INK = re.compile(r"\w")
# Japanese particles behind a closing bracket: what was said is a part of the sentence.
_PARTICLES = ("と", "って", "など", "の", "を", "は", "が", "に", "で", "も", "、")


def refine(piece: str, known: list[int], code: str) -> list[int]:
    """Return where sentences of `piece` end, from where the library ends them."""
    casual = _begins_small(piece)
    ends = {*known, *(match.end() for match in _SURE_MARK.finditer(piece))}
    bracketed = {match.end() for match in _IN_BRACKETS.finditer(piece)}
    cuts: list[int] = []
    for end in sorted(ends | bracketed):
        moved, begin = _with_closers(piece, end), cuts[-1] if cuts else 0
        is_sure = end in ends or piece.startswith(_OPEN_BRACKETS, begin)
        if is_sure and moved > begin and not _goes_on(piece, moved, code, casual=casual):
            cuts.append(moved)
    return joined(piece, cuts)


def _begins_small(piece: str) -> bool:
    first = _INK.search(piece)
    return first is not None and first.group().islower()


def _with_closers(piece: str, end: int) -> int:
    """Move an end behind the closing quotes and brackets that follow it."""
    while end > 0 and piece[end - 1].isspace():
        end -= 1
    attached = _ATTACHED.match(piece, end)
    if attached and (
        attached.end() == len(piece) or piece[attached.end()].isspace() or attached.group() > _IDEOGRAPHIC_SPACE
    ):
        return attached.end()
    detached = _DETACHED.match(piece, end)
    return detached.end() if detached else end


def _goes_on(piece: str, end: int, code: str, *, casual: bool) -> bool:
    """Tell whether the sentence goes on behind `end`, whatever the library says."""
    head = piece[max(0, end - 40) : end]
    before = head.rstrip(_CLOSERS + " \u00a0\u202f")
    after = _NEXT.match(piece, end)
    sign = after.group(2) if after else ""
    if not sign or not before:
        return False
    if code == "ja" and head[-1] in "」』）" and piece.startswith(_PARTICLES, end):
        return True
    if before[-1] not in _WESTERN_MARKS:
        return False
    if not piece[end].isspace():
        return _is_inside(before, piece[end])
    if sign.islower() and not casual:
        return True
    return before[-1] == "." and _is_abbreviation(before[:-1].split(), sign, code)


def _is_abbreviation(before: list[str], sign: str, code: str) -> bool:
    """Tell whether the stop is that of a title before a name, or of a word before a number."""
    token = before[-1].lstrip('«„“"(') if before else ""
    if sign.isdigit():
        return token.lower() in words.NUMBERED_ELSEWHERE
    return sign.isupper() and token in words.TITLES_ELSEWHERE.get(code, ())


def _is_inside(before: str, sign: str) -> bool:
    """Tell whether the mark stands inside a number or an address."""
    left = before.rstrip(_WESTERN_MARKS)[-1:]
    return left.isascii() and left.isalnum() and sign.isascii() and (sign.isalnum() or sign in "/_-@%&=")
