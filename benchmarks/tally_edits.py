"""Thousands of random edits on both databases, after which the tallies must equal a recount; more than the tests do."""

import tempfile
from random import Random

import click

from annotator.storage.database import db
from benchmarks.verdicts import make_app
from tests.desk import Desk
from tests.edits import Edits
from tests.postgresql import Cluster


def edit(database_url: str, edits: int, seed: int) -> str:
    """Make so many edits; raises AssertionError if the tallies ever differ. Tells how many of each kind there were."""
    app = make_app(database_url)
    made = Edits(Desk(app), Random(seed))
    made.make(edits, check_each=max(edits // 20, 1), look_each=20)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return ", ".join(f"{count} {kind}" for kind, count in made.done.most_common())


@click.command()
@click.option("--edits", default=20_000, show_default=True, type=click.IntRange(1, 1_000_000), help="On each database.")
@click.option("--seed", default=1, show_default=True, help="Another number gives other edits.")
def main(edits: int, seed: int) -> None:
    """Edit at random on SQLite and on PostgreSQL, and prove the tallies."""
    with tempfile.TemporaryDirectory() as folder:
        print(f"SQLite: tallies equal after {edits} edits ({edit(f'sqlite:///{folder}/edits.sqlite', edits, seed)})")
    with Cluster() as cluster:
        print(f"PostgreSQL: the same ({edit(cluster.create_database('edits'), edits, seed)})")


if __name__ == "__main__":
    main()
