"""A queue's order, what its dates mean, and a pace that rests on enough."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from annotator.domain.queue import LEAST, Task, in_order, pace_of, to_resume

TODAY = date(2026, 3, 5)
NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


def task(article_id: int, done: int = 0, total: int = 4, **facts: Any) -> Task:
    last = facts.pop("last", NOW if done else None)
    return Task(article_id, 1, total, done, last, facts.pop("due_on", None), **facts)


@pytest.mark.parametrize(
    ("done", "status", "left"), [(0, "todo", 4), (1, "doing", 3), (3, "doing", 1), (4, "done", 0), (5, "done", 0)]
)
def test_a_task_says_how_far_it_is(done: int, status: str, left: int) -> None:
    assert (task(1, done).status, task(1, done).left) == (status, left)


@pytest.mark.parametrize(
    ("due_on", "done", "due"),
    [
        (None, 0, ""), (TODAY, 0, "today"), (TODAY - timedelta(1), 3, "overdue"), (TODAY + timedelta(1), 0, "later"),
        (TODAY - timedelta(1), 4, ""),
    ],
)  # fmt: skip
def test_a_date_counts_until_the_work_is_done(due_on: date | None, done: int, due: str) -> None:
    assert task(1, done, due_on=due_on).due(TODAY) == due


def test_what_is_due_comes_first_then_what_was_begun_then_what_is_new_then_what_is_done() -> None:
    tasks = [
        task(1, 4, due_on=TODAY - timedelta(9)),
        task(2),
        task(3, 1, last=NOW - timedelta(hours=2)),
        task(4, 1, last=NOW),
        task(5, due_on=TODAY + timedelta(1)),
        task(6, 2, due_on=TODAY - timedelta(1)),
        task(7, due_on=TODAY + timedelta(1)),
        task(8),
    ]
    assert [each.article_id for each in in_order(tasks)] == [6, 5, 7, 4, 3, 2, 8, 1]


def test_one_goes_on_where_one_stopped_last() -> None:
    begun = [task(1), task(2, 1, last=NOW - timedelta(1)), task(3, 2, last=NOW), task(4, 4)]
    assert to_resume(begun) == begun[2]


def test_who_began_nothing_starts_with_the_first() -> None:
    tasks = in_order([task(1, 4), task(2), task(3, due_on=TODAY)])
    assert to_resume(tasks) == task(3, due_on=TODAY)
    assert to_resume([task(1, 4)]) is None
    assert to_resume([]) is None


def test_an_article_whose_only_verdict_was_taken_back_is_new() -> None:
    taken_back = task(1, 0, last=NOW)
    assert taken_back.status == "todo"
    assert to_resume([taken_back]) == taken_back


def test_a_pace_is_the_median_and_says_what_it_rests_on() -> None:
    assert pace_of([1.0] * (LEAST - 1)) is None
    pace = pace_of([10, 20, 30, 40, 4000])
    assert pace is not None
    assert (pace.seconds, pace.verdicts) == (30, 5)
