"""All that an article's page shows, collected in a handful of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import abort, g
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from annotator.domain.languages import LANGUAGES
from annotator.domain.roles import Permission
from annotator.services.articles import FACTS
from annotator.storage import article_pages
from annotator.storage.articles import Article
from annotator.storage.database import AnyRow
from annotator.storage.segmentation import edits_of

FACT_NAMES = {
    "title": _l("Title"),
    "byline": _l("Byline"),
    "outlet": _l("Outlet"),
    "url": _l("Web address"),
    "published_on": _l("Date"),
    "language": _l("Language"),
    "direction": _l("Direction of writing"),
}
PURPOSES = {"work": _l("The study"), "training": _l("Training"), "qualification": _l("Qualification")}
DIRECTIONS = {"ltr": _l("left to right"), "rtl": _l("right to left")}
ASIDES = {
    "byline": _l("Byline: no claim"),
    "caption": _l("Caption: no claim"),
    "link": _l("Link to something else: no claim"),
    "other": _l("No claim"),
    "marked": _l("Marked as no claim"),
}
DEEDS = {
    "article added": _l("Added"),
    "article corrected": _l("Corrected"),
    "article withdrawn": _l("Withdrawn"),
    "article brought back": _l("Brought back"),
    "article checked": _l("Compared with the live page"),
    "purpose set": _l("Given another purpose"),
    "segmentation locked": _l("Locked the claims"),
    "segmentation unlocked": _l("Unlocked the claims"),
    "split": _l("Split a claim"),
    "merge": _l("Merged claims"),
    "move": _l("Moved the boundary between claims"),
    "not-a-claim": _l("Marked as no claim"),
    "claim": _l("Made a claim again of what was marked as none"),
    "undo": _l("Undid an edit of the claims"),
}
"""What an entry of the history says: events of the article, and actions on its segmentation."""


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim in the list, with its number; an aside has none, but the reason why it is no claim."""

    id: int
    number: int | None
    quote: str
    kind: str
    is_repeat: bool
    aside: str
    decisions: int
    is_touched: bool
    now: str
    """What the live page says instead, as far as that is known."""


@dataclass(frozen=True, slots=True)
class Change:
    """A fact before and after a correction; without a name, something that is said of the event."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Revision:
    """An entry of the history: who did what, when, and why."""

    at: datetime
    who: str | None
    what: str
    changes: Sequence[Change]
    reason: str


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """What the newest comparison with the live page showed; `touched` are the words here and, if known, those there."""

    at: datetime
    who: str | None
    address: str
    is_changed: bool
    touched: Sequence[tuple[str, str]]
    added: Sequence[str]


@dataclass(frozen=True)
class ArticleView:
    """All that an article's page shows."""

    article: Article
    added_by: str | None
    overlap: int
    claims: Sequence[ClaimLine]
    revisions: Sequence[Revision]
    check: LiveCheck | None
    can_check: bool
    sees_progress: bool

    @property
    def language(self) -> str:
        """Return the name of the article's language, in that language."""
        return LANGUAGES.get(self.article.language, self.article.language)

    @property
    def living(self) -> Sequence[ClaimLine]:
        """Return what is tagged."""
        return [claim for claim in self.claims if not claim.aside]

    @property
    def given(self) -> int:
        """Return how many of the wanted decisions there are."""
        return sum(min(claim.decisions, self.overlap) for claim in self.living)

    @property
    def complete(self) -> int:
        """Return how many claims have enough decisions."""
        return sum(claim.decisions >= self.overlap for claim in self.living)


def build_page(article_id: int) -> ArticleView:
    """Collect what an article's page shows to the viewer; who reads no reports sees no counts of verdicts."""
    row = article_pages.article_with_place(article_id) or abort(404)
    article: Article = row.Article
    check = article_pages.latest_check(article_id)
    touched = dict(check.touched) if check else {}
    sees_progress = g.place.can(Permission.READ_REPORTS)
    return ArticleView(
        article=article,
        added_by=row.added_by,
        overlap=row.overlap,
        claims=claim_lines(article_pages.claims_with_decisions(article_id), touched, counted=sees_progress),
        revisions=revisions(article_pages.events_of(article_id), edits_of(article_id)),
        check=live_check(check, article_id) if check else None,
        can_check=bool(
            (article.url or article.final_url) and row.allows_fetching and g.place.can(Permission.ADD_ARTICLES)
        ),
        sees_progress=sees_progress,
    )


def claim_lines(rows: Sequence[AnyRow], touched: Mapping[int, str], *, counted: bool) -> list[ClaimLine]:
    """Return the claims with their numbers; the asides between them have none."""
    lines, number = [], 0
    for row in rows:
        number += row.aside is None
        lines.append(
            ClaimLine(
                id=row.id,
                number=number if row.aside is None else None,
                quote=row.quote,
                kind=row.kind,
                is_repeat=row.is_repeat,
                aside=str(ASIDES.get(row.aside, ASIDES["other"])) if row.aside else "",
                decisions=row.decisions if counted else 0,
                is_touched=row.id in touched,
                now=touched.get(row.id, ""),
            )
        )
    return lines


def revisions(events: Sequence[AnyRow], edits: Sequence[AnyRow]) -> list[Revision]:
    """Return the article's history, the newest first: what happened to it, and the edits of its claims."""
    entries = [
        Revision(row.at, row.who, deed(row.what), changes_in(row), row.detail.get("reason", "")) for row in events
    ]
    entries += [Revision(edit.made_at, who, deed(edit.action), (), edit.reason) for edit, who in edits]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def deed(what: str) -> str:
    """Return what was done, in the viewer's language."""
    return str(DEEDS[what]) if what in DEEDS else _(what).capitalize()


def changes_in(event: AnyRow) -> list[Change]:
    """Return the facts that an event changed."""
    if event.what == "article added":
        count = event.detail.get("claims", 0)
        return [Change("", "", ngettext("%(num)d claim", "%(num)d claims", count))]
    if event.what == "purpose set":
        return [Change("", *(str(PURPOSES.get(name, name)) for name in event.detail["purpose"]))]
    if event.what != "article corrected":
        return []
    pairs = [(name, event.detail[name]) for name in FACTS if name in event.detail]
    return [Change(str(FACT_NAMES[name]), shown(name, before), shown(name, after)) for name, (before, after) in pairs]


def shown(name: str, value: Any) -> str:
    """Return a fact as a reader knows it; `value` is what the audit trail or the article has."""
    if not value:
        return ""
    if name == "published_on":
        return str(format_date(value if isinstance(value, date) else date.fromisoformat(value), "medium"))
    known = {"language": LANGUAGES, "direction": DIRECTIONS}.get(name, {})
    return str(known.get(value, value))


def live_check(row: AnyRow, article_id: int) -> LiveCheck:
    """Return a comparison with the live page, with the words of the claims that it touches."""
    quotes = article_pages.quotes_of(article_id, [claim for claim, _now in row.touched]) if row.touched else {}
    touched = [(quotes[claim], now) for claim, now in row.touched if claim in quotes]
    return LiveCheck(row.checked_at, row.who, row.final_url, row.is_changed, touched, row.added)
