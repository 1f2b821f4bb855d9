"""Carrying verdicts over to claims that were cut anew: read what was said, and write what becomes of it."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select, update

from annotator.domain.carrying import Outcome, Said
from annotator.domain.segmentation import Block, words_of
from annotator.domain.verdicts import Content, digest_of
from annotator.services.tagging import columns_of, content_of
from annotator.storage import events, requeues
from annotator.storage.articles import Article, Claim
from annotator.storage.database import AnyRow, db
from annotator.storage.segmentation import CarriedVerdict, SegmentationEdit, asked_on
from annotator.storage.verdicts import StandingVerdict, Verdict

_SAID = select(Verdict, Claim.quote, Claim.start, Claim.end).join(Claim, Claim.id == Verdict.claim_id)

ByReviewer = dict[int, list[Said]]
"""What each reviewer said, by their ids."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a reviewer's verdicts at a block: an outcome that is stored, or `rests` or `stands` (again)."""

    block: Block
    reviewer_id: int
    outcome: Outcome

    @property
    def name(self) -> str:
        """Return carried, confirm, conflict, rests or stands."""
        return self.outcome.name


def said_of(row: AnyRow) -> Said:
    """Return a stored verdict with the quote and the place of its claim as carrying sees it."""
    verdict, quote, start, end = row
    content, version_id = content_of(verdict), verdict.codebook_version_id
    return Said(verdict.id, content, words_of(quote), verdict.exposure, version_id, (start, end))


def standing_on(claim_ids: Iterable[int]) -> dict[int, dict[int, Said]]:
    """Return the standing verdicts of all reviewers, decided or not, by claim and reviewer."""
    rows = db.session.execute(
        _SAID.join(StandingVerdict, StandingVerdict.verdict_id == Verdict.id)
        .where(StandingVerdict.claim_id.in_(list(claim_ids)))
        .order_by(Verdict.id)
    )
    found: dict[int, dict[int, Said]] = defaultdict(dict)
    for row in rows:
        found[row[0].claim_id][row[0].reviewer_id] = said_of(row)
    return found


def verdicts_of(verdict_ids: Iterable[int]) -> dict[int, AnyRow]:
    """Return verdicts with the quotes and places of their claims, by id."""
    return {row[0].id: row for row in db.session.execute(_SAID.where(Verdict.id.in_(list(verdict_ids))))}


def said_on(claim_ids: Sequence[int]) -> dict[int, ByReviewer]:
    """Return by claim and reviewer what counts as said of it: what stands, and what they are still asked about."""
    found: dict[int, ByReviewer] = {claim_id: {} for claim_id in claim_ids}
    for claim_id, by_reviewer in standing_on(claim_ids).items():
        found[claim_id] = {reviewer: [said] for reviewer, said in by_reviewer.items() if said.is_decided}
    questions = asked_on(claim_ids)
    earlier = verdicts_of({verdict_id for row in questions for verdict_id in row.verdict_ids})
    for row in questions:
        said = found[row.claim_id].setdefault(row.reviewer_id, [])
        said += [said_of(earlier[verdict_id]) for verdict_id in row.verdict_ids if verdict_id in earlier]
    return found


def store(fates: Iterable[Fate], article: Article, edit: SegmentationEdit, ids: Mapping[int, int]) -> None:
    """Write what becomes of verdicts; `ids` are the claims by where they start."""
    for fate in fates:
        _store(fate, article, edit, ids[fate.block.start])


def _store(fate: Fate, article: Article, edit: SegmentationEdit, claim_id: int) -> None:
    standing = db.session.execute(
        select(StandingVerdict.verdict_id, StandingVerdict.revision).where(
            StandingVerdict.claim_id == claim_id, StandingVerdict.reviewer_id == fate.reviewer_id
        )
    ).first()
    stands = standing.verdict_id if standing else None
    if fate.name == "carried":
        stands = _append(fate, article, edit, claim_id, standing.revision if standing else 0)
    values = {
        "claim_id": claim_id,
        "reviewer_id": fate.reviewer_id,
        "edit_id": edit.id,
        "outcome": fate.name,
        "verdict_ids": [said.verdict_id for said in fate.outcome.said],
        "standing_id": stands,
    }
    db.session.execute(insert(CarriedVerdict), [values])


def _append(fate: Fate, article: Article, edit: SegmentationEdit, claim_id: int, revision: int) -> int:
    """Give a verdict in a reviewer's name: what they said of the words before."""
    content, now = fate.outcome.content, datetime.now(UTC)
    facts: dict[str, object] = {
        "claim_id": claim_id,
        "article_id": article.id,
        "project_id": article.project_id,
        "reviewer_id": fate.reviewer_id,
        "codebook_version_id": fate.outcome.version_id,
        "revision": revision + 1,
        "label": content.label,
        "kind": content.kind,
        "skip_reason": content.skip_reason,
        "is_flagged": content.is_flagged,
        "given_at": now,
    }
    rest = (
        columns_of(content)
        | _rest(content, claim_id, revision)
        | {
            "is_first": not _was_decided(claim_id, fate.reviewer_id),
            "exposure": fate.outcome.exposure,
            "carried_from": [said.verdict_id for said in fate.outcome.said],
        }
    )
    verdict_id = db.session.scalars(insert(Verdict).returning(Verdict.id), [facts | rest]).one()
    _let_stand(facts | {"verdict_id": verdict_id})
    carried = [said.verdict_id for said in fate.outcome.said]
    requeues.carry_over(carried, claim_id, fate.reviewer_id, verdict_id, now)
    events.record(
        "verdict carried",
        "verdict",
        verdict_id,
        person_id=edit.person_id,
        project_id=article.project_id,
        detail={"claim": claim_id, "reviewer": fate.reviewer_id, "from": rest["carried_from"]},
    )
    return verdict_id


def _rest(content: Content, claim_id: int, revision: int) -> dict[str, object]:
    return {
        "undoes_id": None,
        "seconds": None,
        "client_key": f"carried {secrets.token_urlsafe(12)}",
        "client_digest": digest_of(claim_id, revision, content, None),
    }


def _was_decided(claim_id: int, reviewer_id: int) -> bool:
    mine = (Verdict.claim_id == claim_id, Verdict.reviewer_id == reviewer_id, Verdict.is_first)
    return bool(db.session.scalar(select(Verdict.id).where(*mine)))


def _let_stand(facts: dict[str, object]) -> None:
    if facts["revision"] == 1:
        db.session.execute(insert(StandingVerdict), [facts])
        return
    mine = (StandingVerdict.claim_id == facts["claim_id"], StandingVerdict.reviewer_id == facts["reviewer_id"])
    db.session.execute(update(StandingVerdict).where(*mine).values(facts).execution_options(synchronize_session=False))
