"""How long a plan takes, and how even it is: 5,000 claims, 40 reviewers. Fails if one takes two seconds or more."""

import sys
import time
from random import Random

from annotator.domain.assignment import Work, Worker, make_plan, share_some

CLAIMS, REVIEWERS, LIMIT = 5000, 40, 2.0


def cut(random: Random, shortest: int, longest: int) -> list[int]:
    """Return lengths of articles that have CLAIMS claims together."""
    lengths: list[int] = []
    while sum(lengths) < CLAIMS:
        lengths.append(min(random.randint(shortest, longest), CLAIMS - sum(lengths)))
    return lengths


def main() -> int:
    """Print time and balance of each kind of plan."""
    random, slowest = Random(1), 0.0
    single = [Work(number, 1, 3) for number in range(CLAIMS)]
    news = [Work(number, claims, 2) for number, claims in enumerate(cut(random, 10, 40))]
    mixed = [Work(number, claims, 2) for number, claims in enumerate(cut(random, 2, 12))]
    plans = {
        "articles of 10 to 40 claims, each read by 2": news,
        "articles of 2 to 12 claims, each read by 2": mixed,
        "articles of 1 claim, each read by 3": single,
        "500 shared claims read by all 40, the rest by 1": share_some(mixed, 500, REVIEWERS, 1),
    }
    for name, work in plans.items():
        begun = time.perf_counter()
        found = make_plan(work, [Worker(person) for person in range(REVIEWERS)], 1).balance
        took = time.perf_counter() - begun
        slowest = max(slowest, took)
        print(f"{name} ({len(work)} articles): {took:.2f} s; {found.least} to {found.most} claims each; a pair shares")
        print(f"    {found.least_shared} to {found.most_shared}, {found.mean_shared:.1f} on average; ", end="")
        print(f"{found.strangers} of {found.pairs} pairs never meet")
    return 0 if slowest < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
