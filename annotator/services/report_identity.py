"""What makes a report repeatable: which data, which program, which seed."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from annotator import __version__
from annotator.services.projects import codebook_in_force
from annotator.storage.projects import Project

if TYPE_CHECKING:  # numpy is slow to load, and only a report needs it
    from annotator.domain.report import Identity, Reviewer

SEED = 20_260_101
"""From which the bootstraps draw: the same data give the same report."""

Row = tuple[int, int, str, int]
"""Article, week, signature, claims: a row of the votes."""


def identity(project: Project, rows: Sequence[Row], reviewers: "Sequence[Reviewer]", last_event: int) -> "Identity":
    """Say which data, program and seed give this report."""
    from annotator.domain.report import Identity

    return Identity(
        project=project.slug,
        project_name=project.name,
        codebook_version=codebook_in_force(project.id).number,
        made_at=datetime.now(UTC),
        last_event=last_event,
        data_hash=data_hash(rows, {reviewer.id: reviewer.pseudonym for reviewer in reviewers}),
        software=__version__,
        seed=SEED,
    )


def data_hash(rows: Sequence[Row], pseudonyms: Mapping[int, str]) -> str:
    """Return the SHA-256 of the sorted lines "article TAB week TAB signature TAB claims", in UTF-8."""
    signatures = {row[2] for row in rows}
    votes = {vote: vote.split("=", 1) for text in signatures for vote in text.split(",")}
    spoken = {vote: f"{pseudonyms[int(reviewer)]}={label}" for vote, (reviewer, label) in votes.items()}
    texts = {text: ",".join(sorted([spoken[vote] for vote in text.split(",")])) for text in signatures}
    lines = sorted([f"{article}\t{week}\t{texts[text]}\t{claims}\n" for article, week, text, claims in rows])
    return hashlib.sha256("".join(lines).encode()).hexdigest()
