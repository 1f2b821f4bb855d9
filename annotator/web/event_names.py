"""What the log says of each event, as sentences: who did what, and about whom or what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from annotator.storage.database import AnyRow

PEOPLE = ("person", "reviewer")
"""Details that are a person's id."""
MOST_CHARACTERS = 200
"""Of a detail that the page shows; the download has all of it."""

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "signed in": _l("%(who)s signed in."),
        "session closed": _l("%(who)s ended one of their sessions."),
        "sessions ended": _l("%(who)s ended all sessions of %(about)s."),
        "other sessions closed": _l("%(who)s ended their sessions in all other browsers."),
        "links revoked": _l("%(who)s took the unused links of %(about)s back."),
        "password changed": _l("%(who)s changed their password."),
        "password chosen": _l("%(who)s chose a password by a link."),
        "identity linked": _l("%(who)s linked an account of the identity provider."),
        "identity unlinked": _l("%(who)s took an account of the identity provider away."),
        "second factor on": _l("%(who)s switched the second factor on."),
        "second factor off": _l("%(who)s switched the second factor off."),
        "second factor taken off": _l("%(who)s switched the second factor of %(about)s off."),
        "recovery code used": _l("%(who)s signed in with a recovery code."),
        "recovery codes made": _l("%(who)s made new recovery codes."),
        "person added": _l("%(who)s added %(about)s."),
        "person invited": _l("%(who)s invited %(about)s."),
        "invitation revoked": _l("%(who)s took the invitation of %(about)s back."),
        "invitation accepted": _l("%(who)s accepted an invitation."),
        "person renamed": _l("%(who)s changed the names of %(about)s."),
        "person deactivated": _l("%(who)s deactivated %(about)s."),
        "person reactivated": _l("%(who)s let %(about)s in again."),
        "administrator made": _l("%(who)s made %(about)s an administrator."),
        "administrator unmade": _l("%(who)s took the administrator’s rights from %(about)s."),
        "reset link made": _l("%(who)s made a link for %(about)s to choose a new password."),
        "role set": _l("%(who)s gave %(about)s a role."),
        "member removed": _l("%(who)s took %(about)s off the project."),
        "project created": _l("%(who)s created the project."),
        "project cloned": _l("%(who)s created the project as a copy of another."),
        "project archived": _l("%(who)s archived the project."),
        "project brought back": _l("%(who)s brought the project back from the archive."),
        "settings changed": _l("%(who)s changed the settings of the project."),
        "fetching allowed": _l("%(who)s allowed fetching from the web."),
        "fetching forbidden": _l("%(who)s forbade fetching from the web."),
        "import started": _l("%(who)s started import %(about)s."),
        "import cancelled": _l("%(who)s cancelled import %(about)s."),
        "article added": _l("%(who)s added the article %(about)s."),
        "article corrected": _l("%(who)s corrected the facts of the article %(about)s."),
        "article checked": _l("%(who)s compared the article %(about)s with its page on the web."),
        "article withdrawn": _l("%(who)s withdrew the article %(about)s."),
        "article brought back": _l("%(who)s brought the article %(about)s back."),
        "segmentation edited": _l("%(who)s cut claims of the article %(about)s anew."),
        "segmentation locked": _l("%(who)s closed the claims of the article %(about)s to edits."),
        "segmentation unlocked": _l("%(who)s opened the claims of the article %(about)s to edits."),
        "purpose set": _l("%(who)s said what the article %(about)s is for."),
        "repeat answered": _l("%(who)s answered a claim again, which had come to them a second time (%(about)s)."),
        "verdict given": _l("%(who)s gave verdict %(about)s."),
        "others shown": _l("%(who)s was shown what others said of %(about)s."),
        "verdict taken back": _l("%(who)s took a verdict back (%(about)s)."),
        "verdict carried": _l("A verdict was carried over to a claim cut anew (%(about)s) by an edit of %(who)s."),
        "claim settled": _l("%(who)s settled claim %(about)s."),
        "claim reopened": _l("%(who)s opened claim %(about)s again."),
        "claims accepted": _l("%(who)s accepted all unanimous claims in one step."),
        "claims reopened": _l("%(who)s opened claims again that had been accepted in one step."),
        "gold answer set": _l("%(who)s set the gold answer of claim %(about)s."),
        "gold answer withdrawn": _l("%(who)s took the gold answer of claim %(about)s away."),
        "plan made": _l("%(who)s made a plan of who labels what."),
        "assignment given": _l("%(who)s gave the article %(about)s to a reviewer."),
        "assignment taken": _l("%(who)s took the article %(about)s as the next one."),
        "assignment due": _l("%(who)s set when the article %(about)s is due for a reviewer."),
        "assignment released": _l("%(who)s took the article %(about)s off a reviewer’s list."),
        "assignment reassigned": _l("%(who)s gave the article %(about)s of a reviewer to another one."),
        "assignment returned": _l("The article %(about)s went back, since nobody had gone on with it."),
        "codebook draft started": _l("%(who)s began a draft of the codebook."),
        "codebook draft changed": _l("%(who)s changed the draft of the codebook."),
        "codebook draft put away": _l("%(who)s put the draft of the codebook away."),
        "codebook published": _l("%(who)s published a version of the codebook."),
        "question asked": _l("%(who)s asked a question about claim %(about)s."),
        "question answered": _l("%(who)s answered a question about claim %(about)s."),
        "report frozen": _l("%(who)s froze the disagreement report (%(about)s)."),
        "report downloaded": _l("%(who)s downloaded the disagreement report."),
        "qualification passed": _l("%(who)s passed the qualification."),
        "qualification not passed": _l("%(who)s answered all of the qualification, and did not pass it."),
        "qualified by hand": _l("%(who)s let %(about)s label without the qualification."),
        "qualification withdrawn": _l("%(who)s took the qualification of %(about)s back."),
        "qualification marks set": _l("%(who)s set the pass marks of the qualification."),
    }
)

SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "article": _l("Articles"),
        "person": _l("People"),
        "project": _l("The project"),
        "claim": _l("Claims"),
        "verdict": _l("Verdicts"),
        "job": _l("Imports"),
        "sign_in_session": _l("Sessions"),
        "codebook version": _l("The codebook"),
        "plan": _l("Plans"),
        "repeat": _l("Claims that come again"),
        "report": _l("Disagreement reports"),
    }
)

DETAILS: Mapping[str, str] = MappingProxyType(
    {
        "person": _l("reviewer"),
        "reviewer": _l("reviewer"),
        "role": _l("role"),
        "role_before": _l("role before"),
        "quota": _l("at most claims"),
        "quota_before": _l("at most claims before"),
        "name": _l("name"),
        "number": _l("version"),
        "part": _l("part"),
        "meanings": _l("changed meanings"),
        "requeued": _l("verdicts to confirm"),
        "origin": _l("from"),
        "due": _l("due"),
        "before": _l("before"),
        "after": _l("after"),
        "reason": _l("reason"),
        "changed": _l("changed"),
        "claims": _l("claims"),
        "claim": _l("claim"),
        "articles": _l("articles"),
        "revision": _l("revision"),
        "version": _l("version"),
        "slug": _l("short name"),
        "is_admin": _l("administrator"),
        "action": _l("action"),
        "label": _l("label"),
        "cause": _l("cause"),
        "right": _l("right"),
        "asked": _l("asked"),
        "by": _l("by"),
        "files": _l("files"),
        "addresses": _l("web addresses"),
        "form": _l("form"),
        "chart": _l("chart"),
        "filter": _l("limited to"),
        "sha256": _l("SHA-256"),
        "data_sha256": _l("SHA-256 of the data"),
        "text_sha256": _l("SHA-256 of the text"),
    }
)


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as the page shows it."""

    id: int
    at: datetime
    sentence: Markup
    project: str | None
    slug: str | None
    details: list[tuple[str, str]]


def people_in(rows: Sequence[AnyRow]) -> set[int]:
    """Return the ids of people in the details of some events."""
    found = (row.detail.get(name) for row in rows for name in PEOPLE)
    return {value for value in found if isinstance(value, int)}


def view_of(row: AnyRow, names: Mapping[int, str]) -> EventView:
    """Return an event as the page shows it; `names` are those of the people in its details."""
    facts = row.detail | {name: names.get(row.detail[name], row.detail[name]) for name in PEOPLE if name in row.detail}
    details = [(str(DETAILS.get(name, name)), plain(value)) for name, value in in_order(facts)]
    return EventView(row.id, row.at, sentence(row), row.project, row.slug, [pair for pair in details if pair[1]])


def kind_of(what: str) -> str:
    """Return what a kind of event is called: its sentence, with a gap for each name."""
    return str(SENTENCES[what]) % {"who": "…", "about": "…"}


def sentence(row: AnyRow) -> Markup:
    """Return what happened, in the reader's language."""
    who = Markup("<b><bdi>{}</bdi></b>").format(row.who if row.person_id else _("The server"))
    said = SENTENCES.get(row.what)
    if said is None:
        return escape(_l("%(who)s: %(what)s (%(about)s).")) % {"who": who, "what": row.what, "about": about(row)}
    return escape(said) % {"who": who, "about": about(row)}


def about(row: AnyRow) -> Markup:
    """Return whom or what an event is about: a name, the article with a link to it, else its number."""
    if row.about_article is not None:
        name = Markup('<bdi lang="{}">{}</bdi>').format(row.language, row.about_article)
        address = url_for("articles.show", article_id=row.subject_id)
        return Markup('<a href="{}">{}</a>').format(address, name)
    if row.about_person is not None:
        return Markup("<bdi>{}</bdi>").format(row.about_person)
    number = Markup("#{}").format(row.subject_id) if row.subject_id else Markup("–")
    if row.subject != "claim" or row.slug is None:
        return number
    return Markup('<a href="{}">{}</a>').format(
        url_for("adjudication.page", slug=row.slug, claim_id=row.subject_id), number
    )


def in_order(facts: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return facts in the order of their names here, others after them: PostgreSQL keeps none of its own."""
    known = list(DETAILS)
    return sorted(facts.items(), key=lambda item: (known.index(item[0]) if item[0] in known else len(known), item[0]))


def plain(value: Any) -> str:
    """Return a detail as a line of text."""
    text = ", ".join(_parts(value))
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"


def _parts(value: Any) -> Iterator[str]:
    if value is None or value in ("", [], {}):
        return
    if isinstance(value, dict):
        yield from (f"{DETAILS.get(name, name)}: {said}" for name, part in in_order(value) if (said := plain(part)))
    elif isinstance(value, list):
        yield from map(plain, value)
    elif isinstance(value, bool):
        yield str(_("yes") if value else _("no"))
    else:
        yield str(value)
