"""The report's numbers equal an independent computation from the export, written out plainly here."""

import json
import math
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from scipy.special import stdtrit
from sqlalchemy import update

from annotator.cli import load_sample_project
from annotator.domain.report import Report
from annotator.domain.report_filter import Filter
from annotator.domain.roles import Role
from annotator.services.exports.formats import export
from annotator.services.report_files.json import text as as_json
from annotator.services.report_files.text import text
from annotator.services.reports import KEPT, make_report
from annotator.storage import events
from annotator.storage.articles import Claim
from annotator.storage.database import db
from annotator.storage.events import Event
from annotator.storage.projects import Project
from tests.desk import Desk, Somebody

Claims = dict[tuple[int, int], list[str]]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def project(desk: Desk) -> int:
    """The sample project, tagged anew in part by a second reviewer, beside a project that must not count."""
    noise = desk.project("noise")
    for claim in desk.claims(desk.article(noise)):
        for _ in range(2):
            desk.verdict(desk.member(noise), claim, "editorial")
    with desk.inside():
        found: int = load_sample_project().id
    reviewer = desk.member(found, Role.REVIEWER, "second reader")
    with desk.inside(writes=False) as session:
        claims = list(
            session.scalars(Claim.__table__.select().with_only_columns(Claim.id).order_by(Claim.id).limit(60))
        )
    for number, claim in enumerate(claims):
        if number % 7 == 0:
            desk.verdict(reviewer, claim, None, skip_reason="fragment")
        else:
            desk.verdict(reviewer, claim, ("sourced", "attributed", "editorial")[number % 3])
    return found


def exported(desk: Desk, project: int) -> Claims:
    """Read the labels by (article, claim) from the export, as a stranger would."""
    with desk.app.app_context():
        rows: list[dict[str, Any]] = [json.loads(line) for line in export(project, "jsonl")]
    labels: Claims = defaultdict(list)
    for row in rows:
        if row["standing"] and row["label"] and not row["claim_retired"]:
            labels[row["article_id"], row["claim_id"]].append(row["label"])
    return labels


def made(desk: Desk, project: int, **limits: Any) -> Report:
    with desk.inside(writes=False) as session:
        return make_report(session.get_one(Project, project), Filter(**limits))


def percent(claims: Claims) -> float:
    paired = [labels for labels in claims.values() if len(labels) > 1]
    shares = [sum(a == b for a, b in permutations(labels, 2)) / (len(labels) * (len(labels) - 1)) for labels in paired]
    return sum(shares) / len(shares)


def alpha(claims: Claims, one: str | None = None) -> float:
    """Krippendorff's alpha from all pairs; with `one`, that label against the rest."""
    paired = [
        [str(label == one) if one else label for label in labels] for labels in claims.values() if len(labels) > 1
    ]
    counts = Counter(label for labels in paired for label in labels)
    n = sum(counts.values())
    observed = sum(sum(a != b for a, b in permutations(labels, 2)) / (len(labels) - 1) for labels in paired) / n
    expected = sum(counts[a] * counts[b] for a, b in permutations(counts, 2)) / (n * (n - 1))
    return 1 - observed / expected


def interval(claims: Claims) -> tuple[float, float]:
    """Delete one article at a time; Fisher z; t with A - 1 degrees of freedom."""
    articles = {article for (article, _), labels in claims.items() if len(labels) > 1}
    value = alpha(claims)
    without = [alpha({key: labels for key, labels in claims.items() if key[0] != article}) for article in articles]
    size = len(without)
    mean = sum(without) / size
    error = math.sqrt((size - 1) / size * sum((each - mean) ** 2 for each in without)) / (1 - value**2)
    reach = float(stdtrit(size - 1, 0.975)) * error
    return math.tanh(math.atanh(value) - reach), math.tanh(math.atanh(value) + reach)


def test_the_report_equals_an_independent_computation_from_the_export(desk: Desk, project: int) -> None:
    claims, report = exported(desk, project), made(desk, project)
    found = report.agreement
    assert found.percent_agreement.value == pytest.approx(percent(claims), abs=1e-9)
    assert found.alpha.value == pytest.approx(alpha(claims), abs=1e-9)
    assert (found.alpha.low, found.alpha.high) == pytest.approx(interval(claims), abs=1e-9)
    for label in found.by_label:
        assert label.alpha.value == pytest.approx(alpha(claims, label.label), abs=1e-9)
    assert found.pairable_claims == sum(len(labels) > 1 for labels in claims.values())
    assert report.scope.verdicts == sum(map(len, claims.values()))
    assert report.scope.overlap == tuple(sorted(Counter(map(len, claims.values())).items()))


@on_sqlite
def test_page_and_command_show_the_same_numbers(desk: Desk, project: int) -> None:
    manager = desk.member(project, Role.MANAGER)
    report = made(desk, project)
    page = desk.reader(manager).get("/projects/sample/disagreements").text
    value = report.agreement.alpha.value
    assert value is not None
    assert f"{value:.2f}" in page
    assert f"{value:.2f}" in text(report)
    assert json.loads(as_json(report))["agreement"]["alpha"]["value"] == value


