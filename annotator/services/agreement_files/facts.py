"""The agreement in verdicts from files, as what `annotator agreement --json` prints; what is not defined is null."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from annotator import __version__
from annotator.services.agreement_files.reading import Collected

if TYPE_CHECKING:
    from annotator.domain.intervals import Estimate
    from annotator.domain.report import ReviewerBlock
    from annotator.domain.verdict_list import ContestedUnit, ListAgreement

INTERVALS = {
    True: "delete-one-cluster jackknife on Fisher's z, t with clusters - 1 degrees of freedom",
    False: "BCa over units for percent_agreement, alpha, fleiss_kappa, ac1 and brennan_prediger; for the rest the "
    "delete-one-unit jackknife on Fisher's z",
}


def facts(measured: "ListAgreement", collected: Collected, seed: int) -> dict[str, Any]:
    """Return everything that was measured, each statistic as {"value", "low", "high", "n"} under its name."""
    made = measured.agreement
    labels = {label.label: label for label in made.by_label}
    return {
        **{row.key: estimate(row.estimate) for row in measured.coefficients},
        "expected": {row.key: row.expected for row in measured.coefficients if row.expected is not None},
        "alpha_per_label": {name: estimate(label.alpha) for name, label in labels.items()},
        "fleiss_per_label": dict(zip(measured.labels, map(estimate, measured.fleiss_by_label), strict=True)),
        "specific_agreement": {name: estimate(label.specific_agreement) for name, label in labels.items()},
        "prevalence": {name: estimate(label.prevalence) for name, label in labels.items()},
        "ds_prevalence": dict(zip(measured.labels, measured.prevalence or [None] * len(labels), strict=True)),
        "ds_competence": {
            name: estimate(found) for name, found in zip(measured.reviewers, measured.competence, strict=False)
        },
        "probability_alpha_below": {str(limit): share for limit, share in made.probability_below.items()},
        "coincidences": {
            name: dict(zip(measured.labels, row, strict=True))
            for name, row in zip(measured.labels, made.coincidences, strict=True)
        },
        "label_pairs": [
            {"first": pair.first, "second": pair.second, "coincidences": pair.coincidences, "share": pair.share}
            for pair in made.label_pairs
        ],
        "by_reviewer": {measured.reviewers[block.reviewer]: reviewer(block) for block in measured.by_reviewer},
        "reviewer_pairs": [
            {
                "first": measured.reviewers[pair.first],
                "second": measured.reviewers[pair.second],
                "n": pair.claims,
                "percent_agreement": estimate(pair.percent_agreement),
                "cohen_kappa": estimate(pair.cohen_kappa),
                "p_bias": pair.p_bias,
            }
            for pair in measured.pairs
        ],
        "contested": [
            {"unit": unit, "entropy": one.entropy, "labels": dict(zip(measured.labels, one.counts, strict=True))}
            for unit, one in contested(measured, collected)
        ],
        "disputed": measured.disputed,
        "units": measured.units,
        "paired_units": measured.paired_units,
        "verdicts": measured.verdicts,
        "without_label": measured.unlabelled,
        "reviewers": len(measured.reviewers),
        "labels": list(measured.labels),
        "clusters": measured.clusters,
        "ties": measured.ties,
        "replaced": measured.replaced,
        "overlap": {str(verdicts): units for verdicts, units in made.overlap.items()},
        "warnings": list(measured.warnings),
        "interval": INTERVALS[measured.clusters is not None],
        "confidence": 0.95,
        "seed": seed,
        "software": f"annotator {__version__}",
        "files": [asdict(read) for read in collected.files],
    }


def reviewer(block: "ReviewerBlock") -> dict[str, Any]:
    """Return one reviewer beside the others."""
    return {
        "verdicts": block.verdicts,
        "with_others": estimate(block.with_others),
        "alpha_without": block.alpha_without,
        "difference": estimate(block.difference),
    }


def contested(measured: "ListAgreement", collected: Collected) -> list[tuple[str, "ContestedUnit"]]:
    """Return the most contested units with their names."""
    names = list(collected.units)
    return [(names[one.unit], one) for one in measured.contested]


def estimate(found: "Estimate") -> dict[str, float | int | None]:
    """Return an estimate as JSON has it."""
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.n}
