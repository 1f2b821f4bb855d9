"""Take Markdown's marks out of a line of words: emphasis, links, code and HTML tags, each in linear time."""

import re

_COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]{0,30}(?:[ \t\n][^<>]{0,1000})?/?>")
_ADDRESS = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
# Text in brackets with what may follow it: an address in parentheses or the name of one in brackets.
_LINK = re.compile(
    r"!?\[([^\[\]]{0,1000})\](?:\([^()\n]{0,2000}(?:\([^()\n]{0,200}\)[^()\n]{0,200})?\)|\[[^\[\]\n]{0,200}\])"
)
_NOTE = re.compile(r"\[\^([^\[\]\s]{1,40})\](?::[ \t]*)?")
_RUN = re.compile(r"\\[!-/:-@\[-`{-~]|`+|\*+|_+|~~")


def without_marks(words: str) -> str:
    """Return the words of a paragraph without Markdown's marks; a mark that marks nothing stays."""
    words = _ADDRESS.sub(r"\1", _COMMENT.sub("", words))
    words = _TAG.sub("", words)
    words = _LINK.sub(r"\1", _LINK.sub(r"\1", words))  # twice: a picture may stand in a link
    return _without_emphasis(_NOTE.sub(r"[\1]", words))


def _without_emphasis(words: str) -> str:
    """Take out pairs of marks: an opening one stands before a letter, a closing one after it."""
    pieces: list[str] = []
    open_at: dict[str, list[int]] = {}
    end = 0
    for run in _RUN.finditer(words):
        pieces.append(words[end : run.start()])
        end = run.end()
        mark = run[0]
        if mark.startswith("\\"):
            pieces.append(mark[1:])
        else:
            _pair(pieces, open_at, mark, (words[run.start() - 1 : run.start()], words[end : end + 1]))
    return "".join([*pieces, words[end:]])


def _pair(pieces: list[str], open_at: dict[str, list[int]], mark: str, sides: tuple[str, str]) -> None:
    """Add a mark, or take it and the one that it closes out."""
    before, after = sides
    in_word = mark.startswith("_") and before.isalnum() and after.isalnum()
    waiting = open_at.setdefault(mark, [])
    if waiting and before.strip() and not in_word:
        pieces[waiting.pop()] = ""
        return
    if after.strip() and not in_word:
        waiting.append(len(pieces))
    pieces.append(mark)
