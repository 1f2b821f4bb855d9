"""The report as plain text for a terminal: the same numbers as the page. Long because every block is written out."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from annotator.services.report_files import figures
from annotator.services.report_files.figures import counted, decimal, estimate, percent
from annotator.services.report_files.methods import paragraph
from annotator.services.report_files.names import BREAKDOWNS, NOTES, WARNINGS, Names, coefficient, limits

if TYPE_CHECKING:  # numpy comes with it
    from annotator.domain.report import Contested, Report

MEDIA_TYPE = "text/plain"


def text(report: "Report") -> str:
    """Return the whole report as text."""
    blocks: tuple[Callable[[Report], Iterator[str]], ...] = (
        head,
        measures,
        labels,
        confusion,
        contested,
        articles,
        reviewers,
        pairs,
        drift,
        aggregation,
        words,
        fields,
        groups,
        adjudicated,
        revision,
        methods,
    )
    found = ("\n".join(block(report)) for block in blocks)
    whole = "\n\n".join(part for part in found if part)
    return "\n".join(map(line, whole.split("\n"))) + "\n"


def head(report: "Report") -> Iterator[str]:
    """Yield what the report rests on, and its warnings."""
    scope, made = report.scope, report.identity
    yield f"Disagreement report: {made.project_name} ({made.project}), codebook version {made.codebook_version}"
    yield f"{made.made_at:%Y-%m-%d %H:%M} UTC; data {made.data_hash[:12]}; Claim Annotator {made.software}"
    for limit in limits(report):
        yield f"Limited to: {limit}"
    articles, claims = counted(scope.articles, "article"), counted(scope.claims, "claim")
    labels_given, skips = counted(scope.verdicts, "label"), counted(scope.skips, "skip")
    yield f"{articles}, {claims}, {counted(scope.reviewers, 'reviewer')}"
    yield f"{labels_given} ({scope.headline_verdicts:,} on headlines), {skips}"
    yield f"{scope.pairable_claims:,} of {counted(scope.labelled_claims, 'labelled claim')} have two labels or more"
    yield f"{counted(scope.single_claims, 'claim has', 'claims have')} one label, which says nothing about agreement"
    yield "Overlap: " + (", ".join(f"{claims:,} claims with {n}" for n, claims in scope.overlap) or "no labels yet")
    for code in (*report.warnings, *report.notes):
        yield f"! {WARNINGS.get(code) or NOTES.get(code) or code}"


def measures(report: "Report") -> Iterator[str]:
    """Yield the coefficients, the checks of their intervals, and where alpha lies."""
    yield "Measures of agreement"
    for row in report.coefficients:
        chance = "" if row.expected is None else f"; by chance {decimal(row.expected)}"
        yield f"  {coefficient(row.key):24}{estimate(row.estimate)}{chance}"
    for limit, probability in report.agreement.probability_below.items():
        yield f"  Probability that alpha lies below {limit:.3f}: {figures.probability(probability)}"
    for check in report.checks:
        yield (
            f"  Check of {coefficient(check.key)}: articles drawn anew {figures.bounds(check.bootstrap)}, "
            f"claims as if independent {figures.bounds(check.bca)}"
        )


def labels(report: "Report") -> Iterator[str]:
    """Yield agreement by label."""
    names = Names.of(report)
    yield "By label (share of labels; chance that another gives it again; alpha of this label against the rest)"
    for row in report.agreement.by_label:
        yield f"  {names.label(row.label)}: {counted(row.verdicts, 'label')}"
        yield f"      share of labels  {estimate(row.prevalence, percent)}"
        yield f"      given again      {estimate(row.specific_agreement, percent)}"
        yield f"      alpha            {estimate(row.alpha)}"


def confusion(report: "Report") -> Iterator[str]:
    """Yield the coincidence matrix and where the disagreement lies."""
    names, found = Names.of(report), report.agreement
    yield "Coincidences of labels, observed (expected by chance)"
    width = max([12, *(len(label.short) for label in report.labels)])
    yield " " * (width + 2) + "".join(f"{label.short:>18}" for label in report.labels)
    for label, seen, chance in zip(report.labels, found.coincidences, found.expected_coincidences, strict=True):
        cells = (f"{a:>9.1f} {f'({b:.1f})':>8}" for a, b in zip(seen, chance, strict=True))
        yield f"  {label.short:{width}}{''.join(cells)}"
    for pair in report.confused:
        if pair.share:
            both = f"{names.label(pair.first)} / {names.label(pair.second)}"
            yield f"  {percent(pair.share):>5} of the disagreement: {both}"


def contested(report: "Report") -> Iterator[str]:
    """Yield the claims to settle first."""
    names = Names.of(report)
    yield f"Most contested claims ({len(report.contested)} of {report.disputed_claims:,} in dispute; entropy in bits)"
    for claim in report.contested:
        place = f"{line(names.title(claim.article_id))}, claim {claim.number}"
        yield f"  {decimal(claim.entropy)}  {place}: {line(claim.quote)}"
        yield f"        {votes(claim, names)}"
        for vote in claim.votes:
            for who, note in vote.notes:
                yield f"        {names.reviewers[who]} notes: {line(note)}"


def votes(claim: "Contested", names: Names) -> str:
    """Return who said what of a claim."""
    return "; ".join(
        f"{names.label(vote.label)}: {', '.join(names.reviewers[who] for who in vote.reviewers)}"
        for vote in claim.votes
    )


def articles(report: "Report") -> Iterator[str]:
    """Yield agreement by article."""
    if report.articles:
        yield "By article (claims with two labels or more; raw agreement; alpha from 20 such claims on)"
    names = Names.of(report)
    for row in report.articles:
        alpha = decimal(row.alpha) if row.alpha is not None else "–"
        outside = "  outside the 99.8 % limits" if row.is_outside else ""
        agreed = percent(row.percent_agreement)
        yield f"  {row.paired_claims:>6,}{agreed:>13}{alpha:>7}  {line(names.title(row.article_id))}{outside}"


def reviewers(report: "Report") -> Iterator[str]:
    """Yield the reviewers beside the others, in no order of merit."""
    if report.by_reviewer:
        yield "By reviewer, in no order of merit (low agreement is not an error)"
    names = Names.of(report)
    for row in report.by_reviewer:
        yield f"  {names.reviewers[row.reviewer]}: {counted(row.verdicts, 'label')}, {row.revised:,} revised"
        shares = zip(report.labels, row.shares, row.pool, strict=True)
        parts = (f"{label.name} {percent(own)} (others {percent(pool)})" for label, own, pool in shares)
        yield f"      shares of labels       {', '.join(parts)}"
        yield f"      agrees with others     {estimate(row.with_others)}"
        yield f"      alpha without          {decimal(row.alpha_without)}; difference {estimate(row.difference)}"
        if row.competence:
            yield f"      competence (estimate)  {estimate(row.competence)}"


def pairs(report: "Report") -> Iterator[str]:
    """Yield the pairs of reviewers."""
    if report.pairs:
        yield "Pairs of reviewers (raw agreement; Cohen’s kappa; p that both use the labels at the same rates)"
    names = Names.of(report)
    for row in report.pairs:
        yield f"  {names.reviewers[row.first]} / {names.reviewers[row.second]}: {estimate(row.percent_agreement)}"
        yield f"      kappa {estimate(row.cohen_kappa)}; {p_bias(row.p_bias)}"


LEAST_P = 0.001


def p_bias(p: float | None) -> str:
    """Return the p of a test as the page has it: never as 0."""
    if p is None:
        return "p not defined"
    return f"p below {LEAST_P}" if p < LEAST_P else f"p = {decimal(p, 3)}"


def drift(report: "Report") -> Iterator[str]:
    """Yield how agreement moved."""
    if report.drift is None:
        return
    names = Names.of(report)
    yield "By week (labels; raw agreement; alpha)"
    for row in report.drift.weeks:
        yield f"  {row.monday.isoformat()}{row.verdicts:>7,}  {estimate(row.percent_agreement)}; {estimate(row.alpha)}"
    for mark in report.drift.milestones:
        what = f"codebook version {mark.number}" if mark.kind == "version" else f"new: {names.reviewers[mark.number]}"
        yield f"  {mark.day.isoformat()} {what}"
    if report.drift.self_consistency:
        yield f"  Claims that came again got the same label: {estimate(report.drift.self_consistency)}"


def aggregation(report: "Report") -> Iterator[str]:
    """Yield one label a claim, by majority and by the model."""
    made, names = report.aggregation, Names.of(report)
    if made is None:
        return
    yield "One label a claim (claims by majority; by the model of Dawid and Skene; how often it thinks the label true)"
    for label, majority, estimated, share in zip(
        report.labels, made.majority, made.estimated, made.prevalence, strict=True
    ):
        yield f"  {label.name:22}{majority:>8,}{estimated:>8,}{decimal(share):>7}"
    yield f"  {counted(made.ties, 'claim')} without a majority"
    yield f"  {counted(made.differ, 'claim')} on which the model differs from the majority"
    yield f"  {counted(made.iterations, 'iteration')}, {'converged' if made.is_converged else 'not converged'}"
    for row in made.claims:
        desk = f"; desk: {names.label(row.adjudicated)}" if row.adjudicated else ""
        model = f"{names.label(row.estimated)} ({decimal(max(row.probabilities, default=None))})"
        found = f"majority: {names.label(row.majority)}; model: {model}"
        yield f"  {line(names.title(row.article_id))}, claim {row.number}: {found}{desk}"
    for bin_ in made.calibration:
        yield (
            f"  Probability {decimal(bin_.low)} to {decimal(bin_.high)} (mean {decimal(bin_.mean_probability)}): "
            f"the desk decided so in {decimal(bin_.right.value)} of {counted(bin_.claims, 'claim')} "
            f"({figures.interval(bin_.right)})"
        )


def words(report: "Report") -> Iterator[str]:
    """Yield agreement on the marked words, and the loaded ones."""
    if report.words is None:
        return
    names = Names.of(report)
    yield f"Marked words ({counted(report.words.verdicts, 'verdict')} with marks)"
    for row in report.words.agreement:
        found = f"both marked {estimate(row.dice)}; the same {estimate(row.exact)}; alpha {estimate(row.alpha)}"
        yield f"  {names.label(row.label, 'all labels')}: {found}"
    for word in report.words.loaded:
        outlets = ", ".join(f"{line(outlet)} {marks:,}" for outlet, marks in word.by_outlet)
        by_label = ", ".join(f"{one.name} {n:,}" for one, n in zip(report.labels, word.by_label, strict=True))
        yield f"  {line(word.word)}: {counted(word.marks, 'mark')} ({by_label}; {outlets})"


def fields(report: "Report") -> Iterator[str]:
    """Yield agreement on the fields of the verdict."""
    if report.fields:
        yield "Fields of the verdict (raw agreement; alpha)"
    for row in report.fields:
        yield f"  {row.key:20}{estimate(row.percent_agreement)}; {estimate(row.alpha)}"


def groups(report: "Report") -> Iterator[str]:
    """Yield agreement by outlet and the like."""
    for found in report.breakdowns:
        yield f"By {BREAKDOWNS.get(found.key, found.key)} (raw agreement; alpha)"
        for row in found.groups:
            yield f"  {line(row.name) or '–'}: {estimate(row.percent_agreement)}; {estimate(row.alpha)}"
        if found.others:
            yield f"  {found.others:,} more"


def adjudicated(report: "Report") -> Iterator[str]:
    """Yield what the desk decided."""
    found, names = report.adjudicated, Names.of(report)
    if found is None:
        return
    yield f"The desk settled {counted(found.claims, 'claim')}, of which {found.disputed:,} were in dispute"
    yield "  causes: " + (", ".join(f"{key} {n:,}" for key, n in found.causes) or "none")
    for label, before, after in zip(report.labels, found.before, found.after, strict=True):
        yield f"  {label.name:22}{percent(before):>12} of the verdicts, {percent(after)} of the decisions"
    yield f"  majority upheld: {estimate(found.majority_upheld)}"
    for row in found.reviewers:
        yield f"  decided as {names.reviewers[row.reviewer]} said: {estimate(row.percent_agreement)}"


def revision(report: "Report") -> Iterator[str]:
    """Yield first verdicts beside those that stand."""
    found, names = report.revision, Names.of(report)
    if found is None:
        return
    yield f"{found.revised:,} of {counted(found.verdicts, 'verdict')} were changed by who gave them"
    yield f"  first verdicts: raw agreement {estimate(found.first_agreement)}; alpha {estimate(found.first_alpha)}"
    for before, after, verdicts in found.moves:
        yield f"  {names.label(before, 'skipped')} -> {names.label(after, 'skipped')}: {verdicts:,}"


def methods(report: "Report") -> Iterator[str]:
    """Yield how the numbers were made."""
    yield "Methods"
    yield paragraph(report)


def line(written: str) -> str:
    """Return what somebody wrote on one line, without what moves a terminal's cursor."""
    return "".join(c if c.isprintable() else " " for c in written)
