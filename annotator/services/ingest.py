"""Ways in: a text and what is known of it become an article with its claims.

`prepare` does what takes time and touches no database, `store` is the short transaction: nobody waits for a splitter.
"""

import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert, select

from annotator.domain import languages
from annotator.domain.extraction import Extracted
from annotator.domain.sentences import Sentence, sentences
from annotator.domain.text import UnstorableText, clean_block, clean_line
from annotator.storage import events
from annotator.storage.articles import Article, Claim
from annotator.storage.database import connection, db
from annotator.storage.projects import Project

TEXT_LIMIT = 1_000_000
"""Code points of one article."""
CLAIM_LIMIT = 5_000
"""Sentences of one article: a page with more could not be read."""
TITLE_LIMIT = 500
LINES = {"title": TITLE_LIMIT, "byline": 300, "outlet": 200, "url": 2_000, "final_url": 2_000, "file_name": 200,
         "language": languages.LONGEST_TAG, "media_type": 200, "charset": 100, "charset_reason": 1_000,
         "extraction": 500, "extraction_version": 200}  # fmt: skip
"""What is told about a text, one line each, with its limit in code points."""
NAMES = {"url": "address", "final_url": "final address", "file_name": "file name", "media_type": "media type"}
ASIDES = frozenset({"byline", "caption", "link", "other", "marked"})


class NotAnArticle(ValueError):
    """The text cannot become an article; the message says why."""


class AlreadyThere(NotAnArticle):
    """The project has an article with exactly this text."""

    def __init__(self, article: Article) -> None:
        """Name the article that is there."""
        withdrawn = ", which was withdrawn" if article.withdrawn_at else ""
        super().__init__(f"this text is in the project already, as article {article.id} “{article.title}”{withdrawn}")
        self.article = article


@dataclass(frozen=True)
class ReadyClaim:
    """A claim that comes with its article instead of being found in it."""

    start: int
    end: int
    kind: str = "body"
    aside: str | None = None
    quote: str | None = None
    """What must stand at its place, if that is told."""


@dataclass(frozen=True)
class Draft:
    """What is known of an article before it is one. `original` are the bytes it came from (none: the text itself).

    An empty `language` is detected, an empty `direction` seen from the letters; `sources` says how a fact is known.
    """

    text: str
    title: str = ""
    byline: str = ""
    outlet: str = ""
    url: str = ""
    published_on: date | None = None
    language: str = ""
    direction: str = ""
    original: bytes = b""
    media_type: str = "text/plain"
    charset: str = ""
    charset_reason: str = ""
    extraction: str = "paste"
    extraction_version: str = ""
    file_name: str = ""
    fetched_at: datetime | None = None
    final_url: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    claims: tuple[ReadyClaim, ...] = ()
    """Instead of the sentences of the text, if there are any."""


@dataclass(frozen=True)
class Prepared:
    """An article that only has to be stored: its columns, and its claims in reading order."""

    columns: Mapping[str, Any]
    claims: Sequence[Sentence]


def draft_of(  # noqa: PLR0913 (these are the facts that a document does not know of itself)
    extracted: Extracted,
    original: bytes,
    *,
    language: str = "",
    outlet: str = "",
    file_name: str = "",
    fetched_at: datetime | None = None,
    final_url: str = "",
) -> Draft:
    """Return what was read from a file or page as a draft; a language or outlet that is given counts more."""
    sources = dict(extracted.sources)
    sources |= {name: "given for the import" for name, value in (("language", language), ("outlet", outlet)) if value}
    return Draft(
        text=extracted.text,
        title=extracted.title,
        byline=extracted.byline,
        outlet=outlet or extracted.outlet,
        url=extracted.url,
        published_on=extracted.published_on,
        language=language or _declared(extracted.language),
        original=original,
        media_type=extracted.media_type,
        charset=extracted.charset,
        charset_reason=extracted.charset_reason,
        extraction=extracted.method,
        extraction_version=extracted.version,
        file_name=file_name,
        fetched_at=fetched_at,
        final_url=final_url,
        sources=sources,
    )


def _declared(language: str | None) -> str:
    """Return a declared language that cannot be detected; others are, since pages often declare their template's."""
    return language if language and language not in languages.LANGUAGES else ""


def add_article(project: Project, draft: Draft, added_by_id: int | None = None) -> Article:
    """Add an article and its claims to `project`; raises NotAnArticle, or AlreadyThere for a text that it has."""
    return store(project, prepare(draft, project.language), added_by_id)


def check(draft: Draft) -> None:
    """Refuse a draft that cannot become an article, as far as that shows without splitting its text."""
    try:
        text = clean_block(draft.text, limit=TEXT_LIMIT)
        for name in LINES:
            _line(draft, name)
    except UnstorableText as error:
        raise NotAnArticle(str(error)) from error
    if not text.strip():
        raise NotAnArticle("there is no text in it")
    if draft.claims:
        _ready(text, draft)


