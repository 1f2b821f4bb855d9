"""Tell passwords that an attacker tries first: common words with decorations, walks on the keyboard, dates."""

import re
import unicodedata
from collections.abc import Collection

FEWEST_DIGITS = 12
"""Digits alone are dates and telephone numbers; from this length on they are hard enough to guess."""

_WORDS = """
password passwort contrasena motdepasse passw pass secret default guest admin administrator login welcome letmein
changeme iloveyou loveyou love lovely loveme forever hello football baseball basketball soccer hockey monkey dragon
master shadow sunshine princess michael jessica jennifer michelle daniel charlie ashley nicole jordan thomas robert
andrew joshua matthew samantha superman batman spiderman pokemon starwars trustno trustnoone whatever freedom mustang
computer internet samsung google facebook microsoft windows linkedin killer pepper ginger summer winter spring
autumn january february march april june july august september october november december monday friday sunday flower
butterfly chocolate cookie banana orange purple yellow silver golden diamond angel angels babygirl sweety liverpool
arsenal chelsea barcelona ferrari mercedes porsche yamaha corvette harley hunter ranger buster tigger snoopy maggie
test testing tester demo sample user username abcd qwer qwerty qwertz azerty asdf asdfgh zxcv access server system
database annotator claimannotator claim claims annotation article blessed jesus christ heaven family friends lucky
money magic music guitar player gamer minecraft nothing something
"""
COMMON_WORDS = frozenset(_WORDS.split())
"""The hearts of common passwords: what is left when capitals, figures for letters and trailing digits are undone."""

_ROWS = """
01234567890 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm azertyuiop qsdfghjklm wxcvbn
1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0 1qaz2wsx3edc4rfv5tgb6yhn7ujm qazwsxedcrfvtgbyhnujm 1a2b3c4d5e6f7g8h !@#$%^&*()
"""
_WALKS = _ROWS.split()
_PATHS = (*_WALKS, *(walk[::-1] for walk in _WALKS))
_SHORTEST_STEP, _LONGEST_STEP = 3, max(map(len, _PATHS))
_DISGUISES = str.maketrans("@4831!05$7", "aaebiiosst")


def is_easily_guessed(password: str, own_names: Collection[str] = ()) -> bool:
    """Tell whether `password` is common, a walk on the keyboard, or one of `own_names` with decorations."""
    folded = unicodedata.normalize("NFKC", password).casefold().strip()
    if len(set(folded)) <= 3 or (folded.isdigit() and len(folded) < FEWEST_DIGITS):  # noqa: PLR2004
        return True
    hearts = {_heart(folded), _heart(folded.translate(_DISGUISES)), _heart(_bare(folded).translate(_DISGUISES))}
    words = COMMON_WORDS | {_heart(name) for name in own_names}
    return any(_once(heart) in words for heart in hearts) or _is_walk(folded) or _is_walk(_bare(folded))


def _bare(text: str) -> str:
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)


def _heart(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", _bare(text))


def _once(word: str) -> str:
    repeated = re.fullmatch(r"(.+?)\1*", word)
    return repeated[1] if repeated else word


def _is_walk(text: str) -> bool:
    reached = {0}
    for end in range(_SHORTEST_STEP, len(text) + 1):
        starts = range(max(0, end - _LONGEST_STEP), end - _SHORTEST_STEP + 1)
        if any(start in reached and _is_step(text[start:end]) for start in starts):
            reached.add(end)
    return bool(text) and len(text) in reached


def _is_step(piece: str) -> bool:
    return len(set(piece)) == 1 or any(piece in path for path in _PATHS)
