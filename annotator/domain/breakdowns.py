"""Break agreement down by a property: of articles, such as their outlet, or of claims, such as a codebook version."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from annotator.domain.agreement_within import agreement_within
from annotator.domain.patterns import Integers
from annotator.domain.report import Breakdown, Group
from annotator.domain.votes import Votes


def breakdown(key: str, votes: Votes, group_of: Mapping[int, str], most: int = 12) -> Breakdown | None:
    """Describe the groups with most labelled claims, by article id; an article without a group is of the group "".

    None where all claims are of one group: nothing could be compared.
    """
    votes = votes.rows_where(votes.claims > 0)
    articles, article = np.unique(votes.article, return_inverse=True)
    names, group = _numbered([group_of.get(one, "") for one in articles.tolist()])
    return _described(key, votes, names, group[article], most)


def breakdown_of_claims(key: str, votes: Votes, groups: Sequence[str], *, is_sample: bool = False) -> Breakdown | None:
    """Describe the groups, `groups` naming that of each row; an article may stand in several. None as above."""
    names, group = _numbered(groups)
    found = _described(key, votes, names, group, len(names))
    return replace(found, is_sample=is_sample) if found else None


def _numbered(groups: Sequence[str]) -> tuple[list[str], Integers]:
    """Return the names of groups, sorted, and the place of each row's among them."""
    names = sorted(set(groups))
    place = {name: number for number, name in enumerate(names)}
    return names, np.array([place[name] for name in groups], dtype=np.int64)


def _described(key: str, votes: Votes, names: Sequence[str], group: Integers, most: int) -> Breakdown | None:
    """Describe the largest groups, the others counted; None if there are not two."""
    if len(names) <= 1:
        return None
    claims = np.bincount(group, votes.claims, len(names)).tolist()
    largest = sorted(range(len(names)), key=lambda one: (-claims[one], names[one]))[:most]
    place = np.full(len(names), -1)
    place[largest] = np.arange(len(largest))
    kept = place[group] >= 0
    found = agreement_within(votes.rows_where(kept), place[group][kept], len(largest))
    groups = tuple(Group(names[one], *within) for one, within in zip(largest, found, strict=True))
    return Breakdown(key, groups, len(names) - len(largest))
