"""Tagging: give a verdict, take it back, and read what stands. History is only ever added to.

Long because the prepared statements of the write path stand beside the verbs that run them.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import and_, bindparam, insert, select, update

from annotator.domain.codebook import Codebook
from annotator.domain.verdicts import FIELDS, BadVerdict, Content, check, digest_of, fitted
from annotator.services.projects import Archived
from annotator.services.qualification import settle_qualification
from annotator.storage import events
from annotator.storage.articles import LIVING, Article, Claim
from annotator.storage.assignments import refusal
from annotator.storage.codebooks import CodebookVersion, in_force
from annotator.storage.database import AnyRow, Raced, connection, db
from annotator.storage.projects import Project
from annotator.storage.segmentation import CarriedVerdict
from annotator.storage.verdicts import StandingVerdict, Verdict

UNDO_DEPTH = 200
"""How many of a reviewer's last verdicts in an article can be taken back one after the other."""


class Given(NamedTuple):
    """What became of a request to give a verdict: the row, and whether it was there already."""

    verdict_id: int
    claim_id: int
    article_id: int
    revision: int
    content: Content
    version_id: int
    given_at: datetime
    repeated: bool
    purpose: str = "work"


class KeyReused(ValueError):
    """The same client key came with another verdict: the first one stays."""


class Stale(ValueError):
    """The verdict was based on an older one than stands now."""

    def __init__(self, claim_id: int, standing: Verdict | None) -> None:
        """Keep what stands, for the page that shows both."""
        super().__init__("somebody, perhaps you in another window, changed this claim in the meantime")
        self.claim_id, self.standing = claim_id, standing


class NoSuchClaim(LookupError):
    """There is no such claim, or it was retired."""


class NotYours(ValueError):
    """The article is not theirs to label: nobody gave it to them, or they have yet to qualify (the `reason`)."""

    def __init__(self, reason: str) -> None:
        """Keep the reason, for the page that says it."""
        super().__init__(reason)
        self.reason = reason


_CONTENT = tuple(getattr(Verdict, name) for name in FIELDS)
_claims, _articles, _verdicts = Claim.__table__, Article.__table__, Verdict.__table__
_standings, _projects = StandingVerdict.__table__, Project.__table__
_DECIDED_BEFORE = (
    select(_verdicts.c.id)
    .where(_verdicts.c.claim_id == _claims.c.id, _verdicts.c.reviewer_id == bindparam("me"), _verdicts.c.is_first)
    .exists()
)
_REPEATED = (
    select(_verdicts.c.id)
    .where(_verdicts.c.reviewer_id == bindparam("me"), _verdicts.c.client_key == bindparam("client_key"))
    .scalar_subquery()
)
_CLAIM = (
    select(
        _claims.c.id,
        _claims.c.start_offset.label("start"),
        _claims.c.end_offset.label("end"),
        _claims.c.article_id,
        _articles.c.project_id,
        _articles.c.purpose,
        _projects.c.archived_at,
        refusal(bindparam("me")).label("refusal"),
        in_force(_articles.c.project_id).label("version_id"),
        _standings.c.revision,
        _standings.c.verdict_id,
        _DECIDED_BEFORE.label("decided_before"),
        _REPEATED.label("repeated_id"),
    )
    .select_from(_claims)
    .join(_articles, _articles.c.id == _claims.c.article_id)
    .join(_projects, _projects.c.id == _articles.c.project_id)
    .outerjoin(_standings, and_(_standings.c.claim_id == _claims.c.id, _standings.c.reviewer_id == bindparam("me")))
    .where(_claims.c.id == bindparam("claim_id"), LIVING, _articles.c.withdrawn_at.is_(None))
    .with_for_update(read=True, of=(_claims, _projects))
)
"""All that a save needs to know, in one round trip. An edit of the segmentation waits for it, or it for the edit; so
does the archive of the project.
The statements of the write path are built once, since building them took longer than running them."""
_APPEND = insert(_verdicts).returning(_verdicts.c.id, in_force(bindparam("of_project")))
_FIRST_STANDING = insert(_standings)
_MOVE_STANDING = update(_standings).where(
    _standings.c.claim_id == bindparam("of_claim"),
    _standings.c.reviewer_id == bindparam("of_reviewer"),
    _standings.c.revision == bindparam("from_revision"),
)


