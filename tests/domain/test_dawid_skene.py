"""The estimates of Dawid and Skene, against what they printed."""

import pytest

from annotator.domain.dawid_skene import dawid_skene

# Dawid and Skene (1979), Applied Statistics 28, 20-28, Table 1: 45 patients, one a word; the first observer saw each
# three times, the other four once.
PATIENTS = (
    "1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212 "
    "1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111 "
    "1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 "
    "2322222 1211111 2222222"
)
OBSERVERS = ("1", "1", "1", "2", "3", "4", "5")
# Their Table 2: true response by response given, of three of the observers.
PRINTED = {
    "1": "0.89 0.11 0.00 0.00  0.07 0.88 0.05 0.00  0.00 0.34 0.66 0.00  0.00 0.00 0.56 0.44",
    "3": "1.00 0.00 0.00 0.00  0.11 0.79 0.11 0.00  0.00 0.40 0.20 0.40  0.00 0.00 0.67 0.33",
    "5": "1.00 0.00 0.00 0.00  0.16 0.73 0.11 0.00  0.00 0.21 0.79 0.00  0.00 0.00 0.33 0.67",
}


def patients() -> list[tuple[str, str, str]]:
    return [
        (observer, f"patient {number}", label)
        for number, labels in enumerate(PATIENTS.split(), 1)
        for observer, label in zip(OBSERVERS, labels, strict=True)
    ]


def test_the_data_of_1979_give_the_prevalences_that_were_published() -> None:
    assert dawid_skene(patients(), "1234")["ds_prevalence"] == pytest.approx(
        {"1": 0.40, "2": 0.42, "3": 0.11, "4": 0.07}, abs=0.005
    )


def test_the_data_of_1979_give_the_observers_errors_that_were_published() -> None:
    found = dawid_skene(patients(), "1234")["ds_error"]
    assert isinstance(found, dict)
    for observer, printed in PRINTED.items():
        cells = [f"{observer}|{true}|{said}" for true in "1234" for said in "1234"]
        assert [found[cell] for cell in cells] == pytest.approx([float(p) for p in printed.split()], abs=0.0051)


def test_the_data_of_1979_leave_the_same_patients_in_doubt() -> None:
    found = dawid_skene(patients(), "1234")["ds_posterior"]
    assert isinstance(found, dict)
    doubtful = {cell: found[cell] for cell in ("patient 7|1", "patient 35|2", "patient 38|3")}
    assert doubtful == pytest.approx({"patient 7|1": 0.98, "patient 35|2": 0.95, "patient 38|3": 0.98}, abs=0.011)


def test_the_order_of_the_verdicts_changes_nothing() -> None:
    backwards = dawid_skene(patients()[::-1], "1234")
    assert backwards["ds_prevalence"] == pytest.approx(dawid_skene(patients(), "1234")["ds_prevalence"])
    assert backwards["ds_error"] == pytest.approx(dawid_skene(patients(), "1234")["ds_error"], abs=1e-5)


def test_without_a_verdict_nothing_is_known() -> None:
    assert dawid_skene([], "ab") == {
        "ds_prevalence": {"a": None, "b": None},
        "ds_error": {},
        "ds_posterior": {},
        "ds_labels": {},
    }


def test_errors_on_a_label_that_is_never_true_are_not_defined() -> None:
    found = dawid_skene([("r", "u", "a"), ("s", "u", "a"), ("r", "v", "b"), ("s", "v", "b")], "abc")
    assert isinstance(found["ds_error"], dict)
    assert found["ds_error"]["r|c|a"] is None
    assert found["ds_error"]["r|a|a"] == pytest.approx(1.0)
    assert found["ds_labels"] == {"u": "a", "v": "b"}
