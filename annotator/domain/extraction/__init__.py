"""Turn what comes from outside, files and pages and what people write, into text; rich text is the way out."""

from annotator.domain.extraction.documents import extract
from annotator.domain.extraction.extracted import Extracted, NotReadable
from annotator.domain.extraction.rich_text import MAX_CHARACTERS, TAGS, rich_text

__all__ = ["MAX_CHARACTERS", "TAGS", "Extracted", "NotReadable", "extract", "rich_text"]
