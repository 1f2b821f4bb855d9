"""The dashboard: how far a project is, when it will be done, what waits for whom, and what looks wrong."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from annotator.domain.drift import Shift, shifts
from annotator.domain.forecast import DailyPace, Forecast, daily_pace, forecast
from annotator.domain.gold import OVERALL, Score
from annotator.domain.queue import LEAST
from annotator.storage import dashboard as counts
from annotator.storage import waiting
from annotator.storage.database import AnyRow
from annotator.storage.gold_results import accuracy
from annotator.storage.hand_outs import TAGGING
from annotator.storage.projects import Project

IDLE_DAYS = 7
"""Days without a decision after which an assignment is idle, where the project does not say."""
GOLD_MARK = 0.8
"""Share of the hidden gold that is to be right, where the project sets no mark over all."""
DRIFT_DAYS = 30
"""Days whose labels are held against all those before."""


@dataclass(frozen=True, slots=True)
class ReviewerRow:
    """A reviewer's work: decisions that stand by label (None: skips), pace, and what is on their desk."""

    person: AnyRow
    labels: Mapping[str | None, int]
    seconds: float | None
    timed: int
    daily: DailyPace | None
    assigned: AnyRow | None

    @property
    def decided(self) -> int:
        """Return how many claims the reviewer has labelled or skipped."""
        return sum(self.labels.values())

    @property
    def goes_on(self) -> bool:
        """Tell whether the reviewer still can label here."""
        return self.person.is_active and self.person.role in TAGGING


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits: counts of claims, verdicts, questions and people; `unqualified` is None if nobody is to qualify."""

    second: int
    disputed: int
    unanimous: int
    reopened: int
    new_codebook: int
    new_cut: int
    questions: int
    invited: int
    unqualified: int | None


@dataclass(frozen=True, slots=True)
class Failing:
    """A reviewer whose answers on the hidden gold are under the mark, even at the upper end of their 95 % interval."""

    name: str
    score: Score
    mark: float


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All that the dashboard shows."""

    today: date
    idle_days: int
    totals: AnyRow
    states: AnyRow
    articles: Sequence[AnyRow]
    reviewers: Sequence[ReviewerRow]
    labels: Mapping[str | None, int]
    forecast: Forecast | None
    waiting: Waiting
    shifts: Sequence[Shift]
    failing: Sequence[Failing]

    @property
    def left(self) -> int:
        """Return how many decisions are still to be given."""
        return int(self.totals.wanted - self.totals.given)

    @property
    def given_labels(self) -> int:
        """Return how many labels stand, without skips."""
        return sum(number for label, number in self.labels.items() if label is not None)

    @property
    def names(self) -> dict[int, str]:
        """Return the reviewers' names by id."""
        return {row.person.id: row.person.name for row in self.reviewers}


def make_dashboard(project: Project, *, by_name: bool = True) -> Dashboard:
    """Count a project, in a fixed number of statements; unless `by_name`, reviewers appear by their pseudonyms."""
    now = datetime.now(UTC)
    today, idle_days = now.date(), project.return_after_days or IDLE_DAYS
    totals = counts.totals(project.id, project.overlap)
    decided = decisions_by_reviewer(project.id)
    daily = counts.daily_decisions(project.id, today)
    people = counts.reviewers(project.id, by_name=by_name)
    rows = reviewer_rows(project.id, people, decided, daily, now, idle_days)
    paces = [daily[row.person.id] for row in rows if row.goes_on and row.person.id in daily]
    return Dashboard(
        today=today,
        idle_days=idle_days,
        totals=totals,
        states=counts.article_states(project.id, project.overlap),
        articles=counts.article_rows(project.id, project.overlap),
        reviewers=rows,
        labels=sum((Counter(labels) for labels in decided.values()), Counter()),
        forecast=forecast(totals.wanted - totals.given, paces, today),
        waiting=what_waits(project, totals),
        shifts=shifts(windows_of(counts.labels_by_window(project.id, now - timedelta(days=DRIFT_DAYS)))),
        failing=failing_gold(project, {person.id: person.name for person in people}),
    )


def decisions_by_reviewer(project_id: int) -> dict[int, dict[str | None, int]]:
    """Return how many decisions of each reviewer stand by label; None are skips."""
    found: dict[int, dict[str | None, int]] = {}
    for person, label, number in counts.decisions(project_id):
        found.setdefault(person, {})[label] = number
    return found


def reviewer_rows(  # noqa: PLR0913 (what is known of each of them)
    project_id: int,
    people: Sequence[AnyRow],
    decided: Mapping[int, Mapping[str | None, int]],
    daily: Mapping[int, Mapping[date, int]],
    now: datetime,
    idle_days: int,
) -> list[ReviewerRow]:
    """Return a row for each reviewer."""
    seconds = counts.seconds_by_reviewer(project_id)
    desks = {row.person_id: row for row in counts.assigned(project_id, now.date(), now - timedelta(days=idle_days))}
    rows = []
    for person in people:
        pace, timed = seconds.get(person.id, (None, 0))
        a_day = daily_pace(daily.get(person.id, {}), now.date())
        enough = pace if timed >= LEAST else None
        rows.append(ReviewerRow(person, decided.get(person.id, {}), enough, timed, a_day, desks.get(person.id)))
    return rows


def what_waits(project: Project, totals: AnyRow) -> Waiting:
    """Count what waits for somebody."""
    return Waiting(
        second=totals.half_done,
        disputed=totals.disputed,
        unanimous=totals.unanimous,
        reopened=totals.reopened,
        new_codebook=waiting.to_confirm_after_codebook(project.id),
        new_cut=waiting.to_confirm_after_cut(project.id),
        questions=waiting.unanswered_questions(project.id),
        invited=waiting.not_signed_in_yet(project.id),
        unqualified=waiting.not_qualified_yet(project.id) if project.requires_qualification else None,
    )


def failing_gold(project: Project, names: Mapping[int, str]) -> list[Failing]:
    """Return who is surely under the mark on the gold that is hidden among the work, by Wilson's interval."""
    mark = float(project.pass_marks.get(OVERALL) or GOLD_MARK)
    people: dict[int, Failing] = {}
    for row in accuracy(project.id):
        so_far = people.get(row.reviewer_id)
        score = Score(int(row.right), row.asked) + (so_far.score if so_far else Score())
        people[row.reviewer_id] = Failing(names.get(row.reviewer_id, ""), score, mark)
    return [one for one in people.values() if one.name and one.score.interval and one.score.interval[1] < mark]


def windows_of(rows: Sequence[AnyRow]) -> dict[int, tuple[dict[str, int], dict[str, int]]]:
    """Return each reviewer's labels before and lately, by label."""
    found: dict[int, tuple[dict[str, int], dict[str, int]]] = {}
    for person, label, is_recent, number in rows:
        found.setdefault(person, ({}, {}))[bool(is_recent)][label] = number
    return found
