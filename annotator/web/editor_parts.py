"""The parts of a draft, each with a page of its own: a label, the skip reasons, the questions, the guidance."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from annotator.domain.codebook import CARDS, LONGEST_GUIDANCE, MARKS, Codebook
from annotator.domain.codebook_table import InvalidCodebook
from annotator.domain.roles import Permission
from annotator.services import codebooks
from annotator.services.projects import codebook_in_force
from annotator.storage.codebooks import CodebookVersion
from annotator.web import editor_forms as forms
from annotator.web.access import requires
from annotator.web.editor import bp, seen, the_draft
from annotator.web.editor_messages import FIELD_NAMES, ROWS, at_fields
from annotator.web.errors import problem, wants_json
from annotator.web.forms import block, line
from annotator.web.guidance import html_of

__all__ = ["bp"]

Document = dict[str, Any]
EMPTY_LABEL = {
    "name": "",
    "short": "",
    "definition": "",
    "question": "",
    "examples": [],
    "counterexamples": [],
    "kinds": [],
}


@bp.get("/projects/<slug>/codebook/new-label")
@requires(Permission.MANAGE)
def new_label(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show an empty label."""
    taken = {label.shortcut for label in the_draft().codebook.labels}
    free = next((digit for digit in "123456789" if digit not in taken), "")
    return label_page(None, EMPTY_LABEL | {"key": "", "shortcut": free, "mark": "plain", "card": ""})


