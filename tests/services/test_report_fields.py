"""Fields of verdicts compared, from the verdicts that stand, on both databases."""

import pytest

from annotator.domain.report import FieldAgreement
from annotator.domain.report_filter import Filter
from annotator.services import report_fields
from tests.desk import Desk
from tests.study import Study


@pytest.fixture
def study(desk: Desk) -> Study:
    return Study(desk)


def fields(study: Study, **wanted: object) -> dict[str, FieldAgreement]:
    with study.desk.inside(writes=False):
        found = report_fields.fields_of(study.project, Filter(**wanted))  # type: ignore[arg-type]
    return {field.key: field for field in found}


def fill(study: Study) -> None:
    claims = study.claims
    study.say(
        study.ada, claims[0], "sourced", kind="named", source_name="The Council", source_kind="organisation", depth=1
    )
    study.say(
        study.ben, claims[0], "sourced", kind="named", source_name="the council.", source_kind="document", depth=1
    )
    study.say(study.cem, claims[0], "editorial", kind="framing", depth=2, also_attributed=True, confidence=2)
    study.say(study.ada, claims[1], "editorial", speech="direct", confidence=2)
    study.say(study.ben, claims[1], "editorial", kind="inference", speech="direct", also_attributed=True)
    study.say(study.ada, claims[5], "attributed", continues_id=claims[4], depth=1)
    study.say(study.ben, claims[5], "attributed", continues_id=claims[4], depth=1)


def test_nothing_was_filled(study: Study) -> None:
    study.say(study.ada, study.claims[0], "sourced")
    assert fields(study) == {}


def test_every_field_is_compared_among_those_who_filled_it(study: Study) -> None:
    fill(study)
    found = fields(study)
    values = {
        key: (field.filled, field.percent_agreement.n, field.percent_agreement.value) for key, field in found.items()
    }
    assert values == {
        "kind": (4, 1, 1.0),
        "also_attributed": (2, 1, 0.0),
        "source_name": (2, 1, 1.0),
        "source_kind": (2, 1, 0.0),
        "speech": (2, 1, 1.0),
        "depth": (5, 2, pytest.approx((1 / 3 + 1) / 2)),
        "continues_claim_id": (2, 1, 1.0),
        "confidence": (2, 0, None),
    }
    # Five depths, four of them 1: 2 coincidences differ, by chance 2 * 4 * 1 / 4 would.
    assert found["depth"].alpha.value == pytest.approx(0.0)
    assert (found["depth"].alpha.clusters, found["speech"].alpha.value) == (2, None)
    assert not found["depth"].is_sample


def test_filters_are_obeyed(study: Study) -> None:
    fill(study)
    assert list(fields(study, articles=(study.articles[1],))) == ["depth", "continues_claim_id"]
    assert fields(study, reviewers=(study.ada.id, study.cem.id))["depth"].percent_agreement.value == 0.0
    assert fields(study, labels=("editorial",))["depth"].filled == 3


def test_beyond_a_size_every_nth_article_is_looked_at(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(study)
    monkeypatch.setattr(report_fields, "MOST", 4)
    found = fields(study)
    assert (found["depth"].filled, found["depth"].is_sample) == (3, True)
    assert "continues_claim_id" not in found
