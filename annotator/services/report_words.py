"""The report's block of marked words: how far reviewers agree on which words decided, and the desk's list of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotator.domain.report_filter import Filter
from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of
from annotator.storage import report_words

if TYPE_CHECKING:  # numpy is slow to load, and only a report needs it
    from annotator.domain.report import Words

MOST = 10_000
"""Verdicts with marks that are looked at, the newest ones."""
WRITER = "writer"
"""The card of a label that asks what the writer has done: loaded words alone decide it; all marks decide others."""


def words_of(project_id: int, wanted: Filter, labels: Sequence[str]) -> "Words | None":
    """Return the block; None if no verdict that counts marks a word."""
    rows = report_words.marked(project_id, wanted, MOST + 1)
    if not rows:
        return None
    from annotator.domain.marked_verdicts import MarkedVerdict, loaded_words, marked_claims
    from annotator.domain.report import Words
    from annotator.domain.word_agreement import word_agreements

    codebook = codebook_of(codebook_in_force(project_id).id)
    by_loaded = {label.key for label in codebook.labels if label.card == WRITER}
    verdicts = [MarkedVerdict._make(row) for row in rows[:MOST]]
    return Words(
        agreement=word_agreements(marked_claims(verdicts, by_loaded), labels),
        loaded=loaded_words(verdicts, labels),
        verdicts=len(verdicts),
        is_sample=len(rows) > MOST,
    )
