"""What tests of accounts do again and again: sign in, fail to, and take a new password."""

from annotator.services import accounts
from tests.desk import Desk, Somebody

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
GOOD = "tumbleweed lantern 7"


def sign_in(desk: Desk, name: str, password: str, address: str = HERE) -> int | None:
    with desk.inside():
        found = accounts.authenticate(name, password, address)
        return found.id if found else None


def fail(desk: Desk, name: str, times: int, address: str = HERE) -> None:
    with desk.inside():
        for _ in range(times):
            assert accounts.authenticate(name, "wrong password", address) is None


def set_password(desk: Desk, person: Somebody, new: str, old: str = "") -> None:
    with desk.inside():
        accounts.change_password(person.id, old or person.password, new, 0, HERE)
