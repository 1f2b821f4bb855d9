"""Who reads which article: a plan that gives all about the same to read, and lets each pair of reviewers meet.

Articles are handed out from the long to the short, each to those who have least so far; among nearly equal ones to
those who have met each other least. Afterwards articles move from who has most to who has least, until the loads
differ by no more than an article. The same seed gives the same plan.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import combinations

MOST_MOVES = 20_000
"""Moves of the last step: far more than any plan has needed."""


@dataclass(frozen=True, slots=True)
class Work:
    """An article to hand out: its claims, how many reviewers it needs, and who has it already."""

    article_id: int
    claims: int
    wanted: int
    holders: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Worker:
    """A reviewer to hand out to: how many claims they have already, and have at most."""

    person_id: int
    held: int = 0
    quota: int | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """How even a plan is: claims of who has least and most, and claims that a pair of reviewers shares.

    `pairs` of reviewers could meet; `strangers` of them never do.
    """

    least: int
    most: int
    pairs: int
    least_shared: int
    most_shared: int
    mean_shared: float
    strangers: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes of it: (article, person) in the order of reading, articles that lack reviewers, loads and balance."""

    given: tuple[tuple[int, int], ...]
    short: Mapping[int, int]
    loads: Mapping[int, int]
    balance: Balance


@dataclass
class _Desk:
    """The state of a plan under way."""

    claims: dict[int, int]
    readers: dict[int, set[int]]
    loads: dict[int, int]
    quotas: dict[int, float]
    planned: dict[int, set[int]] = field(default_factory=dict)
    met: dict[int, dict[int, int]] = field(default_factory=dict)

    def fits(self, person: int, article: int) -> bool:
        return person not in self.readers[article] and self.loads[person] + self.claims[article] <= self.quotas[person]

    def give(self, person: int, article: int) -> None:
        self._meet(person, article, self.claims[article])
        self.readers[article].add(person)
        self.planned[person].add(article)
        self.loads[person] += self.claims[article]

    def take(self, person: int, article: int) -> None:
        self.readers[article].discard(person)
        self.planned[person].discard(article)
        self.loads[person] -= self.claims[article]
        self._meet(person, article, -self.claims[article])

    def _meet(self, person: int, article: int, claims: int) -> None:
        mine = self.met.setdefault(person, {})
        for other in self.readers[article]:
            mine[other] = mine.get(other, 0) + claims
            theirs = self.met.setdefault(other, {})
            theirs[person] = theirs.get(person, 0) + claims


def place_in_mix(seed: int, number: int) -> bytes:
    """Return what sorts things like a shuffle, the same for the same seed on every machine."""
    return sha256(f"{seed}:{number}".encode()).digest()


def make_plan(work: Sequence[Work], workers: Sequence[Worker], seed: int) -> Plan:
    """Hand out what articles need beyond those who have them already; what finds nobody is said to be short."""
    desk = _set_up(work, workers)
    for one in work:
        for person, other in combinations(sorted(one.holders), 2):
            for a, b in ((person, other), (other, person)):
                row = desk.met.setdefault(a, {})
                row[b] = row.get(b, 0) + one.claims
    people = sorted(desk.loads, key=lambda person: place_in_mix(seed, person))
    short = {}
    for one in sorted(work, key=lambda one: (-one.claims, place_in_mix(seed, one.article_id))):
        missing = _hand_out(desk, one, people)
        if missing:
            short[one.article_id] = missing
    _even_out(desk)
    order = {one.article_id: place for place, one in enumerate(work)}
    given = sorted(((order[a], a, p) for p, articles in desk.planned.items() for a in articles))
    return Plan(tuple((a, p) for _place, a, p in given), short, dict(desk.loads), _balance(desk))


def _set_up(work: Iterable[Work], workers: Iterable[Worker]) -> _Desk:
    workers = list(workers)
    return _Desk(
        claims={one.article_id: one.claims for one in work},
        readers={one.article_id: set(one.holders) for one in work},
        loads={worker.person_id: worker.held for worker in workers},
        quotas={worker.person_id: float("inf") if worker.quota is None else float(worker.quota) for worker in workers},
        planned={worker.person_id: set() for worker in workers},
    )


