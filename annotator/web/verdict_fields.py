"""A verdict as the fields of the annotate page's form, and back: the page, its script and every retry say it alike."""

from collections.abc import Iterable

from flask import abort, request
from flask_babel import gettext as _

from annotator.domain.codebook import Codebook
from annotator.domain.questions import Step
from annotator.domain.verdicts import MAX_MARKS, Content, Mark
from annotator.storage.database import AnyRow
from annotator.storage.verdicts import Verdict
from annotator.web.forms import VerdictForm, stretch, typed, whole_number

ROLES = {"word": "loaded", "speaker": "speaker", "cue": "cue"}
"""The role of the words that a field marks."""
ANSWERS = {"yes": True, "no": False}


def content_from(form: VerdictForm) -> Content:
    """Return what the form says, as the service takes it; 422 for a mark that has no place."""
    skip = form.skip_reason.data or None
    label = None if skip else form.label.data or None
    if not label and not skip:
        skip = form.kept_skip.data or None  # a note on a skipped claim leaves it skipped
    return Content(
        label=label,
        kind=request.form.get(f"kind_{label}") or None if label else None,
        skip_reason=skip,
        is_flagged=form.flagged.data != (request.form.get("action") == "flag"),
        also_attributed=form.also_attributed.data,
        marks=marks_from(request.form.getlist(name) for name in ROLES),
        source_name=typed(form.source_name),
        evidence_url=typed(form.evidence_url),
        note=typed(form.note),
        confidence=number_from(form.confidence.data),
        source_kind=form.source_kind.data or None,
        speech=form.speech.data or None,
        depth=number_from(form.depth.data),
        continues_id=number_from(form.continues.data),
        rewrite=typed(form.rewrite),
        path=path_from(form.path.data),
    )


def sent_fields() -> list[tuple[str, str]]:
    """Return the fields of the request that a verdict is made of, for another form to send them again."""
    single = [*(field.name for field in VerdictForm()), "action", "confirm", f"kind_{request.form.get('label')}"]
    fields = [(name, request.form[name]) for name in single if name in request.form]
    return fields + [(name, value) for name in ROLES for value in request.form.getlist(name)[:MAX_MARKS]]


def fields_of(content: Content, codebook: Codebook) -> dict[str, list[str]]:
    """Return the form's fields that say something, so that sending them again would say the same.

    Answers that are no way through the questions in force are left out: the page asks them anew.
    """
    said = {
        "label": content.label,
        f"kind_{content.label}": content.kind,
        "kept_skip": content.skip_reason,
        "flagged": "1" if content.is_flagged else None,
        "also_attributed": "1" if content.also_attributed else None,
        "source_name": content.source_name,
        "evidence_url": content.evidence_url,
        "note": content.note,
        "confidence": content.confidence,
        "source_kind": content.source_kind,
        "speech": content.speech,
        "depth": content.depth,
        "continues": content.continues_id,
        "rewrite": content.rewrite,
        "path": path_text(content.path) if codebook.outcome(content.path) else None,
    }
    fields = {name: [str(value)] for name, value in said.items() if value}
    for name, role in ROLES.items():
        marked = [f"{start}-{end}" for start, end, of in content.marks if of == role]
        fields |= {name: marked} if marked else {}
    return fields


def name_of(verdict: Verdict | AnyRow) -> str:
    """Return how a page names a verdict of the viewer's: its id would count what others gave before it."""
    return f"{verdict.claim_id}-{verdict.revision}"


def marks_from(lists: Iterable[list[str]]) -> tuple[Mark, ...]:
    """Read the marked words of each role, "start-end" each; 422 for anything else.

    Of more than a verdict can have there is one too many left, so that it is refused without a look at each.
    """
    marks = set()
    for role, values in zip(ROLES.values(), lists, strict=True):
        for value in values:
            found = stretch(value) or abort(422, _("A marked word has no place in the claim. Reload the page."))
            marks.add((*found, role))
    return tuple(sorted(marks)[: MAX_MARKS + 1])


def number_from(text: str | None) -> int | None:
    """Read a whole number that the form has checked, None for none."""
    return whole_number(text or "")


def path_from(text: str | None) -> tuple[Step, ...]:
    """Read a decision path, "question:yes question:no"; none for anything else."""
    steps = [step.partition(":") for step in (text or "").split()]
    is_good = all(answer in ANSWERS for _key, _colon, answer in steps)
    return tuple((key, ANSWERS[answer]) for key, _colon, answer in steps) if is_good else ()


def path_text(path: Iterable[Step]) -> str:
    """Return a decision path as the form carries it: "codable:yes writer-judges:no"."""
    return " ".join(f"{key}:{'yes' if answer else 'no'}" for key, answer in path)
