"""The agreement in verdicts from files as plain text for a terminal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from annotator.services.agreement_files.reading import READERS, Collected
from annotator.services.report_files.text import line

if TYPE_CHECKING:
    from annotator.domain.intervals import Estimate
    from annotator.domain.verdict_list import ListAgreement

NAMES = {
    "percent_agreement": "Raw agreement",
    "alpha": "Krippendorff's alpha",
    "fleiss_kappa": "Fleiss' kappa",
    "ac1": "Gwet's AC1",
    "brennan_prediger": "Brennan-Prediger",
    "scott_pi": "Scott's pi",
    "cohen_kappa": "Cohen's kappa",
    "conger_kappa": "Conger's kappa",
    "mean_cohen_kappa": "Cohen's kappa, mean",
}
WARNINGS = {
    "no-pairs": "No unit has labels from two reviewers: nothing about agreement is defined.",
    "one-label": "Only one label was used: alpha and the kappas are not defined.",
    "one-article": "All units that two reviewers labelled are in one cluster: no interval is defined.",
    "too-little": "Fewer than 30 units with two labels, or fewer than 10 clusters: too little to conclude.",
    "prevalence": "Most units carry one label, so the agreement expected by chance is high; read the table by label.",
    "bias": "Reviewers use the labels at different rates; Cohen's and Conger's kappa reward that, alpha and pi do not.",
}
FILES_SHOWN = 5
PAIRS_SHOWN = 10
REVIEWERS_SHOWN = 40
UNITS_SHOWN = 10


def text(measured: "ListAgreement", collected: Collected) -> str:
    """Return the whole report as text."""
    parts = (
        head(measured, collected),
        coefficients(measured),
        by_label(measured),
        confusion(measured),
        reviewers(measured),
        contested(measured, collected),
        model(measured),
        limits(measured),
    )
    return "\n".join(line(written) for part in parts for written in part) + "\n"


def head(measured: "ListAgreement", collected: Collected) -> Iterator[str]:
    """Yield what was read, what it rests on, and the warnings."""
    for read in collected.files[:FILES_SHOWN]:
        yield f"Agreement in {read.name}, read as {READERS[read.format].title}"
        if read.columns:
            yield "Columns: " + ", ".join(f"{part} = {column}" for part, column in read.columns.items())
    if len(collected.files) > FILES_SHOWN:
        yield f"and {len(collected.files) - FILES_SHOWN:,} more files"
    clusters = "" if measured.clusters is None else f" in {measured.clusters:,} clusters"
    yield f"{measured.units:,} units{clusters}, {len(measured.reviewers):,} reviewers, {len(measured.labels):,} labels"
    missing = f"; {measured.unlabelled:,} times no label was given" if measured.unlabelled else ""
    yield f"{measured.verdicts:,} verdicts{missing}"
    yield f"{measured.paired_units:,} units have two labels or more"
    overlap = measured.agreement.overlap.items()
    yield "Overlap: " + (", ".join(f"{units:,} units with {n}" for n, units in overlap) or "no labels")
    if measured.replaced:
        yield f"! Where a reviewer gave a unit several verdicts, the last one counts; left out: {measured.replaced:,}"
    if measured.is_too_large:
        yield "! Too many reviewers for what asks who said what: Cohen's and Conger's kappa and the model are left out."
    for code in measured.warnings:
        yield f"! {WARNINGS[code]}"


def coefficients(measured: "ListAgreement") -> Iterator[str]:
    """Yield every coefficient."""
    yield ""
    for row in measured.coefficients:
        yield f"{NAMES[row.key]:22}{estimate(row.estimate)}"
    for limit, share in measured.agreement.probability_below.items():
        if share is not None:
            yield f"Probability that alpha lies below {limit:.3f}: {share:.2f}"


def estimate(found: "Estimate") -> str:
    """Return an estimate with its interval and what it rests on."""
    if found.value is None:
        return f"not defined (n = {found.n:,} units)"
    interval = "interval not defined"
    if found.low is not None and found.high is not None:
        interval = f"95% interval {found.low:z.2f} to {found.high:z.2f}"
    return f"{found.value:z.2f} ({interval}; n = {found.n:,} units)"


def by_label(measured: "ListAgreement") -> Iterator[str]:
    """Yield each label's share and its alpha against all others."""
    yield ""
    yield "By label (share of labels; alpha of this label against the rest)"
    width = max((len(name) for name in measured.labels), default=0) + 2
    for label in measured.agreement.by_label:
        share = "–" if label.prevalence.value is None else f"{label.prevalence.value:.0%}"
        yield f"  {label.label:{width}}{share:>5}   alpha {estimate(label.alpha)}"


