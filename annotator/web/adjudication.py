"""The desk's queue of claims to settle, and the page of one: cards without names, and the decision."""

from dataclasses import asdict

from flask import Blueprint, abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from annotator.domain.adjudication import BadDecision, Decision, OwnVerdict
from annotator.domain.roles import Permission
from annotator.services import adjudication
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of
from annotator.storage import adjudication_queue
from annotator.storage.gaps import pairs_in
from annotator.storage.segmentation import successors_of
from annotator.storage.tallies import article_titles, numbers_of
from annotator.web import cause_names
from annotator.web.access import requires
from annotator.web.adjudication_forms import DecisionForm, QueueForm, ReopenForm
from annotator.web.adjudication_page import Form, build_page, find_claim, is_living, seen_by
from annotator.web.errors import problem, wants_json
from annotator.web.forms import errors_of, typed
from annotator.web.pages import page_links

bp = Blueprint("adjudication", __name__)
bp.record_once(lambda state: state.app.jinja_env.globals.update(cause_names=cause_names))


@bp.get("/projects/<slug>/adjudication")
@requires(Permission.ADJUDICATE)
def queue(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """List the claims to settle that are asked for."""
    codebook = codebook_of(codebook_in_force(g.place.id).id)
    form = QueueForm.read(request.args, pairs_in(g.place.id), codebook)
    wanted = form.wanted(request.args.get("page", ""))
    counts = adjudication_queue.counts(g.place.id, g.viewer.id, wanted)
    page = adjudication_queue.find_claims(g.place.id, g.viewer.id, wanted, counts[wanted.tab])
    ids = [row.id for row in page.rows]
    return render_template(
        "adjudication/queue.html",
        project=g.place,
        codebook=codebook,
        form=form,
        wanted=wanted,
        counts=counts,
        page=page,
        claim_numbers=numbers_of(ids),
        answers=adjudication_queue.answers_to(ids),
        article=article_titles([wanted.article_id]).get(wanted.article_id) if wanted.article_id else None,
        numbers=page_links(page.number, page.last),
    )


def asked() -> QueueForm:
    """Return the queue that the viewer came from, as it stands in the address."""
    arguments = MultiDict(request.args)
    form = QueueForm(arguments)
    form.pair.choices = [(arguments.get("pair", ""), "")]
    form.validate()
    for field in (form.tab, form.sort):
        if field.errors:
            field.data, field.errors = field.default, ()
    return form


@bp.get("/projects/<slug>/adjudication/<int:claim_id>")
@requires(Permission.ADJUDICATE)
def page(slug: str, claim_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Show a claim with all that was said of it."""
    if not is_living(claim_id):
        return gone(claim_id, 404)
    return show(claim_id)


def show(  # noqa: PLR0913 (what a page shows again after a refusal)
    claim_id: int,
    status: int = 200,
    *,
    sent: Decision | None = None,
    errors: dict[str, list[str]] | None = None,
    seen: list[str] | None = None,
    notice: str = "",
) -> ResponseReturnValue:
    """Render a claim's page, or say to a program what is wrong."""
    if status != 200 and wants_json():  # noqa: PLR2004
        return problem(status, notice or " ".join(text for texts in (errors or {}).values() for text in texts))
    form = asked()
    before, after = adjudication_queue.neighbours(g.place.id, g.viewer.id, form.wanted(), claim_id)
    built = build_page(claim_id, Form(**asdict(sent)) if sent else None, errors, seen)
    shown = render_template(
        "adjudication/claim.html",
        project=g.place,
        page=built,
        notice=notice,
        sent=sent if status == 409 else None,  # noqa: PLR2004
        arguments=form.arguments(),
        before=before,
        after=after,
    )
    return make_response(shown, status)


def gone(claim_id: int, status: int) -> ResponseReturnValue:
    """Say that a claim was cut anew or set aside, with the way to what stands there now."""
    claim = find_claim(claim_id) or abort(404)
    if wants_json():
        return problem(status, _("This claim was cut anew or set aside; it is no longer settled here."))
    return render_template(
        "adjudication/gone.html", project=g.place, claim=claim, successors=successors_of(claim_id)
    ), status


@bp.post("/projects/<slug>/adjudication/<int:claim_id>")
@requires(Permission.ADJUDICATE)
def decide(slug: str, claim_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Settle a claim; of two who do it at once one wins, and the other sees who, and why."""
    form, seen = DecisionForm(request.form), request.form.getlist("seen")
    is_good = form.validate()
    decision = form.decision(request.form)
    if not is_good:
        return show(claim_id, 422, sent=decision, errors=errors_of(form))
    _before, after = adjudication_queue.neighbours(g.place.id, g.viewer.id, asked().wanted(), claim_id)
    try:
        adjudication.decide(
            claim_id,
            g.place.id,
            g.viewer.id,
            decision,
            seen_revision=int(typed(form.revision)),
            is_seen=seen_by(seen),
            client_key=typed(form.client_key),
        )
    except adjudication.NoSuchClaim:
        return gone(claim_id, 409)
    except adjudication.KeyReused:
        abort(422, _("This was sent before with other contents; the first one stays. Reload the page."))
    except BadDecision as error:
        return show(claim_id, 422, sent=decision, errors={error.field: [_(str(error))]})
    except OwnVerdict as error:
        return show(claim_id, 403, sent=decision, notice=_(str(error)))
    except (adjudication.DecidedMeanwhile, adjudication.VerdictsChanged) as error:
        return show(claim_id, 409, sent=decision, seen=seen, notice=_(str(error)))
    return onward(claim_id, after)


def onward(claim_id: int, after: int | None) -> ResponseReturnValue:
    """Lead on from a claim that was settled: to the next one, or to the queue; or stay."""
    arguments = asked().arguments()
    if request.form.get("action") != "next":
        return redirect(url_for("adjudication.page", slug=g.place.slug, claim_id=claim_id, **arguments), 303)
    if after is None:
        flash(_("That was the last claim of this list."))
        return redirect(url_for("adjudication.queue", slug=g.place.slug, **arguments), 303)
    return redirect(url_for("adjudication.page", slug=g.place.slug, claim_id=after, **arguments), 303)


@bp.post("/projects/<slug>/adjudication/<int:claim_id>/reopen")
@requires(Permission.ADJUDICATE)
def reopen(slug: str, claim_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Open a settled claim again."""
    form = ReopenForm(request.form)
    if not form.validate():
        return show(claim_id, 422, errors={"reopen": [text for texts in errors_of(form).values() for text in texts]})
    try:
        adjudication.reopen(
            claim_id,
            g.place.id,
            g.viewer.id,
            typed(form.reason),
            seen_revision=int(typed(form.revision) or 0),
            client_key=typed(form.client_key),
        )
    except adjudication.NoSuchClaim:
        return gone(claim_id, 409)
    except adjudication.KeyReused:
        abort(422, _("This was sent before with other contents; the first one stays. Reload the page."))
    except (adjudication.DecidedMeanwhile, adjudication.NotReopened) as error:
        return show(claim_id, 409, notice=_(str(error)))
    return redirect(url_for("adjudication.page", slug=g.place.slug, claim_id=claim_id, **asked().arguments()), 303)
