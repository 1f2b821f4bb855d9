"""Look at an article's address again: what of it still stands there. Nothing is replaced; each look is a row."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select

from annotator.domain.live_articles import Comparison, compare
from annotator.services import fetching, ingest
from annotator.services.articles import BY_HAND
from annotator.services.extraction import Extractor
from annotator.services.fetching import Fetched
from annotator.services.ingest import Prepared
from annotator.storage import events
from annotator.storage.articles import Article, ArticleCheck, Claim
from annotator.storage.database import db, step_aside

MOST_ADDED = 200
"""Sentences that the article lacks and that are listed: a page with more has become another one."""


class NoAddress(ValueError):
    """The article was not fetched from anywhere."""

    def __init__(self) -> None:
        """Say what is missing."""
        super().__init__("this article has no web address to look at")


def check_again(article: Article, person_id: int | None) -> ArticleCheck:
    """Fetch the article's address again and note what changed there.

    Raises NoAddress, what `fetching.fetch` raises, and NotReadable or NotAnArticle for a page without readable text.
    The transaction under way is committed before each slow step.
    """
    article_id, project_id, language, text = article.id, article.project_id, article.language, article.text
    fetched = fetching.fetch(project_id, person_id, address_of(article))
    live = _read(fetched, language)
    claims = _claims(article_id)
    step_aside()
    found = compare(
        text, [quote for _, quote, _ in claims], live.columns["text"], [sentence.text for sentence in live.claims]
    )
    check = _check(article_id, person_id, fetched, live, claims, found)
    db.session.add(check)
    db.session.flush()
    detail = {
        "check": check.id,
        "is_changed": check.is_changed,
        "touched": len(check.touched),
        "added": len(check.added),
    }
    events.record("article checked", "article", article_id, person_id=person_id, project_id=project_id, detail=detail)
    return check


def address_of(article: Article) -> str:
    """Return where to look: where it was fetched, or what a person made of that since; raises NoAddress.

    What a page says about its own address is not what is compared with it: that may be another page.
    """
    is_corrected = article.sources.get("url") == BY_HAND
    url: str = article.url if is_corrected else article.final_url or article.url
    if not url:
        raise NoAddress
    return url


def _read(fetched: Fetched, language: str) -> Prepared:
    """Return the page as it would be stored if it were added now."""
    with Extractor() as extractor:
        extracted = extractor.read(
            "",
            fetched.content,
            media_type=fetched.media_type,
            header_charset=fetched.charset,
            url=fetched.url,
        )
    draft = ingest.draft_of(extracted, fetched.content, language=language, final_url=fetched.url)
    return ingest.prepare(replace(draft, title="", byline="", outlet="", url=""), language)


def _claims(article_id: int) -> list[tuple[int, str, bool]]:
    """Return id, quote and whether it is a claim, of all that stands in the article, in order."""
    rows = db.session.execute(
        select(Claim.id, Claim.quote, Claim.aside)
        .where(Claim.article_id == article_id, Claim.retired_at.is_(None))
        .order_by(Claim.start)
    )
    return [(claim_id, quote, aside is None) for claim_id, quote, aside in rows]


def _check(  # noqa: PLR0913 (a look is just these facts)
    article_id: int,
    person_id: int | None,
    fetched: Fetched,
    live: Prepared,
    claims: list[tuple[int, str, bool]],
    found: Comparison,
) -> ArticleCheck:
    return ArticleCheck(
        article_id=article_id,
        checked_by_id=person_id,
        checked_at=datetime.now(UTC),
        final_url=fetched.url,
        text=live.columns["text"],
        text_sha256=live.columns["text_sha256"],
        is_changed=found.is_changed,
        touched=[[claims[number][0], words] for number, words in found.touched if claims[number][2]],
        added=list(found.added[:MOST_ADDED]),
    )
