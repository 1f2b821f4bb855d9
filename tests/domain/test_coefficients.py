"""Coefficients against published figures, counts by hand, slow definitions and the invariances they must keep."""

from itertools import permutations
from math import isfinite
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.agreement import compute

LABELS = ["a", "b", "c"]
Triples = list[tuple[str, str, str]]


def verdicts(*rows: str) -> Triples:
    """Read one claim a word, one reviewer a letter; a dot is no verdict."""
    return [
        (f"reviewer {place}", f"claim {number}", label)
        for number, row in enumerate(rows)
        for place, label in enumerate(row)
        if label != "."
    ]


def sentence(words: str) -> Triples:
    """Read one claim a word."""
    return verdicts(*words.split())


def table(cells: dict[str, int]) -> Triples:
    """Read a confusion table of two reviewers."""
    return verdicts(*(pair for pair, times in cells.items() for _ in range(times)))


# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, examples A and C.
EXAMPLE_A = verdicts("10", "11", "01", "00", "00", "01", "00", "01", "00", "00")
EXAMPLE_C = verdicts(
    *("11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555", "..11", ".3.."),
)
# Krippendorff (1980), Content Analysis, p. 139.
NINE_UNITS = sentence("111 122 222 444 144 222 123 333 222")
# Fleiss (1971), Psychological Bulletin 76, 378-382, table 1: 30 patients, a word each, by six psychiatrists.
PATIENTS = sentence(
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445 "
    "333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555"
)
# O'Malley et al. (2006) in Warrens (2010), Advances in Data Analysis and Classification 4, p. 284.
EIGHT_READERS = verdicts(
    *(["NNNNNNNN"] * 14 + ["NNNANNNN", "NNNNNNNA"] + ["AAAAAAAA"] * 10),
    *(["AANAAAAN"] * 2 + ["AANANAAN", "AANANANN"]),
)
# Artstein and Poesio (2008), Computational Linguistics 34, table 1; Brennan and Prediger (1981), p. 689.
DIALOGUES = table({"ss": 20, "si": 10, "is": 20, "ii": 50})
THREE_LABELS = table({"11": 50, "21": 10, "22": 10, "23": 10, "31": 20})
# Feinstein and Cicchetti (1990), J. Clin. Epidemiol. 43: agreement .85, labels balanced; Gwet (2002): one label rules.
BALANCED = table({"++": 40, "+-": 9, "-+": 6, "--": 45})
ONE_RULES = table({"++": 118, "+-": 5, "-+": 2})
# Cohen (1960), p. 45.
COHEN = table({"aa": 88, "ab": 14, "ac": 18, "ba": 10, "bb": 40, "bc": 10, "ca": 2, "cb": 6, "cc": 12})
# Agresti (1992), two of Landis and Koch's pathologists.
PATHOLOGISTS = table(
    {"11": 22, "12": 2, "13": 2, "21": 5, "22": 7, "23": 14, "32": 2, "33": 36, "42": 1, "43": 17, "44": 10},
)


@pytest.mark.parametrize(
    ("triples", "labels", "name", "published"),
    [
        (EXAMPLE_A, "01", "alpha", 0.095),
        (EXAMPLE_C, "12345", "alpha", 0.743),
        # Gwet (2014), Handbook of Inter-Rater Reliability, table 2.10: the same verdicts.
        (EXAMPLE_C, "12345", "percent_agreement", 0.818),
        (EXAMPLE_C, "12345", "fleiss_kappa", 0.761),
        (EXAMPLE_C, "12345", "ac1", 0.775),
        (EXAMPLE_C, "12345", "brennan_prediger", 0.773),
        (EXAMPLE_C, "12345", "se_fleiss_gwet", 0.153),
        (EXAMPLE_C, "12345", "se_ac1_gwet", 0.143),
        (EXAMPLE_C, "12345", "se_bp_gwet", 0.145),
        (EXAMPLE_C, "12345", "se_alpha_gwet", 0.1455),
        (NINE_UNITS, "1234", "alpha", 0.642),
        (PATIENTS, "12345", "percent_agreement", 0.5556),
        (PATIENTS, "12345", "fleiss_kappa", 0.430),
        (EIGHT_READERS, "NA", "fleiss_kappa", 0.8324),
        (EIGHT_READERS, "NA", "conger_kappa", 0.8326),
        (EIGHT_READERS, "NA", "light_kappa", 0.8325),
        (EIGHT_READERS, "NA", "brennan_prediger", 0.8358),
        (DIALOGUES, "si", "percent_agreement", 0.7),
        (DIALOGUES, "si", "brennan_prediger", 0.4),
        (DIALOGUES, "si", "scott_pi", 0.341),
        (DIALOGUES, "si", "cohen_kappa", 0.348),
        (THREE_LABELS, "123", "brennan_prediger", 0.4),
        (BALANCED, "+-", "percent_agreement", 0.85),
        (BALANCED, "+-", "cohen_kappa", 0.70),
        (ONE_RULES, "+-", "percent_agreement", 0.944),
        (ONE_RULES, "+-", "cohen_kappa", -0.0234),
        (ONE_RULES, "+-", "scott_pi", -0.0288),
        (ONE_RULES, "+-", "ac1", 0.9408),
        (COHEN, "abc", "cohen_kappa", 0.492),
        (PATHOLOGISTS, "1234", "cohen_kappa", 0.493),
        (PATHOLOGISTS, "1234", "se_cohen", 0.057),
    ],
)
def test_published_figures(triples: Triples, labels: str, name: str, published: float) -> None:
    assert compute(triples, list(labels))[name] == pytest.approx(published, abs=0.0005)


