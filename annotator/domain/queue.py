"""A reviewer's queue: what comes first, what it is due for, and how long it will take at their own pace."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import median

STATUSES = ("todo", "doing", "done")
LEAST = 5
"""First verdicts that a pace needs to rest on: under these, nothing is said of how long the work will take."""
_LESSONS = {"training": "1", "qualification": "2"}
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Task:
    """An article of the queue, and how far its reader is; `asked` claims are theirs to confirm.

    `purpose` tells the work from what they train on or qualify with; `position` is its place in the plan.
    """

    article_id: int
    project_id: int
    total: int
    done: int
    last: datetime | None
    due_on: date | None
    asked: int = 0
    purpose: str = "work"
    position: int = 0

    @property
    def is_lesson(self) -> bool:
        """Tell whether it is there to train on or to qualify with, and still open: then it comes first."""
        return self.purpose != "work" and self.status != "done"

    @property
    def status(self) -> str:
        """Return todo, doing or done."""
        return "todo" if not self.done else "done" if self.done >= self.total else "doing"

    @property
    def left(self) -> int:
        """Return how many claims are still open."""
        return max(self.total - self.done, 0)

    def due(self, today: date) -> str:
        """Return overdue, today or later; nothing for what is done or has no date."""
        if self.due_on is None or self.status == "done":
            return ""
        return "today" if self.due_on == today else "overdue" if self.due_on < today else "later"


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """Sort open lessons first, what is due, what was begun (the last one first), what is new, and what is done."""

    def place(task: Task) -> tuple[bool, bool, str, date, int, float, int, int]:
        is_done, begun = task.status == "done", task.last if task.status == "doing" else None
        due_on = (None if is_done else task.due_on) or date.max
        lesson = _LESSONS.get(task.purpose, "") if task.is_lesson else ""
        begun_first = -bool(begun), -begun.timestamp() if begun else 0.0
        return not task.is_lesson, is_done, lesson, due_on, *begun_first, task.position, task.article_id

    return sorted(tasks, key=place)


def to_resume(tasks: Sequence[Task]) -> Task | None:
    """Return where its reader stopped, or else the first task that nobody began; `tasks` are in order."""
    begun = [task for task in tasks if task.last and task.status == "doing"]
    if begun:
        return max(begun, key=lambda task: task.last or _NEVER)
    return next((task for task in tasks if task.status == "todo"), None)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many seconds a reviewer takes for a claim: the median of so many verdicts."""

    seconds: float
    verdicts: int


def pace_of(seconds: Sequence[float]) -> Pace | None:
    """Return the pace of verdicts that took so long each; None if they are too few to say."""
    return Pace(median(seconds), len(seconds)) if len(seconds) >= LEAST else None
