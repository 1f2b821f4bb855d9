"""My verdicts: all that stands of what the viewer said, to look for and to go back to. Never anybody else's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from annotator.domain.codebook import Codebook
from annotator.domain.roles import Permission, Role, allows
from annotator.domain.search import words_of
from annotator.domain.verdicts import Content
from annotator.services.tagging import codebook_of, content_of
from annotator.storage.articles import Article
from annotator.storage.database import AnyRow, db
from annotator.storage.verdict_list import find_verdicts, projects_judged_in
from annotator.web.access import signed_in
from annotator.web.forms import is_web_address
from annotator.web.marked_words import phrases
from annotator.web.search_hits import with_hits
from annotator.web.verdict_fields import name_of
from annotator.web.verdict_forms import VerdictListForm

bp = Blueprint("verdicts", __name__)
bp.add_app_template_filter(with_hits, "hits")
bp.add_app_template_test(is_web_address, "web_address")


@dataclass(frozen=True, slots=True)
class OwnVerdict:
    """A standing verdict of the viewer's: the claim that it is about (`facts`), what it says, the words it marks."""

    facts: AnyRow
    content: Content
    phrases: Mapping[str, Sequence[str]]
    codebook: Codebook
    project: AnyRow

    @property
    def name(self) -> str:
        """Return what pages begin or end at."""
        return name_of(self.facts)

    @property
    def can_change(self) -> bool:
        """Tell whether the viewer may still label there."""
        return g.viewer.is_admin or allows(Role(self.project.role), Permission.TAG)


@bp.get("/verdicts")
@signed_in
def mine() -> ResponseReturnValue:
    """List the viewer's standing verdicts that are asked for, the newest first."""
    projects = {row.id: row for row in projects_judged_in(g.viewer.id, everything=g.viewer.is_admin)}
    codebooks = {row.id: codebook_of(row.version_id) for row in projects.values()}
    form = VerdictListForm.read(request.args, list(projects.values()), list(codebooks.values()))
    page = find_verdicts(g.viewer.id, projects, form.wanted(request.args))
    shown = []
    for row in page.rows:
        content = content_of(row)
        marked = phrases(row.quote, row.start, content)
        shown.append(OwnVerdict(row, content, marked, codebooks[row.project_id], projects[row.project_id]))
    return render_template(
        "verdicts/mine.html",
        page=page,
        verdicts=shown,
        form=form,
        article=article_asked_for(form, projects),
        words=words_of(form.q.data or ""),
        has_any=bool(projects),
        is_one_project=len(projects) == 1,
    )


def article_asked_for(form: VerdictListForm, projects: Mapping[int, AnyRow]) -> AnyRow | None:
    """Return title, language and direction of the article that the list is narrowed to, if the viewer may see it."""
    article_id = form.article_id()
    if article_id is None:
        return None
    return db.session.execute(
        select(Article.id, Article.title, Article.language, Article.direction).where(
            Article.id == article_id, Article.project_id.in_(list(projects))
        )
    ).first()
