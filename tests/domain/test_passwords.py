"""Passwords: the ones that an attacker tries first are known, others are left in peace, and judging takes no time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.passwords import is_easily_guessed

COMMON = """
password passw0rd P@ssw0rd! password123 Password2024! pa$$w0rd PASSWORD1 12345678 123456789 1234567890
87654321 11111111 00000000 19841984 12101985 147258369 123123123 1q2w3e4r 1qaz2wsx zaq12wsx qwertyuiop
qwerty123 qwer1234 asdfghjkl asdf1234 1234qwer 123qweasd zxcvbnm1 q1w2e3r4 a1b2c3d4 abcd1234 abc12345
qazwsxedc iloveyou iloveyou2 iloveyou! sunshine1 princess1 football1 baseball superman trustno1 letmein1
welcome1 Welcome123 dragon12 monkey123 michael1 shadow12 master12 jennifer charlie1 computer samantha whatever
changeme admin1234 Summer2024 starwars annotator1 passpass passwordpassword aaaaaaaa abababab hunter22
ｐａｓｓｗｏｒｄ
"""
GOOD = [
    "correct horse battery staple", "tumbleweed-7-lantern", "Zx8#kq!vT2", "пароль моего деда", "my summer in Lisbon",
    "kitchenwindow", "u7Vt9xPq", "314159265358979", "كلمة سر طويلة", "naïve café in Kraków",
]  # fmt: skip


@pytest.mark.parametrize("password", COMMON.split())
def test_a05_common_passwords_are_known(password: str) -> None:
    assert is_easily_guessed(password)


@pytest.mark.parametrize("password", GOOD)
def test_other_passwords_are_not_taken_for_common(password: str) -> None:
    assert not is_easily_guessed(password)


@pytest.mark.parametrize("password", ["maria2026", "MARIA!!!", "m4r14", "maria maria", "1maria1"])
def test_the_own_name_with_decorations_is_known(password: str) -> None:
    assert is_easily_guessed(password, ["maria"])
    assert not is_easily_guessed(f"{password} sails tomorrow", ["maria"])


@given(st.text(max_size=200))
def test_any_text_can_be_judged(password: str) -> None:
    assert is_easily_guessed(password) in {True, False}


@pytest.mark.parametrize("unit", ["a", "ab1", "abcdX", "a!", " ", "aaaab", "1q2w3e4r", "ﷺ"])
def test_long_passwords_are_judged_quickly(unit: str) -> None:
    start = time.process_time()
    is_easily_guessed((unit * 1024)[:1024] + "~")
    assert time.process_time() - start < 1
