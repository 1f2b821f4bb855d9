"""Accept in one step what all reviewers agree on, and take such a step back."""

import hashlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, Text, cast, func, insert, literal, null, select

from annotator.services.tagging import KeyReused, codebook_of
from annotator.storage import events
from annotator.storage.acceptance import Agreed, agreed
from annotator.storage.adjudications import Adjudication, settled
from annotator.storage.articles import Claim
from annotator.storage.codebooks import in_force
from annotator.storage.database import db

__all__ = ["KeyReused"]


class NothingThere(ValueError):
    """There is nothing to accept, or to take back; the message says so."""


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for a step in which project, by which key: the same key again gets the same answer."""

    project_id: int
    person_id: int
    client_key: str

    def digest(self, *facts: object) -> str:
        """Return a fingerprint of what is asked for."""
        return hashlib.sha256(repr((self.project_id, *facts)).encode()).hexdigest()

    def done(self, digest: str) -> int:
        """Return how many rows this key has made before; raise KeyReused if it asked for something else then."""
        mine = (Adjudication.adjudicator_id == self.person_id, Adjudication.batch == self.client_key)
        rows = db.session.execute(
            select(Adjudication.client_digest, func.count()).where(*mine).group_by(Adjudication.client_digest)
        ).all()
        if any(row[0] != digest for row in rows):
            raise KeyReused("this key was used for another decision before; the first one stays")
        return sum(row[1] for row in rows)


def accept(request: Request, wanted: Agreed, *, seen_id: int) -> int:
    """Settle every claim that is asked for as all say of it, and return how many there were.

    `seen_id` is the newest verdict that there was before the preview: claims with a newer one have changed since, and
    are left out. Raises KeyReused, or NothingThere; nothing is stored then.
    """
    digest = request.digest("accept", *astuple(wanted), seen_id)
    if done := request.done(digest):
        return done
    version_id = db.session.scalar(select(in_force(request.project_id))) or 0
    rows = agreed(request.project_id, request.person_id, wanted, codebook_of(version_id), up_to=seen_id)
    _hold(rows)
    found = rows.subquery()
    columns = {name: found.c[name] for name in ("label", "kind", "skip_reason", "also_attributed")}
    facts = {"revision": literal(1), "action": literal("accept"), "reason": literal(""), **columns}
    taken = _append(request, found, facts | {"codebook_version_id": literal(version_id)}, digest)
    if not taken:
        raise NothingThere("there is nothing left to accept: the verdicts changed, or somebody was faster")
    _record("claims accepted", request, taken, request.client_key)
    return taken


def reopen_step(request: Request, batch: str, reason: str) -> int:
    """Open again what was accepted in one step and still stands so, and return how many claims these were.

    Raises KeyReused or NothingThere; nothing is stored then.
    """
    digest = request.digest("reopen", batch, reason)
    if done := request.done(digest):
        return done
    if not reason:
        raise NothingThere("say why the claims are opened again")
    stands = settled()
    rows = (
        select(stands.c.claim_id, stands.c.article_id, stands.c.revision, stands.c.codebook_version_id)
        .join(Claim, Claim.id == stands.c.claim_id)
        .where(stands.c.project_id == request.project_id, stands.c.batch == batch, stands.c.action == "accept")
    )
    _hold(rows)
    found = rows.subquery()
    facts = {"revision": found.c.revision + 1, "action": literal("reopen"), "reason": literal(reason)}
    empty = {"label": null(), "kind": null(), "skip_reason": null(), "also_attributed": literal(value=False)}
    taken = _append(request, found, facts | empty | {"codebook_version_id": found.c.codebook_version_id}, digest)
    if not taken:
        raise NothingThere("nothing of this step stands any more")
    _record("claims reopened", request, taken, batch)
    return taken


def _hold(rows: Select[Any]) -> None:
    """Wait for whoever judges or decides these claims at this moment: what comes next sees what they said."""
    found = rows.subquery()
    db.session.execute(
        select(Claim.id).where(Claim.id.in_(select(found.c.claim_id))).order_by(Claim.id).with_for_update()
    )


def _append(request: Request, found: Any, facts: Mapping[str, Any], digest: str) -> int:
    """Add a row for each claim, in one statement, and return how many there were."""
    values = {
        "claim_id": found.c.claim_id,
        "article_id": found.c.article_id,
        "project_id": literal(request.project_id),
        "adjudicator_id": literal(request.person_id),
        "batch": literal(request.client_key),
        "client_key": literal(f"{request.client_key}:") + cast(found.c.claim_id, Text),
        "client_digest": literal(digest),
        "decided_at": literal(datetime.now(UTC), Adjudication.decided_at.type),
        **facts,
    }
    query = select(*values.values()).select_from(found)
    db.session.execute(insert(Adjudication).from_select(list(values), query))
    # Not every driver tells how many rows a statement has added.
    return request.done(digest)


def _record(what: str, request: Request, claims: int, batch: str) -> None:
    events.record(
        what,
        "project",
        request.project_id,
        person_id=request.person_id,
        project_id=request.project_id,
        detail={"batch": batch, "claims": claims},
    )
