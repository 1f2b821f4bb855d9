"""What the forms of the segmentation page ask for, read into an edit; whatever does not fit raises BadEdit."""

from collections.abc import Callable, Mapping, Sequence

from annotator.domain.segmentation import BadEdit, Block, Edit, longer, shorter
from annotator.domain.text import clean_block
from annotator.services.segmentation import REASON_LIMIT
from annotator.web.forms import whole_number

Form = Mapping[str, str]
Blocks = Sequence[Block]


def number(value: str | None) -> int:
    """Read a whole number of plain digits that has to be there."""
    found = whole_number(value)
    if found is None:
        raise BadEdit("the form lost track of what it showed; reload the page")
    return found


def reason_in(form: Form) -> str:
    """Return why the edit is made, as its editor says."""
    reason = clean_block(form.get("reason", "")).strip()
    if len(reason) > REASON_LIMIT:
        raise BadEdit("the reason is too long: at most 1,000 characters fit")
    return reason


def edit_from(form: Form, text: str, blocks: Blocks) -> Edit:
    """Return the edit that a form asks for: a button's, or one that a preview handed on in full."""
    action = form.get("nudge") or form.get("action", "")
    read = _READERS.get(action)
    if read is None:
        raise BadEdit("there is no such edit; reload the page")
    return read(form, text, blocks)


def _cut(form: Form, _text: str, _blocks: Blocks) -> Edit:
    return Edit(form["action"], number(form.get("block")), _caret(form))


def _whole(form: Form, _text: str, _blocks: Blocks) -> Edit:
    return Edit(form["action"], number(form.get("block")))


def _merge_previous(form: Form, _text: str, blocks: Blocks) -> Edit:
    return Edit("merge", _before(blocks, number(form.get("block"))))


def _start_here(form: Form, _text: str, blocks: Blocks) -> Edit:
    return Edit("move", _before(blocks, number(form.get("block"))), _caret(form))


def _end_here(form: Form, _text: str, _blocks: Blocks) -> Edit:
    return Edit("move", number(form.get("block")), _caret(form))


def _shorter(form: Form, text: str, blocks: Blocks) -> Edit:
    return shorter(text, blocks, number(form.get("block")), _moved(form))


def _longer(form: Form, text: str, blocks: Blocks) -> Edit:
    return longer(text, blocks, number(form.get("block")), _moved(form))


def _part(form: Form, _text: str, _blocks: Blocks) -> Edit:
    return Edit("claim", 0, number(form.get("first")), number(form.get("last")), form.get("rest") == "1")


def _claim(form: Form, _text: str, _blocks: Blocks) -> Edit:
    return Edit("claim", 0, number(form.get("at")), number(form.get("end")), form.get("rest") == "1")


def _moved(form: Form) -> int | None:
    """Return where a preview has moved the boundary already."""
    return number(form.get("at")) if "nudge" in form else None


def _caret(form: Form) -> int:
    if not form.get("at"):
        raise BadEdit("first choose the word before which to cut")
    return number(form["at"])


def _before(blocks: Blocks, start: int) -> int:
    here = next((place for place, block in enumerate(blocks) if block.start == start), None)
    if here is None:
        raise BadEdit("no claim begins there; reload the page")
    if here == 0:
        raise BadEdit("there is no claim before this one")
    return blocks[here - 1].start


_READERS: Mapping[str, Callable[[Form, str, Blocks], Edit]] = {
    "split": _cut,
    "move": _cut,
    "merge": _whole,
    "not-a-claim": _whole,
    "merge-previous": _merge_previous,
    "start-here": _start_here,
    "end-here": _end_here,
    "shorter": _shorter,
    "longer": _longer,
    "part": _part,
    "claim": _claim,
}
