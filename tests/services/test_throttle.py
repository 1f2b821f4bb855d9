"""The throttle on guessing passwords: counted in the database, hard on who guesses and soft on whom it is about."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from annotator.services import accounts, links
from annotator.storage.database import db
from annotator.storage.people import SignInAttempt
from tests.conftest import make_app
from tests.desk import Desk, Somebody
from tests.services.signing_in import ELSEWHERE, GOOD, HERE, fail, set_password, sign_in


def test_a01_after_ten_wrong_passwords_even_the_right_one_has_to_wait(
    desk: Desk, person: Somebody, verified: list[str]
) -> None:
    fail(desk, "reader", accounts.OWN_LIMIT)
    compared = len(verified)
    with pytest.raises(accounts.TooManyAttempts):
        sign_in(desk, "reader", person.password)
    assert len(verified) == compared, "a throttled request is not worth a hash"
    with time_machine.travel(datetime.now(UTC) + accounts.WINDOW + timedelta(seconds=1)):
        assert sign_in(desk, "reader", person.password) == person.id


def test_a01_another_spelling_of_the_name_counts_too(desk: Desk, person: Somebody) -> None:
    for spelling in ("reader", "READER", "ｒｅａｄｅｒ", " reader", "Reader"):
        fail(desk, spelling, 2)
    with pytest.raises(accounts.TooManyAttempts):
        sign_in(desk, "reader", person.password)


@pytest.fixture
def second_server(database_url: str) -> Iterator[Desk]:
    """The same database, served by another process."""
    app = make_app(database_url)
    yield Desk(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a01_two_servers_count_together(desk: Desk, person: Somebody, second_server: Desk) -> None:
    fail(desk, "reader", 5)
    fail(second_server, "reader", 5)
    for server in (desk, second_server):
        with pytest.raises(accounts.TooManyAttempts):
            sign_in(server, "reader", person.password)


def test_a02_a_stranger_who_guesses_keeps_himself_out_and_not_the_person(desk: Desk, person: Somebody) -> None:
    fail(desk, "reader", accounts.OWN_LIMIT, ELSEWHERE)
    with pytest.raises(accounts.TooManyAttempts):
        sign_in(desk, "reader", "one more", ELSEWHERE)
    assert sign_in(desk, "reader", person.password, HERE) == person.id
    with pytest.raises(accounts.TooManyAttempts):
        sign_in(desk, "reader", "one more", ELSEWHERE)


def test_many_addresses_cannot_guess_one_name_without_end(desk: Desk, person: Somebody) -> None:
    now = datetime.now(UTC)
    with desk.inside() as session:
        session.add_all(
            SignInAttempt(name_key="reader", address=f"198.51.100.{i}", at=now) for i in range(accounts.NAME_LIMIT)
        )
    with pytest.raises(accounts.TooManyAttempts):
        sign_in(desk, "reader", "one more", "203.0.113.9")
    with desk.inside():
        owner = links.use_link(person.link_token)
        assert owner is not None, "a one-time link still opens the door"


def test_a02_one_password_tried_on_many_names_is_throttled_by_address(desk: Desk, person: Somebody) -> None:
    now = datetime.now(UTC)
    with desk.inside() as session:
        session.add_all(
            SignInAttempt(name_key=f"name {i}", address=HERE, at=now) for i in range(accounts.ADDRESS_LIMIT - 1)
        )
    fail(desk, "name 500", 1)
    with pytest.raises(accounts.TooManyAttempts):
        sign_in(desk, "name 501", "the one password")
    assert sign_in(desk, "reader", person.password, ELSEWHERE) == person.id


def test_all_addresses_of_one_ipv6_network_count_as_one(desk: Desk, person: Somebody) -> None:
    for i in range(accounts.OWN_LIMIT):
        fail(desk, "reader", 1, f"2001:db8:0:7::{i}")
    with pytest.raises(accounts.TooManyAttempts):
        sign_in(desk, "reader", person.password, "2001:db8:0:7:ffff::1")
    assert sign_in(desk, "reader", person.password, "2001:db8:0:8::1") == person.id


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8::5", "2001:db8::/64"), ("", ""),
     ("unix:", "unix:")],
)  # fmt: skip
def test_what_an_address_is_counted_under(address: str, counted_as: str) -> None:
    assert accounts.network_of(address) == counted_as


def test_signing_in_forgets_the_own_failures_and_old_ones_are_swept_away(desk: Desk, person: Somebody) -> None:
    fail(desk, "reader", 5)
    fail(desk, "somebody else", 2)
    assert sign_in(desk, "reader", person.password) == person.id
    with desk.inside(writes=False) as session:
        assert set(session.scalars(select(SignInAttempt.name_key))) == {"somebody else"}
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):
        fail(desk, "reader", 1)
        with desk.inside(writes=False) as session:
            assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 1


def test_the_present_password_cannot_be_guessed_without_end_either(desk: Desk, person: Somebody) -> None:
    with desk.inside():
        for _ in range(accounts.OWN_LIMIT):
            with pytest.raises(accounts.WrongPassword):
                accounts.change_password(person.id, "a guess", GOOD, 0, HERE)
    with pytest.raises(accounts.TooManyAttempts):
        set_password(desk, person, GOOD)


def test_nobody_who_saves_waits_for_the_hash_of_somebody_who_signs_in(
    desk: Desk, person: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    matches, claim = accounts.password_matches, desk.claims(desk.article(desk.project()))[0]

    def meanwhile(stored: str | None, password: str) -> bool:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(desk.verdict, person, claim, "sourced").result(timeout=4)
        return matches(stored, password)

    monkeypatch.setattr(accounts, "password_matches", meanwhile)
    assert sign_in(desk, "reader", person.password) == person.id
