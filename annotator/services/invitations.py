"""Invitations: people come into a project by a link that they open once; and links for a lost password."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import exists, select

from annotator.domain.roles import Permission, Role, allows
from annotator.domain.text import name_key
from annotator.services import accounts, notices
from annotator.services.links import end_links, link_owner, make_link, use_link
from annotator.services.projects import set_role
from annotator.storage import events
from annotator.storage.database import db
from annotator.storage.people import Identity, OneTimeLink, Person
from annotator.storage.projects import Membership, Project

MOST = 100
"""People who can be invited at once."""
DEACTIVATED = "this account is deactivated; an administrator can reactivate it"


class NotInvited(ValueError):
    """Nobody was invited; `refused` are the names that can't be, each with the reason."""

    def __init__(self, refused: list[tuple[str, accounts.NotAccepted]]) -> None:
        """Keep the reasons."""
        super().__init__("; ".join(str(reason) for _name, reason in refused))
        self.refused = refused


@dataclass(frozen=True)
class Invited:
    """What became of a name: a new account with the token of its link, one that was added, or a member already."""

    person: Person
    token: str = ""
    was_member: bool = False


def invite(project: Project, lines: Iterable[str], role: Role, by_id: int | None) -> list[Invited]:
    """Take people into `project` by name, one a line: all of them, or none if one can't be (NotInvited).

    Who has an account is added; others get an account without password, which the link of their invitation opens.
    """
    spellings: dict[str, str] = {}
    for line in filter(None, map(str.strip, lines)):
        spellings.setdefault(name_key(line), line)
    names = list(spellings.values())
    if not names:
        raise NotInvited([("", accounts.NotAccepted("name at least one person"))])
    if len(names) > MOST:
        raise NotInvited([("", accounts.NotAccepted("at most 100 people can be invited at once"))])
    refused: list[tuple[str, accounts.NotAccepted]] = []
    with db.session.begin_nested():  # if one is refused, the others are not in either
        invited = [_take_in(project, name, role, by_id, refused) for name in names]
        if refused:
            raise NotInvited(refused)
    return [one for one in invited if one]


def _take_in(
    project: Project, name: str, role: Role, by_id: int | None, refused: list[tuple[str, accounts.NotAccepted]]
) -> Invited | None:
    person = db.session.scalar(select(Person).where(Person.name_key == name_key(name)))
    if person is None:
        try:
            person = accounts.add_account(name, by_id=by_id)
        except accounts.NotAccepted as reason:
            refused.append((name, reason))
            return None
        set_role(project, person, role, by_id)
        return Invited(person, invite_again(person, by_id))
    if not person.is_active:
        refused.append((name, accounts.NotAccepted(DEACTIVATED)))
        return None
    if db.session.get(Membership, (project.id, person.id)) is not None:
        return Invited(person, was_member=True)
    set_role(project, person, role, by_id)
    if opens_more(role):
        end_links(person.id, "invite")  # whoever handed it out elsewhere could open what this role opens
    notices.notify([person.id], "role given", project_id=project.id, facts={"role": role.value})
    return Invited(person)


def opens_more(role: Role) -> bool:
    """Tell whether a role shows what others gave, which no link of another project's manager may open."""
    return allows(role, Permission.READ_REPORTS)


def invite_again(person: Person, by_id: int | None) -> str:
    """Make a link of invitation for an account that nobody has opened yet, in place of the one before."""
    if not is_waiting(person):
        raise accounts.NotAccepted(
            "this account is in use already; an administrator can make a link for a lost password"
        )
    token = make_link(person, "invite", by_id)
    events.record("person invited", "person", person.id, person_id=by_id)
    return token


def revoke(person: Person, by_id: int) -> bool:
    """End the open invitation of a person; False if there is none."""
    if not end_links(person.id, "invite"):
        return False
    events.record("invitation revoked", "person", person.id, person_id=by_id)
    return True


def is_waiting(person: Person) -> bool:
    """Tell whether nobody has opened this account yet: it has neither a password nor an account elsewhere."""
    elsewhere = select(exists().where(Identity.person_id == person.id))
    return person.is_active and person.password_hash is None and not db.session.scalar(elsewhere)


def is_only_in(person: Person, project_id: int) -> bool:
    """Tell whether a project's managers may hand out this account: it has no rights anywhere else."""
    other = select(exists().where(Membership.person_id == person.id, Membership.project_id != project_id))
    members = select(Membership.person_id).where(Membership.project_id == project_id)
    by_others = select(
        exists().where(
            OneTimeLink.person_id == person.id,
            OneTimeLink.purpose == "invite",
            OneTimeLink.created_by_id.not_in(members),
        )
    )
    return not (person.is_admin or db.session.scalar(other) or db.session.scalar(by_others))


def accept(token: str, display_name: str, password: str) -> Person | None:
    """Give an invited person the name and the password that they chose; raises NotAccepted.

    None if the link is unknown, used or too old. What is refused leaves the link as it was.
    """
    display_name = accounts.accepted_name(display_name, "display name", is_new=False)
    person = _set_password(token, "invite", password, "invitation accepted")
    if person is not None:
        person.display_name = display_name
    return person


def reset_password(token: str, password: str) -> Person | None:
    """Give the owner of a reset link a new password, and end their sessions and other links; as `accept`."""
    return _set_password(token, "reset", password, "password reset")


def _set_password(token: str, purpose: str, password: str, what: str) -> Person | None:
    owner = link_owner(token, purpose)
    if owner is None:
        return None
    accounts.check_strength(password, owner)
    person = use_link(token, purpose)
    if person is None:
        return None
    person.password_hash = accounts.hash_password(password)
    accounts.close_sessions(person.id)
    end_links(person.id)
    events.record(what, "person", person.id, person_id=person.id)
    return person
