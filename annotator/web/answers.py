"""The right answers of one article, claim by claim, and what the article is there for."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from annotator.domain.roles import Permission
from annotator.services import gold as service
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of
from annotator.storage import gold
from annotator.storage.articles import Article, Claim
from annotator.storage.database import db
from annotator.storage.gold import GoldAnswer
from annotator.web.access import requires
from annotator.web.errors import error_answer
from annotator.web.forms import typed, whole_number
from annotator.web.gold import bp
from annotator.web.gold_forms import AnswerForm, PurposeForm, choices_of, value_of
from annotator.web.pages import page_links, page_number

__all__ = ["bp"]

CLAIMS_A_PAGE = 40


@bp.get("/articles/<int:article_id>/gold")
@requires(Permission.MANAGE)
def answers(article_id: int) -> ResponseReturnValue:
    """Show an article's claims with their right answers."""
    article = article_here(article_id)
    return answers_page(article, page_number(request.args.get("page", "")))


def article_here(article_id: int) -> Article:
    """Return an article of the project at hand that was not withdrawn; 404 without."""
    query = select(Article).where(
        Article.id == article_id, Article.project_id == g.place.id, Article.withdrawn_at.is_(None)
    )
    article: Article = db.session.scalar(query) or abort(404)
    return article


def answers_page(article: Article, number: int, status: int = 200, **said: Any) -> ResponseReturnValue:
    """Render a page of the claims; `said` is what was sent about one of them, or of the purpose, and not stored."""
    rows = gold.claims_to_answer(article.id, g.place.id, offset=(number - 1) * CLAIMS_A_PAGE, limit=CLAIMS_A_PAGE)
    if not rows and number > 1 and said:
        return answers_page(article, 1, status, **said)  # what was sent must not get lost
    if not rows and number > 1:
        return redirect(url_for("gold.answers", article_id=article.id), 303)
    found = rows[0].found if rows else 0
    codebook = codebook_of(codebook_in_force(g.place.id).id)
    facts: dict[str, Any] = {"form": None, "form_of": None, "conflict": None, "purpose_form": None, "tagged": 0} | said
    return render_template(
        "gold/article.html",
        project=g.place,
        article=article,
        codebook=codebook,
        rows=rows,
        choices=choices_of(codebook),
        number=number,
        first=(number - 1) * CLAIMS_A_PAGE + 1,
        last=max(-(-found // CLAIMS_A_PAGE), 1),
        numbers=page_links(number, max(-(-found // CLAIMS_A_PAGE), 1)),
        value_of=value_of,
        seen_of=service.seen_of,
        **facts | {"purpose_form": facts["purpose_form"] or PurposeForm(data={"purpose": article.purpose})},
    ), status


def sent_page() -> int:
    """Return the number of the page that the form stood on."""
    return whole_number(request.form.get("page"), 4) or 1


def claim_here(claim_id: int) -> Claim:
    """Return a living claim of the project at hand; 404 without."""
    return gold.living_claim(claim_id, g.place.id) or abort(404)


def back_to(claim: Claim, done: str) -> ResponseReturnValue:
    """Lead back to the claim that was answered."""
    flash(done)
    address = url_for("gold.answers", article_id=claim.article_id, page=sent_page(), _anchor=f"claim-{claim.id}")
    return redirect(address, 303)


def refused(claim: Claim, form: AnswerForm, status: int, conflict: GoldAnswer | None = None) -> ResponseReturnValue:
    """Show again what was sent, nothing stored; with what somebody else stored meanwhile, if that is why."""
    if status == 409:  # noqa: PLR2004
        form.seen.data = service.seen_of(conflict)
    article = article_here(claim.article_id)
    facts = {"form": form, "form_of": claim.id, "conflict": conflict or (status == 409)}  # noqa: PLR2004
    return answers_page(article, sent_page(), status, **facts)


@bp.post("/claims/<int:claim_id>/gold")
@requires(Permission.MANAGE)
def set_answer(claim_id: int) -> ResponseReturnValue:
    """Store the right answer to a claim."""
    claim, form = claim_here(claim_id), AnswerForm(request.form)
    if not form.validate():
        return refused(claim, form, 422)
    try:
        service.set_answer(claim_id, g.place.id, g.viewer.id, form.right(), seen=typed(form.seen))
    except service.NotGold as error:
        field = form[error.field]
        field.errors = [*field.errors, _(str(error))]
        return refused(claim, form, 422)
    except service.Stale as stale:
        return refused(claim, form, 409, stale.standing)
    return back_to(claim, _("The right answer is stored."))


@bp.post("/claims/<int:claim_id>/gold/decision")
@requires(Permission.MANAGE)
def take_decision(claim_id: int) -> ResponseReturnValue:
    """Make the desk's decision the right answer, in one step."""
    claim = claim_here(claim_id)
    try:
        service.take_decision(claim_id, g.place.id, g.viewer.id, seen=request.form.get("seen", ""))
    except service.NothingThere:
        return error_answer(409, _("The desk’s decision on this claim was taken back."))
    except service.NotGold:
        return error_answer(
            409, _("The decision gives no reason, or does not fit the codebook. Write the answer here.")
        )
    except service.Stale as stale:
        return refused(claim, AnswerForm(data={"seen": ""}), 409, stale.standing)
    return back_to(claim, _("The desk’s decision is the right answer now."))


@bp.post("/claims/<int:claim_id>/gold/withdraw")
@requires(Permission.MANAGE)
def withdraw_answer(claim_id: int) -> ResponseReturnValue:
    """Take a right answer out of all counts."""
    claim = claim_here(claim_id)
    try:
        service.withdraw(claim_id, g.place.id, g.viewer.id, seen=request.form.get("seen", ""))
    except service.NothingThere:
        abort(404)
    except service.Stale as stale:
        return refused(claim, AnswerForm(data={"seen": ""}), 409, stale.standing)
    return back_to(claim, _("The right answer is withdrawn, and counts no longer."))


@bp.post("/articles/<int:article_id>/purpose")
@requires(Permission.MANAGE)
def set_purpose(article_id: int) -> ResponseReturnValue:
    """Say what an article is there for."""
    article, form = article_here(article_id), PurposeForm(request.form)
    if not form.validate():
        return answers_page(article, 1, 422, purpose_form=form)
    try:
        changed = service.set_purpose(article, form.purpose.data or "", g.viewer.id, is_sure=form.sure.data)
    except service.WasTagged as tagged:
        form.purpose.errors = [warning(tagged.verdicts)]
        return answers_page(article, 1, 422, purpose_form=form, tagged=tagged.verdicts)
    flash(_("The purpose is stored.") if changed else _("Nothing was changed."))
    return redirect(url_for("gold.answers", article_id=article_id), 303)


def warning(verdicts: int) -> str:
    """Say what another purpose means for the verdicts that there are."""
    return str(
        ngettext(
            "%(num)d verdict was given on it. Reports, exports and queues count it only while the article is there for"
            " the study.",
            "%(num)d verdicts were given on it. Reports, exports and queues count them only while the article is there"
            " for the study.",
            verdicts,
        )
    )
