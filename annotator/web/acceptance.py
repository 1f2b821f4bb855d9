"""Accept in one step what all reviewers agree on: first a preview, then the step, which can be taken back."""

import secrets

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from annotator.domain.roles import Permission
from annotator.services import acceptance
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of
from annotator.storage.acceptance import agreed, counted, newest_verdict, sample, steps
from annotator.storage.tallies import article_titles, numbers_of
from annotator.web.access import requires
from annotator.web.adjudication import bp
from annotator.web.adjudication_forms import AcceptForm, ReopenForm
from annotator.web.errors import problem, wants_json
from annotator.web.forms import errors_of, typed, whole_number


@bp.get("/projects/<slug>/adjudication/accept")
@requires(Permission.ADJUDICATE)
def preview(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Show what would be accepted, and what was."""
    return show(AcceptForm.read(request.args))


def show(form: AcceptForm, status: int = 200, notice: str = "") -> ResponseReturnValue:
    """Render the preview, or say to a program what is wrong."""
    if status != 200 and wants_json():  # noqa: PLR2004
        return problem(status, notice)
    codebook, wanted = codebook_of(codebook_in_force(g.place.id).id), form.wanted()
    seen_id, rows = newest_verdict(g.place.id), agreed(g.place.id, g.viewer.id, wanted, codebook)
    counts, shown = counted(rows), sample(rows)
    return render_template(
        "adjudication/accept.html",
        project=g.place,
        form=form,
        notice=notice,
        codebook=codebook,
        counts=counts,
        total=sum(row.claims for row in counts),
        seen_id=seen_id,
        sample=shown,
        claim_numbers=numbers_of([row.claim_id for row in shown]),
        steps=steps(g.place.id),
        article=article_titles([wanted.article_id]).get(wanted.article_id) if wanted.article_id else None,
        client_key=secrets.token_urlsafe(12),
    ), status


@bp.post("/projects/<slug>/adjudication/accept")
@requires(Permission.ADJUDICATE)
def accept(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Accept what the preview had shown; claims that changed since are left out, and that is said."""
    form, asked = AcceptForm.read(request.form), _request()
    seen_id, seen = whole_number(request.form.get("seen_id")), whole_number(request.form.get("seen"))
    if seen_id is None or seen is None:
        return show(form, 422, _("Reload the page: the form lost track of what it showed."))
    try:
        taken = acceptance.accept(asked, form.wanted(), seen_id=seen_id)
    except acceptance.KeyReused:
        abort(422, _("This was sent before with other contents; the first one stays. Reload the page."))
    except acceptance.NothingThere as error:
        return show(form, 409, _(str(error)))
    flash(ngettext("%(num)d claim is settled.", "%(num)d claims are settled.", taken))
    if left := max(seen - taken, 0):
        text = ngettext(
            "%(num)d claim was left out: it changed since you looked.",
            "%(num)d claims were left out: they changed since you looked.",
            left,
        )
        flash(text)
    return redirect(url_for("adjudication.preview", slug=g.place.slug), 303)


@bp.post("/projects/<slug>/adjudication/accept/reopen")
@requires(Permission.ADJUDICATE)
def reopen_step(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Open again what was accepted in one step."""
    form, asked = ReopenForm(request.form), _request()
    if not form.validate():
        return show(AcceptForm(), 422, " ".join(text for texts in errors_of(form).values() for text in texts))
    try:
        taken = acceptance.reopen_step(asked, request.form.get("batch", ""), typed(form.reason))
    except acceptance.KeyReused:
        abort(422, _("This was sent before with other contents; the first one stays. Reload the page."))
    except acceptance.NothingThere as error:
        return show(AcceptForm(), 409, _(str(error)))
    flash(ngettext("%(num)d claim is open again.", "%(num)d claims are open again.", taken))
    return redirect(url_for("adjudication.preview", slug=g.place.slug), 303)


def _request() -> acceptance.Request:
    key = request.form.get("client_key", "")
    if not 8 <= len(key) <= 100:  # noqa: PLR2004
        abort(422, _("Reload the page: the form lost track of what it showed."))
    return acceptance.Request(g.place.id, g.viewer.id, key)