def _hand_out(desk: _Desk, one: Work, people: Sequence[int]) -> int:
    """Give an article to as many as it needs; returns how many are missing."""
    need = max(one.wanted - len(one.holders), 0)
    free = sorted((p for p in people if desk.fits(p, one.article_id)), key=desk.loads.__getitem__)
    for left in range(need, 0, -1):
        if not free:
            return left
        reach = desk.loads[free[min(left, len(free)) - 1]] + one.claims / 2
        near = [person for person in free if desk.loads[person] <= reach]
        chosen = min(near, key=lambda p: (_met_with(desk, p, one.article_id), desk.loads[p]))
        desk.give(chosen, one.article_id)
        free.remove(chosen)
    return 0


def _met_with(desk: _Desk, person: int, article: int) -> int:
    mine = desk.met.get(person, {})
    return sum(mine.get(other, 0) for other in desk.readers[article])


def _even_out(desk: _Desk) -> None:
    """Move and change articles from who has most to who has least, as long as that helps."""
    for _ in range(MOST_MOVES):
        order = sorted(desk.loads, key=desk.loads.__getitem__)
        if len(order) < 2 or not (_move(desk, order) or _change(desk, order)):  # noqa: PLR2004 (a pair)
            return


def _move(desk: _Desk, order: Sequence[int]) -> bool:
    """Move the article of the last in order that evens out most; False if none does."""
    giver = order[-1]
    for taker in order[:-1]:
        gap = desk.loads[giver] - desk.loads[taker]
        fitting = [a for a in desk.planned[giver] if 0 < desk.claims[a] < gap and desk.fits(taker, a)]
        if fitting:
            best = min(fitting, key=lambda a: (abs(2 * desk.claims[a] - gap), _met_with(desk, taker, a), a))
            desk.take(giver, best)
            desk.give(taker, best)
            return True
    return False


def _change(desk: _Desk, order: Sequence[int]) -> bool:
    """Let the last in order change a longer article for a shorter one of another; False if that helps nobody."""
    giver = order[-1]
    for taker in order[:-1]:
        gap = desk.loads[giver] - desk.loads[taker]
        reach = min(gap, desk.quotas[taker] - desk.loads[taker] + 1)
        mine, theirs = _by_length(desk, giver, taker), _by_length(desk, taker, giver)
        changes = [(a, b) for a in mine for b in theirs if 0 < a - b < reach]
        if changes:
            longer, shorter = min(changes, key=lambda pair: (abs(2 * (pair[0] - pair[1]) - gap), pair))
            for giving, taking, article in ((giver, taker, mine[longer]), (taker, giver, theirs[shorter])):
                desk.take(giving, article)
                desk.give(taking, article)
            return True
    return False


def _by_length(desk: _Desk, owner: int, other: int) -> dict[int, int]:
    """Return an article of each length that `owner` could hand to `other`."""
    return {desk.claims[a]: a for a in sorted(desk.planned[owner]) if other not in desk.readers[a]}


def _balance(desk: _Desk) -> Balance:
    people = sorted(desk.loads)
    shared = [desk.met.get(a, {}).get(b, 0) for a, b in combinations(people, 2)]
    loads = list(desk.loads.values())
    return Balance(
        least=min(loads, default=0),
        most=max(loads, default=0),
        pairs=len(shared),
        least_shared=min(shared, default=0),
        most_shared=max(shared, default=0),
        mean_shared=sum(shared) / len(shared) if shared else 0.0,
        strangers=sum(claims == 0 for claims in shared),
    )


def share_some(work: Sequence[Work], claims: int, wanted: int, seed: int) -> list[Work]:
    """Let articles of about so many claims be read by `wanted` reviewers, and the others by one; which, the seed says.

    Articles stay whole, so the shared claims are the first sum that reaches `claims`.
    """
    shared, total = set(), 0
    for one in sorted(work, key=lambda one: place_in_mix(seed, one.article_id)):
        if total >= claims:
            break
        shared.add(one.article_id)
        total += one.claims
    return [Work(one.article_id, one.claims, wanted if one.article_id in shared else 1, one.holders) for one in work]
