"""Projects: the list of one's own, the archive and the way back, and what an archived project answers."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from annotator.domain.roles import Permission, Role, allows
from annotator.services import projects
from annotator.storage import project_list
from annotator.storage.database import AnyRow, db
from annotator.storage.projects import Project
from annotator.web import access
from annotator.web.access import requires, signed_in
from annotator.web.errors import error_answer, problem, wants_json
from annotator.web.notices import ROLE_NAMES
from annotator.web.pages import page_links, page_number

bp = Blueprint("projects", __name__)


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A project in the list. Who reads no reports there sees no counts of others' verdicts, only their own."""

    facts: AnyRow
    role: Role
    articles: int
    claims: int
    wanted: int
    given: int
    own: int
    people: int

    @property
    def role_name(self) -> str:
        """Return what the viewer is here."""
        return str(ROLE_NAMES[self.role]) if self.facts.role else str(_("administrator"))

    def can(self, name: str) -> bool:
        """Tell whether the viewer has a permission here."""
        return allows(self.role, Permission[name])


@bp.get("/projects")
@signed_in
def index() -> ResponseReturnValue:
    """List the viewer's projects; an administrator sees all."""
    number = page_number(request.args.get("page", ""))
    page = project_list.projects_page(g.viewer.id, everything=g.viewer.is_admin, number=number)
    listed = with_counts(page)
    return render_template(
        "projects/index.html",
        page=page,
        numbers=page_links(page.number, page.last),
        working=[project for project in listed if project.facts.archived_at is None],
        archived=[project for project in listed if project.facts.archived_at is not None],
    )


def with_counts(page: project_list.ProjectPage) -> list[ListedProject]:
    """Return the projects of a page with what the list shows of each."""
    roles = {row.id: Role(row.role) if row.role else Role.MANAGER for row in page.rows}
    ids = list(roles)
    sizes, people = project_list.sizes_of(ids), project_list.people_in(ids)
    given = project_list.given_in([id_ for id_, role in roles.items() if allows(role, Permission.READ_REPORTS)])
    own = project_list.own_in(ids, g.viewer.id)
    return [
        ListedProject(
            facts=row,
            role=roles[row.id],
            articles=sizes[row.id].articles if row.id in sizes else 0,
            claims=int(sizes[row.id].claims) if row.id in sizes else 0,
            wanted=int(sizes[row.id].wanted) if row.id in sizes else 0,
            given=int(given[row.id].given) if row.id in given else 0,
            own=own[row.id].own if row.id in own else 0,
            people=people[row.id].people if row.id in people else 0,
        )
        for row in page.rows
    ]


def front_of(slug: str) -> str:
    """Return the address of a project's first page for its manager."""
    is_there = "desk.page" in current_app.view_functions
    return url_for("desk.page" if is_there else "projects.settings", slug=slug)


def here() -> Project:
    """Return the project at hand."""
    return db.session.get(Project, g.place.id) or abort(404)


@bp.post("/projects/<slug>/archive")
@requires(Permission.MANAGE, opens_archived=True)
def archive(slug: str) -> ResponseReturnValue:
    """Archive a project: it can be read, and not changed."""
    return moved(slug, projects.archive, _("The project is archived. It can be read, and brought back."))


@bp.post("/projects/<slug>/bring-back")
@requires(Permission.MANAGE, opens_archived=True)
def bring_back(slug: str) -> ResponseReturnValue:
    """Bring an archived project back."""
    return moved(slug, projects.bring_back, _("The project is back. Work can go on where it stopped."))


def moved(slug: str, verb: Callable[[Project, int | None], None], done: str) -> ResponseReturnValue:
    """Archive a project or bring it back, and say so."""
    try:
        verb(here(), g.viewer.id)
    except (projects.NothingToDo, projects.ImportUnderWay) as error:
        return error_answer(409, _(str(error)))
    flash(done)
    return redirect(url_for("projects.settings", slug=slug), 303)


@bp.app_errorhandler(access.Archived)
@bp.app_errorhandler(projects.Archived)
def on_archived(_error: Exception) -> ResponseReturnValue:
    """Answer a change of an archived project: nothing of it is stored."""
    title = _("This project is archived")
    detail = _("It can be read, but not changed, and nothing was stored. A manager can bring it back in the settings.")
    if wants_json():
        return problem(409, detail, title=title)
    return make_response(render_template("errors/page.html", status=409, title=title, detail=detail), 409)
