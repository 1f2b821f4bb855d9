"""Members of a project: their roles and quotas, and who leaves."""

from sqlalchemy import select

from annotator.domain.roles import Role
from annotator.services import assignments, notices
from annotator.services.invitations import is_only_in, is_waiting, opens_more
from annotator.services.links import end_links
from annotator.storage import events
from annotator.storage.database import db
from annotator.storage.people import Person
from annotator.storage.projects import Membership


class LastManager(ValueError):
    """A project keeps at least one manager."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("this is the project’s last manager; make somebody else a manager first")


class Stale(ValueError):
    """Somebody changed the membership since it was shown."""


def seen_of(member: Membership) -> str:
    """Return what a form remembers of a membership, to notice that somebody changed it meanwhile."""
    return f"{member.role}/{member.quota or ''}"


def change(member: Membership, role: Role, quota: int | None, *, seen: str, by_id: int) -> bool:
    """Give a member another role or quota; raises LastManager or Stale. False if nothing was to change."""
    _lock(member)
    if seen != seen_of(member):
        raise Stale
    if (member.role, member.quota) == (role.value, quota):
        return False
    if role != Role.MANAGER:
        _keep_a_manager(member)
    if role.value != member.role:
        if opens_more(role) and not is_only_in(member.person, member.project_id):
            end_links(member.person_id, "invite")  # somebody elsewhere may have handed it out, for less than this
        notices.notify([member.person_id], "role given", project_id=member.project_id, facts={"role": role.value})
    detail = {"role": role.value, "role_before": member.role, "quota": quota, "quota_before": member.quota}
    member.role, member.quota = role.value, quota
    events.record("role set", "person", member.person_id, person_id=by_id, project_id=member.project_id, detail=detail)
    return True


def take_out(member: Membership, by_id: int) -> None:
    """End a membership: the verdicts stay, the work goes back, a link that nobody used ends. Raises LastManager."""
    _lock(member)
    _keep_a_manager(member)
    project_id, person, role = member.project_id, member.person, member.role
    if is_waiting(person) and is_only_in(person, project_id):
        end_links(person.id)
    assignments.release_all(member.project, person.id, by_id)
    db.session.delete(member)
    notices.notify([person.id], "role taken", project_id=project_id)
    events.record("member removed", "person", person.id, person_id=by_id, project_id=project_id, detail={"role": role})


def _lock(member: Membership) -> None:
    """Read the membership anew, and let nobody else change it meanwhile."""
    _managers(member.project_id)
    db.session.refresh(member, with_for_update=True)


def _keep_a_manager(member: Membership) -> None:
    if member.role == Role.MANAGER and not set(_managers(member.project_id)) - {member.person_id}:
        raise LastManager


def _managers(project_id: int) -> list[int]:
    """Return a project's active managers, and hold their memberships, so that two can't leave at the same moment."""
    return list(
        db.session.scalars(
            select(Membership.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.project_id == project_id, Membership.role == Role.MANAGER.value, Person.is_active)
            .order_by(Membership.person_id)
            .with_for_update(of=Membership)
        )
    )
