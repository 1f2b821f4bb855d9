"""The queue: what there is to tag, how far it is, and where its reader stopped."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask import g, render_template
from flask.typing import ResponseReturnValue

from annotator.domain.roles import Permission, Role, allows
from annotator.storage.claims import projects_of, queue
from annotator.storage.segmentation import asked_by_article
from annotator.web.access import signed_in
from annotator.web.tagging import bp


@dataclass(frozen=True)
class QueueArticle:
    """An article in the queue, with how far its reader has come."""

    id: int
    title: str
    outlet: str
    language: str
    direction: str
    total: int
    done: int
    last: datetime | None
    asked: int = 0

    @property
    def status(self) -> str:
        """Return todo, doing or done."""
        return "todo" if not self.done else "done" if self.done >= self.total else "doing"


@dataclass(frozen=True)
class QueueProject:
    """A project in the queue with its articles."""

    slug: str
    name: str
    role: str | None
    articles: list[QueueArticle]


def with_questions(article: QueueArticle, asked: Mapping[int, tuple[int, int]]) -> QueueArticle:
    """Count claims that were cut anew, and that the viewer is asked about, as not done."""
    questions, decided = asked.get(article.id, (0, 0))
    return replace(article, asked=questions, done=article.done - decided) if questions else article


@bp.get("/", endpoint="queue")
@signed_in
def queue_page() -> ResponseReturnValue:
    """Show what there is to tag, and where the viewer stopped."""
    projects = {
        row.slug: QueueProject(row.slug, row.name, row.role, [])
        for row in projects_of(g.viewer.id, everything=g.viewer.is_admin)
    }
    asked = asked_by_article(g.viewer.id)
    for slug, _name, role, *facts in queue(g.viewer.id):
        if slug in projects and allows(Role(role), Permission.TAG):
            projects[slug].articles.append(with_questions(QueueArticle(*facts), asked))
    started = [
        article
        for project in projects.values()
        for article in project.articles
        if article.last and article.status == "doing"
    ]
    fresh = [article for project in projects.values() for article in project.articles if article.status == "todo"]
    resume = (
        max(started, key=lambda article: article.last or datetime.min.replace(tzinfo=UTC))
        if started
        else next(iter(fresh), None)
    )
    return render_template("tagging/queue.html", projects=list(projects.values()), resume=resume)
