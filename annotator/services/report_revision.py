"""The report's block of revision: what reviewers said first, beside what they say now."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from annotator.domain.article_groups import is_grouped
from annotator.domain.report_filter import Filter
from annotator.storage import report_revision, tallies
from annotator.storage.database import AnyRow
from annotator.storage.report_revision import moves
from annotator.storage.report_sample import Share, share_of

if TYPE_CHECKING:  # numpy is slow to load, and only a report needs it
    from annotator.domain.agreement import Headline
    from annotator.domain.report import Revision

__all__ = ["first_agreement", "moves", "revised_by", "revision_of"]

MOST = 50_000
"""Labels among which agreement at first is reckoned anew, in a share of the articles if there are more."""

Pattern = tuple[tuple[str, int], ...]
"""How many reviewers gave each label, by their keys."""


def revision_of(
    project_id: int, wanted: Filter, labels: Sequence[str], rows: Sequence[AnyRow] | None = None
) -> "Revision | None":
    """Return the block; None if no verdict that stands differs from what its reviewer said first of the claim.

    To differ is to have another label, or a label instead of a skip. What an edit of the segmentation carried over in
    a reviewer's name is no revision. `rows` are those of `moves`, if they were asked for already.
    """
    rows = moves(project_id, wanted) if rows is None else rows
    if not rows:
        return None
    from annotator.domain.report import Revision

    moved = Counter[tuple[str | None, str | None]]()
    for row in rows:
        moved[row.before, row.after] += row.verdicts
    share = share_of(project_id, wanted, MOST) if wanted != Filter(round=wanted.round) else Share(project_id, 1)
    first = first_agreement(project_id, wanted, labels, share)
    return Revision(
        revised=sum(moved.values()),
        verdicts=report_revision.decided(project_id, wanted),
        moves=tuple((*move, count) for move, count in sorted(moved.items(), key=_place)),
        first_agreement=first.percent_agreement,
        first_alpha=first.alpha,
        is_sample=share.is_sample,
    )


def _place(move: tuple[tuple[str | None, str | None], int]) -> tuple[int, str, str]:
    """Return what moves are ordered by: the most frequent first."""
    (before, after), count = move
    return -count, before or "", after or ""


def revised_by(rows: Iterable[AnyRow]) -> dict[int, int]:
    """Return how many standing verdicts of each reviewer (by id) differ from their first, from the rows of `moves`."""
    counts = Counter[int]()
    for row in rows:
        counts[row.reviewer_id] += row.verdicts
    return dict(counts)


def first_agreement(project_id: int, wanted: Filter, labels: Sequence[str], share: Share) -> "Headline":
    """Return raw agreement and alpha among first verdicts, with a filter in a share of the articles.

    Of all verdicts it is reckoned from the tallies, counting only those claims anew where somebody has an earlier one:
    it costs what was changed, not what there is. Among many articles, their number is that of the standing verdicts.
    """
    from annotator.domain.agreement import PatternTable, headline

    if wanted == Filter(round=wanted.round):
        articles, counts = _from_tallies(project_id)
    else:
        counts = Counter[tuple[int, Pattern]]()
        for row in report_revision.first_patterns(project_id, wanted, share):
            counts[row.group, _counted(row.labels.split(","))] += row.claims
        articles = len({article_id for article_id, pattern in counts if _labels(pattern) > 1})
    known = {label: place for place, label in enumerate([*labels, *sorted(_unknown(counts, labels))])}
    rows = [(group, _places(pattern, known), claims) for (group, pattern), claims in counts.items() if claims > 0]
    return headline(PatternTable.from_rows(rows, len(known)), articles)


def _from_tallies(project_id: int) -> tuple[int, Counter[tuple[int, Pattern]]]:
    """Return the number of articles, and how many claims of each (or group of them) show a pattern at first."""
    articles, rows = tallies.headline_rows(project_id)
    counts = Counter[tuple[int, Pattern]]()
    for text, groups, claims in rows:
        pattern = _read(text)
        for group, shown in zip(groups.split(" "), claims.split(" "), strict=True):
            counts[int(group), pattern] += int(shown)
    for row in report_revision.changed_from(project_id, is_grouped=is_grouped(articles)):
        counts[row.group, _read(row.pattern)] -= row.claims
    for row in report_revision.changed_to(project_id, is_grouped=is_grouped(articles)):
        pattern = _counted(row.labels.split(","))
        if _labels(pattern) > 1:
            counts[row.group, pattern] += row.claims
    if not is_grouped(articles):
        articles = len({group for (group, _), claims in counts.items() if claims > 0})
    return articles, counts


def _read(text: str) -> Pattern:
    """Return the pattern that the tallies spell "editorial=1,sourced=1"."""
    votes = (part.rpartition("=") for part in text.split(","))
    return tuple(sorted((label, int(count)) for label, _, count in votes))


def _counted(labels: Iterable[str]) -> Pattern:
    return tuple(sorted(Counter(labels).items()))


def _labels(pattern: Pattern) -> int:
    return sum(count for _, count in pattern)


def _unknown(counts: Iterable[tuple[int, Pattern]], labels: Sequence[str]) -> set[str]:
    """Return the labels that were given at first and are not among those of the report."""
    return {label for _, pattern in counts for label, _ in pattern} - set(labels)


def _places(pattern: Pattern, known: dict[str, int]) -> list[int]:
    counts = [0] * len(known)
    for label, count in pattern:
        counts[known[label]] = count
    return counts
