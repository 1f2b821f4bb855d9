"""Names that look alike on a screen share a key, and others do not."""

import pytest

from annotator.domain.look_alikes import look_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("admin", "аdмin"), ("admin", "adm1n"), ("admin", "Admln"), ("admin", "ａｄｍｉｎ"), ("paul", "pau1"),
        ("paul", "pauI"), ("oscar", "0scar"), ("oscar", "οѕсаг"), ("hope", "норе"), ("Ivo", "lvo"), ("ana", "  АNА "),
        ("maria lopez", "maria  1opez"),
    ],
)  # fmt: skip
def test_names_that_look_alike_have_one_key(one: str, other: str) -> None:
    assert look_key(one) == look_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ana", "anna"), ("zoe", "zoë"), ("mila", "milo"), ("يوسف", "يوسفي"), ("person-2", "person-3"), ("иван", "ivan")],
)
def test_names_that_can_be_told_apart_have_different_keys(one: str, other: str) -> None:
    assert look_key(one) != look_key(other)
