"""The report's numbers equal an independent computation from the export, written out plainly here."""

import json
import math
from collections import Counter, defaultdict
from itertools import permutations
from typing import Any

import pytest
from scipy.special import stdtrit
from sqlalchemy import update

from annotator.cli import load_sample_project
from annotator.domain.roles import Role
from annotator.services.exports.formats import export
from annotator.services.report_text import text
from annotator.services.reports import Report, make_report
from annotator.storage.articles import Claim
from annotator.storage.projects import Project
from tests.desk import Desk

Claims = dict[tuple[int, int], list[str]]


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


def made(desk: Desk, project: int) -> Report:
    with desk.inside(writes=False) as session:
        return make_report(session.get_one(Project, project))


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


def test_page_and_command_show_the_same_numbers(desk: Desk, project: int) -> None:
    manager = desk.member(project, Role.MANAGER)
    report = made(desk, project)
    page = desk.reader(manager).get("/projects/sample/disagreements").text
    value = report.agreement.alpha.value
    assert value is not None
    assert f"{value:.2f}" in page
    assert f"{value:.2f}" in text(report)
    assert json.loads(json.dumps(report.to_dict()))["agreement"]["alpha"]["value"] == value


def test_contested_claims_come_by_entropy_then_verdicts_then_id(desk: Desk, project: int) -> None:
    order = [(-round(claim.entropy, 9), -claim.n, claim.claim_id) for claim in made(desk, project).contested]
    assert order == sorted(order)
    assert len(order) == 50


def test_retired_claims_and_skips_are_left_out(desk: Desk, project: int) -> None:
    before = made(desk, project)
    gone = before.contested[0].claim_id
    with desk.inside() as session:
        session.execute(update(Claim).where(Claim.id == gone).values(retired_at=before.made_at))
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
    assert "NaN" not in json.dumps(report.to_dict())
