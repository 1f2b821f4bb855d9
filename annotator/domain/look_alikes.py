"""Names that look alike on a screen, though their letters are others."""

import unicodedata

_PAIRS = (
    # Cyrillic and Greek letters, and the Latin ones that they pass for.
    "аa вb еe ѕs іl їï јj кk мm нh оo рp сc тt уy хx һh ԁd ԛq ԝw гr ьb "
    "αa βb εe ηn ιl κk μu νv οo ρp σo τt υu χx γy ωw ζz ϲc ϳj "
    "ıl ɑa ɡg ɩl ʟl 0o 1l il |l"
)
_LATIN = {pair[0]: pair[-1] for pair in _PAIRS.split()}


def look_key(name: str) -> str:
    """Return what names share that look alike: Latin letters for those that pass for them, l for I, i, 1, o for 0."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(_LATIN.get(letter, letter) for letter in plain).split())
