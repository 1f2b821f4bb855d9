"""The report's marked words, from the verdicts that stand, on both databases."""

import pytest

from annotator.domain.report import Words
from annotator.domain.report_filter import Filter
from annotator.services import report_words
from tests.desk import Desk
from tests.study import LABELS, Study


@pytest.fixture
def study(desk: Desk) -> Study:
    return Study(desk)


def words(study: Study, **wanted: object) -> Words | None:
    with study.desk.inside(writes=False):
        return report_words.words_of(study.project, Filter(**wanted), LABELS)  # type: ignore[arg-type]


def fill(study: Study) -> None:
    """Claim 1: "Its brutal planners shrugged.", 2: "The council said so.", 4: "Harbour reopens", 5: "The greedy …"."""
    study.say(study.ada, study.claims[1], "editorial", ["brutal"])
    study.say(study.ben, study.claims[1], "editorial", ["brutal", "shrugged"])
    study.say(study.cem, study.claims[1], "sourced", ["planners"], role="speaker")
    study.say(study.ada, study.claims[2], "attributed", ["council"], role="speaker")
    study.say(study.ben, study.claims[2], "attributed", ["said"], role="cue")
    study.say(study.ada, study.claims[5], "editorial", ["greedy"])
    study.say(study.ben, study.claims[5], "editorial", ["greedy"])
    study.say(study.cem, study.claims[5], "editorial", ["The"], role="cue")  # says nothing of what is loaded
    study.say(study.ada, study.claims[6], "editorial", ["brutal"])


def test_nobody_marked_a_word(study: Study) -> None:
    study.say(study.ada, study.claims[1], "editorial")
    assert words(study) is None


def test_agreement_on_words_and_the_list_of_loaded_ones(study: Study) -> None:
    fill(study)
    found = words(study)
    assert found is not None
    assert (found.verdicts, found.is_sample) == (9, False)
    everything, attributed, editorial = found.agreement
    assert [one.label for one in found.agreement] == [None, "attributed", "editorial"]
    # Claim 1: 2 * 1 / 3, claim 5: 1; claim 2: 0.
    assert editorial.dice.value == pytest.approx((2 / 3 + 1) / 2)
    assert editorial.exact.value == pytest.approx(1 / 2)
    assert everything.dice.value == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert (everything.dice.n, everything.dice.clusters) == (3, 2)
    assert attributed.exact.value == 0.0
    # Four words each, two answers a word: 16 answers, 5 marks, and one word that one of two marks.
    assert editorial.alpha.value == pytest.approx(1 - 2 * 15 / (2 * 5 * 11))
    assert [(word.word, word.marks) for word in found.loaded] == [("brutal", 3), ("greedy", 2), ("shrugged", 1)]
    brutal = found.loaded[0]
    assert (brutal.claims, brutal.reviewers, brutal.by_label) == (2, 2, (0, 0, 3))
    assert brutal.by_outlet == (("Post", 2), ("Times", 1))


def test_what_was_said_before_counts_no_more(study: Study) -> None:
    fill(study)
    study.say(study.ben, study.claims[5], "editorial", ["owners"])
    found = words(study)
    assert found is not None
    assert found.agreement[-1].exact.value == 0.0
    first = words(study, round="first")
    assert first is not None
    assert first.agreement[-1].exact.value == pytest.approx(1 / 2)


def test_filters_are_obeyed(study: Study) -> None:
    fill(study)
    only = words(study, articles=(study.articles[1],))
    assert only is not None
    assert [word.word for word in only.loaded] == ["greedy", "brutal"]
    alone = words(study, reviewers=(study.ada.id,))
    assert alone is not None
    assert (alone.verdicts, alone.agreement) == (4, ())
    assert words(study, labels=("nothing",)) is None


def test_beyond_a_size_the_newest_verdicts_are_looked_at(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(study)
    monkeypatch.setattr(report_words, "MOST", 2)
    found = words(study)
    assert found is not None
    assert (found.verdicts, found.is_sample) == (2, True)
    assert [word.word for word in found.loaded] == ["brutal"]
