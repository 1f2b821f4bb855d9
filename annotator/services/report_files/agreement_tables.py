"""How far reviewers agree, as tables: overall, by label, claim, article, week. Long because every column is named."""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from annotator.services.report_files.names import Names, coefficient, limited
from annotator.services.report_files.table import Table, plain, spread, wide

if TYPE_CHECKING:  # numpy comes with it
    from annotator.domain.report import ArticleAgreement, Contested, Report


def whole(report: "Report") -> Iterator[Table]:
    """Yield what the report rests on, and its measures."""
    made, scope, agreement = report.identity, report.scope, report.agreement
    facts: list[tuple[str, Any]] = [(name, getattr(made, name)) for name in type(made).__dataclass_fields__]
    facts += [("limited_to", limited(report))]
    facts += [(name, getattr(scope, name)) for name in type(scope).__dataclass_fields__ if name != "overlap"]
    facts += [("disputed_claims", report.disputed_claims), ("warnings", ", ".join(report.warnings))]
    facts += [("left_out", ", ".join(report.notes))]
    rows = ({"fact": name, "value": plain(value)} for name, value in facts)
    yield Table("report", "a fact: which data, which program, how much", ("fact", "value"), rows)
    yield Table(
        "overlap",
        "how many claims have so many verdicts",
        ("verdicts", "claims"),
        ({"verdicts": verdicts, "claims": claims} for verdicts, claims in scope.overlap),
    )
    yield Table(
        "coefficients",
        "a measure of agreement; `expected`: agreement expected by chance",
        ("key", "coefficient", *wide("value"), "expected"),
        (
            {
                "key": row.key,
                "coefficient": coefficient(row.key),
                **spread("value", row.estimate),
                "expected": row.expected,
            }
            for row in report.coefficients
        ),
    )
    yield Table(
        "thresholds",
        "the probability that alpha lies below a convention of Krippendorff's",
        ("threshold", "probability_below"),
        ({"threshold": limit, "probability_below": found} for limit, found in agreement.probability_below.items()),
    )
    yield Table(
        "checks",
        "other ways to an interval: articles drawn with replacement; claims as if independent (BCa)",
        ("key", *wide("bootstrap", "bca")),
        ({"key": row.key, **spread("bootstrap", row.bootstrap), **spread("bca", row.bca)} for row in report.checks),
    )
    yield Table(
        "groups",
        "agreement within an outlet, language, batch, codebook version or exposure",
        ("property", "group", "claims", "verdicts", *wide("percent_agreement", "alpha")),
        (
            {
                "property": found.key,
                "group": row.name,
                "claims": row.claims,
                "verdicts": row.verdicts,
                **spread("percent_agreement", row.percent_agreement),
                **spread("alpha", row.alpha),
            }
            for found in report.breakdowns
            for row in found.groups
        ),
    )
    yield Table(
        "fields",
        "a field of the verdict: how far reviewers who both filled it say the same; of `kind` and `also_attributed`, "
        "those who gave the same label",
        ("field", "filled", *wide("percent_agreement", "alpha")),
        (
            {
                "field": row.key,
                "filled": row.filled,
                **spread("percent_agreement", row.percent_agreement),
                **spread("alpha", row.alpha),
            }
            for row in report.fields
        ),
    )


def of_labels(report: "Report") -> Iterator[Table]:
    """Yield agreement by label, and which labels are confused."""
    found, keys = report.agreement, [label.key for label in report.labels]
    named = {label.key: label.name for label in report.labels}
    yield Table(
        "labels",
        "a label: its share of the verdicts, the chance that another verdict agrees with one of it, alpha against the "
        "rest",
        ("label", "name", "verdicts", *wide("prevalence", "specific_agreement", "alpha")),
        (
            {
                "label": row.label,
                "name": named.get(row.label, row.label),
                "verdicts": row.verdicts,
                **spread("prevalence", row.prevalence),
                **spread("specific_agreement", row.specific_agreement),
                **spread("alpha", row.alpha),
            }
            for row in found.by_label
        ),
    )
    yield Table(
        "coincidences",
        "how often two labels met on a claim, weighed 1/(m-1), and how often they would by chance",
        ("first", "second", "observed", "expected"),
        (
            {"first": first, "second": second, "observed": seen, "expected": chance}
            for first, row, row_by_chance in zip(keys, found.coincidences, found.expected_coincidences, strict=True)
            for second, seen, chance in zip(keys, row, row_by_chance, strict=True)
        ),
    )
    yield Table(
        "label_pairs",
        "two different labels: their share of all disagreement",
        ("first", "second", "coincidences", "share"),
        (
            {name: getattr(row, name) for name in ("first", "second", "coincidences", "share")}
            for row in report.confused
        ),
    )


