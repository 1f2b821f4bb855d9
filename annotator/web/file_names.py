"""Names of files that people save: taken from what somebody else called them, so nothing in them is trusted."""

import re
import unicodedata

MOST_CHARACTERS = 120
_PATH = re.compile(r"[/\\]")
_UNSAFE = re.compile(r'[<>:"|?*%\x00-\x1f\x7f]')
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""Names that Windows keeps for devices, with any ending."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def safe_file_name(name: str, otherwise: str) -> str:
    """Return the last part of `name` without what a file system, a header or a reader's eye would stumble over."""
    last = _PATH.split(name)[-1]
    seen = "".join(letter for letter in last if unicodedata.category(letter) not in _HIDDEN)
    clean = _UNSAFE.sub("_", " ".join(seen.split())).strip(" .-")
    if not clean or clean.partition(".")[0].strip().lower() in _DEVICES:
        return otherwise
    return _shortened(clean)


def _shortened(name: str) -> str:
    """Return a name of at most MOST_CHARACTERS that keeps its ending, if that looks like one."""
    if len(name) <= MOST_CHARACTERS:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:  # noqa: PLR2004 (longer than any ending that means something)
        return name[:MOST_CHARACTERS].rstrip(" .")
    return stem[: MOST_CHARACTERS - len(ending) - 1].rstrip(" .") + dot + ending
