"""Notices inside the product: each person's own, as sentences that lead to what they are about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from annotator.domain.roles import Role
from annotator.services import notices
from annotator.storage.database import AnyRow
from annotator.storage.notices import find_notice, find_notices
from annotator.web.access import signed_in
from annotator.web.forms import whole_number
from annotator.web.pages import page_links, page_number

bp = Blueprint("notices", __name__)

ROLE_NAMES = MappingProxyType(
    {
        Role.MANAGER: _l("manager"),
        Role.ADJUDICATOR: _l("adjudicator"),
        Role.REVIEWER: _l("reviewer"),
        Role.OBSERVER: _l("observer"),
    }
)

QUEUE = (("tagging.queue", ()),)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a notice is said and where it leads: to the first of `ways` that there is, with these of its facts.

    `more` are sentences that are added if the notice holds the fact that they are about.
    """

    said: str
    ways: tuple[tuple[str, tuple[str, ...]], ...] = QUEUE
    more: tuple[tuple[str, str], ...] = ()


SENTENCES: Mapping[str, Kind] = MappingProxyType(
    {
        "role given": Kind(_l("Your role in %(project)s: %(role)s.")),
        "role taken": Kind(_l("You no longer take part in %(project)s."), ()),
        "assigned": Kind(
            _l("There is work for you in %(project)s."),
            more=(
                ("articles", _l("Articles: %(articles)s.")),
                ("claims", _l("Claims: %(claims)s.")),
                ("due", _l("It is due on %(due)s.")),
            ),
        ),
        "assignment returned": Kind(
            _l("Work of yours in %(project)s went back, since nobody had gone on with it."),
            more=(("articles", _l("Articles: %(articles)s.")), ("days", _l("Days without work on it: %(days)s."))),
        ),
        "assignment released": Kind(
            _l("Work in %(project)s was taken off your list. What you have given stands."),
            more=(("articles", _l("Articles: %(articles)s.")),),
        ),
        "codebook published": Kind(
            _l("Version %(version)s of the codebook of %(project)s is in force."),
            (("codebooks.guidelines", ("slug",)),),
            (("verdicts", _l("Verdicts of yours to confirm, since a meaning has changed: %(verdicts)s.")),),
        ),
        "overruled": Kind(
            _l("The desk decided one of your claims in %(project)s otherwise, and says why."),
            (("feedback.page", ()), *QUEUE),
        ),
        "thread asked": Kind(
            _l("Somebody asks about a claim in %(project)s."), (("threads.page", ("claim_id",)), *QUEUE)
        ),
        "thread answered": Kind(
            _l("There is an answer about a claim in %(project)s."), (("threads.page", ("claim_id",)), *QUEUE)
        ),
        "qualification passed": Kind(_l("You passed the qualification of %(project)s. The work is open to you.")),
        "qualification failed": Kind(
            _l("%(person)s has not passed the qualification of %(project)s."), (("gold.people", ("slug",)),)
        ),
        "qualification not passed": Kind(
            _l("You have answered all of the qualification of %(project)s, and not passed it: see why."),
            (("results.page", ()),),
        ),
        "qualified by hand": Kind(_l("The manager lets you label in %(project)s.")),
        "qualification withdrawn": Kind(_l("The manager took your qualification in %(project)s back."), ()),
        "project archived": Kind(_l("The project %(project)s is archived: it can be read, but not changed.")),
        "project brought back": Kind(_l("The project %(project)s is open again.")),
    }
)


class _Said(dict[str, Any]):
    """The facts of a notice as a sentence takes them; a dash for one that the notice does not hold."""

    def __missing__(self, name: str) -> str:
        return "–"


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as the page shows it."""

    id: int
    at: Any
    is_unread: bool
    sentence: Markup
    address: str


@bp.get("/notices")
@signed_in
def page() -> ResponseReturnValue:
    """Show the viewer's notices, the unread ones first."""
    found = find_notices(g.viewer.id, page_number(request.args.get("page", "")))
    return render_template(
        "notices/page.html",
        notices=[shown(row) for row in found.rows],
        newest=found.rows[0].id if found.rows else 0,
        page=found,
        numbers=page_links(found.number, found.last),
    )


@bp.post("/notices/read")
@signed_in
def read() -> ResponseReturnValue:
    """Mark one of the viewer's notices as read, and go where it leads if asked; or mark all that stood on the page."""
    notice_id, until = (whole_number(request.form.get(name)) for name in ("notice", "until"))
    if notice_id is None and until is None:
        abort(400)
    if notice_id is None:
        count = notices.mark_read(g.viewer.id, until=until)
        flash(ngettext("%(num)d notice is marked as read.", "%(num)d notices are marked as read.", count))
        return redirect(url_for("notices.page"), 303)
    row = find_notice(g.viewer.id, notice_id) or abort(404)
    notices.mark_read(g.viewer.id, notice_id=notice_id)
    address = shown(row).address if "open" in request.form else ""
    return redirect(address or url_for("notices.page", page=page_number(request.form.get("page", ""))), 303)


def shown(row: AnyRow) -> Shown:
    """Return a notice as its reader sees it."""
    kind = SENTENCES.get(row.what)
    facts = said_facts(row)
    sentences = _sentences(kind, facts) if kind else [escape(_("Something happened: %(what)s.", what=row.what))]
    return Shown(
        row.id, row.at, row.read_at is None, Markup(" ").join(sentences), _address(kind, row) if row.takes_part else ""
    )


def said_facts(row: AnyRow) -> dict[str, Any]:
    """Return the facts of a notice in words of the reader's language, each a unit of its own in the sentence."""
    facts = dict(row.facts)
    if facts.get("role") in list(Role):
        facts["role"] = ROLE_NAMES[Role(facts["role"])]
    if isinstance(facts.get("due"), str):
        facts["due"] = _day(facts["due"])
    if row.project is not None:
        facts["project"] = row.project
    return {name: Markup("<bdi>{}</bdi>").format(value) for name, value in facts.items()}


def _day(text: str) -> str:
    try:
        return str(format_date(date.fromisoformat(text[:10]), "medium"))
    except ValueError:
        return text


def _sentences(kind: Kind, facts: dict[str, Any]) -> Iterator[Markup]:
    yield escape(kind.said) % _Said(facts)
    yield from (escape(said) % facts for name, said in kind.more if name in facts)


def _address(kind: Kind | None, row: AnyRow) -> str:
    known = {**row.facts, "slug": row.slug}
    for endpoint, names in kind.ways if kind else ():
        if endpoint in current_app.view_functions and all(known.get(name) is not None for name in names):
            return url_for(endpoint, **{name: known[name] for name in names})
    return ""
