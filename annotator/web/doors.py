"""Ways in: files, a table with its columns, web addresses, the entries of a feed. Each leads to an import."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from annotator.domain.extraction.extracted import NotReadable
from annotator.domain.extraction.feeds import MAX_ENTRIES, Feed
from annotator.domain.extraction.kinds import TABLES
from annotator.domain.roles import Permission
from annotator.services import feeds, fetching, imports, projects
from annotator.services.import_sources import FILE_LIMIT, MEGABYTE
from annotator.storage import import_results
from annotator.storage.database import db, step_aside
from annotator.storage.jobs import Upload
from annotator.storage.projects import Project
from annotator.web import uploads
from annotator.web.access import requires
from annotator.web.forms import typed
from annotator.web.import_forms import (
    FIELDS,
    AddressForm,
    FeedForm,
    ImportForm,
    columns_form,
    columns_in,
    is_fetchable,
)
from annotator.web.imports import begin, bp
from annotator.web.outside import BUSY_SECONDS, reading

__all__ = ["bp"]


@bp.get("/projects/<slug>/imports/files")
@requires(Permission.ADD_ARTICLES)
def files(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Ask for files."""
    return _files_page(ImportForm())


def _files_page(
    form: ImportForm, status: int = 200, refused: list[tuple[str, str]] | None = None
) -> ResponseReturnValue:
    limits = {
        "file": FILE_LIMIT // MEGABYTE,
        "all": uploads.REQUEST_LIMIT // MEGABYTE,
        "count": uploads.MAX_FILES,
    }
    return render_template(
        "imports/files.html", project=g.place, form=form, refused=refused or [], limits=limits
    ), status


