"""Accounts: names, passwords, sessions and one-time links, on both databases."""

import hashlib
import threading
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from annotator.services import accounts, links
from annotator.storage.events import Event
from annotator.storage.people import OneTimeLink, Person, SignInSession
from tests.desk import Desk, Somebody
from tests.races import at_once
from tests.services.signing_in import GOOD, HERE, set_password, sign_in


def test_name_and_password_find_the_person(desk: Desk, person: Somebody) -> None:
    assert sign_in(desk, "reader", person.password) == person.id
    assert sign_in(desk, "reader", person.password + "x") is None
    assert sign_in(desk, "somebody else", person.password) is None


@pytest.mark.parametrize("typed", ["READER", "  reader ", "ｒｅａｄｅｒ", "Reader\u00a0"])
def test_capitals_width_and_blanks_do_not_matter_in_a_name(desk: Desk, person: Somebody, typed: str) -> None:
    assert sign_in(desk, typed, person.password) == person.id


def test_a04_both_ways_of_writing_an_accent_sign_in_alike(desk: Desk) -> None:
    person = desk.person("Zoë Ångström")
    assert sign_in(desk, unicodedata.normalize("NFD", "zoë ångström"), person.password) == person.id
    set_password(desk, person, unicodedata.normalize("NFD", "geheimnisvolle Tür"))
    assert sign_in(desk, "Zoë Ångström", unicodedata.normalize("NFC", "geheimnisvolle Tür")) == person.id


@pytest.mark.parametrize("twin", ["reader", "READER", "ｒｅａｄｅｒ", "reader ", "\u00a0reader"])
def test_a17_a_name_that_reads_the_same_is_taken(desk: Desk, person: Somebody, twin: str) -> None:
    with pytest.raises(accounts.NotAccepted, match="already"):
        desk.person(twin)


@pytest.mark.parametrize(
    "name",
    ["\u0430dmin", "rea\u200bder", "\u202ereader", "read\u2066er", "\ufeffreader", "reader\U000e0041", "x" * 10_000,
     "re\nader", "re\x1b[31mader", "   ", "\u3164", "nul\0", "\ud800"],
)  # fmt: skip
def test_a17_a_name_that_hides_something_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(accounts.NotAccepted), desk.inside():
        accounts.add_person(name)


def test_a_display_name_that_hides_something_is_refused(desk: Desk) -> None:
    with pytest.raises(accounts.NotAccepted, match="display name"), desk.inside():
        accounts.add_person("honest", "\u202etsenohsid")


def test_a17_a_name_that_looks_like_a_path_is_just_a_name(desk: Desk) -> None:
    person = desk.person("../x")
    assert sign_in(desk, "../x", person.password) == person.id


def test_a_new_person_gets_a_random_password_that_is_kept_as_a_hash_only(desk: Desk, person: Somebody) -> None:
    other = desk.person("another")
    assert len(person.password) >= 16
    assert person.password != other.password
    with desk.inside(writes=False) as session:
        stored = session.get_one(Person, person.id).password_hash
        assert stored is not None
        assert stored.startswith("$argon2id$")
        tokens = set(session.scalars(select(OneTimeLink.token_hash)))
        assert hashlib.sha256(person.link_token.encode()).hexdigest() in tokens


def test_a03_an_unknown_name_costs_as_much_as_a_wrong_password(
    desk: Desk, person: Somebody, verified: list[str]
) -> None:
    assert sign_in(desk, "reader", "wrong password") is None
    assert sign_in(desk, "nobody at all", "wrong password") is None
    assert len(verified) == 2
    assert verified[0] != verified[1]


def test_a03_a_deactivated_person_costs_as_much_and_gets_nothing(
    desk: Desk, person: Somebody, verified: list[str]
) -> None:
    with desk.inside() as session:
        session.get_one(Person, person.id).is_active = False
    assert sign_in(desk, "reader", person.password) is None
    assert len(verified) == 1


def test_a_person_without_password_cannot_sign_in_with_any(desk: Desk, person: Somebody) -> None:
    with desk.inside() as session:
        session.get_one(Person, person.id).password_hash = None
    assert sign_in(desk, "reader", "") is None
    assert sign_in(desk, "reader", person.password) is None


def test_many_first_sign_ins_with_unknown_names_do_not_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "_hashing", threading.BoundedSemaphore(1))
    first = threading.Thread(target=accounts.password_matches, args=(None, "whatever"), daemon=True)
    first.start()
    first.join(timeout=10)
    assert not first.is_alive()


@pytest.mark.parametrize("length", [8, 64, 128, 1024])
def test_a04_long_passwords_are_taken_whole(desk: Desk, person: Somebody, length: int) -> None:
    password = ("tuMbl3weed £antern " * 60)[:length]
    set_password(desk, person, password)
    assert sign_in(desk, "reader", password) == person.id
    assert sign_in(desk, "reader", password[:-1]) is None


@pytest.mark.parametrize("password", ["", "1234567", "seven77", "x" * 1025, "tumbleweed" * 1000, " " * 12, "\t" * 20])
def test_a04_passwords_that_are_too_short_or_too_long_are_refused_before_they_are_hashed(
    desk: Desk, person: Somebody, verified: list[str], password: str
) -> None:
    with pytest.raises(accounts.NotAccepted):
        set_password(desk, person, password)
    assert len(verified) == 1, "the present password was compared, and nothing else was hashed"


def test_a04_a_password_of_megabytes_is_not_hashed(desk: Desk, person: Somebody, verified: list[str]) -> None:
    assert sign_in(desk, "reader", "x" * 5_000_000) is None
    assert verified == []


