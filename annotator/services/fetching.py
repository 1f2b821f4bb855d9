"""Fetch what stands at a web address for a project: allowed, counted, noted, and with errors that tell nothing.

Whoever can make the server fetch could ask it what it sees: which inside names exist, which ports are open. Therefore
everything that happens on the network has one sentence here; the honest outcome is kept for operators (fetch_attempt).
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from annotator.services import web_addresses
from annotator.services.network import Network, Unreached
from annotator.services.web_addresses import WebAddress
from annotator.storage.database import db, step_aside
from annotator.storage.jobs import FetchAttempt
from annotator.storage.people import Person
from annotator.storage.projects import Project

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

PAGES: Mapping[str, int] = MappingProxyType(
    {
        "text/html": 5_000_000,
        "application/xhtml+xml": 5_000_000,
        "text/plain": 5_000_000,
        "application/pdf": 20_000_000,
    }
)
"""What an article may be at its address, with the most bytes of each kind, before and after decompression."""
FEEDS: Mapping[str, int] = MappingProxyType(
    {
        "application/rss+xml": 2_000_000,
        "application/atom+xml": 2_000_000,
        "application/rdf+xml": 2_000_000,
        "application/xml": 2_000_000,
        "text/xml": 2_000_000,
    }
)
"""What a feed may be at its address."""
PERSON_LIMIT = 100
"""Fetches of one person in an hour."""
PROJECT_LIMIT = 1_000
"""Fetches for one project in a day."""
FETCHED = "fetched"
UNDER_WAY = "under way"
"""The outcome of a try that has not ended yet, or whose process was killed."""
OUTCOME_LIMIT = 500
"""Characters of an outcome that are kept: hosts have a say in it."""
NETWORK = Network()
"""The way out. Tests replace it, to reach a site on this machine; nothing else can."""

_log = logging.getLogger(__name__)


class FetchingOff(ValueError):
    """The project does not allow fetching."""

    def __init__(self) -> None:
        """Say who can allow it."""
        super().__init__("fetching from web addresses is off in this project; a manager can allow it")


class QuotaSpent(ValueError):
    """The person or the project has fetched as much as is allowed; the message says which."""


class NotFetched(ValueError):
    """Nothing was fetched. The message is the same for all reasons that lie on the network."""

    def __init__(self, message: str = "") -> None:
        """Say the one sentence, if no other is given."""
        super().__init__(message or "this address can't be fetched; open it in a browser, and paste or upload the text")


class BadAddress(NotFetched):
    """The address is none that could be fetched, whatever stands there; the message says why."""


@dataclass(frozen=True)
class Fetched:
    """What stood at an address: `url` is where the redirects ended, `charset` what the header named."""

    url: str
    media_type: str
    charset: str | None
    content: bytes
    fetched_at: datetime


def fetch(project_id: int, person_id: int | None, url: str, *, types: Mapping[str, int] = PAGES) -> Fetched:
    """Fetch `url`, if it is of one of `types`; raises FetchingOff, QuotaSpent, BadAddress or NotFetched.

    The transaction under way is committed before the network is asked, and again when the outcome is noted.
    """
    if not db.session.scalar(select(Project.allows_fetching).where(Project.id == project_id)):
        raise FetchingOff
    try:
        address = web_addresses.parse(url, NETWORK.ports)
    except web_addresses.NoWebAddress as error:
        raise BadAddress(str(error)) from error
    attempt_id = _begin(project_id, person_id, address)
    step_aside()
    outcome, fetched = _ask(address, types)
    db.session.execute(update(FetchAttempt).where(FetchAttempt.id == attempt_id).values(outcome=outcome))
    step_aside()
    _log.info("fetch %s, project %s, person %s, %s: %s", attempt_id, project_id, person_id, address.origin, outcome)
    if fetched is None:
        raise NotFetched
    return fetched


def _begin(project_id: int, person_id: int | None, address: WebAddress) -> int:
    """Count what was fetched before, and note the try; those who ask at the same moment wait for each other."""
    now = datetime.now(UTC)
    db.session.execute(select(Project.id).where(Project.id == project_id).with_for_update(key_share=True))
    if _since(FetchAttempt.project_id == project_id, now - timedelta(days=1)) >= PROJECT_LIMIT:
        raise QuotaSpent("this project has fetched 1,000 addresses in a day, which is the limit; try again tomorrow")
    if person_id is not None:
        db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
        if _since(FetchAttempt.person_id == person_id, now - timedelta(hours=1)) >= PERSON_LIMIT:
            raise QuotaSpent("you have fetched 100 addresses in an hour, which is the limit; try again later")
    attempt = FetchAttempt(project_id=project_id, person_id=person_id, url=address.url, outcome=UNDER_WAY, at=now)
    db.session.add(attempt)
    db.session.flush()
    return attempt.id


def _since(condition: "ColumnElement[bool]", moment: datetime) -> int:
    return (
        db.session.scalar(select(func.count()).select_from(FetchAttempt).where(condition, FetchAttempt.at > moment))
        or 0
    )


def _ask(address: WebAddress, types: Mapping[str, int]) -> tuple[str, Fetched | None]:
    """Ask the network; return the honest outcome, and what was fetched."""
    from annotator.services import retrieval

    started = time.monotonic()
    try:
        page = retrieval.retrieve(address, types, NETWORK)
    except Unreached as reason:
        time.sleep(max(0, started + NETWORK.least_seconds - time.monotonic()))
        return ascii(str(reason))[1:-1][:OUTCOME_LIMIT], None
    return FETCHED, Fetched(page.url, page.media_type, page.charset, page.content, datetime.now(UTC))
