"""New projects: the short set-up, and a copy of one that is there."""

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from annotator import paths
from annotator.domain.codebook import Codebook
from annotator.domain.codebook_table import InvalidCodebook
from annotator.domain.roles import Permission, Role
from annotator.services import invitations, projects
from annotator.services.codebook_files import read
from annotator.services.sample import shipped_codebook
from annotator.storage.database import db
from annotator.storage.people import Person
from annotator.storage.projects import Project
from annotator.web.access import admins, requires
from annotator.web.errors import invalid, wants_json
from annotator.web.forms import errors_of, typed
from annotator.web.links import address_of
from annotator.web.project_forms import CopyForm, SetupForm
from annotator.web.project_settings import bp
from annotator.web.projects import front_of, here
from annotator.web.refusals import said

__all__ = ["bp"]


@bp.get("/projects/new")
@admins
def new() -> ResponseReturnValue:
    """Show the set-up."""
    return setup_page(with_sources(SetupForm()))


def with_sources(form: SetupForm) -> SetupForm:
    """Offer the projects whose codebook can be copied: an administrator sees all."""
    rows = db.session.execute(select(Project.slug, Project.name).order_by(Project.name, Project.id)).all()
    form.source.choices = [(row.slug, row.name) for row in rows]
    return form


def setup_page(form: SetupForm, status: int = 200) -> ResponseReturnValue:
    """Render the set-up, or say to a program what is wrong."""
    errors = errors_of(form)
    if errors and wants_json():
        return invalid(errors, status)
    return render_template("projects/new.html", form=form), status


@bp.post("/projects/new")
@admins
def create() -> ResponseReturnValue:
    """Make a project, with the viewer as its manager."""
    form = with_sources(SetupForm(request.form))
    if form.codebook.data != "project":
        form.source.validate_choice = False  # a choice that nobody looks at may be any
    if not form.validate() or is_named(form) or is_taken(form):
        return setup_page(form, 422)
    codebook = codebook_from(form)
    if codebook is None:
        return setup_page(form, 422)
    try:
        with db.session.begin_nested():  # if somebody can't be invited, nothing is made
            project = make(form, codebook)
            invited = invite(project, form)
    except invitations.NotInvited:
        return setup_page(form, 422)
    if any(one.token for one in invited):
        return links_page(project, invited)
    flash(_("The project is made. These are the next steps."))
    return redirect(front_of(project.slug), 303)


def make(form: SetupForm, codebook: Codebook) -> Project:
    """Make the project that the form describes, with the viewer as its manager."""
    project = projects.create_project(
        typed(form.name),
        codebook,
        slug=typed(form.slug) or projects.free_slug(typed(form.name)),
        description=typed(form.description).strip(),
        language=form.language.data,
        overlap=form.overlap.number or 1,
        visibility=form.visibility.data,
        handout=form.handout.data,
        person_id=g.viewer.id,
    )
    projects.set_role(project, db.session.get_one(Person, g.viewer.id), Role.MANAGER, g.viewer.id)
    return project


def invite(project: Project, form: SetupForm) -> list[invitations.Invited]:
    """Take the named people in; raises NotInvited, with the reasons at their field."""
    invited: list[invitations.Invited] = []
    for field, role in ((form.adjudicators, Role.ADJUDICATOR), (form.reviewers, Role.REVIEWER)):
        if not typed(field).strip():
            continue
        try:
            invited += invitations.invite(project, typed(field).splitlines(), role, g.viewer.id)
        except invitations.NotInvited as error:
            field.errors = [f"{name[:60]}: {said(reason)}" for name, reason in error.refused]
            raise
    return invited


def links_page(project: Project, invited: list[invitations.Invited]) -> ResponseReturnValue:
    """Show the links of those who are new: this once, so they come with this very answer."""
    links = [(one.person.name, address_of("accounts.invitation", one.token)) for one in invited if one.token]
    new = {one.person.id for one in invited if one.token}  # who stands in both fields is new, and comes twice
    others = [one.person.name for one in invited if one.person.id not in new]
    return render_template(
        "projects/made.html", project=project, links=links, others=others, front=front_of(project.slug)
    )


def is_named(form: SetupForm) -> bool:
    """Tell whether a project has this name already, such as the one that the same form made before a reload."""
    slug = db.session.scalar(select(Project.slug).where(Project.name == typed(form.name)).limit(1))
    if slug is not None:
        form.name.errors = [_("There is a project of this name already. Take another name.")]
    return slug is not None


def is_taken(form: SetupForm | CopyForm) -> bool:
    """Tell whether another project has the address that was asked for, and say so at its field."""
    slug = typed(form.slug)
    if not slug or db.session.scalar(select(Project.id).where(Project.slug == slug)) is None:
        return False
    form.slug.errors = [_("Another project has this address. Take another one.")]
    return True


def codebook_from(form: SetupForm) -> Codebook | None:
    """Return the codebook that was chosen; None if there is none, which then stands at its field."""
    if form.codebook.data == "shipped":
        return shipped_codebook(paths.seeds())
    if form.codebook.data == "project":
        origin = projects.find_project(form.source.data)
        return projects.codebook_in_force(origin.id).codebook
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        form.file.errors = [_("Choose the file of a codebook.")]
        return None
    try:
        return read(sent.stream.read(), sent.filename)
    except InvalidCodebook as error:
        form.file.errors = [str(error)]
        return None


@bp.get("/projects/<slug>/clone")
@requires(Permission.MANAGE)
def clone(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """Ask for the name of a copy."""
    return copy_page(CopyForm(name=_("Copy of %(name)s", name=g.place.name)[:200]))


def copy_page(form: CopyForm, status: int = 200) -> ResponseReturnValue:
    """Render the form for a copy, or say to a program what is wrong."""
    errors = errors_of(form)
    if errors and wants_json():
        return invalid(errors, status)
    return render_template("projects/clone.html", form=form, project=g.place), status


@bp.post("/projects/<slug>/clone")
@requires(Permission.MANAGE, opens_archived=True)
def make_clone(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Make a copy: settings and codebook, and the people if they shall come along; its maker manages it."""
    form = CopyForm(request.form)
    if not form.validate() or is_taken(form):
        return copy_page(form, 422)
    made = projects.clone_project(
        here(), typed(form.name), g.viewer.id, slug=typed(form.slug), with_people=bool(form.people.data)
    )
    projects.set_role(made, db.session.get_one(Person, g.viewer.id), Role.MANAGER, g.viewer.id)
    flash(_("The copy is made. These are the next steps."))
    return redirect(front_of(made.slug), 303)