def test_published_figures_by_label() -> None:
    alphas = compute(NINE_UNITS, list("1234"))["alpha_per_label"]
    # Krippendorff cuts the digits after the third.
    assert alphas == pytest.approx({"1": 0.381, "2": 0.711, "3": 0.717, "4": 0.764}, abs=0.001)
    # Fleiss computed his from rounded frequencies.
    kappas = compute(PATIENTS, list("12345"))["fleiss_per_label"]
    assert kappas == pytest.approx({"1": 0.248, "2": 0.248, "3": 0.517, "4": 0.470, "5": 0.565}, abs=0.004)


def test_counts_by_hand() -> None:
    """Three reviewers agree on a, two of three on b; pooled labels: four a and two b."""
    result = compute(verdicts("aaa", "abb"), ["a", "b"])
    assert result["percent_agreement"] == pytest.approx((1 + 1 / 3) / 2)
    # Observed coincidences off the diagonal: 2 (each side 1); expected: 2 * 4 * 2 / 5.
    assert result["alpha"] == pytest.approx(1 - 2 / (2 * 4 * 2 / 5))
    assert result["fleiss_kappa"] == pytest.approx((2 / 3 - 5 / 9) / (4 / 9))
    assert result["ac1"] == pytest.approx((2 / 3 - 4 / 9) / (5 / 9))
    assert result["brennan_prediger"] == pytest.approx(1 / 3)
    # The reviewers say a, a; a, b; a, b: the chance that two of them agree is 1/2 in each of the three pairs.
    assert result["conger_kappa"] == pytest.approx((2 / 3 - 1 / 2) / (1 / 2))


def test_two_reviewers_by_hand() -> None:
    result = compute(verdicts("aa", "aa", "ab", "bb", "a.", ".b"), ["a", "b"])
    # On the four claims both saw: 3/4 agree; rows say a 3/4, columns say a 1/2.
    assert result["cohen_kappa"] == result["light_kappa"] == pytest.approx((3 / 4 - 1 / 2) / (1 / 2))
    assert result["scott_pi"] == pytest.approx((3 / 4 - 34 / 64) / (30 / 64))


def test_one_label_only_leaves_chance_corrected_coefficients_undefined() -> None:
    result = compute(verdicts("aaa", "aaa"), LABELS)
    assert result["percent_agreement"] == result["ac1"] == result["brennan_prediger"] == 1.0
    for name in ("alpha", "fleiss_kappa", "conger_kappa", "light_kappa", "se_alpha_gwet", "se_fleiss_gwet"):
        assert result[name] is None
    assert result["alpha_per_label"] == {"a": None, "b": None, "c": None}


def test_full_agreement_on_several_labels_is_one() -> None:
    result = compute(verdicts("aa", "bb", "cc"), LABELS)
    names = ("percent_agreement", "alpha", "fleiss_kappa", "ac1", "brennan_prediger", "cohen_kappa", "scott_pi")
    assert [result[name] for name in names] == [1.0] * len(names)


