"""A project's imports: the list, one of them with its result lines, and the way to stop it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from annotator.domain.roles import Permission
from annotator.domain.text import MAX_ID
from annotator.services import imports
from annotator.storage import import_results
from annotator.storage.database import AnyRow
from annotator.storage.import_results import Counts
from annotator.storage.jobs import Job
from annotator.web.access import requires
from annotator.web.errors import wants_json
from annotator.web.forms import whole_number
from annotator.web.refusals import told

bp = Blueprint("imports", __name__)
bp.add_app_template_filter(told)

LINES_A_PAGE = 200
IMPORTS_A_PAGE = 50
UNDER_WAY = frozenset({"waiting", "running"})


def begin(sources: Sequence[imports.Source], options: imports.Options) -> ResponseReturnValue:
    """Start an import, and lead to the page that shows how far it is."""
    job = imports.start(g.place.id, g.viewer.id, sources, options)
    return redirect(url_for("imports.job", slug=g.place.slug, job_id=job.id), 303)


@bp.get("/projects/<slug>/imports")
@requires(Permission.ADD_ARTICLES)
def index(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """List the imports, the newest first."""
    rows = import_results.imports_of(g.place.id, before=_number("before") or None, limit=IMPORTS_A_PAGE + 1)
    shown = rows[:IMPORTS_A_PAGE]
    return render_template(
        "imports/index.html",
        project=g.place,
        imports=shown,
        counts=import_results.counts_of(row.Job.id for row in shown),
        older=shown[-1].Job.id if len(rows) > IMPORTS_A_PAGE else None,
        tables=import_results.waiting_tables(g.place.id, g.viewer.id),
    )


@bp.get("/projects/<slug>/imports/<int:job_id>")
@requires(Permission.ADD_ARTICLES)
def job(slug: str, job_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Show how far an import is and what became of each thing in it."""
    found = _import(job_id)
    only = "refused" if request.args.get("result") == "refused" else None
    counts = import_results.counts_of([job_id])[job_id]
    rows = import_results.lines_of(job_id, after=_number("after", -1), limit=LINES_A_PAGE + 1, only=only)
    shown = rows[:LINES_A_PAGE]
    more = shown[-1].JobItem.position if len(rows) > LINES_A_PAGE else None
    if wants_json():
        return jsonify(_document(found, counts, shown, more))
    return render_template(
        "imports/job.html",
        project=g.place,
        job=found,
        counts=counts,
        lines=shown,
        more=more,
        only=only,
        is_under_way=found.state in UNDER_WAY,
        tables=import_results.waiting_tables(g.place.id, g.viewer.id),
    )


@bp.post("/projects/<slug>/imports/<int:job_id>/cancel")
@requires(Permission.ADD_ARTICLES)
def cancel(slug: str, job_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Stop an import; what is in stays in."""
    if _import(job_id).state in UNDER_WAY:
        imports.cancel(job_id, g.viewer.id)
        flash(_("The import stops. The articles that are in stay in."))
    return redirect(url_for("imports.job", slug=g.place.slug, job_id=job_id), 303)


def _import(job_id: int) -> Job:
    return import_results.import_of(g.place.id, job_id) or abort(404)


def _number(name: str, default: int = 0) -> int:
    found = whole_number(request.args.get(name), longest=len(str(MAX_ID)))
    return default if found is None else min(found, MAX_ID)


def _document(job: Job, counts: Counts, lines: Sequence[AnyRow], more: int | None) -> dict[str, Any]:
    """Return an import for programs."""
    here = {"slug": g.place.slug, "job_id": job.id}
    return {
        "id": job.id,
        "state": job.state,
        "total": job.total,
        "done": counts.all,
        "added": counts.added,
        "duplicates": counts.duplicate,
        "refused": counts.refused,
        "created_at": job.created_at.isoformat(),
        "finished_at": _iso(job.finished_at),
        "items": [_line(row) for row in lines],
        "next": url_for("imports.job", **here, **_rest(more)) if more is not None else None,
    }


def _rest(after: int | None) -> dict[str, Any]:
    only = request.args.get("result")
    return {"after": after, "result": "refused"} if only == "refused" else {"after": after}


def _line(row: AnyRow) -> dict[str, Any]:
    item = row.JobItem
    return {
        "position": item.position,
        "name": item.name,
        "result": item.result,
        "article_id": item.article_id,
        "message": item.message,
        "done_at": _iso(item.done_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
