"""Fields of verdicts compared, by hand."""

from typing import Any, NamedTuple

import pytest

from annotator.domain.field_agreement import Filled, field_agreements, same_name
from annotator.domain.report import FieldAgreement


class Verdict(NamedTuple):
    """A row of what the columns of `Filled` hold."""

    article_id: int
    claim_id: int
    label: str
    kind: str | None = None
    also_attributed: bool = False
    source_name: str = ""
    source_kind: str | None = None
    speech: str | None = None
    depth: int | None = None
    continues_claim_id: int | None = None
    confidence: int | None = None


def verdict(claim: int, label: str = "sourced", **facts: Any) -> Verdict:
    return Verdict(claim % 3, claim, label, **facts)


def fields(*verdicts: Verdict) -> dict[str, FieldAgreement]:
    return {field.key: field for field in field_agreements(Filled(*zip(*verdicts, strict=True)))}


def test_only_fields_that_somebody_filled_are_there() -> None:
    assert fields(verdict(1), verdict(1)) == {}
    found = fields(verdict(1, depth=2), verdict(1), verdict(2, confidence=3))
    assert list(found) == ["depth", "confidence"]
    assert (found["depth"].filled, found["depth"].percent_agreement.value) == (1, None)


def test_a_field_is_compared_among_those_who_filled_it() -> None:
    found = fields(
        verdict(1, source_kind="person"),
        verdict(1, source_kind="person"),
        verdict(1),  # says nothing
        verdict(2, source_kind="person"),
        verdict(2, label="editorial", source_kind="vague"),
        verdict(3, source_kind="document"),  # nobody to compare with
    )["source_kind"]
    assert (found.filled, found.percent_agreement.n, found.percent_agreement.clusters) == (5, 2, 2)
    assert found.percent_agreement.value == pytest.approx(1 / 2)
    # 4 answers, 3 person and 1 vague: 2 coincidences differ, by chance 2 * 3 * 1 / 3 would.
    assert found.alpha.value == pytest.approx(0.0)


def test_kinds_are_compared_within_one_label() -> None:
    found = fields(
        verdict(1, kind="named"),
        verdict(1, kind="named"),
        verdict(1, "editorial", kind="framing"),  # another label: no disagreement on the kind
        verdict(2, kind="named"),
        verdict(2, kind="document"),
        verdict(3, "editorial", kind="framing"),
        verdict(3, "editorial", kind="inference"),
    )["kind"]
    assert (found.filled, found.percent_agreement.n) == (7, 3)
    assert found.percent_agreement.value == pytest.approx(1 / 3)
    # Chance knows no pair across labels: sourced 3 named, 1 document (2 * 3 / 3), editorial 1 and 1 (2).
    assert found.alpha.value == pytest.approx(1 - 4 / (2 + 2))


def test_a_box_that_is_not_ticked_says_no_where_anybody_ticked_it() -> None:
    found = fields(
        verdict(1, "editorial", also_attributed=True),
        verdict(1, "editorial"),
        verdict(2, "editorial"),
        verdict(2, "editorial"),
        verdict(3),  # nobody ticks it of what is sourced
        verdict(3),
    )["also_attributed"]
    assert (found.filled, found.percent_agreement.n) == (1, 2)
    assert found.percent_agreement.value == pytest.approx(1 / 2)
    # 4 answers, one of them yes: 2 coincidences differ, by chance 2 * 1 * 3 / 3 would.
    assert found.alpha.value == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mayor  Ortiz", "mayor ortiz."),
        ("«Le Maire»", "LE MAIRE"),
        ("Straße", "STRASSE"),
        ("ＷＨＯ", "who"),
        ("Ortiz,\tthe mayor", "ortiz, the mayor"),
        (" -- ", ""),
    ],
    ids=str,
)
def test_a_source_is_the_same_in_other_letters_and_signs(one: str, other: str) -> None:
    assert same_name(one) == same_name(other)


def test_names_of_sources_are_compared_as_they_are_folded() -> None:
    found = fields(
        verdict(1, source_name="Mayor Ortiz"),
        verdict(1, source_name=" mayor ortiz. "),
        verdict(2, source_name="the union"),
        verdict(2, source_name="a union"),
        verdict(2, source_name="…"),  # is no name
    )["source_name"]
    assert (found.filled, found.percent_agreement.n) == (4, 2)
    assert found.percent_agreement.value == pytest.approx(1 / 2)
    # mayor ortiz twice, two others once: 2 coincidences differ, by chance (16 - 6) / 3 would.
    assert found.alpha.value == pytest.approx(1 - 2 / (10 / 3))


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [("speech", "direct", "mixed"), ("depth", 1, 2), ("continues_claim_id", 7, 8), ("confidence", 3, 1)],
)
def test_every_other_field_is_compared_as_names(key: str, one: object, other: object) -> None:
    pairs = [(1, one, one), (2, one, other), (3, other, other)]
    facts: list[tuple[int, dict[str, Any]]] = [(claim, {key: value}) for claim, *both in pairs for value in both]
    found = fields(*(verdict(claim, **fact) for claim, fact in facts))[key]
    assert found.filled == 6
    assert found.percent_agreement.value == pytest.approx(2 / 3)
    assert found.alpha.value == pytest.approx(1 - 2 / (18 / 5))
    assert not found.is_sample


def test_without_verdicts_there_are_no_fields() -> None:
    assert field_agreements(Filled()) == ()


def test_a_sample_is_named_so() -> None:
    columns: Any = zip(verdict(1, depth=1), strict=True)
    (found,) = field_agreements(Filled(*columns), is_sample=True)
    assert found.is_sample
