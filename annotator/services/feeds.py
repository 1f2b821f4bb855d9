"""Read a feed from its web address: which articles it offers."""

from annotator.domain.extraction.feeds import Feed
from annotator.services.extraction import Extractor
from annotator.services.fetching import FEEDS, fetch


def read(project_id: int, person_id: int | None, url: str) -> Feed:
    """Fetch and read the feed at `url`; raises what `fetch` raises, and NotReadable for what is no feed."""
    fetched = fetch(project_id, person_id, url, types=FEEDS)
    with Extractor() as extractor:
        return extractor.feed(fetched.content, fetched.url, fetched.charset)
