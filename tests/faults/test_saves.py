"""Eight reviewers at once: nothing fails, nothing is lost, nothing is stored twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from benchmarks.clients import Client, Saved, save_all
from benchmarks.ledger import differences
from tests.faults.conftest import Trial

REVIEWERS, EACH = 8, 250


def test_i06_eight_clients_save_two_thousand_verdicts_exactly_once(trial: Trial) -> None:
    def work(client: Client) -> list[Saved]:
        return save_all(client, trial.newsroom.targets, EACH)

    with trial.newsroom.signed_in(trial.server.port) as clients, ThreadPoolExecutor(REVIEWERS) as pool:
        saved = [verdict for some in pool.map(work, clients) for verdict in some]
    assert len(saved) == REVIEWERS * EACH == 2000
    assert {verdict.tries for verdict in saved} == {1}
    assert differences(trial.database_url, saved) == []
    never_sent = replace(saved[0], key="never-sent")
    assert differences(trial.database_url, [*saved, never_sent]) == ["never-sent was acknowledged and is lost"]
