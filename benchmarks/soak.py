"""Saves under load while the server is killed with -9 again and again, on both databases; more than the tests do."""

import tempfile
from pathlib import Path

import click

from benchmarks.kills import save_through_kills
from benchmarks.ledger import differences
from benchmarks.newsroom import furnish
from benchmarks.server import Server
from tests.postgresql import Cluster


def soak(database_url: str, instance: Path, kills: int) -> int:
    """Kill the server `kills` times under load; return how many verdicts were acknowledged, all of them there once."""
    newsroom = furnish(database_url)
    with Server(instance, database_url) as server:

        def kill() -> None:
            server.kill()
            server.start()

        saved = save_through_kills(newsroom, server.port, kill, kills)
    wrong = differences(database_url, saved)
    if wrong:
        raise click.ClickException("\n".join(wrong[:20]))
    return len(saved)


@click.command()
@click.option("--kills", default=20, show_default=True, type=click.IntRange(1, 1000), help="Kills on each database.")
def main(kills: int) -> None:
    """Kill the server under load on SQLite and on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        found = soak(f"sqlite:///{folder}/soak.sqlite", Path(folder), kills)
    print(f"SQLite: {kills} kills, {found} acknowledged verdicts, each there once")
    with tempfile.TemporaryDirectory() as folder, Cluster() as cluster:
        found = soak(cluster.create_database("soak"), Path(folder), kills)
    print(f"PostgreSQL: {kills} kills, {found} acknowledged verdicts, each there once")


if __name__ == "__main__":
    main()
