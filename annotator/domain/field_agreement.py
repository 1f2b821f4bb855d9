"""Compare the fields of verdicts besides the label: who speaks, how, how deeply nested, how sure the reviewer is."""

import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from annotator.domain.nominal import Answers, agreement_on
from annotator.domain.patterns import Integers
from annotator.domain.report import FieldAgreement

FIELDS = (
    "kind", "also_attributed", "source_name", "source_kind", "speech", "depth", "continues_claim_id", "confidence",
)  # fmt: skip
"""What is compared, by the names of the export."""
WITHIN_LABEL = frozenset({"kind", "also_attributed"})
"""Fields that mean something only under a label: compared among those who say the same one, and chance reckoned so."""
EMPTY = frozenset({None, ""})
"""What says nothing in a field."""


class Filled(NamedTuple):
    """What verdicts say beside their labels, a column for each field and a value for each verdict."""

    article_id: Sequence[int] = ()
    claim_id: Sequence[int] = ()
    label: Sequence[str] = ()
    kind: Sequence[str | None] = ()
    also_attributed: Sequence[bool] = ()
    source_name: Sequence[str] = ()
    source_kind: Sequence[str | None] = ()
    speech: Sequence[str | None] = ()
    depth: Sequence[int | None] = ()
    continues_claim_id: Sequence[int | None] = ()
    confidence: Sequence[int | None] = ()


def field_agreements(verdicts: Filled, *, is_sample: bool = False) -> tuple[FieldAgreement, ...]:
    """Estimate agreement on each field that somebody filled, among those who filled it on the same claim.

    `filled` counts the verdicts that say something in the field; of a box, those that tick it.
    """
    article, claim = (np.array(column, dtype=np.int64) for column in (verdicts.article_id, verdicts.claim_id))
    label = _numbered(verdicts.label)
    found = []
    for key in FIELDS:
        places, values = _given(key, verdicts)
        if not values:
            continue
        stratum = label[places] if key in WITHIN_LABEL else np.zeros(len(places), dtype=np.int64)
        unit = claim[places] * (int(label.max()) + 1) + stratum
        answers = Answers(article[places], unit, stratum, _numbered(values))
        filled = sum(value is not False for value in values)
        found.append(FieldAgreement(key, filled, *agreement_on(answers)))
    return tuple(replace(field, is_sample=is_sample) for field in found)


def _given(key: str, verdicts: Filled) -> tuple[Integers, list[Hashable]]:
    """Return the places of the verdicts that say something in a field, and what they say."""
    column: Iterable[Hashable] = getattr(verdicts, key)
    if key == "also_attributed":
        # A box that is not ticked says no, but only where the label makes anybody think of ticking it.
        asked = {label for label, ticked in zip(verdicts.label, verdicts.also_attributed, strict=True) if ticked}
        both = zip(verdicts.label, verdicts.also_attributed, strict=True)
        column = [bool(ticked) if label in asked else None for label, ticked in both]
    elif key == "source_name":
        folded = {name: same_name(name) for name in set(verdicts.source_name)}
        column = [folded[name] for name in verdicts.source_name]
    kept = [(place, value) for place, value in enumerate(column) if value not in EMPTY]
    return np.array([place for place, _ in kept], dtype=np.int64), [value for _, value in kept]


def _numbered(values: Iterable[Hashable]) -> Integers:
    """Give numbers to values, the same to equal ones."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)


def same_name(name: str) -> str:
    """Return what two spellings of a source have in common: compatibility form, case, spaces and outer signs folded."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    words = " ".join(folded.split())
    inner = [place for place, sign in enumerate(words) if unicodedata.category(sign)[0] not in "PZ"]
    return words[inner[0] : inner[-1] + 1] if inner else ""
