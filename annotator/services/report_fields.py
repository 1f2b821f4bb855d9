"""The report's block of fields: how far reviewers say the same beside the label."""

from typing import TYPE_CHECKING

from annotator.domain.report_filter import Filter
from annotator.storage import report_fields
from annotator.storage.report_sample import share_of

if TYPE_CHECKING:  # numpy is slow to load, and only a report needs it
    from annotator.domain.report import FieldAgreement

MOST = 20_000
"""Verdicts that are looked at, in a share of the articles if there are more."""


def fields_of(project_id: int, wanted: Filter) -> "tuple[FieldAgreement, ...]":
    """Return agreement on each field that somebody filled."""
    from annotator.domain.field_agreement import Filled, field_agreements

    share = share_of(project_id, wanted, MOST)
    rows = report_fields.filled(project_id, wanted, share)
    return field_agreements(Filled(*zip(*rows, strict=True)), is_sample=share.is_sample)