@bp.post("/projects/<slug>/imports/files")
@requires(Permission.ADD_ARTICLES)
def send_files(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Take files: all of them, or none with a reason for each that cannot be taken."""
    form = ImportForm(request.form)
    chosen = uploads.chosen_files()
    refused = list(uploads.refusals(chosen))
    if not chosen:
        refused = [("", _("Choose at least one file."))]
    elif len(chosen) > uploads.MAX_FILES:
        refused = [("", uploads.too_much())]
    if refused or not form.validate():
        return _files_page(form, 422, refused)
    try:
        return _lead_on(_staged(chosen), form)
    except imports.NotImported as error:
        return _files_page(form, 422, [("", _(str(error)))])


def _staged(chosen: list[uploads.Chosen]) -> list[tuple[int, str]]:
    """Keep the files, and return the id and kind of each; between two of them others can write."""
    staged = []
    for file in chosen:
        step_aside()
        upload = imports.stage(g.place.id, g.viewer.id, file.name, file.content())
        staged.append((upload.id, upload.kind))
    return staged


def _lead_on(staged: list[tuple[int, str]], form: ImportForm) -> ResponseReturnValue:
    """Import what is no table; a table needs its columns named first."""
    others = [imports.Source(upload_id=upload_id) for upload_id, kind in staged if kind not in TABLES]
    if others:
        return begin(others, _options(form))
    said: dict[str, Any] = {"outlet": typed(form.outlet) or None, "language": form.language.data or None}
    return redirect(url_for("imports.columns", slug=g.place.slug, upload_id=staged[0][0], **said), 303)


def _options(form: ImportForm, columns: dict[str, str] | None = None) -> imports.Options:
    return imports.Options(language=form.language.data or "", outlet=typed(form.outlet), columns=columns)


@bp.get("/projects/<slug>/imports/uploads/<int:upload_id>/columns")
@requires(Permission.ADD_ARTICLES)
def columns(slug: str, upload_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Show a table's first rows and ask which column is what."""
    upload = _table(upload_id)
    if upload.job_id is not None:
        return redirect(url_for("imports.job", slug=g.place.slug, job_id=upload.job_id), 303)
    try:
        preview = imports.preview(upload)
    except imports.NotImported as error:
        return _no_table(error)
    said = {name: request.args.get(name, "") for name in ("outlet", "language")}
    form = columns_form(preview.columns, preview.guessed, **said)
    return _columns_page(upload, preview, form, shows_errors="text" in preview.guessed)


def _table(upload_id: int) -> Upload:
    return import_results.table_of(g.place.id, g.viewer.id, upload_id) or abort(404)


def _no_table(error: imports.NotImported) -> ResponseReturnValue:
    return _files_page(ImportForm(), 422, [("", _(str(error)))])


def _columns_page(
    upload: Upload, preview: imports.Preview, form: Form, status: int = 200, *, shows_errors: bool = True
) -> ResponseReturnValue:
    return render_template(
        "imports/columns.html",
        project=g.place,
        upload=upload,
        preview=preview,
        form=form,
        facts=[form[f"column_{name}"] for name, _label in FIELDS],
        errors=preview.errors if shows_errors and not form.errors else (),
    ), status


@bp.post("/projects/<slug>/imports/uploads/<int:upload_id>/columns")
@requires(Permission.ADD_ARTICLES)
def name_columns(slug: str, upload_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Import a table as its columns were named, all rows or none; or show again what that would give."""
    upload = _table(upload_id)
    if upload.job_id is not None:
        return redirect(url_for("imports.job", slug=g.place.slug, job_id=upload.job_id), 303)
    try:
        preview = imports.preview(upload, columns_in(request.form))
        form = columns_form(preview.columns, preview.guessed, request.form)
        if not form.validate() or preview.errors or "look" in request.form:
            return _columns_page(upload, preview, form, 422 if form.errors or preview.errors else 200)
        return begin([imports.Source(upload_id=upload_id)], _options(form, columns_in(request.form)))
    except imports.NotImported as error:
        return _no_table(error)


@bp.get("/projects/<slug>/imports/address")
@requires(Permission.ADD_ARTICLES)
def address(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Ask for web addresses, if the project allows fetching."""
    return _address_page(AddressForm())


def _address_page(form: AddressForm, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "imports/address.html", project=g.place, form=form, is_allowed=_is_fetching_allowed()
    ), status


def _is_fetching_allowed() -> bool:
    return db.session.get_one(Project, g.place.id).allows_fetching


@bp.post("/projects/<slug>/imports/address")
@requires(Permission.ADD_ARTICLES)
def send_addresses(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Take web addresses; they are fetched by the import."""
    form = AddressForm(request.form)
    if not _is_fetching_allowed():
        return _address_page(form, 403)
    if not form.validate():
        return _address_page(form, 422)
    return begin([imports.Source(url=url) for url in form.listed()], _options(form))


@bp.get("/projects/<slug>/imports/feed")
@requires(Permission.ADD_ARTICLES)
def feed(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Ask for the address of a feed, if the project allows fetching."""
    return _feed_page(FeedForm())


def _feed_page(form: FeedForm, status: int = 200, *, found: Feed | None = None, **facts: Any) -> tuple[str, int]:
    known = import_results.known_addresses(g.place.id, (entry.url for entry in found.entries)) if found else set()
    return render_template(
        "imports/feed.html",
        project=g.place,
        form=form,
        choice=facts.pop("choice", None) or ImportForm(outlet=found.title[:200] if found else ""),
        feed=found,
        known=known,
        is_allowed=_is_fetching_allowed(),
        **facts,
    ), status


@bp.post("/projects/<slug>/imports/feed")
@requires(Permission.ADD_ARTICLES)
def read_feed(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Fetch a feed and list its entries to choose from."""
    form = FeedForm(request.form)
    if not _is_fetching_allowed():
        return _feed_page(form, 403)
    if not form.validate():
        return _feed_page(form, 422)
    if not reading.acquire(blocking=False):
        form.url.errors = [_("Other feeds are being read at this moment. Try again in a few seconds.")]
        page, status = _feed_page(form, 503)
        return page, status, {"Retry-After": BUSY_SECONDS}
    try:
        found = feeds.read(g.place.id, g.viewer.id, typed(form.url))
    except (fetching.NotFetched, fetching.QuotaSpent, NotReadable) as error:
        form.url.errors = [_(str(error))]
        return _feed_page(form, 429 if isinstance(error, fetching.QuotaSpent) else 422)
    finally:
        reading.release()
    return _feed_page(form, found=found)


@bp.post("/projects/<slug>/imports/feed/entries")
@requires(Permission.ADD_ARTICLES)
def choose(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Import the chosen entries. Their addresses come back in the form, so they are judged like any other."""
    again = FeedForm(url=request.form.get("feed", ""))
    choice = ImportForm(request.form)
    if not _is_fetching_allowed():
        return _feed_page(again, 403)
    chosen = list(dict.fromkeys(request.form.getlist("entry")))
    problem = _problem_of(chosen)
    if problem or not choice.validate():
        again.url.errors = [problem or _("Read the feed again and choose anew.")]
        return _feed_page(again, 422)
    return begin([imports.Source(url=url) for url in chosen], _options(choice))


def _problem_of(chosen: list[str]) -> str:
    if not chosen:
        return str(_("No entry was chosen. Read the feed again and tick what should come in."))
    if len(chosen) > MAX_ENTRIES:
        return str(_("At most %(max)d entries can be imported at once.", max=MAX_ENTRIES))
    if not all(is_fetchable(text) for text in chosen):
        return str(_("One of the entries has no web address that can be fetched."))
    return ""


@bp.post("/projects/<slug>/fetching")
@requires(Permission.MANAGE)
def allow_fetching(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Allow this project to fetch from the web, or no longer."""
    allowed = request.form.get("allow") == "yes"
    projects.allow_fetching(db.session.get_one(Project, g.place.id), g.viewer.id, allowed=allowed)
    flash(
        _("Articles can be fetched from the web in this project now.")
        if allowed
        else _("Nothing is fetched from the web in this project any more.")
    )
    door = "imports.feed" if request.form.get("back") == "feed" else "imports.address"
    return redirect(url_for(door, slug=g.place.slug), 303)
