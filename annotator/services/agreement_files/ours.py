"""Our own exports, JSON Lines and CSV: claims, reviewers by pseudonym, and articles as clusters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from annotator.services.agreement_files.records import Record, Source
from annotator.services.agreement_files.verdicts import Reader, Verdict, Wanted, field, needed, spelt

FIELDS = frozenset({"verdict_id", "claim_id", "article_id", "reviewer", "label", "standing"})
YES = frozenset({True, "true"})


def is_like(first: Sequence[Mapping[str, Any]]) -> bool:
    """Know it by its fields."""
    return all(set(record) >= FIELDS for record in first)


def read(records: Iterable[Record], wanted: Wanted, _source: Source) -> Iterator[Verdict]:
    """Yield the verdicts that stand, on claims that have not been retired; a skip is no label."""
    units = wanted.unit or ("claim_id",)
    for record in records:
        values = record.values
        if values["standing"] in YES and values.get("claim_retired") not in YES:
            yield Verdict(
                " / ".join(needed(record, field(values, name), f"“{name}”") for name in units),
                needed(record, field(values, wanted.reviewer or "reviewer"), "the reviewer"),
                spelt(field(values, wanted.label or "label")),
                needed(record, field(values, wanted.cluster or "article_id"), "the cluster"),
                record.line,
            )


READER = Reader("annotator", "an export of Claim Annotator", is_like, read)
