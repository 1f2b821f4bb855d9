"""One label a claim: the majority, ties named, beside a model of who errs how."""

from dataclasses import replace

import numpy as np
import pytest

from annotator.domain.aggregation import (
    Model,
    aggregation,
    competence,
    differing,
    fit,
    majorities,
    model_reviewers,
)
from annotator.domain.calibration import calibration
from annotator.domain.intervals import Estimate
from annotator.domain.patterns import Integers
from annotator.domain.votes import NOBODY, Votes

LABELS = ("a", "b", "c")


def votes(*rows: tuple[str, int], articles: int = 1) -> Votes:
    """Read a signature as one letter a reviewer, a dot for none, with its claims; spread evenly over articles."""
    spelt = [
        (
            article,
            0,
            ",".join(f"{number}={label}" for number, label in enumerate(text, 1) if label != "."),
            claims // articles,
        )
        for text, claims in rows
        for article in range(articles)
    ]
    return Votes.from_rows(spelt, LABELS)


def drawn(claims: int = 600, seed: int = 7) -> tuple[Integers, Votes]:
    """Draw claims whose truth is known: three good reviewers, three who err on a third and one who guesses."""
    draw = np.random.default_rng(seed)
    right = np.array([0.92, 0.92, 0.92, 0.67, 0.67, 0.67, 1 / 3])
    true = draw.choice(3, claims, p=[0.5, 0.3, 0.2])
    wrong = (true[:, None] + draw.integers(1, 3, (claims, 7))) % 3
    given = np.where(draw.random((claims, 7)) < right, true[:, None], wrong)
    given[draw.random((claims, 7)).argsort(axis=1) >= 4] = NOBODY
    place = np.arange(claims)
    return true, Votes(tuple(range(7)), LABELS, given, place // 20, 0 * place, place, np.ones_like(place))


TWO_GOOD_AND_A_CONTRARIAN = (("aab", 40), ("bba", 30), ("ccb", 20), ("aaa", 10), ("bbb", 10), ("a.b", 5))


@pytest.fixture
def model() -> Model:
    return fit(votes(*TWO_GOOD_AND_A_CONTRARIAN))


def test_a_majority_is_the_label_with_most_verdicts() -> None:
    assert majorities(votes(("aab", 1), ("bcb", 1), ("..c", 1))).tolist() == [0, 1, 2]


def test_a_tie_has_no_majority_and_neither_has_a_claim_without_a_verdict() -> None:
    assert majorities(votes(("ab.", 1), ("abc", 1), ("...", 1))).tolist() == [-1, -1, -1]


def test_no_claims_have_no_majorities() -> None:
    assert majorities(Votes.from_rows([], LABELS)).tolist() == []


def test_the_model_finds_more_true_labels_than_the_majority() -> None:
    true, table = drawn()
    found = (fit(table).most_probable() == true).mean()
    patterns = table.patterns()
    is_first = patterns == patterns.max(axis=1, keepdims=True)
    assert found > (is_first[np.arange(len(true)), true] / is_first.sum(axis=1)).mean() + 0.03


def test_the_model_is_as_sure_as_it_is_right() -> None:
    true, table = drawn(claims=2000)
    made = fit(table)
    assert made.posterior.max(axis=1).mean() == pytest.approx((made.most_probable() == true).mean(), abs=0.02)


def test_the_model_tells_the_good_the_fair_and_the_guessing_apart() -> None:
    _, table = drawn(claims=2000)
    found = [estimate.value for estimate in competence(fit(table))]
    assert found == pytest.approx([0.92, 0.92, 0.92, 0.67, 0.67, 0.67, 1 / 3], abs=0.05)


def test_probabilities_of_a_claim_add_up_to_one(model: Model) -> None:
    assert model.posterior.sum(axis=1) == pytest.approx(1.0)
    assert model.prevalence.sum() == pytest.approx(1.0)
    assert model.confusion.sum(axis=2) == pytest.approx(1.0)


def test_the_order_of_the_rows_changes_nothing(model: Model) -> None:
    backwards = fit(votes(*TWO_GOOD_AND_A_CONTRARIAN[::-1]))
    assert backwards.prevalence == pytest.approx(model.prevalence, abs=1e-5)
    assert backwards.confusion == pytest.approx(model.confusion, abs=1e-5)


def test_splitting_a_row_over_articles_changes_nothing(model: Model) -> None:
    spread = fit(votes(*TWO_GOOD_AND_A_CONTRARIAN, articles=5))
    assert spread.prevalence == pytest.approx(model.prevalence)
    assert spread.posterior == pytest.approx(model.posterior)


def test_two_fits_of_the_same_votes_are_the_same_to_the_last_bit(model: Model) -> None:
    again = fit(votes(*TWO_GOOD_AND_A_CONTRARIAN))
    assert np.array_equal(again.posterior, model.posterior)
    assert again.iterations == model.iterations


def test_claims_without_a_verdict_and_rows_filtered_away_count_for_nothing(model: Model) -> None:
    more = votes(*TWO_GOOD_AND_A_CONTRARIAN, ("...", 1000), ("ccc", 500))
    same = fit(more.rows_where(more.signature < len(TWO_GOOD_AND_A_CONTRARIAN)))
    assert same.prevalence == pytest.approx(model.prevalence, abs=1e-5)


def test_a_run_that_does_not_settle_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.domain.dawid_skene.ROUNDS", 2)
    made = fit(votes(*TWO_GOOD_AND_A_CONTRARIAN))
    assert (made.iterations, made.is_converged) == (2, False)


@pytest.mark.parametrize(
    "rows",
    [(), (("...", 3),), (("a..", 5), (".b.", 5), ("..c", 5)), (("aaa", 9),)],
    ids=["no claims", "no verdict", "no overlap", "one label"],
)
def test_where_nothing_can_be_learnt_from_agreement_nothing_is_defined(rows: tuple[tuple[str, int], ...]) -> None:
    table = votes(*rows)
    made = fit(table)
    assert not made.is_defined
    assert aggregation(table, made) is None
    assert all(estimate.value is None for estimate in competence(made))
    assert all(cell.value is None for found in model_reviewers(made, table) for row in found.confusion for cell in row)
    for part in (made.prevalence, made.confusion, made.posterior):
        assert np.isfinite(part).all()


def test_a_model_without_priors_has_no_interval_where_nothing_varied() -> None:
    table = votes(("aa.", 10), ("bb.", 10), ("cc.", 10))
    estimate = competence(fit(table, priors=False))[0]
    assert estimate == Estimate(estimate.value, None, None, 30, 1)
    assert estimate.value == pytest.approx(1.0)


def test_a_reviewer_of_few_verdicts_has_a_wide_interval() -> None:
    table = votes(("aa.", 50), ("bb.", 50), ("cc.", 50), ("ab.", 10), ("bc.", 10), ("aaa", 2), articles=2)
    much, _, little = competence(fit(table))
    assert little.n == 2
    assert width(little) > 1.5 * width(much)


def test_an_estimate_lies_inside_its_interval() -> None:
    table = votes(*TWO_GOOD_AND_A_CONTRARIAN, articles=5)
    model = fit(table)
    found = [*competence(model), *(c for r in model_reviewers(model, table) for row in r.confusion for c in row)]
    defined = [e for e in found if e.value is not None and e.low is not None and e.high is not None]
    assert defined
    assert all(0.0 <= (e.low or 0.0) <= (e.value or 0.0) <= (e.high or 0.0) <= 1.0 for e in defined)


def test_who_labelled_in_one_article_alone_has_no_interval(model: Model) -> None:
    assert all(found.value is not None and found.low is None and found.high is None for found in competence(model))


def test_the_influence_of_an_article_is_what_weighing_it_up_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.domain.dawid_skene.TOLERANCE", 1e-12)
    _, table = drawn(claims=200)
    heavier = replace(table, claims=np.where(table.article == 3, 1_001_000, 1_000_000))
    whole, moved = fit(replace(table, claims=table.claims * 1_000_000)), fit(heavier)
    assert whole.influence is not None
    assert (moved.prevalence - whole.prevalence) * 1000 == pytest.approx(whole.influence.prevalence[3], abs=1e-5)
    assert (moved.confusion - whole.confusion) * 1000 == pytest.approx(whole.influence.confusion[3], abs=1e-4)


def test_intervals_are_wider_where_articles_differ_more_than_claims() -> None:
    rows = [(article, 0, text, 1) for article in range(20) for text in mixture(article)]
    clustered = Votes.from_rows(rows, LABELS)
    scattered = replace(clustered, article=np.arange(len(rows)) % 20)
    for together, apart in zip(competence(fit(clustered)), competence(fit(scattered)), strict=True):
        assert together.value == pytest.approx(apart.value, abs=1e-3)
        assert width(together) > 1.2 * width(apart)


def mixture(article: int) -> list[str]:
    """Give the claims of an article, on which the reviewers agree in one half of the articles alone."""
    agreed = ["1=a,2=a,3=a", "1=b,2=b,3=b", "1=c,2=c,3=c"] * 4
    return agreed if article % 2 else ["1=a,2=a,3=b", "1=b,2=c,3=b", "1=a,2=c,3=c"] * 4


def width(found: Estimate) -> float:
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low


def test_estimates_say_how_many_verdicts_in_how_many_articles_they_rest_on() -> None:
    table = votes(*TWO_GOOD_AND_A_CONTRARIAN, articles=5)
    assert [(e.n, e.clusters) for e in competence(fit(table))] == [(115, 5), (110, 5), (115, 5)]


def test_what_differs_is_listed_by_claims(model: Model) -> None:
    table = votes(("aab", 40), ("ab.", 3), (".ba", 60), ("bbb", 10), ("...", 99))
    made = replace(model, posterior=np.array([[1.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]))
    assert differing(made, table).tolist() == [2, 3, 1]


def test_the_block_counts_claims_by_majority_and_by_model() -> None:
    table = votes(*TWO_GOOD_AND_A_CONTRARIAN)
    made = fit(table)
    block = aggregation(table, made)
    assert block is not None
    assert block.majority == (50, 40, 20)
    assert block.ties == 5
    assert sum(block.estimated) == 115
    assert block.differ == sum(
        claims for row, claims in enumerate((40, 30, 20, 10, 10)) if majorities(table)[row] != made.most_probable()[row]
    )
    assert (block.iterations, block.is_converged) == (made.iterations, True)
    assert [found.reviewer for found in block.reviewers] == [0, 1, 2]


def test_calibration_sets_the_desks_decisions_beside_the_models_probabilities() -> None:
    table = votes(("aaa", 60), ("bbb", 60), ("ccc", 60), ("aab", 8), ("abb", 8))
    found = calibration(fit(table), table, [("1=a,2=a,3=a", "a", 20), ("1=a,2=b,3=b", "c", 4), ("1=b,3=b", "b", 3)])
    assert sum(band.claims for band in found) == 27
    assert found[-1].claims >= 20
    assert found[-1].mean_probability > 0.99
    assert sum(round((band.right.value or 0.0) * band.claims) for band in found) == 23
    assert all((band.right.low or 0.0) <= (band.right.value or 0.0) <= (band.right.high or 0.0) for band in found)


def test_without_a_decision_of_the_desk_there_is_no_calibration(model: Model) -> None:
    assert calibration(model, votes(*TWO_GOOD_AND_A_CONTRARIAN), []) == ()


def test_a_decision_for_a_label_out_of_use_or_on_unknown_reviewers_harms_nothing(model: Model) -> None:
    table = votes(*TWO_GOOD_AND_A_CONTRARIAN)
    assert calibration(model, table, [("1=a,2=a", "dropped", 3)]) == ()
    (band,) = calibration(model, table, [("1=a,2=a,99=b", "a", 3)])
    assert band.claims == 3