_CARRIED = (
    select(CarriedVerdict.id)
    .where(
        CarriedVerdict.claim_id == Verdict.claim_id,
        CarriedVerdict.reviewer_id == Verdict.reviewer_id,
        CarriedVerdict.standing_id == Verdict.id,
        CarriedVerdict.outcome == "carried",
    )
    .exists()
)
_CHANGES = (
    select(_verdicts.c.id, _verdicts.c.claim_id, _verdicts.c.revision, _verdicts.c.undoes_id)
    .join(_claims, _claims.c.id == _verdicts.c.claim_id)
    .where(
        _verdicts.c.article_id == bindparam("article_id"),
        _verdicts.c.reviewer_id == bindparam("reviewer_id"),
        LIVING,
        ~_CARRIED,
    )
    .order_by(_verdicts.c.id.desc())
    .limit(2 * UNDO_DEPTH)
)
_HISTORY = (
    select(Verdict)
    .where(Verdict.claim_id == bindparam("claim_id"), Verdict.reviewer_id == bindparam("reviewer_id"))
    .order_by(Verdict.id.desc())
    .limit(200)
)


def give_verdict(  # noqa: PLR0913 (a verdict is just these facts)
    claim_id: int,
    reviewer_id: int,
    content: Content,
    *,
    seen_revision: int,
    client_key: str,
    seconds: float | None = None,
    undoes_id: int | None = None,
    carried_from: Sequence[int] = (),
) -> Given:
    """Store a reviewer's verdict on a claim; an earlier one stays in its history.

    `seen_revision` is the revision that the reviewer had before their eyes, 0 for none; `carried_from` are verdicts
    on earlier claims that they confirm with it. The same `client_key` again gets the same answer. Raises NoSuchClaim,
    BadVerdict, KeyReused, Stale, NotYours or Archived; nothing is stored then.
    """
    claim = _claim_to_judge(claim_id, reviewer_id, client_key)
    digest = digest_of(claim_id, seen_revision, content, undoes_id)
    if claim.repeated_id is not None:
        return _repeated(claim.repeated_id, digest)
    if claim.refusal is not None:
        raise NotYours(claim.refusal)
    codebook = codebook_of(claim.version_id)
    content = fitted(content, codebook)
    check(content, codebook, claim.start, claim.end)
    _check_continued(content.continues_id, claim)
    if (claim.revision or 0) != seen_revision:
        raise Stale(claim_id, db.session.get(Verdict, claim.verdict_id) if claim.verdict_id else None)
    now = datetime.now(UTC)
    verdict_id = _insert_verdict(claim, reviewer_id, content, now, client_key, digest, seconds, undoes_id, carried_from)
    _move_standing(claim, reviewer_id, content, now, verdict_id)
    events.record(
        "verdict taken back" if undoes_id else "verdict given",
        "verdict",
        verdict_id,
        person_id=reviewer_id,
        project_id=claim.project_id,
        detail={"claim": claim_id, "revision": seen_revision + 1},
    )
    if claim.purpose == "qualification":
        settle_qualification(claim.project_id, reviewer_id, verdict_id)
    facts = (verdict_id, claim_id, claim.article_id, seen_revision + 1, content, claim.version_id, now)
    return Given(*facts, repeated=False, purpose=claim.purpose)


def _claim_to_judge(claim_id: int, reviewer_id: int, client_key: str) -> AnyRow:
    claim = connection().execute(_CLAIM, {"me": reviewer_id, "client_key": client_key, "claim_id": claim_id}).first()
    if claim is None:
        raise NoSuchClaim
    if claim.archived_at is not None:
        raise Archived("This project is archived: it can be read, but not changed.")
    return claim


def _check_continued(continues_id: int | None, claim: AnyRow) -> None:
    """Refuse to continue anything but an earlier claim of the article; it may have been cut anew since."""
    if continues_id is None:
        return
    earlier = (_claims.c.id == continues_id, _claims.c.article_id == claim.article_id)
    start = connection().execute(select(_claims.c.start_offset).where(*earlier)).scalar()
    if start is None or start >= claim.start:
        raise BadVerdict("continues", "a quotation goes on from an earlier claim of the same article; reload the page")


def _repeated(verdict_id: int, digest: str) -> Given:
    verdict = db.session.get_one(Verdict, verdict_id)
    if verdict.client_digest != digest:
        raise KeyReused("this key was used for another verdict before; the first one stays")
    return given_of(verdict)


def given_of(verdict: Verdict) -> Given:
    """Return a stored verdict as the answer to the request that had brought it before."""
    facts = (verdict.id, verdict.claim_id, verdict.article_id, verdict.revision, content_of(verdict))
    purpose = db.session.scalars(select(Article.purpose).where(Article.id == verdict.article_id)).one()
    return Given(*facts, verdict.codebook_version_id, verdict.given_at, repeated=True, purpose=purpose)


def content_of(verdict: Verdict | AnyRow) -> Content:
    """Return what a stored verdict says."""
    facts = {name: getattr(verdict, name) for name in FIELDS}
    marks = tuple((start, end, role) for start, end, role in verdict.marks)
    return Content(**facts | {"marks": marks, "path": tuple((key, answer) for key, answer in verdict.path)})


