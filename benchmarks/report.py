"""Time and memory of the disagreement report: its headline, each block, the whole page, and loading everything instead.

For each size asked for, a database is filled with that many verdicts and measured in a fresh process. "Loading" reads
every verdict and computes alpha with the package krippendorff, as a script of a reader's own would. Memory is the peak
over what the process held before, where the system tells it (Linux).
"""

import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy import make_url

from tests.postgresql import Cluster

REPEATS = 20
"""How often what takes milliseconds is measured; the best of these counts, since other programs run beside it."""
LIMIT_MS = 5.0
"""What a headline may take at any size."""

Block = tuple[str, Callable[[], Any]]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one thing took: time on the clock, processor time, and memory over what was there before (None: unknown)."""

    name: str
    seconds: float
    cpu_seconds: float
    megabytes: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """The costs at one size."""

    database: str
    verdicts: int
    claims: int
    articles: int
    fill_seconds: float
    costs: tuple[Cost, ...]

    def of(self, name: str) -> Cost:
        """Return the cost with this name."""
        return next(cost for cost in self.costs if cost.name == name)


def cost_of(name: str, work: Callable[[], Any], repeats: int = 1) -> Cost:
    """Run some work, and return its least time and the memory of its first run."""
    before = _peak(reset=True)
    found = []
    memory: float | None = None
    for turn in range(repeats):
        clock, cpu = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - clock, time.process_time() - cpu))
        if turn == 0 and before is not None:
            memory = max((_peak(reset=False) or 0) - before, 0) / 1e6
    return Cost(name, min(clock for clock, _ in found), min(cpu for _, cpu in found), memory)


def _peak(*, reset: bool) -> int | None:
    """Return the most bytes that this process has held since the last reset."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


def measure(database_url: str, verdicts: int) -> Measured:
    """Fill the database, and measure in processes that know nothing yet."""
    begun = time.perf_counter()
    corpus = _elsewhere(_fill, database_url, verdicts)
    filled = time.perf_counter() - begun
    costs = (
        *_elsewhere(_measure_whole, database_url, corpus.project_id),
        *_elsewhere(_measure_blocks, database_url, corpus.project_id),
        *_elsewhere(_measure_loading, database_url, corpus.project_id),
    )
    name = make_url(database_url).get_backend_name()
    return Measured(name, corpus.verdicts, corpus.claims, corpus.articles, filled, costs)


def _elsewhere(work: Callable[..., Any], *facts: Any) -> Any:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *facts).result()


def _fill(database_url: str, verdicts: int) -> Any:
    from benchmarks.verdicts import fill, make_app

    return fill(make_app(database_url), verdicts)


def _measure_whole(database_url: str, project_id: int) -> list[Cost]:
    """Measure the report as a server's first reader gets it, and as the next one does."""
    from annotator.app import create_app
    from annotator.services.reports import make_report
    from annotator.settings import Settings
    from annotator.storage.database import db, transaction
    from annotator.storage.projects import Project

    app = create_app(Settings(database_url=database_url, secret_key="of-this-process-only-0123456789-abcdef"))
    with app.app_context(), transaction(writes=False):
        project = db.session.get_one(Project, project_id)
        return [
            cost_of("whole report, first in its process", lambda: make_report(project)),
            cost_of("whole report, nothing new since", lambda: make_report(project), REPEATS),
        ]


def _measure_blocks(database_url: str, project_id: int) -> list[Cost]:
    from annotator.services.headline import headline
    from annotator.storage.database import transaction
    from benchmarks.verdicts import LABELS, make_app

    app, labels = make_app(database_url), list(LABELS)
    with app.app_context(), transaction(writes=False):
        headline(project_id, labels)  # once, so that numpy and scipy are there
        costs = [cost_of("headline", lambda: headline(project_id, labels), REPEATS)]
        costs += [cost_of(name, work) for name, work in blocks(project_id, labels)]
    return costs


