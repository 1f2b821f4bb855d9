"""The desk's decisions beside the verdicts, on both databases."""

import pytest

from annotator.domain.report import Adjudicated
from annotator.domain.report_filter import Filter
from annotator.services.report_adjudicated import adjudicated_of
from annotator.storage import report_adjudicated
from tests.desk import Desk
from tests.study import LABELS, Study


@pytest.fixture
def study(desk: Desk) -> Study:
    return Study(desk)


def people(study: Study) -> list[int]:
    return [study.ada.id, study.ben.id, study.cem.id]


def block(study: Study, **wanted: object) -> Adjudicated | None:
    with study.desk.inside(writes=False):
        return adjudicated_of(study.project, Filter(**wanted), LABELS, people(study))  # type: ignore[arg-type]


def fill(study: Study) -> None:
    claims = study.claims
    for claim, *labels in (
        (0, "sourced", "sourced"),
        (1, "editorial", "editorial", "sourced"),
        (2, "sourced", "editorial"),
        (4, "editorial", "attributed"),
        (5, "sourced", "sourced"),
    ):
        for person, label in zip((study.ada, study.ben, study.cem), labels, strict=False):
            study.say(person, claims[claim], label)
    study.say(study.cem, claims[0], None, skip_reason="fragment")
    study.settle(claims[0], "sourced", "accept")
    study.settle(claims[1], "sourced", cause="slip")
    study.settle(claims[2], "sourced", cause="text-ambiguous")
    study.settle(claims[2], None, "reopen", revision=2)
    study.settle(claims[4], "editorial", cause="slip")
    study.settle(claims[5], None, cause="segmentation")
    study.settle(claims[6], "sourced")  # nobody labelled it


def test_nothing_is_settled(study: Study) -> None:
    study.say(study.ada, study.claims[0], "sourced")
    study.settle(study.claims[0], "sourced")
    study.settle(study.claims[0], None, "reopen", revision=2)
    assert block(study) is None


def test_settled_claims_before_and_after(study: Study) -> None:
    fill(study)
    found = block(study)
    assert found is not None
    # Claims 0, 1, 4 and 5; 2 was opened again.
    assert (found.claims, found.disputed, found.is_sample) == (4, 2, False)
    assert found.causes == (("slip", 2), ("segmentation", 1))
    assert found.before == pytest.approx((5 / 9, 1 / 9, 3 / 9))
    assert found.after == pytest.approx((2 / 3, 0, 1 / 3))
    # Majorities on 0 (upheld), 1 (not) and 5 (left without a label); 4 is a tie.
    assert found.majority_upheld.value == pytest.approx(1 / 3)
    assert (found.majority_upheld.n, found.majority_upheld.clusters) == (3, 2)


def test_each_reviewer_beside_the_desk(study: Study) -> None:
    fill(study)
    found = block(study)
    assert found is not None
    ada, ben, cem = found.reviewers
    assert (ada.reviewer, ada.table) == (0, ((1, 0, 1), (0, 0, 0), (0, 0, 1)))
    assert ada.percent_agreement.value == pytest.approx(2 / 3)
    assert (ben.reviewer, ben.table) == (1, ((1, 0, 1), (0, 0, 0), (0, 1, 0)))
    assert ben.percent_agreement.value == pytest.approx(1 / 3)
    assert (cem.table, cem.percent_agreement.value) == (((1, 0, 0), (0, 0, 0), (0, 0, 0)), 1.0)


def test_filters_are_obeyed(study: Study) -> None:
    fill(study)
    found = block(study, articles=(study.articles[1],))
    assert found is not None
    assert (found.claims, found.causes) == (2, (("segmentation", 1), ("slip", 1)))
    alone = block(study, reviewers=(study.cem.id,))
    assert alone is not None
    assert (alone.claims, alone.disputed, len(alone.reviewers)) == (1, 0, 1)


def test_what_the_desk_decided_by_signature_and_by_claim(study: Study) -> None:
    fill(study)
    ada, ben, cem = people(study)
    claims = study.claims
    with study.desk.inside(writes=False):
        signatures = report_adjudicated.decided_signatures(study.project, Filter())
        labels = report_adjudicated.desk_labels(claims)
        rows = report_adjudicated.decided_rows(study.project, Filter())
        assert report_adjudicated.decided_signatures(study.project, Filter(), rows) == signatures
    assert sorted(signatures) == sorted(
        [
            (f"{ada}=sourced,{ben}=sourced", "sourced", 1),
            (f"{ada}=editorial,{ben}=editorial,{cem}=sourced", "sourced", 1),
            (f"{ada}=editorial,{ben}=attributed", "editorial", 1),
        ]
    )
    assert labels == {claims[0]: "sourced", claims[1]: "sourced", claims[4]: "editorial", claims[6]: "sourced"}


def test_beyond_a_size_every_nth_article_is_looked_at(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(study)
    monkeypatch.setattr(report_adjudicated, "MOST", 6)
    found = block(study)
    assert found is not None
    assert (found.claims, found.is_sample) == (2, True)
