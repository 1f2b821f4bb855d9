"""Invitations and reset links: who comes in, once, and for whom no link works any more; on both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from annotator.domain.roles import Role
from annotator.services import accounts, invitations, links, members, people
from annotator.storage.database import db
from annotator.storage.events import Event
from annotator.storage.notices import Notice
from annotator.storage.people import OneTimeLink, Person
from annotator.storage.projects import Membership, Project
from tests.desk import Desk, Somebody
from tests.services.signing_in import GOOD, HERE, sign_in


def invite(desk: Desk, project: int, *names: str, role: Role = Role.REVIEWER) -> Sequence[tuple[int, str]]:
    with desk.inside() as session:
        made = invitations.invite(session.get_one(Project, project), names, role, None)
        return [(one.person.id, one.token) for one in made]


def accept(desk: Desk, token: str, password: str = GOOD) -> int | None:
    with desk.inside():
        person = invitations.accept(token, "Shown So", password)
        return person.id if person else None


def reset_link(desk: Desk, person: Somebody) -> str:
    with desk.inside() as session:
        return people.make_reset_link(session.get_one(Person, person.id), None)


def reset(desk: Desk, token: str, password: str = GOOD) -> int | None:
    with desk.inside():
        person = invitations.reset_password(token, password)
        return person.id if person else None


def test_new_people_get_a_link_and_others_are_added_with_a_notice(desk: Desk, person: Somebody) -> None:
    project = desk.project()
    old = desk.member(project, Role.MANAGER, "old hand")
    invited = invite(desk, project, "Mara", "READER", "old hand", "", "mara ", role=Role.ADJUDICATOR)
    assert [bool(token) for _id, token in invited] == [True, False, False]
    with desk.inside(writes=False) as session:
        roles = {row.person.name: row.role for row in session.scalars(select(Membership))}
        assert roles == {"Mara": "adjudicator", "reader": "adjudicator", "old hand": "manager"}
        assert session.scalars(select(Notice.person_id)).all() == [person.id]
        assert session.get_one(Person, invited[0][0]).password_hash is None
        assert session.get_one(Person, old.id).is_active


def test_nobody_is_invited_if_one_of_them_cannot_be(desk: Desk, person: Somebody) -> None:
    project = desk.project()
    with desk.inside() as session:
        session.get_one(Person, person.id).is_active = False
    with pytest.raises(invitations.NotInvited) as refused:
        invite(desk, project, "Mara", "\u202eevil", "reader", "pauI", "paul")
    assert [name for name, _why in refused.value.refused] == ["\u202eevil", "reader", "paul"]
    with desk.inside() as session:
        with pytest.raises(invitations.NotInvited):
            invitations.invite(session.get_one(Project, project), ["Mara", "reader"], Role.REVIEWER, None)
        session.flush()
    with desk.inside(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(Membership)) == 0
        assert session.scalar(select(func.count()).where(Person.name == "Mara")) == 0


@pytest.mark.parametrize("names", [[], ["", "  "], [f"person {number}" for number in range(101)]])
def test_no_names_and_too_many_are_refused(desk: Desk, names: list[str]) -> None:
    project = desk.project()
    with pytest.raises(invitations.NotInvited):
        invite(desk, project, *names)


def test_a_password_that_is_refused_does_not_use_the_invitation_up(desk: Desk) -> None:
    ((mara, token),) = invite(desk, desk.project(), "Mara")
    with pytest.raises(accounts.NotAccepted):
        accept(desk, token, "password1")
    assert accept(desk, token) == mara
    assert sign_in(desk, "mara", GOOD) == mara


def test_a12_an_invitation_works_once_and_only_as_one(desk: Desk) -> None:
    ((mara, token),) = invite(desk, desk.project(), "Mara")
    assert reset(desk, token) is None
    with desk.inside():
        assert links.use_link(token) is None
        assert links.use_link(token, "second-factor") is None
    assert accept(desk, token) == mara
    assert accept(desk, token, "another good password 9") is None
    assert sign_in(desk, "Mara", GOOD) == mara


def test_a12_a_reset_link_works_once_and_only_as_one(desk: Desk, person: Somebody) -> None:
    token = reset_link(desk, person)
    assert accept(desk, token) is None
    with desk.inside():
        assert links.use_link(token) is None
    assert sign_in(desk, "reader", person.password) == person.id, "until it is used, everything stays as it is"
    assert reset(desk, token) == person.id
    assert reset(desk, token) is None
    assert sign_in(desk, "reader", person.password) is None
    assert sign_in(desk, "reader", GOOD) == person.id


def test_a12_using_a_reset_link_ends_sessions_and_all_other_links(desk: Desk, person: Somebody) -> None:
    token = reset_link(desk, person)
    with desk.inside() as session:
        accounts.open_session(session.get_one(Person, person.id), "a thief's browser")
    reset(desk, token)
    with desk.inside(writes=False) as session:
        assert accounts.open_sessions(person.id) == []
        assert links.link_owner(person.link_token) is None
        assert (
            session.scalar(
                select(func.count()).where(OneTimeLink.used_at.is_(None), OneTimeLink.person_id == person.id)
            )
            == 0
        )


@pytest.mark.parametrize(("purpose", "lifetime"), [("invite", timedelta(days=7)), ("reset", timedelta(hours=24))])
def test_a12_links_end_when_their_time_is_over(desk: Desk, person: Somebody, purpose: str, lifetime: timedelta) -> None:
    with desk.inside() as session:
        token = links.make_link(session.get_one(Person, person.id), purpose)
    with desk.inside(writes=False), time_machine.travel(datetime.now(UTC) + lifetime - timedelta(minutes=1)):
        assert links.link_owner(token, purpose) is not None
    with desk.inside(writes=False), time_machine.travel(datetime.now(UTC) + lifetime + timedelta(minutes=1)):
        assert links.link_owner(token, purpose) is None


def test_a12_a_new_link_ends_the_one_before_and_nobody_elses(desk: Desk, person: Somebody) -> None:
    project = desk.project()
    ((mara, first), (_other, others)) = invite(desk, project, "Mara", "Jonas")
    with desk.inside() as session:
        second = invitations.invite_again(session.get_one(Person, mara), None)
    old, new = reset_link(desk, person), reset_link(desk, person)
    assert accept(desk, first) is None
    assert accept(desk, second) == mara
    assert accept(desk, others) is not None
    assert reset(desk, old) is None
    assert reset(desk, new) == person.id


def test_a12_after_a_password_change_no_link_works(desk: Desk, person: Somebody) -> None:
    token = reset_link(desk, person)
    with desk.inside():
        accounts.change_password(person.id, person.password, GOOD, 0, HERE)
    assert reset(desk, token) is None


def test_a12_a_deactivated_persons_links_are_ended_for_good(desk: Desk, person: Somebody) -> None:
    token = reset_link(desk, person)
    with desk.inside() as session:
        people.deactivate(session.get_one(Person, person.id), None)
        people.reactivate(session.get_one(Person, person.id), None)
    assert reset(desk, token) is None


def test_who_is_in_already_cannot_be_invited_anew(desk: Desk, person: Somebody) -> None:
    with pytest.raises(accounts.NotAccepted, match="in use"), desk.inside() as session:
        invitations.invite_again(session.get_one(Person, person.id), None)


def test_an_invitation_is_revoked_and_ends_with_the_membership(desk: Desk) -> None:
    project = desk.project()
    (mara, first), (jonas, second) = invite(desk, project, "Mara", "Jonas")
    with desk.inside() as session:
        assert invitations.revoke(session.get_one(Person, mara), jonas)
        assert not invitations.revoke(session.get_one(Person, mara), jonas)
        members.take_out(session.get_one(Membership, (project, jonas)), mara)
    assert accept(desk, first) is None
    assert accept(desk, second) is None


def test_an_account_that_others_rely_on_is_not_only_here(desk: Desk) -> None:
    project, elsewhere = desk.project(), desk.project("elsewhere")
    ((mara, _token),) = invite(desk, project, "Mara")
    with desk.inside() as session:
        assert invitations.is_only_in(session.get_one(Person, mara), project)
    invite(desk, elsewhere, "Mara")
    with desk.inside() as session:
        assert not invitations.is_only_in(session.get_one(Person, mara), project)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADJUDICATOR, Role.OBSERVER])
def test_a12_an_invitation_ends_when_it_would_open_more_than_its_maker_may_give(desk: Desk, role: Role) -> None:
    project, elsewhere = desk.project(), desk.project("elsewhere")
    (_mara, first), (jonas, second) = invite(desk, project, "Mara", "Jonas")
    invite(desk, elsewhere, "Mara", role=role)
    with desk.inside() as session:
        people.make_administrator(session.get_one(Person, jonas), None)
    assert accept(desk, first) is None
    assert accept(desk, second) is None


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADJUDICATOR, Role.OBSERVER])
def test_a12_an_invitation_from_elsewhere_ends_when_its_owner_rises(desk: Desk, role: Role) -> None:
    project, elsewhere = desk.project(), desk.project("elsewhere")
    ((mara, token), (jonas, other)) = invite(desk, project, "Mara", "Jonas")
    invite(desk, elsewhere, "Mara")
    with desk.inside() as session:
        for place, person in ((elsewhere, mara), (project, jonas)):
            member = session.get_one(Membership, (place, person))
            members.change(member, role, None, seen=members.seen_of(member), by_id=mara)
    assert accept(desk, token) is None
    assert accept(desk, other) == jonas, "who is in this project alone keeps the link that it has given"


def test_b05_an_account_that_somebody_else_invited_is_not_a_managers_to_hand_out(desk: Desk) -> None:
    project, admin = desk.project(), desk.person(admin=True)
    ((mara, _token),) = invite(desk, project, "Mara")
    with desk.inside() as session:
        invitations.invite_again(session.get_one(Person, mara), admin.id)
        assert not invitations.is_only_in(session.get_one(Person, mara), project)


def test_a06_a_sign_in_begun_with_the_password_before_does_not_open(
    desk: Desk, person: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    matches = accounts.password_matches

    def meanwhile(stored: str | None, password: str) -> bool:
        is_right = matches(stored, password)
        db.session.get_one(Person, person.id).password_hash = "another"
        db.session.flush()
        return is_right

    monkeypatch.setattr(accounts, "password_matches", meanwhile)
    with desk.inside():
        assert accounts.authenticate(person.name, person.password, HERE) is None


def test_what_happened_is_written_down_without_tokens(desk: Desk, person: Somebody) -> None:
    ((_mara, token),) = invite(desk, desk.project(), "Mara")
    accept(desk, token)
    other = reset_link(desk, person)
    reset(desk, other)
    with desk.inside(writes=False) as session:
        events = session.scalars(select(Event).order_by(Event.id)).all()
        whats = [event.what for event in events]
        assert {"person invited", "invitation accepted", "reset link made", "password reset"} <= set(whats)
        text = " ".join(f"{event.what} {event.detail}" for event in events)
    assert not [secret for secret in (token, other, GOOD) if secret in text]
