"""Assignments: plan who reads what, give and take articles by hand. A plan only adds; verdicts always stay."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from annotator.domain.assignment import Plan, Work, Worker, make_plan, place_in_mix, share_some
from annotator.services.notices import notify
from annotator.services.projects import lock_open
from annotator.storage import events, hand_outs
from annotator.storage.articles import IN_STUDY, LIVING, Article, Claim
from annotator.storage.assignments import Assignment, AssignmentPlan
from annotator.storage.database import AnyRow, db
from annotator.storage.hand_outs import STANDS
from annotator.storage.projects import Project, taggers_of

KINDS = ("every", "shared")
ORDERS = ("added", "mixed")


@dataclass(frozen=True, slots=True)
class Ask:
    """What a plan is asked for: every claim by `readers`, or about `shared` claims by them and the others by one."""

    kind: str
    readers: int
    person_ids: tuple[int, ...]
    seed: int
    shared: int = 0
    due_on: date | None = None
    order: str = "added"
    only_new: bool = True


@dataclass(frozen=True, slots=True)
class Load:
    """What a plan would put on a person's desk, beside what is there."""

    person: AnyRow
    articles: int
    claims: int
    shared_claims: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a plan would do; `seen` tells whether it still rests on what there is."""

    plan: Plan
    work: Sequence[Work]
    loads: Sequence[Load]
    shared_claims: int
    seen: str

    @property
    def claims(self) -> int:
        """Return how many claims the articles of the plan have."""
        return sum(one.claims for one in self.work)


class NotPossible(ValueError):
    """It can't be given out like this; the message says why."""


class NoSuchAssignment(LookupError):
    """There is no such article, person or standing assignment in the project."""


class Stale(ValueError):
    """Articles, people or assignments changed since the preview, which is made anew."""

    def __init__(self, preview: Preview) -> None:
        """Keep the fresh preview."""
        super().__init__("articles or people changed since the preview")
        self.preview = preview


def preview(project: Project, ask: Ask) -> Preview:
    """Work out a plan without storing anything; raises NotPossible."""
    people = {row.id: row for row in hand_outs.desks(project.id) if row.role in hand_outs.TAGGING}
    chosen = [people[person_id] for person_id in sorted(set(ask.person_ids)) if person_id in people]
    _check(ask, chosen)
    work = _work(project.id, ask)
    if not work:
        raise NotPossible("There is no article left to plan.")
    plan = make_plan(work, [Worker(row.id, row.claims, row.quota) for row in chosen], ask.seed)
    shared = {one.article_id for one in work if one.wanted > 1}
    claims = {one.article_id: one.claims for one in work}
    given: dict[int, list[int]] = {row.id: [] for row in chosen}
    for article_id, person_id in plan.given:
        given[person_id].append(article_id)
    sizes = {person: [(claims[a], a in shared) for a in mine] for person, mine in given.items()}
    loads = [Load(row, len(s := sizes[row.id]), sum(n for n, _ in s), sum(n for n, is_ in s if is_)) for row in chosen]
    basis = repr([sorted((one.article_id, one.claims, one.wanted, sorted(one.holders)) for one in work)])
    basis += repr([(row.id, row.claims, row.quota) for row in chosen])
    seen = hashlib.sha256(basis.encode()).hexdigest()[:32]
    return Preview(plan, work, loads, sum(claims[a] for a in shared), seen)


def _check(ask: Ask, chosen: Sequence[AnyRow]) -> None:
    if not chosen:
        raise NotPossible("Choose at least one person.")
    if ask.readers > len(chosen):
        raise NotPossible("A claim can’t have more reviewers than were chosen.")
    if len(chosen) < len(set(ask.person_ids)):
        raise NotPossible("Somebody who was chosen can’t label here any more.")


def _work(project_id: int, ask: Ask) -> list[Work]:
    """Return the articles of a plan with the number of reviewers that it wants for each."""
    held = hand_outs.holders(project_id)
    found = [
        Work(row.id, row.claims, ask.readers, held.get(row.id, frozenset()))
        for row in hand_outs.articles_to_give(project_id)
        if not (ask.only_new and row.id in held)
    ]
    if ask.kind == "shared":
        found = share_some(found, ask.shared, ask.readers, ask.seed)
    return found