def test_contested_claims_come_by_entropy_then_verdicts_then_id(desk: Desk, project: int) -> None:
    claims = made(desk, project).contested
    order = [(-round(claim.entropy, 9), -claim.n, claim.claim_id) for claim in claims]
    assert order == sorted(order)
    assert len(order) >= 50
    of_a_majority = [claim for claim in claims if claim.majority and len(claim.votes) == 2]
    three_ways = [claim for claim in claims if len(claim.votes) == 3]
    assert len(of_a_majority) >= 20
    assert three_ways


def test_retired_claims_and_skips_are_left_out(desk: Desk, project: int) -> None:
    before = made(desk, project)
    gone = before.contested[0].claim_id
    with desk.inside() as session:
        session.execute(update(Claim).where(Claim.id == gone).values(retired_at=before.identity.made_at))
        events.record("claims cut", "article", 1, project_id=project)
    after = made(desk, project)
    assert gone not in {claim.claim_id for claim in after.contested}
    assert after.scope.verdicts == before.scope.verdicts - before.contested[0].n
    assert after.agreement.alpha.value == pytest.approx(alpha(exported(desk, project)), abs=1e-9)


def test_nothing_to_compare_is_not_defined(desk: Desk) -> None:
    empty = desk.project("empty")
    desk.verdict(desk.member(empty), desk.claims(desk.article(empty))[0])
    report = made(desk, empty)
    assert report.agreement.alpha.value is None
    assert report.warnings == ("no-pairs",)
    assert "not defined" in text(report)
    assert "NaN" not in as_json(report)


def test_a_report_is_made_once_until_something_happens(desk: Desk, project: int) -> None:
    first = made(desk, project)
    assert made(desk, project) is first
    assert made(desk, project, labels=("editorial",)) is not first
    desk.verdict(desk.member(project), first.contested[0].claim_id, "editorial")
    second = made(desk, project)
    assert second.scope.verdicts == first.scope.verdicts + 1
    assert second.identity.data_hash != first.identity.data_hash
    for number in range(KEPT):
        made(desk, project, version=number + 1)
    assert made(desk, project) is not second
    assert made(desk, project).identity.data_hash == second.identity.data_hash


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_event_that_comes_to_light_after_a_later_one_makes_it_anew(desk: Desk, project: int) -> None:
    with desk.app.app_context(), db.engine.connect() as slow:
        facts = {"at": datetime.now(UTC), "what": "verdict given", "project_id": project, "subject": "verdict"}
        slow.execute(Event.__table__.insert(), facts | {"detail": {}})
        desk.verdict(desk.member(project), 1, "editorial")
        first = made(desk, project)
        slow.commit()
    assert made(desk, project) is not first
    assert made(desk, project).identity.last_event == first.identity.last_event


def test_every_filter_leaves_what_it_says(desk: Desk, project: int) -> None:
    whole = made(desk, project)
    one, two = whole.reviewers[0].id, whole.reviewers[1].id
    assert made(desk, project, reviewers=(one,)).scope.pairable_claims == 0
    pair = made(desk, project, reviewers=(one, two))
    (block,) = pair.pairs
    assert block.claims == pair.scope.pairable_claims
    assert block == next(found for found in whole.pairs if {found.first, found.second} == {0, 1})
    article = whole.articles[0]
    alone = made(desk, project, articles=(article.article_id,))
    assert alone.agreement.percent_agreement.value == pytest.approx(article.percent_agreement)
    assert {claim.article_id for claim in alone.contested} <= {article.article_id}
    editorial = made(desk, project, labels=("editorial",))
    assert "chosen" in editorial.warnings
    assert all(any(vote.label == "editorial" for vote in claim.votes) for claim in editorial.contested)
    today = whole.identity.made_at.date()
    assert made(desk, project, since=today, until=today).scope.verdicts == whole.scope.verdicts
    assert made(desk, project, until=today - timedelta(days=1)).scope.verdicts == 0
    assert made(desk, project, version=1).agreement.alpha == whole.agreement.alpha
    assert made(desk, project, version=2).scope.verdicts == 0
    assert made(desk, project, articles=(10**9,)).agreement.alpha.value is None


def test_first_verdicts_can_be_looked_at_by_themselves(desk: Desk, project: int) -> None:
    before = made(desk, project)
    claim = next(claim for claim in before.contested if len(claim.votes) == 2)
    few = claim.votes[1]
    reviewer = Somebody(before.reviewers[few.reviewers[0]].id, "", "", "")
    desk.verdict(reviewer, claim.claim_id, claim.votes[0].label)
    first, now = made(desk, project, round="first"), made(desk, project)
    assert first.agreement.alpha.value == before.agreement.alpha.value
    assert now.agreement.alpha.value != before.agreement.alpha.value
    assert now.revision is not None
    assert now.revision.revised == 1


@on_sqlite
def test_a_page_names_people_to_those_who_settle_and_pseudonyms_to_others(desk: Desk, project: int) -> None:
    known = made(desk, project).reviewers
    chief, watcher = desk.member(project, Role.ADJUDICATOR), desk.member(project, Role.OBSERVER)
    shown = desk.reader(watcher).get("/projects/sample/disagreements").text
    assert all(reviewer.pseudonym in shown for reviewer in known)
    assert "second reader" not in shown
    assert "second reader" in desk.reader(chief).get("/projects/sample/disagreements").text
