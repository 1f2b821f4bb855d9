"""The disagreement report as plain text for a terminal: the same numbers as the page."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from annotator.services.reports import Report

if TYPE_CHECKING:
    from annotator.domain.agreement import Estimate

NAMES = {
    "percent_agreement": "Raw agreement",
    "alpha": "Krippendorff's alpha",
    "fleiss_kappa": "Fleiss' kappa",
    "ac1": "Gwet's AC1",
    "brennan_prediger": "Brennan-Prediger",
}
WARNINGS = {
    "no-pairs": "No claim has labels from two reviewers yet: nothing about agreement is defined.",
    "one-label": "Only one label was used: coefficients that correct for chance are not defined.",
    "one-article": "All claims that two reviewers labelled are in one article: no interval is defined.",
    "too-little": "Fewer than 30 claims with two labels, or fewer than 10 articles: too little to conclude.",
    "prevalence": "Most claims carry one label, so the agreement expected by chance is high; read the table by label.",
}


def estimate(found: "Estimate") -> str:
    """Return an estimate with its interval and what it rests on."""
    if found.value is None:
        return f"not defined (n = {found.n} claims)"
    interval = (
        "interval not defined"
        if found.low is None or found.high is None
        else f"95% interval {found.low:.2f} to {found.high:.2f}"
    )
    return f"{found.value:.2f} ({interval}; n = {found.n} claims in {found.clusters} articles)"


def text(report: Report) -> str:
    """Return the whole report as text."""
    return "\n".join((*head(report), *measures(report), *confusion(report), *contested(report), *limits())) + "\n"


def head(report: Report) -> Iterator[str]:
    """Yield what the report rests on, and its warnings."""
    scope = report.scope
    version = f"codebook version {report.codebook_version}"
    yield f"Disagreement report: {report.project_name} ({report.project}), {version}"
    yield f"{scope.articles} articles, {scope.claims} claims, {scope.reviewers} reviewers"
    yield f"{scope.verdicts} labels, {scope.skips} skips"
    yield f"{scope.pairable_claims} claims have two labels or more"
    yield f"{scope.single_claims} claims have one label and say nothing about agreement"
    yield "Overlap: " + (", ".join(f"{claims} claims with {n}" for n, claims in scope.overlap) or "no labels yet")
    for code in report.warnings:
        yield f"! {WARNINGS[code]}"


def measures(report: Report) -> Iterator[str]:
    """Yield the coefficients, overall and by label."""
    yield ""
    for row in report.coefficients:
        yield f"{NAMES[row.key]:22}{estimate(row.estimate)}"
    yield ""
    yield "By label (share of labels; alpha of this label against the rest)"
    names = {label.key: label.name for label in report.labels}
    for label in report.agreement.by_label:
        share = "–" if label.prevalence.value is None else f"{label.prevalence.value:.0%}"
        yield f"  {names[label.label]:22}{share:>5}   alpha {estimate(label.alpha)}"


def confusion(report: Report) -> Iterator[str]:
    """Yield the coincidence matrix and where the disagreement lies."""
    yield ""
    yield "Coincidences of labels, observed (expected by chance)"
    yield " " * 14 + "".join(f"{label.short:>18}" for label in report.labels)
    for label, seen, chance in zip(
        report.labels, report.agreement.coincidences, report.agreement.expected_coincidences, strict=True
    ):
        yield f"  {label.short:12}" + "".join(f"{a:>9.1f} {f'({b:.1f})':>8}" for a, b in zip(seen, chance, strict=True))
    names = {label.key: label.name for label in report.labels}
    for pair in report.agreement.label_pairs:
        if pair.share:
            yield f"  {pair.share:4.0%} of the disagreement: {names[pair.first]} / {names[pair.second]}"


def contested(report: Report) -> Iterator[str]:
    """Yield the claims to settle first."""
    names = {label.key: label.name for label in report.labels}
    yield ""
    yield f"Most contested claims ({len(report.contested)} of {report.disputed_claims} in dispute; entropy in bits)"
    for claim in report.contested:
        votes = "; ".join(f"{names[vote.label]}: {', '.join(vote.reviewers)}" for vote in claim.votes)
        yield f"  {claim.entropy:.2f}  {claim.article_title}, claim {claim.number}: {claim.quote}"
        yield f"        {votes}"


def limits() -> Iterator[str]:
    """Yield how the numbers were made."""
    yield ""
    yield "Skips and missing labels are left out; every pair of labels on a claim counts alike."
    yield "Intervals (95 %): delete-one-article jackknife, Fisher z, t with A-1 degrees of freedom."