def store_plan(project: Project, ask: Ask, seen: str, by: int | None) -> AssignmentPlan:
    """Put a plan on the desks; raises NotPossible, projects.Archived, or Stale if it is not the one that was shown."""
    lock_open(project)
    _lock_articles(project.id)
    made = preview(project, ask)
    if made.seen != seen:
        raise Stale(made)
    facts = _facts(ask, made)
    plan = AssignmentPlan(project_id=project.id, made_by_id=by, made_at=datetime.now(UTC), facts=facts)
    db.session.add(plan)
    db.session.flush()
    _set_wanted(project, made.work)
    _put(project.id, _in_order(made.plan, ask), "plan", by, ask.due_on, plan.id)
    for load in made.loads:
        if load.articles:
            _tell(load.person.id, project.id, load.articles, load.claims, ask.due_on)
    events.record("plan made", "plan", plan.id, person_id=by, project_id=project.id, detail=facts)
    return plan


def _lock_articles(project_id: int) -> None:
    """Let nobody hand out articles of the project until the transaction ends; saves go on."""
    articles = select(Article.id).where(Article.project_id == project_id).order_by(Article.id)
    db.session.execute(articles.with_for_update(key_share=True)).all()


def _facts(ask: Ask, made: Preview) -> dict[str, Any]:
    due_on = ask.due_on.isoformat() if ask.due_on else None
    asked = asdict(ask) | {"person_ids": sorted(ask.person_ids), "due_on": due_on}
    found = {"articles": len(made.work), "claims": made.claims, "short": sum(made.plan.short.values())}
    return asked | found | {"balance": asdict(made.plan.balance)}


def _in_order(plan: Plan, ask: Ask) -> list[tuple[int, int]]:
    if ask.order == "added":
        return list(plan.given)
    return sorted(plan.given, key=lambda pair: place_in_mix(ask.seed, pair[0]))


def _set_wanted(project: Project, work: Iterable[Work]) -> None:
    wanted: dict[int, list[int]] = {}
    for one in work:
        wanted.setdefault(one.wanted, []).append(one.article_id)
    for number, ids in wanted.items():
        value = None if number == project.overlap else number
        for start in range(0, len(ids), 500):
            db.session.execute(update(Article).where(Article.id.in_(ids[start : start + 500])).values(wanted=value))


def _put(  # noqa: PLR0913 (an assignment is just these facts)
    project_id: int,
    pairs: Sequence[tuple[int, int]],
    origin: str,
    by: int | None,
    due_on: date | None,
    plan_id: int | None = None,
) -> None:
    """Add assignments, or take up those that had been released before."""
    before = {
        (row.article_id, row.person_id): row.id
        for row in db.session.execute(
            select(Assignment.id, Assignment.article_id, Assignment.person_id)
            .join(Article, Article.id == Assignment.article_id)
            .where(Article.project_id == project_id, ~STANDS)
            .where(Assignment.person_id.in_({person for _article, person in pairs}))
        )
    }
    now, rows, again = datetime.now(UTC), [], []
    for position, (article_id, person_id) in enumerate(pairs, 1):
        facts = {"origin": origin, "assigned_by_id": by, "assigned_at": now, "due_on": due_on, "position": position}
        facts |= {"plan_id": plan_id, "released_at": None, "release_reason": None}
        if (article_id, person_id) in before:
            again.append(facts | {"id": before[article_id, person_id]})
        else:
            rows.append(facts | {"article_id": article_id, "person_id": person_id})
    if rows:
        db.session.execute(insert(Assignment), rows)
    if again:
        db.session.execute(update(Assignment), again)


def _tell(person_id: int, project_id: int, articles: int, claims: int, due_on: date | None) -> None:
    facts = {"articles": articles, "claims": claims, **_due(due_on)}
    notify([person_id], "assigned", project_id=project_id, facts=facts)


