"""The second factor: codes work once and only in their time, and wrong ones are counted; on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from annotator.services import accounts, second_factor
from annotator.storage.events import Event
from annotator.storage.people import Person, RecoveryCode
from tests.desk import Desk, Somebody
from tests.races import at_once
from tests.services.signing_in import HERE

NOON = datetime(2026, 5, 4, 12, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=second_factor.STEP)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


class Telephone:
    """Knows a person's secret, as their authenticator app does."""

    def __init__(self, desk: Desk, person: Somebody) -> None:
        self.desk, self.person = desk, person
        with desk.inside() as session:
            second_factor.propose(person.id)
            self.secret = session.get_one(Person, person.id).totp_secret or ""
        with desk.inside():
            self.recovery = second_factor.confirm(person.id, self.code(), 0)

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(datetime.now(UTC) + steps * STEP)

    def gives(self, code: str) -> bool:
        with self.desk.inside() as session:
            return second_factor.check_code(session.get_one(Person, self.person.id), code)


@pytest.fixture
def telephone(desk: Desk, person: Somebody) -> Telephone:
    Telephone(desk, desk.person("noise"))
    return Telephone(desk, person)


def test_a_code_works_once(telephone: Telephone, clock: time_machine.Traveller) -> None:
    assert not telephone.gives(telephone.code()), "the code that switched it on was used with that"
    clock.shift(STEP)
    code = telephone.code()
    assert telephone.gives(f" {code[:3]} {code[3:]} ")
    assert not telephone.gives(code)


def test_a_clock_may_be_one_step_off_and_no_more(telephone: Telephone, clock: time_machine.Traveller) -> None:
    clock.shift(10 * STEP)
    assert not telephone.gives(telephone.code(-2))
    assert not telephone.gives(telephone.code(2))
    assert telephone.gives(telephone.code(-1))
    assert telephone.gives(telephone.code(1))
    assert not telephone.gives(telephone.code(0)), "a step before one that was used is over"


@pytest.mark.parametrize("code", ["", "000000", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "x" * 5000])
def test_what_is_no_code_is_refused(telephone: Telephone, code: str) -> None:
    assert not telephone.gives(code)


def test_a_recovery_code_works_once_however_it_is_typed(desk: Desk, telephone: Telephone) -> None:
    first, second, *_ = telephone.recovery
    assert len(set(telephone.recovery)) == 10
    assert telephone.gives(f" {first.upper().replace('-', ' ')} ")
    assert not telephone.gives(first)
    assert telephone.gives(second)
    with desk.inside(writes=False) as session:
        assert second_factor.recovery_codes_left(telephone.person.id) == 8
        stored = " ".join(session.scalars(select(RecoveryCode.code_hash)))
        assert not [code for code in telephone.recovery if code in stored]


def test_a_recovery_code_is_its_owners_only(desk: Desk, telephone: Telephone) -> None:
    other = Telephone(desk, desk.person("other"))
    assert not other.gives(telephone.recovery[0])
    assert telephone.gives(telephone.recovery[0])


def test_new_recovery_codes_end_the_old_ones(desk: Desk, telephone: Telephone, clock: time_machine.Traveller) -> None:
    clock.shift(STEP)
    with desk.inside():
        new = second_factor.renew_recovery_codes(telephone.person.id, telephone.code())
    assert not telephone.gives(telephone.recovery[0])
    assert telephone.gives(new[0])
    with pytest.raises(second_factor.WrongCode), desk.inside():
        second_factor.renew_recovery_codes(telephone.person.id, "000000")


def test_after_ten_wrong_codes_even_the_right_one_has_to_wait(
    telephone: Telephone, clock: time_machine.Traveller
) -> None:
    clock.shift(STEP)
    for _ in range(second_factor.TRIES):
        assert not telephone.gives("000000")
    with pytest.raises(accounts.TooManyAttempts):
        telephone.gives(telephone.code())
    with pytest.raises(accounts.TooManyAttempts):
        telephone.gives(telephone.recovery[0])
    clock.shift(accounts.WINDOW)
    assert telephone.gives(telephone.code())


def test_the_right_password_does_not_clear_the_count_of_wrong_codes(desk: Desk, telephone: Telephone) -> None:
    for _ in range(second_factor.TRIES):
        telephone.gives("000000")
        with desk.inside():
            assert accounts.authenticate("reader", telephone.person.password, HERE) is not None
    with pytest.raises(accounts.TooManyAttempts):
        telephone.gives(telephone.code(1))


def test_two_who_give_the_same_code_at_once_get_in_once(telephone: Telephone, clock: time_machine.Traveller) -> None:
    clock.shift(STEP)
    code = telephone.code()
    ends = at_once(telephone.desk, *[lambda: telephone.gives(code)] * 2)
    assert sorted(ends) == [False, True]


def test_a_wrong_code_confirms_nothing(desk: Desk, person: Somebody) -> None:
    with desk.inside():
        second_factor.propose(person.id)
    with pytest.raises(second_factor.WrongCode), desk.inside():
        second_factor.confirm(person.id, "000000", 0)
    with desk.inside(writes=False) as session:
        assert session.get_one(Person, person.id).totp_since is None


def test_a_secret_in_use_is_not_replaced(desk: Desk, telephone: Telephone) -> None:
    with pytest.raises(second_factor.AlreadyOn), desk.inside():
        second_factor.propose(telephone.person.id)
    with pytest.raises(second_factor.AlreadyOn), desk.inside():
        second_factor.confirm(telephone.person.id, telephone.code(1), 0)


def test_switching_it_on_ends_the_sessions_that_did_without(desk: Desk, person: Somebody) -> None:
    with desk.inside() as session:
        accounts.open_session(session.get_one(Person, person.id), "Firefox")
    Telephone(desk, person)
    with desk.inside(writes=False):
        assert accounts.open_sessions(person.id) == []


def test_switching_it_off_takes_the_password_and_a_code(
    desk: Desk, telephone: Telephone, clock: time_machine.Traveller
) -> None:
    clock.shift(STEP)
    person = telephone.person
    with pytest.raises(accounts.WrongPassword), desk.inside():
        second_factor.switch_off(person.id, "a guess", telephone.code(), HERE)
    with pytest.raises(second_factor.WrongCode), desk.inside():
        second_factor.switch_off(person.id, person.password, "000000", HERE)
    with desk.inside():
        second_factor.switch_off(person.id, person.password, telephone.code(), HERE)
    with desk.inside(writes=False) as session:
        assert session.get_one(Person, person.id).totp_secret is None
        assert second_factor.recovery_codes_left(person.id) == 0


def test_an_administrator_takes_it_off_and_that_is_written_down(desk: Desk, telephone: Telephone) -> None:
    admin = desk.person(admin=True)
    with desk.inside() as session:
        second_factor.take_off(session.get_one(Person, telephone.person.id), admin.id)
    with desk.inside(writes=False) as session:
        event = session.scalars(select(Event).where(Event.what == "second factor taken off")).one()
        assert (event.person_id, event.subject_id) == (admin.id, telephone.person.id)
        text = " ".join(str(detail) for detail in session.scalars(select(Event.detail)))
    assert telephone.secret not in text
    assert not telephone.gives(telephone.code(1))
