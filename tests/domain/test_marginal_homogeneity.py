"""Whether two reviewers use the labels at the same rates: published figures, figures by hand, and what has no test."""

import numpy as np
import pytest
from scipy.special import chdtri

from annotator.domain.marginal_homogeneity import bias_probabilities


def p_of(*rows: tuple[int, ...]) -> float | None:
    return bias_probabilities(np.array([rows], dtype=np.int64))[0]


def stuart(*rows: tuple[int, ...]) -> float:
    """Return Stuart's Q that belongs to the p value: Bhapkar's W is Q / (1 - Q / n) (Keefe 1982)."""
    p = p_of(*rows)
    assert p is not None
    statistic = float(chdtri(len(rows) - 1, p))
    return statistic / (1 + statistic / sum(map(sum, rows)))


def test_the_sight_of_7477_women() -> None:
    """Stuart 1953, the right eye in rows; Q = 11.96 (Stuart 1955, and R's coin), W = 11.98, p = .0075 with 3 df."""
    eyes = ((1520, 266, 124, 66), (234, 1512, 432, 78), (117, 362, 1772, 205), (36, 82, 179, 492))
    assert stuart(*eyes) == pytest.approx(11.96, abs=0.005)
    assert p_of(*eyes) == pytest.approx(0.0075, abs=0.00005)


def test_three_labels_by_hand() -> None:
    """d = (12, 3), V without -dd' = (18, -13; -13, 33): Q = 5850 / 425 = 13.76, as Uebersax prints; n = 128."""
    assert stuart((20, 10, 5), (3, 30, 15), (0, 5, 40)) == pytest.approx(5850 / 425)
    # With 2 degrees of freedom, the tail of chi-squared is exp(-x / 2).
    statistic = 5850 / 425 / (1 - 5850 / 425 / 128)
    assert p_of((20, 10, 5), (3, 30, 15), (0, 5, 40)) == pytest.approx(np.exp(-statistic / 2))


def test_two_labels_have_mcnemars_exact_test() -> None:
    """Of 10 claims on which they differ 9 go one way: 2 (1 + 10) / 2^10."""
    assert p_of((50, 9), (1, 40)) == pytest.approx(22 / 1024)
    assert p_of((50, 5), (5, 40)) == 1.0
    assert p_of((0, 1), (0, 0)) == 1.0


def test_a_label_on_which_they_never_differ_says_nothing() -> None:
    """The example of Uebersax's program MH, which prints the exact p of either of the labels that are confused."""
    assert p_of((30, 0, 0), (0, 10, 2), (0, 4, 8)) == pytest.approx(0.6875)
    three = ((20, 10, 5), (3, 30, 15), (0, 5, 40))
    unused = tuple((*row[:1], 0, *row[1:]) for row in (three[0], (0, 0, 0), *three[1:]))
    assert p_of(*unused) == pytest.approx(p_of(*three))


def test_the_order_of_labels_and_of_reviewers_does_not_matter() -> None:
    draw = np.random.default_rng(3)
    tables = draw.integers(0, 9, (40, 4, 4))
    order = [2, 0, 3, 1]
    plain = bias_probabilities(tables)
    assert None not in plain
    assert bias_probabilities(tables[:, order][:, :, order]) == pytest.approx(plain)
    assert bias_probabilities(tables.transpose(0, 2, 1)) == pytest.approx(plain)


def test_there_is_no_test_where_nothing_differs_or_too_little() -> None:
    assert p_of((9, 0), (0, 9)) is None
    assert p_of((0, 0), (0, 0)) is None
    assert p_of((9, 1, 1), (1, 9, 1), (1, 1, 9)) is None


def test_there_is_no_test_where_labels_are_confused_in_sets_apart() -> None:
    assert p_of((5, 9, 0, 0), (2, 5, 0, 0), (0, 0, 5, 9), (0, 0, 2, 5)) is None


def test_there_is_no_test_where_every_claim_differs_one_way() -> None:
    assert p_of((0, 15, 0), (0, 0, 15), (0, 0, 0)) is None


def test_no_tables_have_no_p_values() -> None:
    assert bias_probabilities(np.zeros((0, 3, 3), dtype=np.int64)) == []
