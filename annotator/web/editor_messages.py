"""What is wrong with a codebook, said in the reader's language and at the field that it is about."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from annotator.domain.codebook_table import InvalidCodebook

FIELD_NAMES = {
    "key": _l("Key"),
    "name": _l("Name"),
    "short": _l("Short name"),
    "definition": _l("Definition"),
    "question": _l("Question to ask"),
    "examples": _l("Examples"),
    "counterexamples": _l("Counterexamples"),
    "shortcut": _l("Digit on the keyboard"),
    "mark": _l("Look"),
    "card": _l("What is asked besides"),
    "kinds": _l("Kinds"),
    "title": _l("Title"),
    "guidance": _l("Guidance"),
    "text": _l("Question"),
    "hint": _l("What to look at"),
    "yes": _l("If yes"),
    "no": _l("If no"),
    "questions": _l("Questions"),
    "order": _l("Order"),
}
_MESSAGES = (
    (r"must not be empty", _l("Fill this in.")),
    (r"is already taken", _l("Something else in this codebook has this already. Take another one.")),
    (r"at least one is needed", _l("A codebook needs at least one label.")),
    (r"are too many", _l("These are too many.")),
    (r"is too long", _l("This is too long.")),
    (r"is not 1 to 40 of", _l("A key has up to 40 small letters a–z, digits and hyphens, and begins with a letter.")),
    (r"is not a single digit", _l("Choose a digit from 1 to 9.")),
    (r"is no question further down", _l("An answer can only lead to a question further down.")),
    (r"is no label of this codebook", _l("A question leads to a label that is not in this codebook (any more).")),
    (r"is no kind of", _l("A question leads to a kind that is not in this codebook (any more).")),
    (r"one of ask, label and skip", _l("Choose where this answer leads.")),
    (r"only a label can be attributed", _l("Only a label can be attributed too.")),
    (r"cannot be stored", _l("This holds a character that cannot be stored.")),
    (r"is not one of", _l("This is not one of the choices.")),
)
_PATH = re.compile(r"((?:[a-z_]+(?:\[\d+\])?)(?:\.[\w-]+(?:\[\d+\])?)*): (.*)", re.DOTALL)
_STEP = re.compile(r"([\w-]+?)(?:\[(\d+)\])?$")
ROWS = {"kinds": "kind", "skip_reasons": "reason", "questions": "question"}
"""How the rows of a list are called in the forms."""


def split(error: InvalidCodebook) -> tuple[str, str]:
    """Return the path of the field that is wrong, and what is wrong with it in the reader's language."""
    match = _PATH.match(str(error))
    path, reason = (match[1], match[2]) if match else ("", str(error))
    said = next((str(message) for pattern, message in _MESSAGES if re.search(pattern, reason)), reason)
    return path, said


def sentence(error: InvalidCodebook) -> str:
    """Return path and reason as one sentence, for a file, whose fields are called so."""
    path, said = split(error)
    return str(_("%(path)s: %(reason)s", path=path, reason=said)) if path and path != "file" else said


def at_fields(error: InvalidCodebook, part: str, position: int = 0) -> dict[str, list[str]]:
    """Return the message by the id of its field on the page of a part; "" for what stands on another page.

    `position` is where the label of the page stands in the codebook, from 1.
    """
    path, said = split(error)
    steps = [match.groups() for step in path.split(".") if (match := _STEP.match(step))]
    if not steps:
        return {"": [said]}
    (first, number), rest = steps[0], steps[1:]
    if part == "label" and first == "labels" and rest:
        name = rest[0][0]
        if number == str(position):
            return {_row(rest): [said]}
        if name in {"key", "shortcut"}:
            return {name: [said]}
    if first == part == "guidance" or (part == "guidance" and first == "title"):
        return {first: [said]}
    if part in ROWS and first == part and number and rest:
        return {f"{ROWS[part]}-{int(number) - 1}-{rest[0][0]}": [said]}
    return {"": [_("%(path)s: %(reason)s", path=path, reason=said)]}


def _row(steps: list[tuple[str | None, ...]]) -> str:
    """Return the id of a field of a label, or of one of its kinds."""
    name, number = steps[0][0] or "", steps[0][1]
    if name in ROWS and number and len(steps) > 1:
        return f"{ROWS[name]}-{int(number) - 1}-{steps[1][0]}"
    return name
