"""All models, imported, so that their tables are known: `metadata` is the schema that migrations are held to."""

from annotator.storage import (
    articles,
    assignments,
    codebooks,
    events,
    jobs,
    people,
    projects,
    segmentation,
    suggestions,
    verdicts,
)
from annotator.storage.database import Base

metadata = Base.metadata
MODULES = (
    articles, assignments, codebooks, events, jobs, people, projects, segmentation, suggestions, verdicts
)  # fmt: skip
