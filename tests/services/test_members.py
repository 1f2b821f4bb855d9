"""Members and administrators: roles change, people leave, and somebody always stays in charge; on both databases."""

from collections.abc import Callable

import pytest

from annotator.domain.roles import Role
from annotator.services import accounts, members, people
from annotator.storage.people import Person
from annotator.storage.projects import Membership
from tests.desk import Desk, Somebody
from tests.races import at_once


def change(desk: Desk, project: int, person: Somebody, role: Role, seen: str = "", quota: int | None = None) -> bool:
    with desk.inside() as session:
        member = session.get_one(Membership, (project, person.id))
        return members.change(member, role, quota, seen=seen or members.seen_of(member), by_id=person.id)


def take_out(desk: Desk, project: int, person: Somebody) -> None:
    with desk.inside() as session:
        members.take_out(session.get_one(Membership, (project, person.id)), person.id)


def role_of(desk: Desk, project: int, person: Somebody) -> str | None:
    with desk.inside(writes=False) as session:
        member = session.get(Membership, (project, person.id))
        return member.role if member else None


def test_a_role_and_a_quota_change(desk: Desk) -> None:
    project = desk.project()
    desk.member(project, Role.MANAGER)
    reviewer = desk.member(project)
    assert change(desk, project, reviewer, Role.ADJUDICATOR, quota=20)
    assert not change(desk, project, reviewer, Role.ADJUDICATOR, quota=20)
    assert role_of(desk, project, reviewer) == "adjudicator"


def test_a_change_that_did_not_see_the_last_one_is_refused(desk: Desk) -> None:
    project = desk.project()
    reviewer = desk.member(project)
    with pytest.raises(members.Stale):
        change(desk, project, reviewer, Role.OBSERVER, seen="adjudicator/")
    assert role_of(desk, project, reviewer) == "reviewer"


def test_the_last_manager_neither_leaves_nor_steps_down(desk: Desk) -> None:
    project = desk.project()
    manager, gone = desk.member(project, Role.MANAGER), desk.member(project, Role.MANAGER)
    desk.member(desk.project("elsewhere"), Role.MANAGER)
    with desk.inside() as session:
        session.get_one(Person, gone.id).is_active = False
    for leave in (lambda: take_out(desk, project, manager), lambda: change(desk, project, manager, Role.REVIEWER)):
        with pytest.raises(members.LastManager):
            leave()
    assert role_of(desk, project, manager) == "manager"
    take_out(desk, project, gone)
    assert role_of(desk, project, gone) is None


def test_of_two_managers_who_leave_at_once_one_stays(desk: Desk) -> None:
    project = desk.project()
    one, other = desk.member(project, Role.MANAGER), desk.member(project, Role.MANAGER)
    ends = at_once(desk, lambda: take_out(desk, project, one), lambda: change(desk, project, other, Role.OBSERVER))
    assert [type(end) for end in ends if isinstance(end, Exception)] == [members.LastManager]
    assert [role_of(desk, project, one), role_of(desk, project, other)].count("manager") == 1


def test_a16_the_last_administrator_neither_leaves_nor_steps_down(desk: Desk) -> None:
    admin, gone = desk.person(admin=True), desk.person(admin=True)
    with desk.inside() as session:
        people.deactivate(session.get_one(Person, gone.id), None)
    for verb in (people.deactivate, people.unmake_administrator):
        with pytest.raises(people.LastAdministrator), desk.inside() as session:
            verb(session.get_one(Person, admin.id), admin.id)
    with desk.inside() as session:
        people.make_administrator(session.get_one(Person, desk.person().id), admin.id)
        people.unmake_administrator(session.get_one(Person, admin.id), admin.id)
        assert not session.get_one(Person, admin.id).is_admin


def test_a16_an_administrator_who_was_never_in_is_not_the_one_who_stays(desk: Desk) -> None:
    root = desk.person(admin=True)
    with desk.inside():
        waiting = accounts.add_account("waiting", is_admin=True).id
    for verb in (people.deactivate, people.unmake_administrator):
        with pytest.raises(people.LastAdministrator), desk.inside() as session:
            verb(session.get_one(Person, root.id), root.id)
    with desk.inside() as session:
        people.unmake_administrator(session.get_one(Person, waiting), root.id)


def test_a16_of_two_administrators_who_leave_at_once_one_stays(desk: Desk) -> None:
    one, other = desk.person(admin=True), desk.person(admin=True)

    def leave(verb: Callable[[Person, int | None], None], person: Somebody) -> None:
        with desk.inside() as session:
            verb(session.get_one(Person, person.id), person.id)

    ends = at_once(desk, lambda: leave(people.deactivate, one), lambda: leave(people.unmake_administrator, other))
    assert [type(end) for end in ends if isinstance(end, Exception)] == [people.LastAdministrator]


def test_a06_deactivating_ends_sessions_for_good(desk: Desk) -> None:
    person = desk.person()
    with desk.inside() as session:
        row = session.get_one(Person, person.id)
        accounts.open_session(row, "Firefox")
        people.deactivate(row, None)
        people.reactivate(row, None)
    with desk.inside(writes=False):
        assert accounts.open_sessions(person.id) == []


def rename(desk: Desk, person: Somebody, display_name: str, pseudonym: str, seen: str = "") -> bool:
    with desk.inside() as session:
        row = session.get_one(Person, person.id)
        return people.rename(row, display_name, pseudonym, seen=seen or people.seen_of(row), by_id=person.id)


def test_a_person_gets_other_names_and_a_pseudonym_is_nobody_elses(desk: Desk) -> None:
    one, other = desk.person("ana"), desk.person("bea")
    assert rename(desk, one, "Ana Ruiz", "coder A")
    assert not rename(desk, one, "Ana Ruiz", "coder A")
    for taken in ("coder A", "Ana", "\u200bx", "", "x" * 61):
        with pytest.raises(people.PseudonymNotAccepted):
            rename(desk, other, "Bea", taken)
    with pytest.raises(people.Stale):
        rename(desk, one, "Ana", "coder B", seen="something else")
    with desk.inside(writes=False) as session:
        assert session.get_one(Person, one.id).display_name == "Ana Ruiz"


@pytest.mark.parametrize("name", ["pau1", "PAUI", "раul", "рaul", "ｐａｕｌ", "paul ", "pa\u200bul", "\u202epaul"])
def test_a17_a_name_that_looks_like_somebodys_is_refused(desk: Desk, name: str) -> None:
    desk.person("paul")
    with pytest.raises(accounts.NotAccepted):
        desk.person(name)


def test_a17_names_from_before_are_compared_too(desk: Desk) -> None:
    person = desk.person("paul")
    with desk.inside() as session:
        session.get_one(Person, person.id).look_key = ""
    with pytest.raises(accounts.NotAccepted, match="looks like"):
        desk.person("pau1")
