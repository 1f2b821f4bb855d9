"""The people of a project: who takes part in which role, who is invited, and who leaves."""

from flask import Blueprint, Response, abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from annotator.domain.roles import Permission, Role
from annotator.services import invitations
from annotator.services import members as service
from annotator.services.accounts import NotAccepted
from annotator.storage.database import db
from annotator.storage.people import Person
from annotator.storage.people_list import find_member, find_members, has_open_link, look_alike_of
from annotator.storage.projects import Membership, Project
from annotator.web.access import requires
from annotator.web.errors import error_answer, problem, wants_json
from annotator.web.forms import errors_of, typed
from annotator.web.links import address_of
from annotator.web.notices import ROLE_NAMES
from annotator.web.pages import page_links, page_number
from annotator.web.people_forms import InviteForm, MemberForm
from annotator.web.refusals import said

bp = Blueprint("members", __name__)


@bp.get("/projects/<slug>/people")
@requires(Permission.MANAGE)
def index(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (access has found the project)
    """List a project's members, with the form that invites more."""
    return index_page(InviteForm())


def index_page(form: InviteForm, status: int = 200) -> Response:
    """Render the list, or say to a program what is wrong."""
    if form.errors and wants_json():
        return problem(status, errors=errors_of(form))
    found = find_members(g.place.id, page_number(request.args.get("page", "")))
    page = render_template(
        "members/index.html",
        project=g.place,
        page=found,
        numbers=page_links(found.number, found.last),
        form=form,
        roles=ROLE_NAMES,
    )
    return make_response(page, status)


@bp.post("/projects/<slug>/people")
@requires(Permission.MANAGE)
def invite(slug: str) -> ResponseReturnValue:  # noqa: ARG001
    """Take people in, and show the links of those who are new: this once, so they come with this very answer."""
    form = InviteForm(request.form)
    if not form.validate():
        return index_page(form, 422)
    project = db.session.get_one(Project, g.place.id)
    try:
        invited = invitations.invite(project, form.lines(), Role(form.role.data), g.viewer.id)
    except invitations.NotInvited as error:
        form.names.errors = [_refusal(name, said(reason)) for name, reason in error.refused]
        return index_page(form, 422)
    return links_page(invited, Role(form.role.data))


def _refusal(name: str, reason: str) -> str:
    return _("%(name)s: %(reason)s.", name=name[:60], reason=reason.rstrip(".")) if name else reason


def links_page(invited: list[invitations.Invited], role: Role) -> Response:
    """Render what became of each name, with the links."""
    rows = [(one, address_of("accounts.invitation", one.token) if one.token else "") for one in invited]
    page = render_template("members/links.html", project=g.place, invited=rows, role=ROLE_NAMES[role])
    return make_response(page)


def member_here(person_id: int) -> Membership:
    """Return a membership of the project at hand, or answer 404."""
    return find_member(g.place.id, person_id) or abort(404)


@bp.get("/projects/<slug>/people/<int:person_id>")
@requires(Permission.MANAGE)
def show(slug: str, person_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Show a member: role and quota as a form, the invitation, and the way out."""
    member = member_here(person_id)
    form = MemberForm(role=member.role, quota=str(member.quota or ""), seen=service.seen_of(member))
    return member_page(member, form)


def member_page(
    member: Membership, form: MemberForm, status: int = 200, conflict: list[tuple[str, str, str]] | None = None
) -> Response:
    """Render a member's page, with what somebody else chose meanwhile."""
    if form.errors and wants_json():
        return problem(status, errors=errors_of(form))
    owner = member.person
    page = render_template(
        "members/show.html",
        project=g.place,
        member=member,
        owner=owner,
        form=form,
        conflict=conflict,
        roles=ROLE_NAMES,
        waits=invitations.is_waiting(owner),
        is_invited=has_open_link(owner.id, "invite"),
        is_only_here=invitations.is_only_in(owner, g.place.id),
        looks_like=look_alike_of(owner),
    )
    return make_response(page, status)


@bp.post("/projects/<slug>/people/<int:person_id>")
@requires(Permission.MANAGE)
def change(slug: str, person_id: int) -> ResponseReturnValue:
    """Give a member another role or quota, unless somebody changed them since they were shown."""
    member, form = member_here(person_id), MemberForm(request.form)
    if not form.validate():
        return member_page(member, form, 422)
    try:
        changed = service.change(
            member, Role(form.role.data), form.most(), seen=form.seen.data or "", by_id=g.viewer.id
        )
    except service.Stale:
        return stale(member, form)
    except service.LastManager as error:
        form.role.errors = [_(str(error))]
        return member_page(member, form, 422)
    flash(_("The change is in force.") if changed else _("Nothing was changed."))
    return redirect(url_for("members.index", slug=slug), 303)


def stale(member: Membership, form: MemberForm) -> Response:
    """Answer what somebody else changed meanwhile: 409 with both, nothing stored."""
    mine = (ROLE_NAMES[Role(form.role.data)], typed(form.quota))
    theirs = (ROLE_NAMES[Role(member.role)], str(member.quota or ""))
    both = [
        (str(name), str(now), str(asked))
        for name, now, asked in zip((_("Role"), _("Quota")), theirs, mine, strict=True)
        if now != asked
    ]
    if wants_json():
        return problem(409, current={"role": member.role, "quota": member.quota})
    form.seen.data = service.seen_of(member)
    return member_page(member, form, 409, both)


@bp.post("/projects/<slug>/people/<int:person_id>/remove")
@requires(Permission.MANAGE)
def take_out(slug: str, person_id: int) -> ResponseReturnValue:
    """End a membership; the verdicts stay."""
    try:
        service.take_out(member_here(person_id), g.viewer.id)
    except service.LastManager as error:
        return error_answer(409, _(str(error)))
    flash(_("The person is out of the project. What they gave stays."))
    if person_id == g.viewer.id and not g.viewer.is_admin:
        return redirect(url_for("tagging.queue"), 303)
    return redirect(url_for("members.index", slug=slug), 303)


def waiting_here(person_id: int) -> Person:
    """Return a member whose account nobody opened yet; 409 if this project's managers may not hand it out."""
    member = member_here(person_id)
    if not invitations.is_only_in(member.person, g.place.id):
        abort(409, _("This person belongs to other projects, too. An administrator can make the link."))
    return member.person


@bp.post("/projects/<slug>/people/<int:person_id>/invitation")
@requires(Permission.MANAGE)
def invite_again(slug: str, person_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Make a new link for somebody who has not come in yet, and show it, this once; the one before ends."""
    person = waiting_here(person_id)
    try:
        token = invitations.invite_again(person, g.viewer.id)
    except NotAccepted as error:
        return error_answer(409, said(error))
    return links_page([invitations.Invited(person, token)], Role(member_here(person_id).role))


@bp.post("/projects/<slug>/people/<int:person_id>/invitation/revoke")
@requires(Permission.MANAGE)
def revoke(slug: str, person_id: int) -> ResponseReturnValue:
    """End the link of an invitation."""
    ended = invitations.revoke(waiting_here(person_id), g.viewer.id)
    flash(_("The link does not work any more.") if ended else _("There was no link that worked."))
    return redirect(url_for("members.show", slug=slug, person_id=person_id), 303)