def blocks(project_id: int, labels: list[str]) -> Iterator[Block]:
    """Give the parts of the report in the order in which it is made; each may need those before it."""
    from annotator.domain import (
        aggregation,
        article_agreement,
        breakdowns,
        coefficient_list,
        pair_blocks,
        resampling,
        reviewer_blocks,
        weeks,
    )
    from annotator.domain.agreement import summarise
    from annotator.domain.report_filter import Filter
    from annotator.domain.votes import Votes
    from annotator.services import report_adjudicated, report_claims, report_fields, report_revision, report_words
    from annotator.services.report_breakdowns import exposure_breakdown, version_breakdown
    from annotator.storage import report_names, tallies
    from annotator.storage.report_adjudicated import decided_signatures

    made: dict[str, Any] = {}

    def keep(name: str, work: Callable[[], Any]) -> Block:
        return name, lambda: made.__setitem__(name, work())

    everything = Filter()
    yield keep("rows of votes", lambda: list(tallies.vote_rows(project_id)))
    yield keep("table of votes", lambda: Votes.from_rows(made["rows of votes"], labels))
    votes = made["table of votes"]
    yield keep("coefficients, labels", lambda: summarise(votes.table(), labels))
    yield keep("more coefficients", lambda: coefficient_list.coefficient_list(votes, made["coefficients, labels"]))
    yield keep("bootstrap checks", lambda: resampling.checks(votes.table(), seed=1))
    yield keep("scope", lambda: tallies.scope_counts(project_id))
    yield keep("Dawid-Skene", lambda: aggregation.fit(votes))
    model = made["Dawid-Skene"]
    yield keep("signatures read", lambda: report_claims.read(votes, model))
    read = made["signatures read"]
    yield keep("contested claims", lambda: report_claims.contested_claims(project_id, everything, read))
    confused = report_claims.confused_pairs
    yield keep("confused labels", lambda: confused(project_id, everything, read, made["coefficients, labels"]))
    yield keep("articles", lambda: article_agreement.article_agreements(votes))
    yield keep("reviewers", lambda: reviewer_blocks.reviewer_blocks(votes, model))
    yield keep("pairs of reviewers", lambda: pair_blocks.pair_blocks(votes))
    yield keep("weeks", lambda: weeks.weeks(votes))
    decided = decided_signatures
    yield keep("aggregated", lambda: aggregation.aggregation(votes, model, decided(project_id, everything)))
    yield keep("aggregated claims", lambda: report_claims.aggregated_claims(project_id, everything, read))
    yield keep("marked words", lambda: report_words.words_of(project_id, everything, labels))
    yield keep("fields", lambda: report_fields.fields_of(project_id, everything))
    yield keep("names of articles", lambda: report_names.article_facts(project_id))
    outlets = {row.id: row.outlet for row in made["names of articles"]}
    yield keep("by outlet", lambda: breakdowns.breakdown("outlet", votes, outlets))
    yield keep("by version", lambda: version_breakdown(project_id, everything, labels))
    yield keep("by exposure", lambda: exposure_breakdown(project_id, everything, labels))
    adjudicated = report_adjudicated.adjudicated_of
    yield keep("adjudicated", lambda: adjudicated(project_id, everything, labels, votes.reviewers))
    yield keep("first against revised", lambda: report_revision.revision_of(project_id, everything, labels))


def _measure_loading(database_url: str, project_id: int) -> list[Cost]:
    """Measure a script that loads every verdict; its alpha must be the headline's."""
    import krippendorff
    import numpy as np

    from annotator.services.headline import headline
    from annotator.storage.counted import counted
    from annotator.storage.database import db, transaction
    from benchmarks.verdicts import LABELS, make_app

    app, labels, found = make_app(database_url), list(LABELS), list[float]()

    def load() -> None:
        from sqlalchemy import select

        from annotator.domain.report_filter import Filter

        votes = counted(project_id, Filter())
        rows = db.session.execute(select(votes.c.claim_id, votes.c.label)).all()
        _, claim = np.unique(np.array([row[0] for row in rows]), return_inverse=True)
        number = {label: column for column, label in enumerate(labels)}
        label = np.array([number[row[1]] for row in rows])
        counts = np.bincount(claim * len(labels) + label, minlength=(int(claim.max()) + 1) * len(labels))
        found.append(
            float(krippendorff.alpha(value_counts=counts.reshape(-1, len(labels)), level_of_measurement="nominal"))
        )

    with app.app_context(), transaction(writes=False):
        cost = cost_of("loading, krippendorff", load)
        ours = headline(project_id, labels).alpha.value
        if ours is None or abs(found[0] - ours) > 1e-9:
            raise RuntimeError(f"alpha is {found[0]} by krippendorff, and {ours} here")
    return [cost]


def show(found: Measured) -> None:
    """Print the costs of one size, each beside loading everything."""
    loading = found.of("loading, krippendorff")
    print(f"\n{found.database}: {found.verdicts} verdicts, {found.claims} claims, {found.articles} articles", end="")
    print(f" (made in {found.fill_seconds:.0f} s)")
    print(f"    {'':36}{'clock':>12}{'processor':>12}{'memory':>10}{'of loading':>12}")
    for cost in found.costs:
        memory = f"{cost.megabytes:.0f} MB" if cost.megabytes is not None else "?"
        share = cost.seconds / loading.seconds
        times = (f"{1000 * seconds:.1f} ms" for seconds in (cost.seconds, cost.cpu_seconds))
        print(f"    {cost.name:36}{next(times):>12}{next(times):>12}{memory:>10}{share:>12.4f}")


@click.command()
@click.option(
    "--verdicts",
    multiple=True,
    default=(10_000, 100_000),
    show_default=True,
    type=click.IntRange(100, 20_000_000),
    help="How many verdicts; may be given several times.",
)
@click.option("--postgresql", is_flag=True, help="On a throw-away PostgreSQL as well as on SQLite.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a size.")
def main(verdicts: tuple[int, ...], *, postgresql: bool, as_json: bool) -> None:
    """Measure the disagreement report."""
    slow = False
    for url, size in _databases(verdicts, postgresql=postgresql):
        found = measure(url, size)
        print(json.dumps(asdict(found))) if as_json else show(found)
        slow |= 1000 * found.of("headline").cpu_seconds > LIMIT_MS
    if slow:
        raise click.ClickException(f"a headline took more than {LIMIT_MS} ms of the processor")


def _databases(verdicts: tuple[int, ...], *, postgresql: bool) -> Iterator[tuple[str, int]]:
    for size in verdicts:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/report.sqlite", size
    if postgresql:
        with Cluster() as cluster:
            for number, size in enumerate(verdicts):
                yield cluster.create_database(f"report_{number}"), size


if __name__ == "__main__":
    main()
