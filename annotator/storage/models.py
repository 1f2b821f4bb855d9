"""All models, imported, so that their tables are known: `metadata` is the schema that migrations are held to."""

from annotator.storage import (
    adjudications,
    articles,
    assignments,
    codebooks,
    events,
    frozen_reports,
    gold,
    jobs,
    kept_tallies,
    notices,
    people,
    projects,
    repeats,
    requeues,
    segmentation,
    suggestions,
    threads,
    verdicts,
)
from annotator.storage.database import Base

metadata = Base.metadata
MODULES = (
    adjudications, articles, assignments, codebooks, events, frozen_reports, gold, jobs, kept_tallies, notices, people,
    projects, repeats, requeues, segmentation, suggestions, threads, verdicts,
)  # fmt: skip