@lru_cache(maxsize=256)
def codebook_of(version_id: int) -> Codebook:
    """Return a published version's codebook; a version never changes, so each process reads it once."""
    return db.session.get_one(CodebookVersion, version_id).codebook


def columns_of(content: Content) -> dict[str, object]:
    """Return the columns of a verdict's row that hold what it says."""
    facts = {name: getattr(content, name) for name in FIELDS}
    return facts | {"marks": [list(mark) for mark in content.marks], "path": [list(step) for step in content.path]}


def _insert_verdict(  # noqa: PLR0913
    claim: AnyRow,
    reviewer_id: int,
    content: Content,
    now: datetime,
    client_key: str,
    digest: str,
    seconds: float | None,
    undoes_id: int | None,
    carried_from: Sequence[int],
) -> int:
    first = bool(content.label or content.skip_reason) and undoes_id is None and not claim.decided_before
    values = {
        **columns_of(content),
        "claim_id": claim.id,
        "article_id": claim.article_id,
        "project_id": claim.project_id,
        "reviewer_id": reviewer_id,
        "codebook_version_id": claim.version_id,
        "revision": (claim.revision or 0) + 1,
        "is_first": first,
        "undoes_id": undoes_id,
        "exposure": "none",
        "seconds": seconds,
        "client_key": client_key,
        "client_digest": digest,
        "carried_from": list(carried_from),
        "given_at": now,
    }
    verdict_id, version_id = connection().execute(_APPEND, values | {"of_project": claim.project_id}).one()
    if version_id != claim.version_id:
        raise Raced("a version of the codebook came into force meanwhile")
    return int(verdict_id)


def _move_standing(claim: AnyRow, reviewer_id: int, content: Content, now: datetime, verdict_id: int) -> None:
    facts = {
        "verdict_id": verdict_id,
        "revision": (claim.revision or 0) + 1,
        "label": content.label,
        "kind": content.kind,
        "skip_reason": content.skip_reason,
        "is_flagged": content.is_flagged,
        "codebook_version_id": claim.version_id,
        "given_at": now,
    }
    if claim.revision is None:
        keys = {
            "claim_id": claim.id,
            "reviewer_id": reviewer_id,
            "article_id": claim.article_id,
            "project_id": claim.project_id,
        }
        connection().execute(_FIRST_STANDING, facts | keys)
        return
    keys = {"of_claim": claim.id, "of_reviewer": reviewer_id, "from_revision": claim.revision}
    if connection().execute(_MOVE_STANDING, facts | keys).rowcount != 1:
        raise Stale(claim.id, None)


def undo(article_id: int, reviewer_id: int, client_key: str) -> Given | None:
    """Take back a reviewer's last change in an article that was not taken back yet; None if there is none.

    A new verdict restores what stood before; nothing is deleted, and the history shows both. The same `client_key`
    again gets the same answer.
    """
    done = db.session.scalar(
        select(Verdict).where(Verdict.reviewer_id == reviewer_id, Verdict.client_key == client_key)
    )
    if done is not None:
        if done.undoes_id is None or done.article_id != article_id:
            raise KeyReused("this key was used for another verdict before; the first one stays")
        return given_of(done)
    target = last_change(article_id, reviewer_id)
    if target is None:
        return None
    before = db.session.execute(
        select(*_CONTENT).where(
            Verdict.claim_id == target.claim_id,
            Verdict.reviewer_id == reviewer_id,
            Verdict.revision == target.revision - 1,
        )
    ).first()
    standing = db.session.get_one(StandingVerdict, (target.claim_id, reviewer_id))
    return give_verdict(
        target.claim_id,
        reviewer_id,
        content_of(before) if before else Content(),
        seen_revision=standing.revision,
        client_key=client_key,
        undoes_id=target.id,
    )


def last_change(article_id: int, reviewer_id: int) -> AnyRow | None:
    """Return the last verdict of a reviewer in an article that undo would take back (id, claim_id, revision).

    What an edit of the segmentation carried over in their name is no change of theirs.
    """
    rows = connection().execute(_CHANGES, {"article_id": article_id, "reviewer_id": reviewer_id})
    taken_back: set[int] = set()
    for row in rows:
        if row.undoes_id is not None:
            taken_back.add(row.undoes_id)
        elif row.id not in taken_back:
            return row
    return None


def history(claim_id: int, reviewer_id: int) -> list[Verdict]:
    """Return a reviewer's verdicts on a claim, the newest first."""
    return list(db.session.scalars(_HISTORY, {"claim_id": claim_id, "reviewer_id": reviewer_id}))
