"""Whatever is killed under load, what was acknowledged is there exactly once. `make soak` does this for longer."""

from benchmarks.kills import save_through_kills
from benchmarks.ledger import differences
from tests.faults.conftest import Trial

KILLS = 3


def test_a_killed_server_keeps_every_acknowledged_verdict_once(trial: Trial) -> None:
    def kill() -> None:
        trial.server.kill()
        trial.server.start()

    saved = save_through_kills(trial.newsroom, trial.server.port, kill, KILLS)
    assert any(verdict.tries > 1 for verdict in saved)
    assert differences(trial.database_url, saved) == []
