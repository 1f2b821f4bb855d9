"""Segmentation: plan an edit of an article's claims, make it, take it back. No verdict is lost on the way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import func, insert, select, update

from annotator.domain.carrying import Outcome, Said, outcome_back, outcome_on
from annotator.domain.segmentation import BadEdit, Block, Change, Edit, Made, change_by, words_of
from annotator.services.carrying import Fate, said_on, standing_on, store
from annotator.services.segmentation_lock import Locked, NoSuchArticle, is_locked
from annotator.storage import events
from annotator.storage.adjudications import settled
from annotator.storage.articles import Article, Claim, ClaimLineage
from annotator.storage.database import db
from annotator.storage.gold import GoldAnswer
from annotator.storage.segmentation import (
    CarriedVerdict,
    SegmentationEdit,
    article_of_edit,
    blocks_of,
    children_of,
    edits_of,
    last_edit,
)
from annotator.storage.threads import waiting

REASON_LIMIT = 1000
STORED = frozenset({"carried", "confirm", "conflict"})
"""The fates of verdicts that an edit writes down; the others only say that a verdict rests or stands again."""


class StaleSegmentation(ValueError):
    """Somebody edited the claims in the meantime; `since` are the edits that the editor has not seen."""

    def __init__(self, since: Sequence[SegmentationEdit]) -> None:
        """Keep what was done, for the page that shows it."""
        super().__init__("somebody edited the claims of this article in the meantime")
        self.since = since


@dataclass(frozen=True)
class Plan:
    """What an edit (or with `undoes`, taking one back) does to claims and verdicts; nothing is written yet.

    `decisions`, `gold` and `questions` stay with retired claims: what the desk decided, right answers, and questions
    that have no answer; they must be made, set and asked again.
    """

    article: Article
    blocks: tuple[Block, ...]
    change: Change
    fates: tuple[Fate, ...]
    decisions: int
    gold: int
    questions: int
    edit: Edit | None = None
    undoes: SegmentationEdit | None = None

    @property
    def after(self) -> list[Block]:
        """Return the living blocks as they will be."""
        return self.change.blocks_after(self.blocks)


def blocks_in(article_id: int) -> tuple[Block, ...]:
    """Return the living claims of an article, and what was set aside, in reading order."""
    return tuple(Block(row.start, row.end, row.kind, row.aside, row.is_repeat, row.id) for row in blocks_of(article_id))


def plan(article_id: int, revision: int, edit: Edit) -> Plan:
    """Return what `edit` would do; raises NoSuchArticle, StaleSegmentation, Locked or BadEdit."""
    return _plan(_article(article_id, revision, locked=False), edit)


def plan_undo(article_id: int, revision: int, person_id: int) -> Plan:
    """Return what taking back the last edit would do; raises as `plan` does."""
    return _plan_undo(_article(article_id, revision, locked=False), person_id)


def apply(article_id: int, revision: int, edit: Edit, *, person_id: int, reason: str = "") -> SegmentationEdit:
    """Make an edit, based on the segmentation that the editor saw as `revision`; raises as `plan` does.

    Claims are retired with their lineage, new ones made, and each reviewer's verdicts are carried over or asked about.
    The same request again gets the same answer.
    """
    done = _same_before(article_id, revision, person_id, edit.action, asdict(edit))
    if done:
        return done
    made = _plan(_article(article_id, revision, locked=True), edit)
    return _write(made, edit.action, person_id, reason)


def undo(article_id: int, revision: int, *, person_id: int, reason: str = "") -> SegmentationEdit:
    """Take back the last edit that was not taken back: its claims live again, with the verdicts that stood on them.

    What reviewers said since, on the claims that go, is carried back or asked about; nobody's later word is lost.
    """
    done = _same_before(article_id, revision, person_id, "undo", {})
    if done:
        return done
    made = _plan_undo(_article(article_id, revision, locked=True), person_id)
    return _write(made, "undo", person_id, reason)


def article_at(article_id: int, revision: int) -> Article:
    """Return the article if its claims are as somebody saw them; raises NoSuchArticle or StaleSegmentation."""
    return _article(article_id, revision, locked=False)


def _article(article_id: int, revision: int, *, locked: bool) -> Article:
    article = article_of_edit(article_id, locked=locked)
    if article is None:
        raise NoSuchArticle
    if article.segmentation_revision != revision:
        raise StaleSegmentation([row[0] for row in edits_of(article_id, after=revision)])
    return article


def _same_before(
    article_id: int, revision: int, person_id: int, action: str, asked: dict[str, object]
) -> SegmentationEdit | None:
    mine = (SegmentationEdit.article_id == article_id, SegmentationEdit.person_id == person_id)
    place = (SegmentationEdit.revision == revision + 1, SegmentationEdit.action == action)
    done = db.session.scalar(select(SegmentationEdit).where(*mine, *place))
    return done if done and done.changes.get("edit", {}) == asked else None


def _plan(article: Article, edit: Edit) -> Plan:
    if is_locked(article):
        raise Locked
    blocks = blocks_in(article.id)
    change = change_by(article.text, blocks, edit)
    _hold(change)
    said = said_on([block.id for block in change.retired] + [block.id for block, _aside in change.asides])
    fates = [fate for made in change.made for fate in _fates(article.text, made, said)]
    fates += [fate for block, aside in change.asides for fate in _at_rest(block, said[block.id], aside)]
    return Plan(article, blocks, change, tuple(fates), *_left(change.retired), edit=edit)


def _hold(change: Change) -> None:
    """Wait for verdicts that are being given on the claims at this moment; later ones find the claims retired."""
    ids = [block.id for block in change.retired] + [block.id for block, _aside in change.asides]
    db.session.execute(select(Claim.id).where(Claim.id.in_(ids)).order_by(Claim.id).with_for_update())


def _fates(text: str, made: Made, said: dict[int, dict[int, list[Said]]]) -> Iterator[Fate]:
    block, by_reviewer = made.block, dict[int, list[Said]]()
    for parent in made.heir_of:
        for reviewer, theirs in said[parent].items():
            by_reviewer.setdefault(reviewer, []).extend(theirs)
    words = words_of(text[block.start : block.end])
    for reviewer, theirs in sorted(by_reviewer.items()):
        outcome = outcome_on(words, (block.start, block.end), theirs)
        if outcome:
            yield Fate(block, reviewer, outcome)


def _at_rest(block: Block, by_reviewer: dict[int, list[Said]], aside: str | None) -> Iterator[Fate]:
    for reviewer, theirs in sorted(by_reviewer.items()):
        yield Fate(block, reviewer, Outcome("rests" if aside else "stands", tuple(theirs), theirs[0].content))


def _left(retired: Iterable[Block]) -> tuple[int, int, int]:
    """Count the retired claims that the desk has settled, that have a right answer, and that wait for an answer."""
    ids, decision = [block.id for block in retired], settled()
    gold = (GoldAnswer.claim_id.in_(ids), GoldAnswer.withdrawn_at.is_(None))
    return (
        db.session.scalar(select(func.count()).select_from(decision).where(decision.c.claim_id.in_(ids))) or 0,
        db.session.scalar(select(func.count()).where(*gold)) or 0,
        db.session.scalar(select(func.count()).where(Claim.id.in_(ids), waiting(Claim.id))) or 0,
    )


def _plan_undo(article: Article, person_id: int) -> Plan:
    edit = last_edit(article.id)
    if edit is None:
        raise BadEdit("there is no edit to take back")
    if edit.person_id != person_id and is_locked(article):  # one's own slip may be mended at once
        raise Locked
    blocks = blocks_in(article.id)
    by_id = {block.id: block for block in blocks}
    restored = _blocks(edit.changes["retired"])
    retired = tuple(by_id[claim_id] for claim_id in edit.changes["made"])
    asides = tuple((by_id[claim_id], before) for claim_id, before, _after in edit.changes["aside"])
    pairs = children_of(block.id for block in restored)
    made = tuple(
        Made(block, (), tuple(child for parent, child in pairs if parent == block.id and child in by_id))
        for block in restored
    )
    change = Change(retired, made, asides)
    _hold(change)
    fates = [*_fates_back(article, edit, made)]
    said = said_on([block.id for block, _aside in asides])
    fates += [fate for block, aside in asides for fate in _at_rest(block, said[block.id], aside)]
    return Plan(article, blocks, change, tuple(fates), *_left(retired), undoes=edit)


def _blocks(claim_ids: Sequence[int]) -> list[Block]:
    rows = db.session.scalars(select(Claim).where(Claim.id.in_(claim_ids)).order_by(Claim.start))
    return [Block(row.start, row.end, row.kind, row.aside, row.is_repeat, row.id) for row in rows]


def _fates_back(article: Article, edit: SegmentationEdit, made: Sequence[Made]) -> Iterator[Fate]:
    children = [child for one in made for child in one.heir_of]
    standing = standing_on([*children, *(one.block.id for one in made)])
    carried = set(
        db.session.scalars(
            select(CarriedVerdict.standing_id).where(
                CarriedVerdict.edit_id == edit.id, CarriedVerdict.outcome == "carried"
            )
        )
    )
    for one in made:
        block, own = one.block, standing.get(one.block.id, {})
        words = words_of(article.text[block.start : block.end])
        for reviewer in sorted({*own, *(reviewer for child in one.heir_of for reviewer in standing.get(child, {}))}):
            now = [standing[child][reviewer] for child in one.heir_of if reviewer in standing.get(child, {})]
            since = [said for said in now if said.verdict_id not in carried]
            mine = own.get(reviewer)
            outcome = outcome_back(words, (block.start, block.end), mine, now, since)
            if outcome:
                yield Fate(block, reviewer, outcome)
            elif mine and mine.is_decided:
                yield Fate(block, reviewer, Outcome("stands", (mine,), mine.content))


def _write(made: Plan, action: str, person_id: int, reason: str) -> SegmentationEdit:
    article, change, now = made.article, made.change, datetime.now(UTC)
    _retire([block.id for block in change.retired], now)
    ids = {one.block.start: _live(article, one, now) for one in change.made}
    for block, aside in change.asides:
        _update_claims([block.id], aside=aside)
    is_undo = made.undoes is not None
    edit = SegmentationEdit(
        article_id=article.id,
        revision=article.segmentation_revision + 1,
        person_id=person_id,
        action=action,
        reason=reason,
        changes={
            "retired": [block.id for block in change.retired],
            "made": [] if is_undo else list(ids.values()),
            "restored": list(ids.values()) if is_undo else [],
            "aside": [[block.id, block.aside, aside] for block, aside in change.asides],
            "edit": asdict(made.edit) if made.edit else {},
        },
        undoes_id=made.undoes.id if made.undoes else None,
        made_at=now,
    )
    article.segmentation_revision += 1
    db.session.add(edit)
    db.session.flush()
    store((fate for fate in made.fates if fate.name in STORED), article, edit, ids)
    detail = {"action": action, "revision": edit.revision}
    events.record(
        "segmentation edited", "article", article.id, person_id=person_id, project_id=article.project_id, detail=detail
    )
    return edit


def _retire(claim_ids: Sequence[int], now: datetime) -> None:
    _update_claims(claim_ids, retired_at=now)


def _live(article: Article, made: Made, now: datetime) -> int:
    """Add a claim, or let an old one live again; answers its id."""
    block = made.block
    if block.id:
        _update_claims([block.id], retired_at=None)
        return block.id
    facts = {
        "article_id": article.id,
        "start": block.start,
        "end": block.end,
        "quote": article.text[block.start : block.end],
        "kind": block.kind,
        "aside": block.aside,
        "is_repeat": block.is_repeat,
        "created_at": now,
    }
    claim_id = db.session.scalars(insert(Claim).returning(Claim.id), [facts]).one()
    if made.parents:
        pairs = [{"parent_id": parent, "child_id": claim_id} for parent in made.parents]
        db.session.execute(insert(ClaimLineage), pairs)
    return claim_id


def _update_claims(claim_ids: Sequence[int], **values: object) -> None:
    if claim_ids:
        db.session.execute(
            update(Claim).where(Claim.id.in_(claim_ids)).values(**values).execution_options(synchronize_session=False)
        )
