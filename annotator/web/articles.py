"""A project's articles: the list, and the paste box."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from annotator.domain.languages import LANGUAGES, direction_of
from annotator.domain.roles import Permission
from annotator.services import ingest
from annotator.storage.articles import Article
from annotator.storage.claims import articles_of, living_claims
from annotator.storage.database import db
from annotator.storage.projects import Project
from annotator.web.access import requires
from annotator.web.forms import ArticleForm, typed

bp = Blueprint("articles", __name__)


@bp.get("/projects/<slug>/articles")
@requires(Permission.READ_REPORTS)
def index(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """List the articles with how far they are."""
    articles = articles_of(g.place.id)
    return render_template(
        "articles/index.html", project=g.place, articles=articles, can_add=g.place.can(Permission.ADD_ARTICLES)
    )


@bp.get("/projects/<slug>/articles/new")
@requires(Permission.ADD_ARTICLES)
def new(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show the paste box."""
    project = db.session.get(Project, g.place.id) or abort(404)
    return paste_box(ArticleForm(language=project.language))


def paste_box(form: ArticleForm, status: int = 200, duplicate: Article | None = None) -> ResponseReturnValue:
    """Render the paste box."""
    form.language.choices = list(LANGUAGES.items())
    return render_template("articles/new.html", form=form, project=g.place, duplicate=duplicate), status


@bp.post("/projects/<slug>/articles/new")
@requires(Permission.ADD_ARTICLES)
def add(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Take a pasted article: it is in as a whole, with its claims, or not at all."""
    form = ArticleForm(request.form)
    form.language.choices = list(LANGUAGES.items())
    if not form.validate():
        return paste_box(form, 422)
    project = db.session.get(Project, g.place.id) or abort(404)
    try:
        article = ingest.add_article(project, draft_from(form), g.viewer.id)
    except ingest.AlreadyThere as error:
        return paste_box(form, 409, error.article)
    except ingest.NotAnArticle as error:
        form.text.errors = [*form.text.errors, _(str(error))]
        return paste_box(form, 422)
    count = len(living_claims(article.id, g.viewer.id))
    flash(ngettext("The article is in, with %(num)d claim.", "The article is in, with %(num)d claims.", count))
    return redirect(url_for("tagging.resume", article_id=article.id), 303)


def draft_from(form: ArticleForm) -> ingest.Draft:
    """Return what the form says, as the service takes it."""
    return ingest.Draft(
        text=typed(form.text),
        title=typed(form.title),
        byline=typed(form.byline),
        outlet=typed(form.outlet),
        url=typed(form.url),
        published_on=form.published_on.data,
        language=form.language.data,
        direction=direction_of(form.language.data),
    )
