"""The report's block of adjudication: how the labels stand before and after, and beside each reviewer's own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotator.domain.report_filter import Filter
from annotator.storage.database import AnyRow
from annotator.storage.report_adjudicated import decided_rows, decided_share

if TYPE_CHECKING:  # numpy is slow to load, and only a report needs it
    from annotator.domain.report import Adjudicated


def adjudicated_of(
    project_id: int,
    wanted: Filter,
    labels: Sequence[str],
    reviewers: Sequence[int],
    rows: Sequence[AnyRow] | None = None,
) -> "Adjudicated | None":
    """Return the block; None if the desk settled no claim with a verdict that counts.

    `reviewers` are the ids whose places name them in the report, `rows` those of `decided_rows`, if they were asked for
    already. What the desk decided is no truth: it had seen the verdicts, and decides most of all where they part.
    """
    share = decided_share(project_id)
    rows = decided_rows(project_id, wanted, share) if rows is None else rows
    if not rows:
        return None
    from annotator.domain.desk_decisions import Decided, adjudicated

    return adjudicated([Decided._make(row) for row in rows], labels, reviewers, is_sample=share.is_sample)
