"""Ways in: an article's text becomes an article with its claims."""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from annotator.domain.sentences import Sentence, sentences
from annotator.domain.text import UnstorableText, clean_block, clean_line
from annotator.storage import events
from annotator.storage.articles import Article, Claim
from annotator.storage.database import db
from annotator.storage.projects import Project

TEXT_LIMIT = 1_000_000
"""Code points of one article."""
CLAIM_LIMIT = 5_000
"""Sentences of one article: a page with more could not be read."""
FILE_LIMIT = 5_000_000
"""Bytes of one text file."""
TITLE_LIMIT = 500


class NotAnArticle(ValueError):
    """The text cannot become an article; the message says why."""


class AlreadyThere(NotAnArticle):
    """The project has an article with exactly this text."""

    def __init__(self, article: Article) -> None:
        """Name the article that is there."""
        super().__init__(f"this text is in the project already, as article {article.id} “{article.title}”")
        self.article = article


@dataclass(frozen=True)
class Draft:
    """What is known of an article before it is one. `original` are the bytes it came from."""

    text: str
    title: str = ""
    byline: str = ""
    outlet: str = ""
    url: str = ""
    published_on: date | None = None
    language: str = "en"
    direction: str = "ltr"
    original: bytes = b""
    media_type: str = "text/plain"
    extraction: str = "paste"


def draft_from_file(path: Path, language: str, direction: str) -> Draft:
    """Read a text file as a draft (UTF-8, with or without a byte order mark); raises NotAnArticle or OSError."""
    with path.open("rb") as file:
        original = file.read(FILE_LIMIT + 1)  # a device never ends
    if len(original) > FILE_LIMIT:
        raise NotAnArticle(f"it is larger than {FILE_LIMIT:,} bytes; split it into single articles")
    try:
        text = original.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAnArticle(f"byte {error.start:,} is not UTF-8; save the file as UTF-8 text") from error
    return Draft(text=text, language=language, direction=direction, original=original, extraction="text file, utf-8")


def add_article(project: Project, draft: Draft, added_by_id: int | None = None) -> Article:
    """Add an article and its claims to `project`; raises NotAnArticle, or AlreadyThere for a text that it has."""
    try:
        text = clean_block(draft.text, limit=TEXT_LIMIT)
        found = sentences(text, clean_line(draft.language, limit=35, what="language"))
        if not found:
            raise NotAnArticle("there is no text in it")
        if len(found) > CLAIM_LIMIT:
            raise NotAnArticle("it has more than 5,000 sentences; split it into single articles")
        article = _article(project, draft, text, added_by_id, title=draft.title or found[0].text[:TITLE_LIMIT])
    except UnstorableText as error:
        raise NotAnArticle(str(error)) from error
    same = (Article.project_id == project.id, Article.text_sha256 == article.text_sha256)
    there = db.session.scalar(select(Article).where(*same))
    if there is not None:
        raise AlreadyThere(there)
    db.session.add(article)
    db.session.flush()
    db.session.execute(insert(Claim), list(_claims(article, found)))
    events.record(
        "article added",
        "article",
        article.id,
        person_id=added_by_id,
        project_id=project.id,
        detail={"claims": len(found), "text_sha256": article.text_sha256},
    )
    return article


def _claims(article: Article, found: list[Sentence]) -> Iterator[dict[str, Any]]:
    """Yield the claims of an article; a headline that stands there again is marked as a repetition."""
    headlines: set[str] = set()
    for sentence in found:
        words = " ".join(sentence.text.split())
        is_headline = sentence.kind == "headline"
        yield {
            "article_id": article.id,
            "start": sentence.start,
            "end": sentence.end,
            "quote": sentence.text,
            "kind": sentence.kind,
            "is_repeat": is_headline and words in headlines,
            "created_at": article.added_at,
        }
        if is_headline:
            headlines.add(words)


def _article(project: Project, draft: Draft, text: str, added_by_id: int | None, *, title: str) -> Article:
    original = draft.original or text.encode()
    return Article(
        project_id=project.id,
        title=clean_line(title, limit=TITLE_LIMIT, what="title"),
        byline=clean_line(draft.byline, limit=300, what="byline"),
        outlet=clean_line(draft.outlet, limit=200, what="outlet"),
        url=clean_line(draft.url, limit=2000, what="address"),
        published_on=draft.published_on,
        language=draft.language,
        direction=draft.direction,
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        original=zlib.compress(original),
        original_sha256=hashlib.sha256(original).hexdigest(),
        media_type=draft.media_type,
        extraction=draft.extraction,
        added_by_id=added_by_id,
        added_at=datetime.now(UTC),
    )
