"""Corrections of an article by hand: its facts, and whether it counts. What stood before stays in its history."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from annotator.domain.roles import Permission
from annotator.services import articles as service
from annotator.storage.articles import Article
from annotator.storage.database import db
from annotator.web.access import requires
from annotator.web.article_forms import CorrectionForm, ReasonForm
from annotator.web.article_page import FACT_NAMES, shown
from annotator.web.errors import error_answer, invalid, problem, wants_json
from annotator.web.forms import errors_of, typed
from annotator.web.provenance import bp

__all__ = ["bp"]


@bp.get("/articles/<int:article_id>/edit")
@requires(Permission.ADD_ARTICLES)
def edit(article_id: int) -> ResponseReturnValue:
    """Show an article's facts as a form."""
    article = db.session.get(Article, article_id) or abort(404)
    facts = service.facts_of(article)
    form = CorrectionForm(facts=facts)
    form.seen.data = service.digest_of(facts)
    return form_page(article, form)


def form_page(
    article: Article, form: CorrectionForm, status: int = 200, conflict: list[tuple[str, str, str]] | None = None
) -> ResponseReturnValue:
    """Render the form, with what somebody else wrote meanwhile."""
    return render_template("articles/edit.html", article=article, project=g.place, form=form, conflict=conflict), status


@bp.post("/articles/<int:article_id>/edit")
@requires(Permission.ADD_ARTICLES)
def correct(article_id: int) -> ResponseReturnValue:
    """Correct an article's facts, unless somebody did so since they were shown."""
    article = db.session.get(Article, article_id) or abort(404)
    form = CorrectionForm(request.form, facts=service.facts_of(article))
    if not form.validate():
        return refused(article, form)
    try:
        changed = service.correct(article, form.changes(), g.viewer.id, seen=typed(form.seen))
    except service.Stale:
        return stale(article, form)
    flash(_("The corrections are stored.") if changed else _("Nothing was changed."))
    return redirect(url_for("articles.show", article_id=article_id), 303)


def refused(article: Article, form: CorrectionForm) -> ResponseReturnValue:
    """Answer facts that do not fit: 422 with the reasons at their fields."""
    errors = errors_of(form)
    if wants_json():
        return invalid(errors)
    return form_page(article, form, 422)


def stale(article: Article, form: CorrectionForm) -> ResponseReturnValue:
    """Answer facts that somebody else corrected meanwhile: 409 with both, nothing stored."""
    facts, mine = service.facts_of(article), form.changes()
    if wants_json():
        return problem(409, current={name: plain(value) for name, value in facts.items()})
    form.seen.data = service.digest_of(facts)
    differing = [name for name in service.FACTS if facts[name] != mine[name]]
    both = [(str(FACT_NAMES[name]), shown(name, facts[name]), shown(name, mine[name])) for name in differing]
    return form_page(article, form, 409, both)


def plain(value: Any) -> Any:
    """Return a fact as JSON has it."""
    return value if value is None or isinstance(value, str) else value.isoformat()


@bp.post("/articles/<int:article_id>/withdraw")
@requires(Permission.MANAGE)
def withdraw(article_id: int) -> ResponseReturnValue:
    """Take an article out of queue, reports and exports."""
    return move(article_id, service.withdraw, _("The article is withdrawn. Nothing of it is deleted."))


@bp.post("/articles/<int:article_id>/bring-back")
@requires(Permission.MANAGE)
def bring_back(article_id: int) -> ResponseReturnValue:
    """Put a withdrawn article back."""
    return move(article_id, service.bring_back, _("The article is back, with all its verdicts."))


def move(article_id: int, verb: Any, done: str) -> ResponseReturnValue:
    """Withdraw an article or bring it back, with the reason that the form gives."""
    article = db.session.get(Article, article_id) or abort(404)
    form = ReasonForm(request.form)
    if not form.validate():
        return error_answer(422, _("Say why: the reason stands in the article’s history."))
    try:
        verb(article, g.viewer.id, typed(form.reason))
    except service.NothingToDo as error:
        return error_answer(409, _(str(error)))
    flash(done)
    return redirect(url_for("articles.show", article_id=article_id), 303)