@pytest.mark.parametrize("triples", [[], verdicts("a"), verdicts("a.", ".b")])
def test_without_a_claim_that_two_reviewers_saw_nothing_is_defined(triples: Triples) -> None:
    result = compute(triples, LABELS)
    assert {value for value in result.values() if not isinstance(value, dict)} == {None}
    for name in ("alpha_per_label", "fleiss_per_label"):
        assert result[name] == dict.fromkeys(LABELS)


def test_two_verdicts_by_one_reviewer_on_a_claim_leave_only_anonymous_coefficients() -> None:
    result = compute([*verdicts("aa", "ab", "bb"), ("reviewer 0", "claim 0", "b")], ["a", "b"])
    assert result["alpha"] is not None
    assert result["cohen_kappa"] is None
    assert result["conger_kappa"] is None


def test_a_tie_has_no_majority() -> None:
    assert compute(verdicts("aab", "ab.", "abc", "cca"), LABELS)["majority"] == {
        "claim 0": "a",
        "claim 1": None,
        "claim 2": None,
        "claim 3": "c",
    }


def test_a_label_outside_the_categories_is_refused() -> None:
    with pytest.raises(ValueError, match="not among the categories: x"):
        compute(verdicts("ax"), LABELS)


claims = st.lists(st.text("abc.", min_size=4, max_size=4), max_size=8)


def numbers(result: object) -> list[float]:
    if isinstance(result, dict):
        return [number for value in result.values() for number in numbers(value)]
    return [result] if isinstance(result, float) else []


@given(claims)
def test_nothing_is_ever_nan_or_infinite(rows: list[str]) -> None:
    assert all(isfinite(number) for number in numbers(compute(verdicts(*rows), LABELS)))


@given(claims)
def test_alpha_and_percent_agreement_equal_their_definitions(rows: list[str]) -> None:
    paired = [row for row in (row.replace(".", "") for row in rows) if len(row) > 1]
    result = compute(verdicts(*rows), LABELS)
    pooled = "".join(paired)
    expected = sum(x != y for x, y in permutations(pooled, 2)) / max(len(pooled) - 1, 1)
    observed = sum(sum(x != y for x, y in permutations(row, 2)) / (len(row) - 1) for row in paired)
    shares = [sum(x == y for x, y in permutations(row, 2)) / (len(row) * (len(row) - 1)) for row in paired]
    assert result["alpha"] == (pytest.approx(1 - observed / expected, abs=1e-9) if expected else None)
    assert result["percent_agreement"] == (pytest.approx(sum(shares) / len(shares)) if shares else None)


@given(claims)
def test_alpha_is_the_weighted_mean_of_the_alphas_by_label(rows: list[str]) -> None:
    result = compute(verdicts(*rows), LABELS)
    pooled = "".join(row for row in (row.replace(".", "") for row in rows) if len(row) > 1)
    weights = {label: pooled.count(label) * (len(pooled) - pooled.count(label)) for label in LABELS}
    by_label = result["alpha_per_label"]
    assert isinstance(by_label, dict)
    assert {label for label in LABELS if by_label[label] is None} == {k for k in LABELS if not weights[k]}
    if result["alpha"] is not None:
        mean = sum(weights[k] * by_label[k] for k in LABELS if weights[k]) / sum(weights.values())
        assert result["alpha"] == pytest.approx(mean, abs=1e-9)


@given(claims, st.randoms(use_true_random=False))
def test_names_and_order_change_nothing(rows: list[str], random: Random) -> None:
    triples = verdicts(*rows)
    shuffled = [(f"z{reviewer[::-1]}", f"y{claim}", label.upper()) for reviewer, claim, label in triples]
    random.shuffle(shuffled)
    before, after = compute(triples, LABELS), compute(shuffled, ["C", "A", "B"])
    for name, value in before.items():
        if name != "majority" and not isinstance(value, dict):
            assert after[name] == (None if value is None else pytest.approx(value, abs=1e-9)), name


@given(claims, st.lists(st.sampled_from(LABELS), min_size=1, max_size=5))
def test_a_claim_with_one_verdict_says_nothing_about_alpha(rows: list[str], alone: list[str]) -> None:
    extra = [("someone", f"alone {number}", label) for number, label in enumerate(alone)]
    before, after = compute(verdicts(*rows), LABELS), compute([*verdicts(*rows), *extra], LABELS)
    for name in ("alpha", "alpha_per_label", "percent_agreement", "brennan_prediger"):
        assert after[name] == before[name]
