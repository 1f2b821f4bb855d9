"""Dates in tables: what can be one day only is read, what could be two is not."""

import time
from datetime import date

import pytest

from annotator.domain.dates import NotADate, read_date


@pytest.mark.parametrize(
    "words",
    ["2024-03-05", " 2024-03-05 ", "2024-03-05T23:10:00Z", "2024-03-05 23:10:00+02:00", "20240305", "2024/3/5",
     "5.3.2024", "05.03.2024", "05. 03. 2024", "5 March 2024", "5th of March 2024", "March 5, 2024", "Mar 5, 2024",
     "Tue, 05 Mar 2024 10:00:00 GMT", "Tuesday, March 5, 2024", "5. März 2024", "5 mars 2024", "5 de marzo de 2024"],
)  # fmt: skip
def test_a_date_that_is_one_day_is_read(words: str) -> None:
    assert read_date(words) == date(2024, 3, 5)


def test_the_month_is_told_by_its_size_if_it_can_be() -> None:
    assert read_date("25/12/2024") == read_date("12/25/2024") == date(2024, 12, 25)
    assert read_date("4/4/2024") == date(2024, 4, 4)
    with pytest.raises(NotADate, match="could be two days; write 2024-04-03 or 2024-03-04"):
        read_date("03/04/2024")


@pytest.mark.parametrize(
    "words",
    ["yesterday", "2024", "2024-13-01", "31.2.2024", "3.4.24", "March 2024", "5 March", "5 6 March 2024", "1710000000",
     "5 March 2024 2025", "\0", "٥ مارس ٢٠٢٤", "5\n.3.2024", "x" * 10_000, "0000-00-00", "99999-1-1", "1/2/3/4"],
)  # fmt: skip
def test_what_is_no_date_is_refused(words: str) -> None:
    with pytest.raises(NotADate):
        read_date(words)


def test_e09_no_words_take_long() -> None:
    started = time.perf_counter()
    for piece in ("1", "1.", "a ", " ", "5 March ", "1/"):
        with pytest.raises(NotADate):
            read_date(piece * 100_000)
    assert time.perf_counter() - started < 0.5