def of_claims(report: "Report", names: Names) -> Iterator[Table]:
    """Yield the contested claims, those that show a confusion, and who said what on them."""
    examples = [(row, claim) for row in report.confused for claim in row.examples]
    shown = {claim.claim_id: claim for claim in chain(report.contested, (claim for _, claim in examples))}

    def facts(claim: "Contested") -> dict[str, Any]:
        same = ("claim_id", "number", "article_id", "kind", "quote", "entropy", "n", "majority", "estimated")
        return {name: getattr(claim, name) for name in same} | {
            "article": names.title(claim.article_id),
            "flagged": claim.is_flagged,
        }

    columns = (
        "claim_id",
        "article_id",
        "article",
        "number",
        "kind",
        "quote",
        "entropy",
        "n",
        "majority",
        "estimated",
        "flagged",
    )
    yield Table("contested", "a contested claim; entropy in bits", columns, map(facts, report.contested))
    yield Table(
        "examples",
        "a claim that shows how two labels are confused",
        ("first", "second", *columns),
        ({"first": row.first, "second": row.second, **facts(claim)} for row, claim in examples),
    )
    yield Table(
        "votes",
        "a verdict on a claim of the two tables above",
        ("claim_id", "label", "reviewer", "note"),
        (
            {
                "claim_id": claim.claim_id,
                "label": vote.label,
                "reviewer": names.reviewers[who],
                "note": dict(vote.notes).get(who),
            }
            for claim in shown.values()
            for vote in claim.votes
            for who in vote.reviewers
        ),
    )


def of_articles(report: "Report", names: Names) -> Iterator[Table]:
    """Yield agreement by article."""

    def facts(row: "ArticleAgreement") -> dict[str, Any]:
        found = names.articles.get(row.article_id)
        low, high = row.limits or (None, None)
        same = ("article_id", "paired_claims", "percent_agreement", "alpha", "heat")
        told = {name: getattr(found, name) for name in ("title", "outlet", "language", "batch")} if found else {}
        return (
            {name: getattr(row, name) for name in same}
            | told
            | {
                "limit_low": low,
                "limit_high": high,
                "outside": row.is_outside,
            }
        )

    yield Table(
        "articles",
        "an article; `heat`: mean entropy in bits; limits: 99.8 % control limits of raw agreement at its size",
        (
            "article_id",
            "title",
            "outlet",
            "language",
            "batch",
            "paired_claims",
            "percent_agreement",
            "alpha",
            "heat",
            "limit_low",
            "limit_high",
            "outside",
        ),
        map(facts, report.articles),
    )


def of_weeks(report: "Report", names: Names) -> Iterator[Table]:
    """Yield how agreement moved."""
    weeks, keys = report.drift.weeks if report.drift else (), [label.key for label in report.labels]
    yield Table(
        "weeks",
        "a week, by the day on which a claim's newest label came",
        ("monday", "verdicts", *wide("percent_agreement", "alpha")),
        (
            {
                "monday": row.monday.isoformat(),
                "verdicts": row.verdicts,
                **spread("percent_agreement", row.percent_agreement),
                **spread("alpha", row.alpha),
            }
            for row in weeks
        ),
    )
    yield Table(
        "week_labels",
        "a reviewer's share of a label in a week",
        ("monday", "reviewer", "verdicts", "label", "share"),
        (
            {
                "monday": row.monday.isoformat(),
                "reviewer": names.reviewers[who],
                "verdicts": verdicts,
                "label": key,
                "share": share,
            }
            for row in weeks
            for who, verdicts, shares in row.reviewer_shares
            for key, share in zip(keys, shares, strict=True)
        ),
    )
    yield Table(
        "milestones",
        "a codebook version (by number) or a new reviewer",
        ("day", "kind", "what"),
        (
            {
                "day": row.day.isoformat(),
                "kind": row.kind,
                "what": names.reviewers[row.number] if row.kind == "reviewer" else row.number,
            }
            for row in (report.drift.milestones if report.drift else ())
        ),
    )
    yield Table(
        "self_consistency",
        "the share of claims shown again that got the same label again",
        wide("self_consistency"),
        [spread("self_consistency", report.drift.self_consistency)]
        if report.drift and report.drift.self_consistency
        else [],
    )
