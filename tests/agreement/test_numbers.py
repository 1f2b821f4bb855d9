"""What `annotator agreement` measures, and how it says it."""

from itertools import combinations

import pytest

from annotator.domain.triples import compute
from tests.agreement.files import ALPHA, OBSERVERS, TRIPLES, Run, Write, drawn, measured, refused, table, width


def test_every_statistic_equals_that_of_the_references_arithmetic(run: Run, file: Write) -> None:
    found = measured(run(file("a.csv", table()), "--json"))
    wanted = compute(TRIPLES, "12345")
    for name in ("percent_agreement", "alpha", "fleiss_kappa", "ac1", "brennan_prediger", "conger_kappa"):
        assert found[name]["value"] == pytest.approx(wanted[name]), name
        assert set(found[name]) == {"value", "low", "high", "n"}
    for name in ("alpha_per_label", "fleiss_per_label"):
        assert {label: cell["value"] for label, cell in found[name].items()} == pytest.approx(wanted[name])
    assert found["mean_cohen_kappa"]["value"] == pytest.approx(wanted["light_kappa"])
    assert "cohen_kappa" not in found
    assert "scott_pi" not in found


def test_two_reviewers_have_cohens_kappa_and_scotts_pi(run: Run, file: Write) -> None:
    pair = [triple for triple in TRIPLES if triple[0] in {"ann", "bob"}]
    found, wanted = measured(run(file("a.csv", table(pair)), "--json")), compute(pair, "12345")
    assert found["cohen_kappa"]["value"] == pytest.approx(wanted["cohen_kappa"])
    assert found["scott_pi"]["value"] == pytest.approx(wanted["scott_pi"])


def test_with_clusters_the_interval_is_wider_than_over_units(run: Run, file: Write) -> None:
    rows = drawn()
    clustered = measured(run(file("a.csv", table(rows, "story,claim,coder,code")), "--cluster", "story", "--json"))
    single = measured(run(file("b.csv", table([row[1:] for row in rows], "claim,coder,code")), "--json"))
    assert (clustered["clusters"], single["clusters"]) == (30, None)
    assert clustered["alpha"]["value"] == pytest.approx(single["alpha"]["value"])
    for found in (clustered, single):
        assert found["alpha"]["low"] < found["alpha"]["value"] < found["alpha"]["high"]
    assert width(clustered) > 1.15 * width(single)
    assert "jackknife" in clustered["interval"]
    assert "BCa" in single["interval"]


def test_more_units_than_are_left_out_one_by_one_give_about_the_same_interval(run: Run, file: Write) -> None:
    rows = [row[1:] for row in drawn(60)]
    found = measured(run(file("a.csv", table(rows, "claim,coder,code")), "--json"))
    assert found["units"] == 600
    low, high = found["mean_cohen_kappa"]["low"], found["mean_cohen_kappa"]["high"]
    assert high - low == pytest.approx(width(found), rel=0.35)


def test_the_same_command_prints_the_same_again(run: Run, file: Write) -> None:
    path = file("a.csv", table([row[1:] for row in drawn()], "claim,coder,code"))
    assert run(path, "--json").stdout == run(path, "--json").stdout
    assert measured(run(path, "--json", "--seed", 2))["alpha"] != measured(run(path, "--json"))["alpha"]


def test_columns_are_named_and_several_make_one_unit(run: Run, file: Write) -> None:
    rows = [(story, claim.split()[1], who, label) for story, claim, who, label in drawn(12)]
    path = file("a.csv", table(rows, "story,no,who,what"))
    named = ("--reviewer", "who", "--label", "what", "--cluster", "story", "--json")
    found = measured(run(path, "--unit", "story", "--unit", "no", *named))
    assert (found["units"], found["clusters"]) == (120, 12)
    assert "--unit CLUSTER --unit UNIT" in refused(run(path, "--unit", "no", *named))


def test_a_label_that_nobody_gave_counts_for_ac1(run: Run, file: Write) -> None:
    path = file("a.csv", table())
    fewer, more = measured(run(path, "--json")), measured(run(path, "--also-label", "6", "--json"))
    assert more["ac1"]["value"] == pytest.approx(compute(TRIPLES, "123456")["ac1"])
    assert more["ac1"]["value"] != fewer["ac1"]["value"]
    assert more["alpha"]["value"] == fewer["alpha"]["value"]
    assert more["alpha_per_label"]["6"]["value"] is None


def test_the_text_names_what_was_read_and_every_coefficient(run: Run, file: Write) -> None:
    result = run(file("a.csv", table()))
    assert result.exit_code == 0
    for part in (
        "Columns: unit = unit, reviewer = reviewer, label = label", "12 units, 4 reviewers, 5 labels",
        "Krippendorff's alpha  0.74 (95% interval 0.", "too little to conclude",
        "Dawid-Skene model, shares of the labels", "name those with --cluster",
    ):  # fmt: skip
        assert part in result.stdout
    assert " nan" not in result.stdout


def test_of_two_verdicts_of_one_reviewer_on_a_unit_the_last_counts_and_it_is_said(run: Run, file: Write) -> None:
    changed = [("ann", "unit 1", "5"), *TRIPLES]
    found = measured(run(file("a.csv", table(changed)), "--json"))
    assert (found["replaced"], found["verdicts"]) == (1, 41)
    assert found["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-6)
    assert "several verdicts, the last one counts; left out: 1" in run(file("a.csv", table(changed))).stdout


def test_empty_labels_are_missing_and_counted(run: Run, file: Write) -> None:
    found = measured(run(file("a.csv", table([*TRIPLES, ("ann", "unit 12", ""), ("ann", "unit 13", "")])), "--json"))
    assert (found["without_label"], found["units"]) == (2, 13)
    assert found["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-6)


@pytest.mark.parametrize(
    ("rows", "defined"),
    [
        ([("ann", "1", "a"), ("bob", "2", "b")], {"percent_agreement": None, "alpha": None}),
        ([("ann", "1", "a")], {"percent_agreement": None, "alpha": None}),
        ([(r, u, "a") for r in OBSERVERS for u in "123"], {"percent_agreement": 1.0, "alpha": None}),
    ],
    ids=["no overlap", "one verdict", "one label"],
)
def test_what_is_not_defined_is_null(
    run: Run, file: Write, rows: list[tuple[str, str, str]], defined: dict[str, float | None]
) -> None:
    found = measured(run(file("a.csv", table(rows)), "--json"))
    assert {name: found[name]["value"] for name in defined} == defined
    assert set(found["ds_prevalence"].values()) == {None}
    assert "not defined" in run(file("a.csv", table(rows))).stdout


def test_reviewers_pairs_and_contested_units_are_named(run: Run, file: Write) -> None:
    found = measured(run(file("a.csv", table()), "--json"))
    assert sorted(found["by_reviewer"]) == list(OBSERVERS)
    assert found["by_reviewer"]["ann"]["verdicts"] == 9
    assert {(pair["first"], pair["second"]) for pair in found["reviewer_pairs"]} == set(combinations(OBSERVERS, 2))
    assert found["contested"][0]["unit"] == "unit 6"
    assert found["contested"][0]["entropy"] == pytest.approx(2.0)
    assert found["disputed"] == 3
    text = run(file("a.csv", table())).stdout
    assert "Most contested units (3 of 3 in dispute; entropy in bits)" in text
    assert "2.00  unit 6: 1 × 1, 1 × 2, 1 × 3, 1 × 4" in text
