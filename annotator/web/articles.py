"""A project's articles: the list, and the paste box."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from annotator.domain.roles import Permission
from annotator.services import ingest
from annotator.storage.article_list import facets, find_articles
from annotator.storage.articles import Article
from annotator.storage.claims import living_claims
from annotator.storage.database import AnyRow, db, step_aside
from annotator.storage.projects import Project
from annotator.web.access import requires
from annotator.web.article_forms import ListForm
from annotator.web.errors import invalid, problem, wants_json
from annotator.web.forms import ArticleForm, errors_of, typed
from annotator.web.pages import page_links
from annotator.web.permission_to_label import refusal_here

bp = Blueprint("articles", __name__)

MOST_OUTLETS = 300
"""Outlets that the list offers to choose from: those with most articles."""
GIVEN = "given by hand"
"""How a fact is known that whoever pasted the text typed in."""


@bp.get("/projects/<slug>/articles")
@requires(Permission.READ_REPORTS)
def index(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """List the articles that are asked for, with how far they are."""
    project = db.session.get(Project, g.place.id) or abort(404)
    found = facets(project.id)
    form = ListForm.read(request.args, outlets_of(found), sorted({row.language for row in found}))
    wanted = form.wanted(request.args.get("page", ""))
    page = find_articles(project.id, project.overlap, wanted)
    return render_template(
        "articles/index.html",
        project=g.place,
        form=form,
        wanted=wanted,
        page=page,
        overlap=project.overlap,
        numbers=page_links(page.number, page.last),
        articles=sum(row.articles for row in found if not row.is_withdrawn),
        withdrawn=sum(row.articles for row in found if row.is_withdrawn),
    )


def outlets_of(found: Sequence[AnyRow]) -> list[str]:
    """Return the names of the outlets with most articles, in the order of the alphabet."""
    counts: dict[str, int] = {}
    for row in found:
        if row.outlet:
            counts[row.outlet] = counts.get(row.outlet, 0) + row.articles
    most = sorted(counts, key=lambda name: (-counts[name], name))[:MOST_OUTLETS]
    return sorted(most, key=str.casefold)


@bp.get("/projects/<slug>/articles/new")
@requires(Permission.ADD_ARTICLES)
def new(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show the paste box."""
    return paste_box(ArticleForm())


def paste_box(form: ArticleForm, status: int = 200, duplicate: Article | None = None) -> ResponseReturnValue:
    """Render the paste box, or say to a program what is wrong."""
    if status != 200 and wants_json():  # noqa: PLR2004
        return refusal(form, status, duplicate)
    return render_template("articles/new.html", form=form, project=g.place, duplicate=duplicate), status


def refusal(form: ArticleForm, status: int, duplicate: Article | None) -> ResponseReturnValue:
    """Return why a pasted article was not taken, as a problem document."""
    if duplicate is None:
        errors = errors_of(form)
        return invalid(errors, status)
    address = url_for("articles.show", article_id=duplicate.id)
    article = {"id": duplicate.id, "title": duplicate.title, "url": address}
    return problem(status, _("This text is here already"), article=article)


@bp.post("/projects/<slug>/articles/new")
@requires(Permission.ADD_ARTICLES)
def add(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Take a pasted article: it is in as a whole, with its claims, or not at all."""
    form = ArticleForm(request.form)
    if not form.validate():
        return paste_box(form, 422)
    project = db.session.get(Project, g.place.id) or abort(404)
    language = project.language
    step_aside()  # splitting a long text takes a while, and nobody should wait for it
    try:
        article = ingest.store(project, ingest.prepare(draft_from(form), language), g.viewer.id)
    except ingest.AlreadyThere as error:
        return paste_box(form, 409, error.article)
    except ingest.NotAnArticle as error:
        form.text.errors = [*form.text.errors, _(str(error))]
        return paste_box(form, 422)
    count = len(living_claims(article.id, g.viewer.id))
    flash(ngettext("The article is in, with %(num)d claim.", "The article is in, with %(num)d claims.", count))
    leads_to = "articles.show" if refusal_here(article.id) else "tagging.resume"
    return redirect(url_for(leads_to, article_id=article.id), 303)


def draft_from(form: ArticleForm) -> ingest.Draft:
    """Return what the form says, as the service takes it; it finds out what is left empty."""
    facts: dict[str, Any] = {field.name: typed(field) for field in (form.title, form.byline, form.outlet, form.url)}
    given = {name: GIVEN for name, value in facts.items() if value}
    language, published_on = form.language.data or "", form.published_on.data
    given |= {name: GIVEN for name, value in (("language", language), ("published_on", published_on)) if value}
    return ingest.Draft(
        text=typed(form.text),
        **facts,
        published_on=published_on,
        language=language,
        charset="utf-8",
        charset_reason="sent by a form",
        sources=given,
    )
