"""The codebook editor: the version in force, the draft, files in and out; its parts and its publication have pages."""

from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from annotator.domain.codebook import Codebook
from annotator.domain.codebook_changes import changes_between
from annotator.domain.codebook_table import InvalidCodebook
from annotator.domain.roles import Permission
from annotator.services import codebooks
from annotator.services.codebook_files import LARGEST_FILE
from annotator.services.projects import codebook_in_force
from annotator.storage.codebooks import CodebookVersion, draft_of, version_called, version_list
from annotator.storage.requeues import left_by_version
from annotator.web.access import requires
from annotator.web.editor_forms import moved
from annotator.web.editor_messages import at_fields, sentence
from annotator.web.errors import problem, wants_json
from annotator.web.forms import whole_number
from annotator.web.guidance import html_of

bp = Blueprint("editor", __name__)

MEDIA_TYPES = {"toml": "application/toml", "json": "application/json", "yaml": "application/yaml"}


@bp.get("/projects/<slug>/codebook")
@requires(Permission.MANAGE)
def page(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show the version in force, the draft, and all versions."""
    return overview()


def overview(status: int = 200, **facts: Any) -> ResponseReturnValue:
    """Render the front page of the editor, with what went wrong."""
    if status >= 400 and wants_json():  # noqa: PLR2004
        return problem(status, " ".join(facts.get("errors", ())))
    base, draft = codebook_in_force(g.place.id), draft_of(g.place.id)
    shown = draft.codebook if draft else base.codebook
    rendered = render_template(
        "editor/page.html",
        project=g.place,
        base=base,
        draft=draft,
        codebook=shown,
        changes=changes_between(base.codebook, shown),
        versions=version_list(g.place.id),
        asked=left_by_version(g.place.id),
        largest=LARGEST_FILE // 1000,
        **facts,
    )
    return rendered, status


def the_draft() -> CodebookVersion:
    """Return the draft of the project at hand; 404 if there is none."""
    return draft_of(g.place.id) or abort(404)


def seen() -> int:
    """Return the revision of the draft that the sent form showed; 422 if it does not say."""
    number = whole_number(request.form.get("seen", ""), 9)
    if number is None:
        abort(422, _("Reload the page: the form lost track of what it showed."))
    return number


@bp.post("/projects/<slug>/codebook/draft")
@requires(Permission.MANAGE)
def start(slug: str) -> ResponseReturnValue:
    """Start a draft that says the same as the version in force."""
    codebooks.start_draft(g.place.id, g.viewer.id)
    return redirect(url_for("editor.page", slug=slug), 303)


@bp.post("/projects/<slug>/codebook/discard")
@requires(Permission.MANAGE)
def discard(slug: str) -> ResponseReturnValue:
    """Put the draft away."""
    try:
        codebooks.discard_draft(the_draft(), g.viewer.id, seen=seen())
    except codebooks.StaleDraft:
        return overview(409, errors=[_("Somebody changed the draft since you saw it. Look at it again first.")])
    flash(_("The draft is put away. The version in force counts as before."))
    return redirect(url_for("editor.page", slug=slug), 303)


@bp.post("/projects/<slug>/codebook/upload")
@requires(Permission.MANAGE)
def upload(slug: str) -> ResponseReturnValue:
    """Take a file as the draft, in place of one that was seen: all of it or nothing."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return overview(
            422, file_error=_("Choose the file of a codebook."), errors=[_("Choose the file of a codebook.")]
        )
    try:
        codebook = codebooks.read(sent.stream.read(LARGEST_FILE + 1), sent.filename)
        known = whole_number(request.form.get("seen", ""), 9)
        codebooks.replace_draft(g.place.id, codebook, g.viewer.id, seen=known)
    except InvalidCodebook as error:
        return overview(422, file_error=sentence(error), errors=[sentence(error)])
    except codebooks.StaleDraft:
        return overview(409, errors=[_("Somebody changed the draft since you saw it. Look at it again first.")])
    flash(_("The file is the draft now. Nothing of it is in force before you publish it."))
    return redirect(url_for("editor.page", slug=slug), 303)


@bp.get("/projects/<slug>/codebook/files/<int:number>.<any(toml, json, yaml):form>")
@requires(Permission.MANAGE)
def download(slug: str, number: int, form: str) -> ResponseReturnValue:
    """Give a version, or the draft, as a file."""
    version = version_called(g.place.id, number) or abort(404)
    response = Response(codebooks.write(version.codebook, form), mimetype=MEDIA_TYPES[form])
    name = f"{slug}-codebook-{number}{'' if version.published_at else '-draft'}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.post("/projects/<slug>/codebook/labels/<key>/arrange")
@requires(Permission.MANAGE)
def arrange(slug: str, key: str) -> ResponseReturnValue:
    """Move a label of the draft up or down, or take it out."""
    draft, action = the_draft(), request.form.get("do", "")
    at = next((i for i, label in enumerate(draft.codebook.labels) if label.key == key), None)
    if at is None or action not in {"up", "down", "remove"}:
        abort(404)

    def change(document: dict[str, Any]) -> None:
        document["labels"] = moved(document["labels"], f"{action}-{at}", "kind")

    try:
        codebooks.change_draft(draft, codebooks.edited(draft, change), g.viewer.id, seen=seen(), part=f"label:{key}")
    except InvalidCodebook as error:
        hint = _("Change the questions first, if they lead to it.")
        return overview(422, errors=[" ".join([*at_fields(error, "")[""], hint])])
    except codebooks.StaleDraft:
        return overview(409, errors=[_("Somebody changed the draft since you saw it. Look at it again first.")])
    return redirect(url_for("editor.page", slug=slug, _anchor="labels"), 303)


@bp.get("/projects/<slug>/codebook/preview")
@requires(Permission.MANAGE)
def preview(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show the draft as reviewers will see it: the labels to press, and the guidelines."""
    draft = the_draft()
    return render_template("editor/preview.html", draft=draft, **facts_of(draft.codebook))


def facts_of(codebook: Codebook) -> dict[str, Any]:
    """Return what the guidelines' template shows of a codebook."""
    return {"project": g.place, "codebook": codebook, "guidance": Markup(html_of(codebook.guidance))}  # noqa: S704 (it is cleaned)
