"""Whatever is killed under load, what was acknowledged is there exactly once. `make soak` does this for longer."""

from pathlib import Path

from benchmarks.kills import save_through_kills
from benchmarks.ledger import differences
from benchmarks.newsroom import furnish
from benchmarks.server import Server
from tests.faults.conftest import Trial
from tests.postgresql import Cluster

KILLS = 3


def test_a_killed_server_keeps_every_acknowledged_verdict_once(trial: Trial) -> None:
    def kill() -> None:
        trial.server.kill()
        trial.server.start()

    saved = save_through_kills(trial.newsroom, trial.server.port, kill, KILLS)
    assert any(verdict.tries > 1 for verdict in saved)
    assert differences(trial.database_url, saved) == []


def test_a_killed_postgresql_keeps_every_acknowledged_verdict_once(postgresql: Cluster, tmp_path: Path) -> None:
    def kill() -> None:
        postgresql.kill9()
        postgresql.start()

    database_url = postgresql.create_database("killed")
    newsroom = furnish(database_url)
    with Server(tmp_path, database_url) as server:
        saved = save_through_kills(newsroom, server.port, kill, KILLS)
    assert any(verdict.tries > 1 for verdict in saved)
    assert differences(database_url, saved) == []
    postgresql.drop_database("killed")
