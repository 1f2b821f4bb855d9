"""Hand-out: the next article for whoever asks, never to more than it needs; and what lies idle goes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, insert, select, update

from annotator.services.notices import notify
from annotator.services.projects import Archived
from annotator.storage import events, hand_outs, tallies
from annotator.storage.articles import IN_STUDY, Article
from annotator.storage.assignments import Assignment
from annotator.storage.database import AnyRow, db
from annotator.storage.hand_outs import STANDS
from annotator.storage.projects import Membership, Project

OPEN_AT_ONCE = 3
"""Articles that one person has begun or taken and not finished: then they finish one first."""


class NothingNext(ValueError):
    """There is no article for them now; the `reason` is a key of web/next_article.py."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who asks for an article: how many claims they may still take, and what they gave back before."""

    person_id: int
    room: float
    had: frozenset[int]


def take_next(project_id: int, person_id: int) -> int:
    """Give a person the next article of a project, and return its id; raises NothingNext or Archived.

    It waits for nobody who is given another article at the same moment, and counts again once it has the row's lock.
    """
    project = db.session.get_one(Project, project_id)
    if project.archived_at is not None:
        raise Archived("This project is archived: it can be read, but not changed.")
    if project.handout != "next":
        raise NothingNext("not-next")
    return_idle(project)
    asker = _asker(project, person_id)
    order = _candidates(project, asker)
    for skip_locked in (True, False):
        for article_id in order:
            if _take(project, article_id, asker, skip_locked=skip_locked):
                return article_id
    raise NothingNext("none-left" if asker.room > 0 else "quota")


def _asker(project: Project, person_id: int) -> _Asker:
    """Find out who asks, and let nobody else ask in their name until the transaction ends."""
    mine = Membership.project_id == project.id, Membership.person_id == person_id
    member = db.session.scalar(select(Membership).where(*mine).with_for_update(key_share=True))
    if member is None or member.role not in hand_outs.TAGGING:
        raise NothingNext("no-role")
    if project.requires_qualification and member.qualified_at is None:
        raise NothingNext("unqualified")
    desk = next(row for row in hand_outs.desks(project.id) if row.id == person_id)
    if desk.open >= OPEN_AT_ONCE:
        raise NothingNext("finish-first")
    room = float("inf") if member.quota is None else member.quota - desk.claims
    if room <= 0:
        raise NothingNext("quota")
    query = select(Assignment.article_id).where(Assignment.person_id == person_id, ~STANDS)
    return _Asker(person_id, room, frozenset(db.session.scalars(query)))


def _candidates(project: Project, asker: _Asker) -> list[int]:
    """Return the articles that lack reviewers in the order in which they go out; what the asker had before, last."""
    mine = select(Assignment.article_id).where(Assignment.person_id == asker.person_id, STANDS)
    rows = db.session.execute(_lacking(project.id).where(Article.id.not_in(mine)).order_by(Article.id)).all()
    fitting = [row.id for row in rows if row.claims <= asker.room]
    rank = _entropies(project.id) if project.handout_order == "uncertain" and project.visibility != "never" else {}
    return sorted(fitting, key=lambda article: (article in asker.had, -rank.get(article, 0.0), article))


def _lacking(project_id: int) -> Select[Any]:
    claims = hand_outs.claims_by_article(project_id)
    given = select(func.count()).where(Assignment.article_id == Article.id, STANDS).correlate(Article).scalar_subquery()
    return (
        select(Article.id, claims.c.claims)
        .join(claims, claims.c.article_id == Article.id)
        .join(Project, Project.id == Article.project_id)
        .where(given < func.coalesce(Article.wanted, Project.overlap))
    )


def _entropies(project_id: int) -> dict[int, float]:
    """Return by article how uncertain its labels are: the mean entropy of its labelled claims."""
    from annotator.domain.agreement import entropy  # numpy is slow to load, and few projects order like this

    sums: dict[int, tuple[float, int]] = {}
    for article, pattern, claims in tallies.pattern_rows(project_id):
        total, count = sums.get(article, (0.0, 0))
        sums[article] = total + claims * entropy(pattern), count + claims
    return {article: total / count for article, (total, count) in sums.items()}


def _take(project: Project, article_id: int, asker: _Asker, *, skip_locked: bool) -> bool:
    """Take an article if it still lacks a reviewer, which only a look after its lock can tell."""
    found = db.session.execute(
        select(Article.id, func.coalesce(Article.wanted, project.overlap).label("wanted"))
        .where(Article.id == article_id, Article.project_id == project.id, IN_STUDY)
        .with_for_update(key_share=True, skip_locked=skip_locked)
    ).first()
    if found is None:
        return False
    given = select(func.count()).select_from(Assignment).where(Assignment.article_id == article_id, STANDS)
    if db.session.scalars(given).one() >= found.wanted:
        return False
    _store(project.id, article_id, asker)
    return True


def _store(project_id: int, article_id: int, asker: _Asker) -> None:
    facts: dict[str, Any] = {"origin": "next", "assigned_at": datetime.now(UTC), "assigned_by_id": asker.person_id}
    facts |= {"released_at": None, "release_reason": None, "due_on": None, "plan_id": None, "position": 0}
    if article_id in asker.had:
        mine = and_(Assignment.article_id == article_id, Assignment.person_id == asker.person_id)
        db.session.execute(update(Assignment).where(mine).values(facts))
    else:
        db.session.execute(insert(Assignment).values(article_id=article_id, person_id=asker.person_id, **facts))
    who = {"person_id": asker.person_id, "project_id": project_id}
    events.record("assignment taken", "article", article_id, **who, detail={"person": asker.person_id})


def return_idle(project: Project) -> int:
    """Take back unfinished articles that nobody worked on for as long as the project allows; returns how many."""
    days = project.return_after_days
    if days is None:
        return 0
    rows = hand_outs.idle_assignments(project.id, datetime.now(UTC) - timedelta(days=days))
    returned = _returned(rows)
    people: dict[int, int] = {}
    for row in returned:
        people[row.person_id] = people.get(row.person_id, 0) + 1
        who: dict[str, Any] = {"project_id": project.id, "detail": {"person": row.person_id, "days": days}}
        events.record("assignment returned", "article", row.article_id, **who)
    for person_id, articles in people.items():
        facts = {"articles": articles, "days": days}
        notify([person_id], "assignment returned", project_id=project.id, facts=facts)
    return len(returned)


def _returned(rows: Sequence[AnyRow]) -> Sequence[AnyRow]:
    """Release what still stands of these; whoever came second finds nothing."""
    if not rows:
        return []
    values = {"released_at": datetime.now(UTC), "release_reason": "returned"}
    return db.session.execute(
        update(Assignment)
        .where(Assignment.id.in_([row.id for row in rows]), STANDS)
        .values(values)
        .returning(Assignment.id, Assignment.article_id, Assignment.person_id)
        .execution_options(synchronize_session=False)
    ).all()
