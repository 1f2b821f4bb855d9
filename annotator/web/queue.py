"""The queue: what there is to tag, how far it is, by when, how long it will take, and where its reader stopped."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue

from annotator.domain.queue import STATUSES, Pace, Task, in_order, pace_of, to_resume
from annotator.storage import queue
from annotator.storage.database import AnyRow
from annotator.storage.gold_results import qualification_progress
from annotator.storage.segmentation import asked_by_article
from annotator.web.access import signed_in
from annotator.web.durations import in_seconds, roughly
from annotator.web.pages import page_links, page_number
from annotator.web.tagging import bp

IN_OVERVIEW = 25
"""Articles of a project that stand in a queue of several projects; the rest is in the queue of that project alone."""
ARTICLES_A_PAGE = 100
PROJECTS_A_PAGE = 20

_T = TypeVar("_T")
bp.add_app_template_filter(roughly)
bp.add_app_template_filter(in_seconds)


@dataclass(frozen=True, slots=True)
class QueueArticle:
    """An article in the queue: how far it is, what it is called, and what its date means today."""

    task: Task
    facts: AnyRow
    due: str


@dataclass(frozen=True, slots=True)
class QueueProject:
    """A project in the queue: the articles that are shown, how many of them fit, and how many there are at all.

    It `is_failed` if it stays shut although the viewer has answered all of its qualification.
    """

    facts: AnyRow
    articles: Sequence[QueueArticle]
    found: int
    total: int
    is_failed: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """What the queue shows; `project` is the slug of the one that it was asked for.

    If it is of a single project, its pages are of articles, else of projects.
    """

    projects: Sequence[QueueProject]
    is_single: bool
    project: str
    status: str
    counts: Mapping[str, int]
    left: int
    resume: QueueArticle | None
    pace: Pace | None
    number: int
    last: int

    @property
    def numbers(self) -> list[int | None]:
        """Return the numbers of the pages to link to, None for a gap."""
        return page_links(self.number, self.last)

    @property
    def arguments(self) -> dict[str, str]:
        """Return what the address of another page of this list needs."""
        asked = {"project": self.project, "status": self.status}
        return {name: value for name, value in asked.items() if value}


@bp.get("/", endpoint="queue")
@signed_in
def queue_page() -> ResponseReturnValue:
    """Show what there is to tag, and where the viewer stopped."""
    mine = queue.projects_of(g.viewer.id, everything=g.viewer.is_admin)
    slug, status = request.args.get("project", ""), request.args.get("status", "")
    if slug:
        mine = [row for row in mine if row.slug == slug] or abort(404)
    page = build_page(mine, slug, status if status in STATUSES else "", page_number(request.args.get("page", "")))
    return render_template("tagging/queue.html", page=page)


def build_page(mine: Sequence[AnyRow], slug: str, status: str, number: int) -> QueuePage:
    """Collect what the queue of some projects shows, in a fixed number of queries."""
    asked_for = {row.id for row in mine}
    tasks = [task for task in tasks_of(g.viewer.id) if task.project_id in asked_for]
    fitting: dict[int, list[Task]] = {row.id: [] for row in mine}
    for task in tasks:
        if status in {"", task.status}:
            fitting[task.project_id].append(task)
    sections, number, last = sections_of(mine, fitting, status, number)
    resume = to_resume(tasks)
    shown = [task for _row, section in sections for task in section] + ([resume] if resume else [])
    articles, totals = articles_of(shown), Counter(task.project_id for task in tasks)
    failed = failed_in([row for row, _section in sections])
    return QueuePage(
        projects=[
            QueueProject(
                row,
                [articles[task.article_id] for task in section],
                len(fitting[row.id]),
                totals[row.id],
                row.id in failed,
            )
            for row, section in sections
        ],
        is_single=len(mine) == 1,
        project=slug,
        status=status,
        counts={"": len(tasks), **{name: sum(task.status == name for task in tasks) for name in STATUSES}},
        left=sum(task.left for task in tasks),
        resume=articles[resume.article_id] if resume else None,
        pace=pace_of(queue.seconds_of(g.viewer.id)),
        number=number,
        last=last,
    )


def failed_in(rows: Iterable[AnyRow]) -> set[int]:
    """Return which projects stay shut to the viewer, who has answered all of their qualification."""
    shut = {row.id for row in rows if not row.is_open}
    if not shut:
        return set()
    progress = qualification_progress(g.viewer.id)
    return {project for project, (given, asked) in progress.items() if project in shut and given >= asked}


def tasks_of(person_id: int) -> list[Task]:
    """Return a person's tasks in order; claims that were cut anew, and that they are asked about, are not done."""
    asked, tasks = asked_by_article(person_id), []
    for row in queue.tasks_of(person_id):
        questions, decided = asked.get(row.id, (0, 0))
        if row.total:
            facts = (row.id, row.project_id, row.total, row.done - decided, row.last, row.due_on)
            tasks.append(Task(*facts, asked=questions, purpose=row.purpose, position=row.position))
    return in_order(tasks)


def sections_of(
    mine: Sequence[AnyRow], fitting: Mapping[int, Sequence[Task]], status: str, number: int
) -> tuple[list[tuple[AnyRow, Sequence[Task]]], int, int]:
    """Return the projects of a page with the tasks that it shows of each, its number, and the number of the last page.

    Of one project, the pages are of its articles; of several, of the projects, each with its first articles.
    """
    if len(mine) == 1:
        tasks, number, last = cut(fitting[mine[0].id], number, ARTICLES_A_PAGE)
        return [(mine[0], tasks)], number, last
    own_first = sorted(mine, key=lambda row: row.role is None)
    rows, number, last = cut([row for row in own_first if fitting[row.id] or not status], number, PROJECTS_A_PAGE)
    return [(row, fitting[row.id][:IN_OVERVIEW]) for row in rows], number, last


def cut(things: Sequence[_T], number: int, size: int) -> tuple[Sequence[_T], int, int]:
    """Return the page of that number (the last one for a later), its number, and the number of the last page."""
    last = max(-(-len(things) // size), 1)
    number = min(number, last)
    return things[(number - 1) * size : number * size], number, last


def articles_of(tasks: Sequence[Task]) -> dict[int, QueueArticle]:
    """Return what the page shows of some tasks, by the article's id. Days are those of UTC."""
    facts, today = queue.titles_of({task.article_id for task in tasks}), datetime.now(UTC).date()
    return {task.article_id: QueueArticle(task, facts[task.article_id], task.due(today)) for task in tasks}
