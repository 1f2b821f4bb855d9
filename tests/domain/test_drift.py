"""Drift: what a reviewer gave lately against what they gave before, and when that is worth a word."""

from math import isclose

from annotator.domain.drift import LEAST, probability, shifts


def test_the_label_that_changed_most_is_named_with_its_shares() -> None:
    [shift] = shifts({7: ({"sourced": 60, "editorial": 40}, {"sourced": 30, "editorial": 70})})
    assert (shift.reviewer_id, shift.label in {"sourced", "editorial"}) == (7, True)
    assert (shift.n_before, shift.n_recent, round(shift.distance, 2)) == (100, 100, 0.3)
    assert shift.is_notable


def test_the_p_value_is_that_of_pearsons_test() -> None:
    from scipy.stats import chi2_contingency

    before, recent = (
        {"sourced": 50, "attributed": 30, "editorial": 20},
        {"sourced": 30, "attributed": 25, "editorial": 25},
    )
    expected = chi2_contingency([[50, 30, 20], [30, 25, 25]], correction=False).pvalue
    found = probability(before, recent)
    assert found is not None
    assert isclose(found, expected, rel_tol=1e-9)


def test_the_same_shares_are_no_shift() -> None:
    [shift] = shifts({1: ({"sourced": 50, "editorial": 50}, {"sourced": 40, "editorial": 40})})
    assert (shift.p, shift.distance, shift.is_notable) == (1.0, 0.0, False)


def test_too_few_labels_are_not_tested() -> None:
    few = LEAST - 1
    [shift] = shifts({1: ({"sourced": 500}, {"editorial": few})})
    assert (shift.p, shift.is_notable, shift.n_recent) == (None, False, few)


def test_who_gave_nothing_lately_has_no_shift() -> None:
    assert shifts({1: ({"sourced": 500}, {}), 2: ({}, {"sourced": 500})}) == []


def test_one_label_alone_cannot_be_tested() -> None:
    assert probability({"sourced": 100}, {"sourced": 100}) is None


def test_rare_labels_are_taken_together() -> None:
    rare = {f"label-{number}": 2 for number in range(10)}
    assert probability({"sourced": 100, **rare}, {"sourced": 100, **rare}) == 1.0
    assert probability({"sourced": 100, "rare": 1}, {"sourced": 100, "rare": 1}) is None


def test_p_values_are_corrected_for_the_number_of_reviewers() -> None:
    moved = ({"sourced": 60, "editorial": 40}, {"sourced": 42, "editorial": 58})
    same = ({"sourced": 60, "editorial": 40}, {"sourced": 60, "editorial": 40})
    alone = shifts({1: moved})[0].p
    among_ten = next(one.p for one in shifts({1: moved, **dict.fromkeys(range(2, 11), same)}) if one.reviewer_id == 1)
    assert alone
    assert among_ten
    assert isclose(among_ten, 10 * alone)


def test_a_large_sample_does_not_make_a_small_shift_notable() -> None:
    [shift] = shifts({1: ({"sourced": 50_000, "editorial": 50_000}, {"sourced": 52_000, "editorial": 48_000})})
    assert shift.p is not None
    assert shift.p < 0.001
    assert not shift.is_notable