def confusion(measured: "ListAgreement") -> Iterator[str]:
    """Yield which labels meet on one unit, most disagreement first."""
    pairs = [pair for pair in measured.agreement.label_pairs if pair.share]
    if pairs:
        yield ""
        yield "Where the disagreement lies"
    for pair in pairs[:PAIRS_SHOWN]:
        yield f"  {pair.share:4.0%} of it: {pair.first} / {pair.second}"
    if len(pairs) > PAIRS_SHOWN:
        yield f"  and {len(pairs) - PAIRS_SHOWN:,} more pairs of labels"


def reviewers(measured: "ListAgreement") -> Iterator[str]:
    """Yield how often each reviewer agrees with the others, which ranks nobody."""
    if not measured.by_reviewer:
        return
    yield ""
    yield "Chance that another verdict on the unit is the same; alpha without the reviewer (low agreement is no error)"
    width = max(len(name) for name in measured.reviewers) + 2
    for block in measured.by_reviewer[:REVIEWERS_SHOWN]:
        without = "not defined" if block.alpha_without is None else f"{block.alpha_without:z.2f}"
        yield f"  {measured.reviewers[block.reviewer]:{width}}{estimate(block.with_others)}; without: {without}"
    if len(measured.by_reviewer) > REVIEWERS_SHOWN:
        yield f"  and {len(measured.by_reviewer) - REVIEWERS_SHOWN:,} more; --json has them all, and the pairs"


def contested(measured: "ListAgreement", collected: Collected) -> Iterator[str]:
    """Yield the units to look at first."""
    if not measured.disputed:
        return
    names = list(collected.units)
    yield ""
    shown = measured.contested[:UNITS_SHOWN]
    yield f"Most contested units ({len(shown)} of {measured.disputed:,} in dispute; entropy in bits)"
    for one in shown:
        counts = zip(measured.labels, one.counts, strict=True)
        yield f"  {one.entropy:.2f}  {names[one.unit]}: " + ", ".join(f"{n} × {name}" for name, n in counts if n)


def model(measured: "ListAgreement") -> Iterator[str]:
    """Yield what the Dawid-Skene model says of labels and reviewers."""
    yield ""
    if measured.ties is not None:
        yield f"No majority (tie): {measured.ties:,} units"
    if measured.prevalence is None:
        yield "Dawid-Skene model: not defined"
        return
    shares = zip(measured.labels, measured.prevalence, strict=True)
    yield "Dawid-Skene model, shares of the labels: " + ", ".join(f"{name} {share:.0%}" for name, share in shares)
    yield "How often each reviewer finds the model's label (from agreement with the others, not from a known truth)"
    found = list(zip(measured.reviewers, measured.competence, strict=True))
    width = max((len(name) for name in measured.reviewers), default=0) + 2
    for name, competence in found[:REVIEWERS_SHOWN]:
        yield f"  {name:{width}}{estimate(competence).replace('units', 'verdicts')}"
    if len(found) > REVIEWERS_SHOWN:
        yield f"  and {len(found) - REVIEWERS_SHOWN:,} more; --json has them all"


def limits(measured: "ListAgreement") -> Iterator[str]:
    """Yield how the numbers were made."""
    yield ""
    yield "Missing labels are left out; every pair of labels on a unit counts alike."
    if measured.clusters is not None:
        yield "Intervals (95 %): delete-one-cluster jackknife, Fisher z, t with clusters-1 degrees of freedom."
        return
    yield "Intervals (95 %): BCa over units, 2,000 draws; Scott, Cohen, Conger and by label: jackknife over units."
    yield "Units are taken as independent. If they stand in articles or documents, name those with --cluster."
