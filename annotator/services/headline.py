"""A project's headline, raw agreement and alpha, from tallies that cost the same at a thousand and at ten million."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotator.storage.tallies import headline_rows

if TYPE_CHECKING:  # numpy is slow to load, and not every page shows a headline
    from annotator.domain.agreement import Headline, PatternTable
    from annotator.storage.database import AnyRow


def headline(project_id: int, labels: Sequence[str]) -> "Headline":
    """Return raw agreement and alpha as the report without a filter; a label that is not listed is a ValueError."""
    from annotator.domain import agreement

    articles, rows = headline_rows(project_id)
    return agreement.headline(_table(rows, labels), articles)


def _table(rows: "Sequence[AnyRow]", labels: Sequence[str]) -> "PatternTable":
    """Read the rows of `headline_rows`, one for each of few patterns."""
    import numpy as np

    from annotator.domain.agreement import PatternTable

    number = {label: column for column, label in enumerate(labels)}
    counts = np.zeros((len(rows), len(labels)), dtype=np.int64)
    for row, (pattern, _groups, _claims) in enumerate(rows):
        for votes in pattern.split(","):
            label, _, count = votes.rpartition("=")
            if label not in number:
                raise ValueError(f"not among the labels: {label}")
            counts[row, number[label]] = int(count)
    groups, claims = ([row[column].split(" ") for row in rows] for column in (1, 2))
    shown = np.repeat(np.arange(len(rows)), [len(group) for group in groups])
    numbers = (np.array([text for part in column for text in part], dtype=np.int64) for column in (claims, groups))
    return PatternTable(counts[shown], *numbers)
