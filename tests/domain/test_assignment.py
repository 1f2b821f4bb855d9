"""Plans: each article gets its number of different reviewers or is said to lack them, and loads are even."""

from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.assignment import Plan, Work, Worker, make_plan, share_some

lengths = st.lists(st.integers(1, 40), min_size=1, max_size=30)


def readers_of(plan: Plan) -> dict[int, list[int]]:
    found = defaultdict(list)
    for article, person in plan.given:
        found[article].append(person)
    return found


@given(lengths=lengths, people=st.integers(1, 8), wanted=st.integers(1, 8), seed=st.integers(0, 99))
def test_each_article_gets_its_number_of_different_reviewers_and_loads_differ_by_an_article_at_most(
    lengths: list[int], people: int, wanted: int, seed: int
) -> None:
    work = [Work(number, claims, min(wanted, people)) for number, claims in enumerate(lengths)]
    plan = make_plan(work, [Worker(person) for person in range(people)], seed)
    assert plan.short == {}
    readers = readers_of(plan)
    for one in work:
        assert len(readers[one.article_id]) == len(set(readers[one.article_id])) == one.wanted
    assert plan.balance.most - plan.balance.least <= max(lengths)
    loads = Counter[int]()
    for article, person in plan.given:
        loads[person] += lengths[article]
    assert {person: loads[person] for person in range(people)} == plan.loads


@given(
    lengths=lengths,
    quotas=st.lists(st.one_of(st.none(), st.integers(1, 60)), min_size=1, max_size=6),
    wanted=st.integers(1, 6),
    seed=st.integers(0, 99),
    data=st.data(),
)
def test_no_quota_is_exceeded_nothing_is_taken_away_and_what_lacks_reviewers_is_said(
    lengths: list[int], quotas: list[int | None], wanted: int, seed: int, data: st.DataObject
) -> None:
    people = range(len(quotas))
    holding = st.frozensets(st.sampled_from([*people, 99]), max_size=3)
    work = [Work(number, claims, wanted, data.draw(holding)) for number, claims in enumerate(lengths)]
    held = {person: sum(one.claims for one in work if person in one.holders) for person in people}
    workers = [Worker(person, held[person], quota) for person, quota in enumerate(quotas)]
    plan = make_plan(work, workers, seed)
    readers = readers_of(plan)
    for one in work:
        new = readers[one.article_id]
        assert not set(new) & one.holders
        assert len(set(new)) == len(new)
        missing = max(one.wanted - len(one.holders), 0) - len(new)
        assert missing == plan.short.get(one.article_id, 0) >= 0
    for worker in workers:
        if worker.quota is not None:
            assert plan.loads[worker.person_id] <= max(worker.quota, worker.held)


@given(lengths=lengths, seed=st.integers(0, 99))
def test_the_same_seed_makes_the_same_plan(lengths: list[int], seed: int) -> None:
    work = [Work(number, claims, 2) for number, claims in enumerate(lengths)]
    workers = [Worker(person) for person in range(5)]
    assert make_plan(work, workers, seed) == make_plan(work, workers, seed)


@given(lengths=lengths, claims=st.integers(0, 300), seed=st.integers(0, 99))
def test_shared_articles_reach_the_claims_asked_for_and_no_article_more(
    lengths: list[int], claims: int, seed: int
) -> None:
    work = [Work(number, length, 2) for number, length in enumerate(lengths)]
    shared = [one.claims for one in share_some(work, claims, 4, seed) if one.wanted == 4]
    assert sum(shared) >= min(claims, sum(lengths))
    assert not shared or sum(shared) - max(shared) < claims


def test_five_thousand_claims_for_forty_reviewers_are_even_and_pairs_meet_alike() -> None:
    work = [Work(number, 1, 3) for number in range(5000)]
    found = make_plan(work, [Worker(person) for person in range(40)], 1).balance
    assert (found.least, found.most, found.strangers) == (375, 375, 0)
    assert found.most_shared - found.least_shared <= 8
