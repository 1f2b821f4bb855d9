"""Find one label for each claim: the majority, and the label that a Dawid-Skene model with priors finds most probable.

The model learns from agreement, not from a known truth: where most reviewers share an error, whoever is right looks
incompetent.
"""

from collections.abc import Iterable

import numpy as np

from annotator.domain.article_groups import GROUPS, is_grouped
from annotator.domain.calibration import calibration
from annotator.domain.dawid_skene import Fitted, Given, dawid_skene, estimate, prior
from annotator.domain.fitted_model import Model
from annotator.domain.model_influence import Parts, influence
from annotator.domain.model_reviewers import competence, model_reviewers
from annotator.domain.patterns import Integers
from annotator.domain.report import Aggregation
from annotator.domain.votes import NOBODY, Votes

__all__ = ["Model", "aggregation", "competence", "dawid_skene", "differing", "fit", "majorities", "model_reviewers"]

NO_MAJORITY = -1
"""Stands for a tie, and for a claim without a verdict."""


def claims_by_signature(votes: Votes) -> Integers:
    """Count the claims of each signature: (signatures,)."""
    counted = np.zeros(len(votes.given), dtype=np.int64)
    np.add.at(counted, votes.signature, votes.claims)
    return counted


def majorities(votes: Votes) -> Integers:
    """Give the number of the label with most verdicts for each signature; a tie is never broken: NO_MAJORITY."""
    patterns = votes.patterns()
    if not patterns.size:
        return np.full(len(patterns), NO_MAJORITY, dtype=np.int64)
    most = patterns.max(axis=1)
    is_alone = (patterns == most[:, np.newaxis]).sum(axis=1) == 1
    return np.where(is_alone & (most > 0), patterns.argmax(axis=1), NO_MAJORITY)


def fit(votes: Votes, *, priors: bool = True) -> Model:
    """Fit the model to the table; without priors by maximum likelihood, as in 1979."""
    claims = claims_by_signature(votes)
    given = given_of(votes.given, claims, len(votes.labels))
    before = prior(len(votes.labels), is_used=priors)
    fitted = estimate(given, before)
    is_defined = _is_defined(given, fitted)
    return Model(
        prevalence=fitted.prevalence,
        confusion=fitted.confusion,
        posterior=fitted.posterior,
        iterations=fitted.iterations,
        is_converged=fitted.is_converged,
        is_defined=is_defined,
        expected=fitted.expected,
        prior=before.confusion,
        articles=_articles(votes, given),
        influence=influence(given, fitted, before, _parts(votes)) if priors and is_defined else None,
    )


def given_of(given: Integers, claims: Integers, labels: int) -> Given:
    """Turn a table of labels by signature and reviewer into the sparse one that the estimation works on."""
    row, reviewer = np.nonzero(given != NOBODY)
    return Given.of(row, reviewer, given[row, reviewer], claims.astype(np.float64), (given.shape[1], labels))


def _parts(votes: Votes) -> Parts:
    """Say what the intervals take as one part: an article, or a group of them where there are many."""
    names = np.unique(votes.article)
    parts = votes.article % GROUPS if is_grouped(len(names)) else np.searchsorted(names, votes.article)
    return Parts(parts, votes.signature, votes.claims)


def _is_defined(given: Given, fitted: Fitted) -> bool:
    verdicts = np.diff(given.counts.indptr)[given.weight > 0.0]
    used = fitted.expected.sum(axis=(0, 1)) > 0.0
    return bool((verdicts > 1).any() and np.count_nonzero(used) > 1)


def _articles(votes: Votes, given: Given) -> Integers:
    """Count the articles in which each reviewer gave a verdict."""
    from scipy.sparse import csr_array  # Slow to load, and only a report needs it.

    names, article = np.unique(votes.article, return_inverse=True)
    shape = (len(names), len(votes.given))
    seen = csr_array(((votes.claims > 0).astype(np.float64), (article, votes.signature)), shape=shape)
    one_each = np.repeat(np.eye(given.reviewers), given.labels, axis=0)
    by_reviewer = csr_array(given.counts @ csr_array(one_each))
    met = (seen @ by_reviewer).tocoo()
    return np.bincount(met.col[met.data > 0.0], minlength=given.reviewers)


def differing(model: Model, votes: Votes) -> Integers:
    """List the signatures without a majority or with one that the model finds less probable, most claims first."""
    claims = claims_by_signature(votes)
    has_verdict = (votes.given != NOBODY).any(axis=1) & (claims > 0)
    (found,) = np.nonzero(has_verdict & (majorities(votes) != model.most_probable()))
    return np.asarray(found[np.argsort(-claims[found], kind="stable")], dtype=np.int64)


def aggregation(votes: Votes, model: Model, decided: Iterable[tuple[str, str, int]] = ()) -> Aggregation | None:
    """Build the report's block, without its list of claims; None where nothing can be learnt from agreement.

    `decided` are (signature, label that the desk decided, claims).
    """
    if not model.is_defined:
        return None
    claims = claims_by_signature(votes) * (votes.given != NOBODY).any(axis=1)
    majority, probable = majorities(votes), model.most_probable()
    has_majority = majority != NO_MAJORITY
    labels = len(votes.labels)
    return Aggregation(
        majority=_counts(majority[has_majority], claims[has_majority], labels),
        ties=int(claims[~has_majority].sum()),
        estimated=_counts(probable, claims, labels),
        prevalence=tuple(model.prevalence.tolist()),
        differ=int(claims[has_majority & (majority != probable)].sum()),
        claims=(),
        reviewers=model_reviewers(model, votes),
        calibration=calibration(model, votes, decided),
        iterations=model.iterations,
        is_converged=model.is_converged,
    )


def _counts(label: Integers, claims: Integers, labels: int) -> tuple[int, ...]:
    return tuple(int(count) for count in np.bincount(label, weights=claims, minlength=labels))
