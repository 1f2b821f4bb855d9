"""Agreement by codebook version and by what was seen of a suggestion, on both databases."""

from typing import Any

import pytest

from annotator.domain.report_filter import Filter
from annotator.services import codebooks, report_breakdowns
from annotator.services.report_breakdowns import exposure_breakdown, version_breakdown
from tests.desk import Desk
from tests.study import LABELS, Study


@pytest.fixture
def study(desk: Desk) -> Study:
    return Study(desk)


def publish(study: Study) -> None:
    def reword(document: dict[str, Any]) -> None:
        document["labels"][0]["definition"] = "Somebody says so."

    with study.desk.inside():
        draft = codebooks.start_draft(study.project, None)
        codebooks.change_draft(draft, codebooks.edited(draft, reword), None, seen=draft.revision, part="test")
        codebooks.publish(study.project, None, seen=draft.revision, meanings=(), note="Because.")


def fill(study: Study) -> None:
    for claim, *labels in ((0, "sourced", "sourced"), (1, "sourced", "editorial"), (4, "editorial", "editorial")):
        for person, label in zip((study.ada, study.ben), labels, strict=True):
            study.say(person, study.claims[claim], label)
    study.say(study.ada, study.claims[2], "sourced")
    publish(study)
    study.say(study.ben, study.claims[2], "editorial")  # of two versions: it tells nothing of either
    for claim, *labels in ((3, "sourced", "editorial", "attributed"), (5, "editorial", "editorial")):
        for person, label in zip((study.ada, study.ben, study.cem), labels, strict=False):
            study.say(person, study.claims[claim], label)


def test_with_one_version_and_no_suggestion_there_is_nothing_to_compare(study: Study) -> None:
    study.say(study.ada, study.claims[0], "sourced")
    with study.desk.inside(writes=False):
        assert version_breakdown(study.project, Filter(), LABELS) is None
        assert exposure_breakdown(study.project, Filter(), LABELS) is None
    publish(study)
    with study.desk.inside(writes=False):
        assert version_breakdown(study.project, Filter(), LABELS) is None


def test_claims_count_under_the_version_of_all_their_verdicts(study: Study) -> None:
    fill(study)
    with study.desk.inside(writes=False):
        found = version_breakdown(study.project, Filter(), LABELS)
    assert found is not None
    first, second = found.groups
    assert (found.key, found.is_sample) == ("version", False)
    assert (first.name, first.claims, first.verdicts) == ("1", 3, 6)
    assert first.percent_agreement.value == pytest.approx(2 / 3)
    # 3 sourced, 3 editorial: 2 coincidences differ, by chance 18 / 5.
    assert first.alpha.value == pytest.approx(1 - 2 / (18 / 5))
    assert (second.name, second.claims, second.verdicts) == ("2", 2, 5)
    assert second.percent_agreement.value == pytest.approx(1 / 2)
    # 3 editorial, 1 sourced, 1 attributed: 3 coincidences differ, by chance (25 - 11) / 4.
    assert second.alpha.value == pytest.approx(1 - 3 / (14 / 4))


def test_filters_are_obeyed(study: Study) -> None:
    fill(study)
    with study.desk.inside(writes=False):
        alone = version_breakdown(study.project, Filter(articles=(study.articles[0],)), LABELS)
        assert version_breakdown(study.project, Filter(version=2), LABELS) is None
        by_ben = version_breakdown(study.project, Filter(reviewers=(study.ben.id,)), LABELS)
    assert alone is not None
    assert [(group.name, group.claims) for group in alone.groups] == [("1", 2), ("2", 1)]
    assert by_ben is not None
    assert [(group.name, group.claims, group.alpha.value) for group in by_ben.groups] == [
        ("1", 3, None),
        ("2", 3, None),
    ]


def test_verdicts_after_a_suggestion_stand_apart(study: Study) -> None:
    study.say(study.ada, study.claims[0], "sourced")
    study.say(study.ben, study.claims[0], "editorial")
    study.say(study.ada, study.claims[1], "sourced")
    study.show(study.ben, study.claims[1], "sourced", "cues")  # one saw it, one did not
    for claim in (4, 5):
        for person in (study.ada, study.ben):
            study.show(person, study.claims[claim], "editorial" if claim == 4 else "sourced", "label")
    with study.desk.inside(writes=False):
        found = exposure_breakdown(study.project, Filter(), LABELS)
    assert found is not None
    exposed, unexposed = found.groups
    assert (found.key, exposed.name, exposed.claims, exposed.verdicts) == ("exposure", "label", 2, 4)
    assert (exposed.percent_agreement.value, exposed.alpha.value) == (1.0, 1.0)
    assert (unexposed.name, unexposed.claims, unexposed.percent_agreement.value) == ("none", 1, 0.0)
    assert unexposed.alpha.value == pytest.approx(0.0)


def test_beyond_a_size_every_nth_article_is_looked_at(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(study)
    monkeypatch.setattr(report_breakdowns, "MOST", 7)
    with study.desk.inside(writes=False):
        found = version_breakdown(study.project, Filter(), LABELS)
    assert found is not None
    assert found.is_sample
    assert [(group.name, group.claims) for group in found.groups] == [("1", 2), ("2", 1)]
