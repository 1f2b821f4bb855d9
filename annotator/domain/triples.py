"""Compute every coefficient from a plain list of verdicts, for checks against published figures and other software."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from annotator.domain import coefficients
from annotator.domain.claim_errors import claim_errors
from annotator.domain.coefficients import COEFFICIENTS, defined
from annotator.domain.dawid_skene import dawid_skene
from annotator.domain.patterns import Floats, Integers, PatternTable, Sums, sums_by_article
from annotator.domain.reviewer_pairs import Ratings, light_kappa


def compute(triples: Iterable[tuple[str, str, str]], categories: Sequence[str]) -> dict[str, object]:
    """Compute every coefficient from (reviewer, claim, label) triples, `categories` being all labels of the codebook.

    Cohen and Scott need exactly two reviewers; they, Light and Conger are None when a reviewer gave a claim two
    verdicts. Dawid and Skene's model is fitted without priors, as in 1979. An unknown label is a ValueError.
    """
    given = list(triples)
    reviewers, reviewer = _numbered(reviewer for reviewer, _, _ in given)
    claims, claim = _numbered(claim for _, claim, _ in given)
    label = _positions([label for _, _, label in given], categories)
    patterns = np.zeros((len(claims), len(categories)), dtype=np.int64)
    np.add.at(patterns, (claim, label), 1)
    one_each = np.ones(len(claims), dtype=np.int64)
    table = PatternTable(patterns, one_each, np.zeros_like(one_each))
    total = sums_by_article(table).total()
    labels_given = np.full((len(claims), len(reviewers)), -1, dtype=np.int64)
    labels_given[claim, reviewer] = label
    once = int((labels_given >= 0).sum()) == len(given)
    return {
        **_from_patterns(total, categories),
        **claim_errors(table, total),
        **_from_reviewers(Ratings(labels_given, len(categories)) if once else None, total),
        "majority": dict(zip(claims, _majorities(patterns, categories), strict=True)),
        **dawid_skene(given, categories),
    }


def _numbered(names: Iterable[str]) -> tuple[list[str], Integers]:
    """Give a number to each name, in the order they first appear."""
    numbers: dict[str, int] = {}
    places = [numbers.setdefault(name, len(numbers)) for name in names]
    return list(numbers), np.array(places, dtype=np.int64)


def _positions(labels: Sequence[str], categories: Sequence[str]) -> Integers:
    place = {category: k for k, category in enumerate(categories)}
    if unknown := set(labels) - set(place):
        raise ValueError(f"not among the categories: {', '.join(sorted(unknown))}")
    return np.array([place[label] for label in labels], dtype=np.int64)


def _from_patterns(total: Sums, categories: Sequence[str]) -> dict[str, object]:
    """Compute what does not depend on who gave a verdict."""
    return {
        "percent_agreement": defined(coefficients.percent_agreement(total)),
        **{name: defined(coefficient.value(total)) for name, coefficient in COEFFICIENTS.items()},
        "alpha_per_label": _by_label(coefficients.alpha_by_label(total), categories),
        "fleiss_per_label": _by_label(coefficients.fleiss_by_label(total), categories),
    }


def _from_reviewers(ratings: Ratings | None, total: Sums) -> dict[str, float | None]:
    """Compute what depends on who gave a verdict."""
    agreement = defined(coefficients.percent_agreement(total))
    pairs = list(ratings.pairs()) if ratings else []
    pair = pairs[0] if len(pairs) == 1 else None
    return {
        "cohen_kappa": pair.cohen_kappa() if pair else None,
        "se_cohen": pair.cohen_error() if pair else None,
        "scott_pi": pair.scott_pi() if pair else None,
        "light_kappa": light_kappa(pairs),
        "conger_kappa": ratings.conger_kappa(agreement) if ratings else None,
    }


def _majorities(patterns: Integers, categories: Sequence[str]) -> Iterator[str | None]:
    """Name the label with most verdicts on each claim; None if several share the first place."""
    for counts in patterns:
        (most,) = np.nonzero(counts == counts.max())
        yield categories[most[0]] if len(most) == 1 else None


def _by_label(values: Floats, categories: Sequence[str]) -> dict[str, float | None]:
    return {category: defined(value) for category, value in zip(categories, values, strict=True)}
