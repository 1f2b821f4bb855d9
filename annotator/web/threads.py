"""Questions about a claim: a reviewer asks, the desk answers. A reviewer sees their own, and what is said to all."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms import Form, StringField, TextAreaField

from annotator.domain.adjudication import in_hidden_order, seal
from annotator.domain.roles import Permission
from annotator.services import threads
from annotator.services.adjudication import standing_on
from annotator.storage.articles import Article, Claim
from annotator.storage.database import AnyRow, db
from annotator.storage.tallies import numbers_of
from annotator.storage.threads import entries_on
from annotator.web.access import requires
from annotator.web.adjudication_page import Said, secret, thread_of
from annotator.web.errors import problem, wants_json
from annotator.web.forms import at_most, block, line, typed

bp = Blueprint("threads", __name__)


class EntryForm(Form):
    """Something to say; `to` names the reviewer whom the desk answers, nothing means all."""

    text = TextAreaField("", [at_most(threads.LONGEST)], filters=[block])
    to = StringField("", filters=[line])


@bp.get("/claims/<int:claim_id>/thread")
@requires(Permission.TAG)
def page(claim_id: int) -> ResponseReturnValue:
    """Show what was asked and answered about a claim, as far as it is the viewer's to see."""
    return show(claim_id, EntryForm())


def show(claim_id: int, form: EntryForm, status: int = 200, notice: str = "") -> ResponseReturnValue:
    """Render the thread, or say to a program what is wrong."""
    if status != 200 and wants_json():  # noqa: PLR2004
        return problem(status, notice)
    said, people = conversation(claim_id)
    return render_template(
        "threads/page.html",
        project=g.place,
        claim=claim_of(claim_id),
        number=numbers_of([claim_id]).get(claim_id),
        said=said,
        people=people,
        form=form,
        notice=notice,
        longest=threads.LONGEST,
    ), status


def claim_of(claim_id: int) -> AnyRow:
    """Return a claim of the project at hand, with its article."""
    columns = (Claim.id, Claim.quote, Claim.article_id, Article.title, Article.language, Article.direction)
    query = select(*columns).join(Article, Article.id == Claim.article_id)
    return db.session.execute(query.where(Claim.id == claim_id, Article.project_id == g.place.id)).first() or abort(404)


def conversation(claim_id: int) -> tuple[list[Said], list[tuple[str, str]]]:
    """Return what the viewer may see of a claim's thread, and whom they can answer."""
    if g.place.can(Permission.ADJUDICATE):
        order = [row.reviewer_id for row in standing_on(claim_id)]
        return thread_of(claim_id, in_hidden_order(order, secret(), claim_id, g.viewer.id))
    entries = entries_on(claim_id, g.viewer.id)
    said = [
        Said(entry.text, entry.said_at, entry.person_id == g.viewer.id, entry.person_id != g.viewer.id, "", "me")
        for entry in entries
    ]
    return said, []


@bp.post("/claims/<int:claim_id>/thread")
@requires(Permission.TAG)
def say(claim_id: int) -> ResponseReturnValue:
    """Ask the desk, or answer for it."""
    form = EntryForm(request.form)
    if not form.validate():
        return show(claim_id, form, 422, " ".join(str(text) for text in form.text.errors))
    try:
        _say(claim_id, form)
    except threads.NotSaid as error:
        return show(claim_id, form, 422, _(str(error)))
    if "desk" in request.form and g.place.can(Permission.ADJUDICATE):
        address = url_for("adjudication.page", slug=g.place.slug, claim_id=claim_id, _anchor="thread-heading")
        return redirect(address, 303)
    return redirect(url_for("threads.page", claim_id=claim_id), 303)


def _say(claim_id: int, form: EntryForm) -> None:
    if not g.place.can(Permission.ADJUDICATE):
        threads.ask(claim_id, g.place.id, g.viewer.id, typed(form.text))
        return
    to = typed(form.to)
    people = {seal(secret(), claim_id, g.viewer.id, person): person for person in threads.reviewers_of(claim_id)}
    if to and to not in people:
        raise threads.NotSaid("this reviewer has no part in the claim; reload the page")
    threads.answer(claim_id, g.place.id, g.viewer.id, typed(form.text), with_id=people.get(to))