def _due(due_on: date | None) -> dict[str, str]:
    return {"due": due_on.isoformat()} if due_on else {}


def give(project: Project, article_id: int, person_id: int, by: int | None, due_on: date | None = None) -> None:
    """Put an article on a person's desk; raises NotPossible, NoSuchAssignment or projects.Archived."""
    lock_open(project)
    article = db.session.scalar(
        select(Article)
        .where(Article.id == article_id, Article.project_id == project.id, IN_STUDY)
        .with_for_update(key_share=True)
    )
    if article is None or person_id not in taggers_of(project.id):
        raise NoSuchAssignment
    if db.session.scalar(select(Assignment.id).where(*_standing(article_id, person_id))):
        raise NotPossible("They have this article already.")
    _put(project.id, [(article_id, person_id)], "hand", by, due_on)
    _record("assignment given", article_id, person_id, project.id, by, _due(due_on))
    claims = select(func.count()).select_from(Claim).where(Claim.article_id == article_id, LIVING)
    _tell(person_id, project.id, 1, db.session.scalars(claims).one(), due_on)


def _standing(article_id: int, person_id: int) -> tuple[Any, ...]:
    return Assignment.article_id == article_id, Assignment.person_id == person_id, STANDS


def find(project_id: int, assignment_id: int) -> Assignment:
    """Return a standing assignment of a project, kept from others until the transaction ends; or NoSuchAssignment."""
    found: Assignment | None = db.session.scalar(
        select(Assignment)
        .join(Article, Article.id == Assignment.article_id)
        .where(Assignment.id == assignment_id, Article.project_id == project_id, STANDS)
        .with_for_update(of=Assignment)
    )
    if found is None:
        raise NoSuchAssignment
    return found


def release(project: Project, assignment_ids: Sequence[int], by: int | None) -> int:
    """Take articles off desks; returns how many. What was given there stays."""
    taken: dict[int, int] = {}
    for assignment_id in sorted(set(assignment_ids)):
        row = find(project.id, assignment_id)
        close(row, "released", by, project.id)
        taken[row.person_id] = taken.get(row.person_id, 0) + 1
    for person_id, articles in taken.items():
        notify([person_id], "assignment released", project_id=project.id, facts={"articles": articles})
    return sum(taken.values())


def release_all(project: Project, person_id: int, by: int | None) -> int:
    """Take all articles off a person's desk."""
    ids = db.session.scalars(
        select(Assignment.id)
        .join(Article, Article.id == Assignment.article_id)
        .where(Article.project_id == project.id, Assignment.person_id == person_id, STANDS)
    ).all()
    return release(project, ids, by)


def reassign(project: Project, assignment_id: int, person_id: int, by: int | None) -> None:
    """Move an article from one desk to another; the verdicts that were given stay, and the due date goes along."""
    row = find(project.id, assignment_id)
    give(project, row.article_id, person_id, by, row.due_on)
    close(row, "reassigned", by, project.id)
    notify([row.person_id], "assignment released", project_id=project.id, facts={"articles": 1})


def set_due(project: Project, assignment_ids: Sequence[int], due_on: date | None, by: int | None) -> None:
    """Say by when articles are to be finished, or that it does not matter."""
    for assignment_id in sorted(set(assignment_ids)):
        row = find(project.id, assignment_id)
        if row.due_on != due_on:
            row.due_on = due_on
            _record("assignment due", row.article_id, row.person_id, project.id, by, _due(due_on))


def close(row: Assignment, reason: str, by: int | None, project_id: int) -> None:
    """Take an article off a desk for a reason."""
    row.released_at, row.release_reason = datetime.now(UTC), reason
    _record(f"assignment {reason}", row.article_id, row.person_id, project_id, by, {})


def _record(  # noqa: PLR0913
    what: str, article_id: int, person_id: int, project_id: int, by: int | None, detail: dict[str, Any]
) -> None:
    facts = {"person": person_id, **detail}
    events.record(what, "article", article_id, person_id=by, project_id=project_id, detail=facts)
