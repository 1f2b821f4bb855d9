"""Reviewers, aggregated labels, words and decisions as tables. Long because every column is named."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from annotator.services.report_files.names import Names
from annotator.services.report_files.table import Table, crossed, spread, wide

if TYPE_CHECKING:  # numpy comes with it
    from annotator.domain.report import Report


def of_reviewers(report: "Report", names: Names) -> Iterator[Table]:
    """Yield the reviewers beside the others, and their pairs; never ranked."""
    keys = [label.key for label in report.labels]
    yield Table(
        "reviewers",
        "a reviewer, in no order of merit; `with_others`: chance that another verdict on the claim is the same; "
        "`difference`: alpha with this reviewer minus alpha without; `competence`: by the model of Dawid and Skene, "
        "from no known truth",
        (
            "reviewer",
            "verdicts",
            "paired_verdicts",
            "revised",
            *wide("with_others"),
            "alpha_without",
            *wide("difference", "competence"),
        ),
        (
            {
                "reviewer": names.reviewers[row.reviewer],
                "verdicts": row.verdicts,
                "paired_verdicts": row.paired_verdicts,
                "revised": row.revised,
                "alpha_without": row.alpha_without,
                **spread("with_others", row.with_others),
                **spread("difference", row.difference),
                **spread("competence", row.competence),
            }
            for row in report.by_reviewer
        ),
    )
    yield Table(
        "reviewer_labels",
        "a reviewer's share of a label, and the others' on the same claims",
        ("reviewer", "label", "share", "pool"),
        (
            {"reviewer": names.reviewers[row.reviewer], "label": key, "share": share, "pool": pool}
            for row in report.by_reviewer
            for key, share, pool in zip(keys, row.shares, row.pool, strict=True)
        ),
    )
    yield Table(
        "pairs",
        "two reviewers on the claims both labelled; `p_bias`: Bhapkar's (two labels: McNemar's) test that both use "
        "the labels at the same rates",
        ("first", "second", "claims", *wide("percent_agreement", "cohen_kappa"), "p_bias"),
        (
            {
                "first": names.reviewers[row.first],
                "second": names.reviewers[row.second],
                "claims": row.claims,
                **spread("percent_agreement", row.percent_agreement),
                **spread("cohen_kappa", row.cohen_kappa),
                "p_bias": row.p_bias,
            }
            for row in report.pairs
        ),
    )
    yield Table(
        "pair_labels",
        "how many claims the first reviewer labelled so, and the second so",
        ("first", "second", "label_of_first", "label_of_second", "claims"),
        (
            {"first": names.reviewers[row.first], "second": names.reviewers[row.second], **cell}
            for row in report.pairs
            for cell in crossed(row.table, keys, "label_of_first", "label_of_second", "claims")
        ),
    )


def of_aggregation(report: "Report", names: Names) -> Iterator[Table]:
    """Yield one label a claim, by majority and by the model of Dawid and Skene."""
    made, keys = report.aggregation, [label.key for label in report.labels]
    yield Table(
        "aggregated_labels",
        "claims of a label by majority and by the model, and how often the model thinks it is true",
        ("label", "majority", "estimated", "prevalence"),
        (
            {"label": key, "majority": majority, "estimated": estimated, "prevalence": share}
            for key, majority, estimated, share in zip(
                keys, made.majority, made.estimated, made.prevalence, strict=True
            )
        )
        if made
        else (),
    )
    yield Table(
        "aggregation",
        "a fact about the aggregation",
        ("fact", "value"),
        ({"fact": name, "value": getattr(made, name)} for name in ("ties", "differ", "iterations", "is_converged"))
        if made
        else (),
    )
    yield Table(
        "aggregated_claims",
        "a claim on which majority, model and desk do not all say the same",
        (
            "claim_id",
            "article_id",
            "article",
            "number",
            "quote",
            "majority",
            "estimated",
            "adjudicated",
            *(f"{kind}_{key}" for kind in ("votes", "probability") for key in keys),
        ),
        (
            {
                **{
                    name: getattr(row, name)
                    for name in ("claim_id", "article_id", "number", "quote", "majority", "estimated", "adjudicated")
                },
                "article": names.title(row.article_id),
                **{f"votes_{key}": count for key, count in zip(keys, row.counts, strict=True)},
                **{f"probability_{key}": found for key, found in zip(keys, row.probabilities, strict=True)},
            }
            for row in (made.claims if made else ())
        ),
    )
    yield Table(
        "model_confusion",
        "the model's probability that a reviewer says `said` where `true` is right",
        ("reviewer", "true", "said", *wide("probability")),
        (
            {
                "reviewer": names.reviewers[row.reviewer],
                "true": cell["true"],
                "said": cell["said"],
                **spread("probability", cell["probability"]),
            }
            for row in (made.reviewers if made else ())
            for cell in crossed(row.confusion, keys, "true", "said", "probability")
        ),
    )
    yield Table(
        "calibration",
        "claims whose most probable label had a probability from `low` to below `high`, and how often the "
        "desk decided so",
        ("low", "high", "claims", "mean_probability", *wide("right")),
        (
            {
                **{name: getattr(row, name) for name in ("low", "high", "claims", "mean_probability")},
                **spread("right", row.right),
            }
            for row in (made.calibration if made else ())
        ),
    )


def of_words(report: "Report") -> Iterator[Table]:
    """Yield agreement on the marked words, and the loaded words."""
    words, keys = report.words, [label.key for label in report.labels]
    yield Table(
        "word_agreement",
        "agreement on which words decided it, by label (empty: all); `dice`: words both marked; `exact`: "
        "the same words; `alpha`: over all words of the claims",
        ("label", *wide("dice", "exact", "alpha")),
        (
            {"label": row.label, **spread("dice", row.dice), **spread("exact", row.exact), **spread("alpha", row.alpha)}
            for row in (words.agreement if words else ())
        ),
    )
    yield Table(
        "loaded_words",
        "a word that reviewers marked as loaded, with its marks by label; `alone`: no word beside it was marked",
        ("word", "marks", "alone", "claims", "reviewers", *(f"marks_{key}" for key in keys)),
        (
            {
                **{name: getattr(row, name) for name in ("word", "marks", "alone", "claims", "reviewers")},
                **{f"marks_{key}": marks for key, marks in zip(keys, row.by_label, strict=True)},
            }
            for row in (words.loaded if words else ())
        ),
    )
    yield Table(
        "loaded_words_by_outlet",
        "how often a word was marked as loaded in an outlet",
        ("word", "outlet", "marks"),
        (
            {"word": row.word, "outlet": outlet, "marks": marks}
            for row in (words.loaded if words else ())
            for outlet, marks in row.by_outlet
        ),
    )


def of_desk(report: "Report", names: Names) -> Iterator[Table]:
    """Yield what the desk decided, and what reviewers changed."""
    found, keys, revision = report.adjudicated, [label.key for label in report.labels], report.revision
    yield Table(
        "adjudicated",
        "a label's share of the verdicts on settled claims, and of the decisions",
        ("label", "before", "after"),
        (
            {"label": key, "before": before, "after": after}
            for key, before, after in zip(keys, found.before, found.after, strict=True)
        )
        if found
        else (),
    )
    yield Table(
        "decisions",
        "how many claims the desk settled, how many were disputed, and why",
        ("fact", "value"),
        (
            {"fact": name, "value": value}
            for name, value in (
                ("claims", found.claims),
                ("disputed", found.disputed),
                *((f"cause {key}", n) for key, n in found.causes),
            )
        )
        if found
        else (),
    )
    yield Table(
        "majority_upheld",
        "how often the desk decided for the majority",
        wide("upheld"),
        [spread("upheld", found.majority_upheld)] if found else [],
    )
    yield Table(
        "against_desk",
        "how many claims the desk decided so, and the reviewer labelled so",
        ("reviewer", "decided", "said", "claims"),
        (
            {"reviewer": names.reviewers[row.reviewer], **cell}
            for row in (found.reviewers if found else ())
            for cell in crossed(row.table, keys, "decided", "said", "claims")
        ),
    )
    yield Table(
        "reviewers_against_desk",
        "how often the desk decided as the reviewer said",
        ("reviewer", *wide("agreement")),
        (
            {"reviewer": names.reviewers[row.reviewer], **spread("agreement", row.percent_agreement)}
            for row in (found.reviewers if found else ())
        ),
    )
    yield Table(
        "revision",
        "first verdicts beside those that stand",
        ("revised", "verdicts", *wide("first_agreement", "first_alpha")),
        [
            {
                "revised": revision.revised,
                "verdicts": revision.verdicts,
                **spread("first_agreement", revision.first_agreement),
                **spread("first_alpha", revision.first_alpha),
            }
        ]
        if revision
        else [],
    )
    yield Table(
        "moves",
        "verdicts that went from a label to another (empty: a skip)",
        ("from", "to", "verdicts"),
        (
            {"from": before, "to": after, "verdicts": verdicts}
            for before, after, verdicts in (revision.moves if revision else ())
        ),
    )