@bp.post("/projects/<slug>/codebook/new-label")
@requires(Permission.MANAGE)
def add_label(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Add a label to the draft."""
    return store_label(None, line(request.form.get("key", "")))


@bp.get("/projects/<slug>/codebook/labels/<key>")
@requires(Permission.MANAGE)
def label(slug: str, key: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show a label of the draft as a form."""
    return label_page(key, label_in(the_draft().codebook.to_dict(), key) or abort(404))


@bp.post("/projects/<slug>/codebook/labels/<key>")
@requires(Permission.MANAGE)
def change_label(slug: str, key: str) -> ResponseReturnValue:  # noqa: ARG001
    """Store a label of the draft, or move the rows of its form."""
    return store_label(key, key)


def label_in(document: Document, key: str) -> Document | None:
    """Return a label of a document, with the card that it has by its mark."""
    found = next((one for one in document["labels"] if one["key"] == key), None)
    if found is not None and "card" not in found:
        found["card"] = next(one.card for one in Codebook.from_dict(document).labels if one.key == key)
    return found


def store_label(old: str | None, key: str) -> ResponseReturnValue:
    """Put the label that was sent where it was in the draft, or at the end."""
    values, action, draft = forms.label_from(request.form) | {"key": key}, request.form.get("do", "save"), the_draft()
    if not forms.is_save(action):
        values["kinds"] = forms.moved(values["kinds"], action, "kind")
        return label_page(old, values)
    values["kinds"] = forms.said(values["kinds"])
    document = draft.codebook.to_dict()
    at = next((i for i, one in enumerate(document["labels"]) if one["key"] == old), None)
    theirs = label_in(document, old) if old else None
    if old and at is None:
        return gone(old, values)

    def change(changed: Document) -> None:
        labels = changed["labels"]
        changed["labels"] = [*labels, values] if at is None else [*labels[:at], values, *labels[at + 1 :]]

    position = len(document["labels"]) + 1 if at is None else at + 1
    return store("label", change, values, theirs, lambda **facts: label_page(old, values, **facts), position)


def gone(key: str, values: Document) -> ResponseReturnValue:
    """Answer a label that somebody took out of the draft meanwhile: 409, and what was typed stays on the page."""
    if wants_json():
        return problem(409)
    message = _("Somebody took this label out of the draft meanwhile. Store it to add it again, under the same key.")
    return label_page(None, values | {"key": key}, 409, errors={"": [message]})


def label_page(key: str | None, values: Document, status: int = 200, **facts: Any) -> ResponseReturnValue:
    """Render the form of a label."""
    old = codebook_in_force(g.place.id).codebook.label(key)
    kept = [kind.key for kind in old.kinds] if old else []
    return part_page("label", values, status, marks=MARKS, cards=CARDS, key=key, kept=kept, **facts)


@bp.get("/projects/<slug>/codebook/parts/<any(skip_reasons, questions, guidance):part>")
@requires(Permission.MANAGE)
def part(slug: str, part: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show a part of the draft as a form."""
    return part_page(part, shown(part, the_draft().codebook.to_dict()))


@bp.post("/projects/<slug>/codebook/parts/<any(skip_reasons, questions, guidance):part>")
@requires(Permission.MANAGE)
def change_part(slug: str, part: str) -> ResponseReturnValue:  # noqa: ARG001
    """Store a part of the draft, or move the rows of its form."""
    action, draft = request.form.get("do", "save"), the_draft()
    if part == "guidance":
        return store_guidance(draft, is_save=action == "save")
    rows = forms.rows_from(request.form, ROWS[part])
    if not forms.is_save(action):
        return part_page(part, forms.moved(rows, action, ROWS[part]))
    rows = forms.said(rows)
    mine = [forms.question_from(row) for row in rows] if part == "questions" else rows
    theirs = draft.codebook.to_dict().get(part, [])
    return store(
        part,
        lambda document: document.update({part: mine}),
        mine,
        theirs,
        lambda **facts: part_page(part, rows, **facts),
    )


def store_guidance(draft: CodebookVersion, *, is_save: bool) -> ResponseReturnValue:
    """Store title and guidance, or only show how the guidance will look."""
    mine = {"title": line(request.form.get("title", "")), "guidance": block(request.form.get("guidance", ""))}
    if not is_save:
        html = Markup(html_of(mine["guidance"][:LONGEST_GUIDANCE]))  # noqa: S704 (it is cleaned)
        return part_page("guidance", mine, preview=html)
    theirs = {"title": draft.codebook.title, "guidance": draft.codebook.guidance}
    return store(
        "guidance",
        lambda document: document.update(mine),
        mine,
        theirs,
        lambda **facts: part_page("guidance", mine, **facts),
    )


def shown(part: str, document: Document) -> Any:
    """Return a part of a document as its form shows it."""
    if part == "guidance":
        return {"title": document["title"], "guidance": document["guidance"]}
    return [forms.question_row(one) for one in document.get(part, [])] if part == "questions" else document[part]


def store(  # noqa: PLR0913 (a part, and what to show if it is not stored)
    part: str,
    change: Callable[[Document], None],
    mine: Any,
    theirs: Any,
    again: Callable[..., ResponseReturnValue],
    position: int = 0,
) -> ResponseReturnValue:
    """Store the draft with a change; else show the form again: 422 with what is wrong, 409 with both versions."""
    draft, known = the_draft(), seen()
    if draft.revision != known:
        return conflict(part, mine, theirs, again)
    try:
        codebook = codebooks.edited(draft, change)
    except InvalidCodebook as error:
        errors = at_fields(error, part, position)
        if wants_json():
            return problem(422, str(error), errors=errors)
        return again(status=422, errors=errors)
    try:
        changed = codebooks.change_draft(draft, codebook, g.viewer.id, seen=known, part=part)
    except codebooks.StaleDraft:
        return conflict(part, mine, theirs, again)
    flash(_("The draft is stored.") if changed else _("Nothing was changed."))
    return redirect(url_for("editor.page", slug=g.place.slug), 303)


def conflict(part: str, mine: Any, theirs: Any, again: Callable[..., ResponseReturnValue]) -> ResponseReturnValue:
    """Answer what is based on an older draft: 409 with both, nothing stored and nothing lost."""
    if wants_json():
        return problem(409, current=theirs, revision=the_draft().revision)
    stored, sent = forms.flat(part, theirs) if theirs else {}, forms.flat(part, mine)
    names = [name for name in dict.fromkeys([*sent, *stored]) if stored.get(name, "") != sent.get(name, "")]
    both = [(FIELD_NAMES.get(name, name), stored.get(name, ""), sent.get(name, "")) for name in names]
    return again(status=409, conflict=both)


def part_page(part: str, values: Any, status: int = 200, **facts: Any) -> ResponseReturnValue:
    """Render the form of a part."""
    draft, base = the_draft(), codebook_in_force(g.place.id)
    facts = {"errors": {}, "preview": None} | facts
    html = render_template(
        f"editor/{part}.html",
        project=g.place,
        draft=draft,
        codebook=draft.codebook,
        base=base.codebook,
        values=values,
        names=FIELD_NAMES,
        **facts,
    )
    return html, status
