"""Agreement by codebook version and by what reviewers had seen of a suggestion.

Only claims count whose verdicts were all given under the same version, or after seeing the same: verdicts of two
versions on one claim tell nothing of either.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotator.domain.report_filter import Filter
from annotator.storage import report_breakdowns
from annotator.storage.database import AnyRow
from annotator.storage.report_sample import Share, share_of

if TYPE_CHECKING:  # numpy is slow to load, and only a report needs it
    from annotator.domain.report import Breakdown

MOST = 20_000
"""Verdicts that are looked at, in a share of the articles if there are more."""


def version_breakdown(project_id: int, wanted: Filter, labels: Sequence[str]) -> "Breakdown | None":
    """Return agreement by the number of the codebook's version; None if there are not two to compare."""
    if not report_breakdowns.has_versions(project_id):
        return None
    share = share_of(project_id, wanted, MOST)
    return _breakdown("version", report_breakdowns.by_version(project_id, wanted, share), labels, share)


def exposure_breakdown(project_id: int, wanted: Filter, labels: Sequence[str]) -> "Breakdown | None":
    """Return agreement by what was seen of a suggestion (none, cues, label); None if there are not two to compare."""
    if not report_breakdowns.has_exposure(project_id):
        return None
    share = share_of(project_id, wanted, MOST)
    return _breakdown("exposure", report_breakdowns.by_exposure(project_id, wanted, share), labels, share)


def _breakdown(key: str, rows: Sequence[AnyRow], labels: Sequence[str], share: Share) -> "Breakdown | None":
    from annotator.domain.breakdowns import breakdown_of_claims
    from annotator.domain.votes import Votes

    votes = Votes.from_rows([(row.article_id, 0, row.signature, row.claims) for row in rows], labels)
    return breakdown_of_claims(key, votes, [str(row.first) for row in rows], is_sample=share.is_sample)