@pytest.mark.parametrize("password", ["reader123", "Reader2026!", "READERreader"])
def test_the_own_name_is_no_password(desk: Desk, person: Somebody, password: str) -> None:
    with pytest.raises(accounts.NotAccepted, match="attacker"):
        set_password(desk, person, password)


def open_session(desk: Desk, person: Somebody, browser: str = "Firefox") -> tuple[str, int]:
    with desk.inside() as session:
        token = accounts.open_session(session.get_one(Person, person.id), browser)
        session.flush()
        return token, session.scalars(select(func.max(SignInSession.id))).one()


def test_a_session_is_kept_as_a_hash_and_its_browser_as_plain_text(desk: Desk, person: Somebody) -> None:
    token, session_id = open_session(desk, person, "Evil\r\n\x1b[31m\0\u202e" + "x" * 1000)
    with desk.inside(writes=False) as session:
        row = session.get_one(SignInSession, session_id)
        assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
        assert row.browser == ("Evil[31m" + "x" * 1000)[:200]
        assert token not in " ".join(map(str, session.scalars(select(Event.detail))))


def test_only_ones_own_sessions_can_be_closed_and_only_once(desk: Desk, person: Somebody) -> None:
    other = desk.person("other")
    _token, session_id = open_session(desk, person)
    with desk.inside():
        assert not accounts.close_session(session_id, other.id)
        assert accounts.close_session(session_id, person.id)
        assert not accounts.close_session(session_id, person.id)


def test_the_list_of_sessions_has_those_that_still_work(desk: Desk, person: Somebody) -> None:
    ids = [open_session(desk, person)[1] for _ in range(4)]
    open_session(desk, desk.person("other"))
    now = datetime.now(UTC)
    with desk.inside() as session:
        accounts.close_session(ids[0], person.id)
        session.get_one(SignInSession, ids[1]).seen_at = now - accounts.IDLE
        session.get_one(SignInSession, ids[2]).created_at = now - accounts.LIFETIME
    with desk.inside(writes=False):
        assert [row.id for row in accounts.open_sessions(person.id)] == [ids[3]]


def test_a_new_password_ends_other_sessions_and_open_links(desk: Desk, person: Somebody) -> None:
    mine, other = open_session(desk, person)[1], open_session(desk, person)[1]
    with desk.inside():
        accounts.change_password(person.id, person.password, GOOD, mine, HERE)
    with desk.inside(writes=False) as session:
        assert session.get_one(SignInSession, mine).revoked_at is None
        assert session.get_one(SignInSession, other).revoked_at is not None
        assert links.link_owner(person.link_token) is None
    assert sign_in(desk, "reader", person.password) is None
    assert sign_in(desk, "reader", GOOD) == person.id


def test_a_wrong_present_password_changes_nothing(desk: Desk, person: Somebody) -> None:
    with pytest.raises(accounts.WrongPassword):
        set_password(desk, person, GOOD, old="a guess")
    assert sign_in(desk, "reader", person.password) == person.id


def use(desk: Desk, token: str, purpose: str = "sign-in") -> int | None:
    with desk.inside():
        owner = links.use_link(token, purpose)
        return owner.id if owner else None


def test_a12_a_link_signs_its_owner_in_once(desk: Desk, person: Somebody) -> None:
    with desk.inside(writes=False):
        looked_at = links.link_owner(person.link_token)
        assert looked_at is not None
    assert use(desk, person.link_token) == person.id
    assert use(desk, person.link_token) is None


def test_a12_a_link_ends_after_three_days(desk: Desk, person: Somebody) -> None:
    with time_machine.travel(datetime.now(UTC) + links.LIFETIMES["sign-in"] + timedelta(seconds=1)):
        assert use(desk, person.link_token) is None


@pytest.mark.parametrize("token", ["", "x", "null", "%", "0" * 5000])
def test_a_link_that_was_never_made_signs_nobody_in(desk: Desk, person: Somebody, token: str) -> None:
    assert use(desk, token) is None


def test_a12_a_link_of_one_purpose_serves_no_other(desk: Desk, person: Somebody) -> None:
    assert use(desk, person.link_token, "reset") is None
    with desk.inside() as session:
        token = links.make_link(session.get_one(Person, person.id), "reset")
    assert use(desk, token) is None
    assert use(desk, token, "reset") == person.id


def test_a_link_of_a_deactivated_person_signs_nobody_in(desk: Desk, person: Somebody) -> None:
    with desk.inside() as session:
        session.get_one(Person, person.id).is_active = False
    assert use(desk, person.link_token) is None


def test_two_who_use_a_link_at_once_get_one_session(desk: Desk, person: Somebody) -> None:
    owners = at_once(desk, *[lambda: use(desk, person.link_token)] * 2)
    assert sorted(owners, key=str) == [person.id, None]


def test_what_happens_to_an_account_is_written_down_without_secrets(desk: Desk, person: Somebody) -> None:
    token, session_id = open_session(desk, person)
    with desk.inside():
        accounts.close_session(session_id, person.id)
    set_password(desk, person, GOOD)
    with desk.inside(writes=False) as session:
        events = session.scalars(
            select(Event).where(Event.subject.in_(["person", "sign_in_session"])).order_by(Event.id)
        ).all()
        whats = [event.what for event in events]
        assert whats[-3:] == ["signed in", "session closed", "password changed"]
        text = " ".join(f"{event.what} {event.detail}" for event in events)
    assert not [secret for secret in (token, GOOD, person.password, person.link_token) if secret in text]