def prepare(draft: Draft, fallback_language: str) -> Prepared:
    """Clean a draft's text and facts and find its sentences; raises NotAnArticle. It needs no database."""
    try:
        text = clean_block(draft.text, limit=TEXT_LIMIT)
        lines = {name: _line(draft, name) for name in LINES}
        sources = dict(draft.sources)
        if not lines["language"]:
            lines["language"] = languages.detect(text, fallback_language)
            sources["language"] = "detected in the text"
        found = _ready(text, draft) if draft.claims else sentences(text, lines["language"])
        if not found:
            raise NotAnArticle("there is no text in it")
        if len(found) > CLAIM_LIMIT:
            raise NotAnArticle("it has more than 5,000 sentences; split it into single articles")
        if not lines["title"]:
            lines["title"] = clean_line(_first_words(found)[:TITLE_LIMIT], what="title")
            sources["title"] = "first sentence"
    except UnstorableText as error:
        raise NotAnArticle(str(error)) from error
    return Prepared(_columns(draft, text, lines, sources), found)


def _line(draft: Draft, name: str) -> str:
    return clean_line(getattr(draft, name), limit=LINES[name], what=NAMES.get(name, name.replace("_", " ")))


def _first_words(found: Sequence[Sentence]) -> str:
    """Return the first sentence that may be a claim: a byline is no title."""
    return next((sentence for sentence in found if sentence.aside is None), found[0]).text


def _columns(draft: Draft, text: str, lines: Mapping[str, str], sources: Mapping[str, str]) -> dict[str, Any]:
    original = draft.original or text.encode()
    return {
        **lines,
        "published_on": draft.published_on,
        "direction": draft.direction or languages.direction_in(text),
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "original": zlib.compress(original),
        "original_sha256": hashlib.sha256(original).hexdigest(),
        "fetched_at": draft.fetched_at,
        "sources": dict(sources),
    }


def _ready(text: str, draft: Draft) -> list[Sentence]:
    """Return ready-made claims as sentences, if they stand in order within the text and say what stands there."""
    if len(text) != len(draft.text):
        raise NotAnArticle("its claims count carriage returns, which are left out; count line feeds alone")
    found: list[Sentence] = []
    headlines: set[str] = set()
    reached = 0
    for number, claim in enumerate(draft.claims, 1):
        _check_place(claim, number, reached, len(text))
        reached, quote = claim.end, text[claim.start : claim.end]
        if claim.quote is not None and claim.quote != quote:
            raise NotAnArticle(f"claim {number} quotes other words than stand at {claim.start}–{claim.end}")
        if not quote.strip():
            raise NotAnArticle(f"claim {number} holds only white space")
        words = " ".join(quote.split())
        is_repeat = claim.kind == "headline" and words in headlines
        headlines |= {words} if claim.kind == "headline" else set()
        found.append(Sentence(claim.start, claim.end, quote, claim.kind, claim.aside, is_repeat))  # type: ignore[arg-type]
    return found


def _check_place(claim: ReadyClaim, number: int, reached: int, end: int) -> None:
    if not 0 <= claim.start < claim.end <= end:
        raise NotAnArticle(f"claim {number} ({claim.start}–{claim.end}) lies beyond the text of {end:,} characters")
    if claim.start < reached:
        raise NotAnArticle(f"claim {number} begins before the one before it ends")
    if claim.kind not in {"headline", "body"}:
        raise NotAnArticle(f"claim {number} must be of the kind headline or body")
    if claim.aside is not None and claim.aside not in ASIDES:
        raise NotAnArticle(f"claim {number} is set aside for an unknown reason")


def store(project: Project, prepared: Prepared, added_by_id: int | None = None) -> Article:
    """Add a prepared article with its claims to `project`; raises AlreadyThere for a text that it has."""
    sha256 = prepared.columns["text_sha256"]
    there = db.session.scalar(select(Article).where(Article.project_id == project.id, Article.text_sha256 == sha256))
    if there is not None:
        raise AlreadyThere(there)
    added_at = datetime.now(UTC)
    article = Article(**prepared.columns, project_id=project.id, added_by_id=added_by_id, added_at=added_at)
    db.session.add(article)
    db.session.flush()
    connection().execute(_ADD_CLAIMS, list(_claims(article.id, prepared.claims, added_at)))
    events.record(
        "article added",
        "article",
        article.id,
        person_id=added_by_id,
        project_id=project.id,
        detail={"claims": sum(claim.aside is None for claim in prepared.claims), "text_sha256": sha256},
    )
    return article


_ADD_CLAIMS = insert(Claim.__table__)


def _claims(article_id: int, found: Sequence[Sentence], added_at: datetime) -> Iterator[dict[str, Any]]:
    for sentence in found:
        yield {
            "article_id": article_id,
            "start_offset": sentence.start,
            "end_offset": sentence.end,
            "quote": sentence.text,
            "kind": sentence.kind,
            "is_repeat": sentence.is_repeat,
            "aside": sentence.aside,
            "created_at": added_at,
        }
