"""All that the segmentation page shows: the article in blocks, what can be done with one, and what an edit would do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flask import abort, g
from sqlalchemy import select

from annotator.domain.carrying import Outcome
from annotator.domain.codebook import Codebook
from annotator.domain.roles import Permission
from annotator.domain.segmentation import Block, tokens, words_of
from annotator.services import segmentation, tagging
from annotator.services.projects import codebook_in_force
from annotator.services.segmentation_lock import is_kept_from_reviewers, is_locked
from annotator.storage.articles import Article, Claim
from annotator.storage.database import db
from annotator.storage.people import Person
from annotator.storage.segmentation import SegmentationEdit, article_of_edit, edits_of, last_edit
from annotator.web.highlighting import LINE_BREAKS

SHOWN_EDITS = 50


@dataclass(frozen=True, slots=True)
class WordView:
    """A word of the chosen block, after what stands before it; a cut can stand at `start`."""

    gap: str
    text: str
    start: int
    end: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the article: a claim (`number`), text set aside, or (`block` None) what belongs to no claim."""

    text: str
    start: int
    end: int
    block: Block | None = None
    number: int | None = None
    current: bool = False
    changed: bool = False
    words: tuple[WordView, ...] = ()

    @property
    def is_left_out(self) -> bool:
        """Tell whether these are words that belong to no claim."""
        return self.block is None and bool(words_of(self.text))


@dataclass(frozen=True, slots=True)
class EditView:
    """An edit in the history of the article's claims."""

    row: SegmentationEdit
    editor: str
    before: list[str]
    after: list[str]
    taken_back: bool


@dataclass(frozen=True, slots=True)
class FateView:
    """What becomes of a reviewer's verdicts at a claim, as far as the viewer may know."""

    name: str
    person: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """A claim as an edit makes it, with what becomes of verdicts."""

    part: Part
    kind: str
    fates: list[FateView]


@dataclass
class RecutPage:
    """All that the page shows; `plan` is the edit that waits to be saved."""

    article: Article
    codebook: Codebook
    paragraphs: list[list[Part]]
    parts: list[Part]
    current: Part | None
    edits: list[EditView]
    is_locked: bool
    undoable: SegmentationEdit | None
    done: SegmentationEdit | None = None
    plan: segmentation.Plan | None = None
    results: list[Result] = field(default_factory=list)
    error: str = ""
    since: list[EditView] = field(default_factory=list)
    reason: str = ""
    asked: int = 0

    @property
    def places(self) -> list[Part]:
        """Return what can be chosen: claims, text set aside, words that belong to no claim."""
        return [part for part in self.parts if part.block or part.is_left_out]

    @property
    def previous(self) -> Part | None:
        """Return the place before the chosen one."""
        return self._beside(-1)

    @property
    def next(self) -> Part | None:
        """Return the place after the chosen one."""
        return self._beside(1)

    def _beside(self, step: int) -> Part | None:
        return _beside_current(self.places, step)

    @property
    def block_before(self) -> Part | None:
        """Return the block before the chosen one: what it can be merged with."""
        return self._neighbour(-1)

    @property
    def block_after(self) -> Part | None:
        """Return the block after the chosen one: what it can be merged with."""
        return self._neighbour(1)

    def _neighbour(self, step: int) -> Part | None:
        return _beside_current([part for part in self.parts if part.block], step)

    @property
    def caret(self) -> int | None:
        """Return where the cut is to stand."""
        words = self.current.words if self.current else ()
        return next((word.start for word in words if word.chosen), None)


def _beside_current(parts: Sequence[Part], step: int) -> Part | None:
    here = next((place for place, part in enumerate(parts) if part.current), None)
    return None if here is None or not 0 <= here + step < len(parts) else parts[here + step]


def build_page(article_id: int, at: int | None = None) -> RecutPage:
    """Collect what the page shows with the place at offset `at` chosen, else the first; 404 for no such article."""
    article = article_of_edit(article_id, locked=False) or abort(404)
    blocks = segmentation.blocks_in(article_id)
    rows = edits_of(article_id, limit=SHOWN_EDITS)
    parts = list(parts_of(article.text, blocks, at))
    undoable = last_edit(article_id)
    locked = is_locked(article) if g.place.can(Permission.READ_REPORTS) else is_kept_from_reviewers(article)
    if locked and undoable and undoable.person_id != g.viewer.id:
        undoable = None  # one's own slip may be mended at once, others' edits not
    return RecutPage(
        article=article,
        codebook=tagging.codebook_of(codebook_in_force(article.project_id).id),
        paragraphs=list(paragraphs_of(parts)),
        parts=parts,
        current=next((part for part in parts if part.current), None),
        edits=edit_views([(row, name) for row, name in rows]),
        is_locked=locked,
        undoable=undoable,
    )


def show_plan(page: RecutPage, plan: segmentation.Plan) -> RecutPage:
    """Turn the page into the preview of an edit: the article as it will be, and what becomes of the verdicts."""
    changed = {made.block.start for made in plan.change.made} | {block.start for block, _aside in plan.change.asides}
    parts = list(parts_of(page.article.text, plan.after, None, changed))
    names = names_of(fate.reviewer_id for fate in plan.fates)
    page.plan, page.parts, page.paragraphs = plan, parts, list(paragraphs_of(parts))
    page.results = [
        Result(part, _kind_of(plan, part), fate_views(plan, part.start, names)) for part in parts if part.changed
    ]
    return page


def _kind_of(plan: segmentation.Plan, part: Part) -> str:
    """Return how a changed block came about: aside, back (brought or restored), or new."""
    if any(block.start == part.start for block, _aside in plan.change.asides):
        return "aside" if part.block and part.block.aside else "back"
    return "back" if part.block and part.block.id else "new"


def fate_views(plan: segmentation.Plan, start: int, names: Mapping[int, str]) -> list[FateView]:
    """Return what becomes of verdicts at a block: all of them for who reads reports, else the viewer's own."""
    sees_all = g.place.can(Permission.READ_REPORTS)
    return [
        FateView(fate.name, names.get(fate.reviewer_id, ""), fate.outcome)
        for fate in plan.fates
        if fate.block.start == start and (sees_all or fate.reviewer_id == g.viewer.id)
    ]


def names_of(person_ids: Iterable[int]) -> dict[int, str]:
    """Return display names by id."""
    rows = db.session.execute(select(Person.id, Person.display_name).where(Person.id.in_(list(person_ids))))
    return {row[0]: row[1] for row in rows}


def edit_views(rows: Sequence[tuple[SegmentationEdit, str | None]]) -> list[EditView]:
    """Return edits with the words of the claims that they took and gave."""
    undone = {row.undoes_id for row, _name in rows}
    ids = {claim_id for row, _name in rows for claim_id in [*_before(row), *_after(row)]}
    found = db.session.execute(select(Claim.id, Claim.quote).where(Claim.id.in_(ids))).all() if ids else []
    quotes = {row[0]: row[1] for row in found}
    return [
        EditView(
            row,
            name or "",
            [quotes[claim_id] for claim_id in _before(row)],
            [quotes[claim_id] for claim_id in _after(row)],
            row.id in undone,
        )
        for row, name in rows
    ]


def _before(edit: SegmentationEdit) -> list[int]:
    return [*edit.changes["retired"], *(claim_id for claim_id, _before, _after in edit.changes["aside"])]


def _after(edit: SegmentationEdit) -> list[int]:
    return [*edit.changes["made"], *edit.changes["restored"]]


def parts_of(text: str, blocks: Sequence[Block], at: int | None, changed: set[int] | None = None) -> Iterator[Part]:
    """Cut an article into its blocks and what stands between them, which, joined, are the text again."""
    chosen = None if changed is not None else _place_of(text, blocks, at)
    done, number = 0, 0
    for block in blocks:
        yield from _between(text, done, block.start, chosen)
        number += not block.aside
        is_current = block.start == chosen
        yield Part(
            text[block.start : block.end],
            block.start,
            block.end,
            block,
            None if block.aside else number,
            is_current,
            block.start in (changed or ()),
            tuple(words_in(text, block.start, block.end, at)) if is_current else (),
        )
        done = block.end
    yield from _between(text, done, len(text), chosen)


def _between(text: str, start: int, end: int, chosen: int | None) -> Iterator[Part]:
    """Yield what stands between two blocks, a line break at a time."""
    at = start
    for match in [*LINE_BREAKS.finditer(text, start, end), None]:
        stop = match.start() if match else end
        if at < stop:
            is_current = at == chosen
            words = tuple(words_in(text, at, stop, None)) if is_current else ()
            yield Part(text[at:stop], at, stop, current=is_current, words=words)
        if match:
            yield Part(match.group(), match.start(), match.end())
            at = match.end()


def _place_of(text: str, blocks: Sequence[Block], at: int | None) -> int | None:
    """Return where the place begins that is meant by an offset: a block, words of no claim, else the next block."""
    if not blocks:
        return None
    at = blocks[0].start if at is None else at
    for block in blocks:
        if block.start <= at < block.end:
            return block.start
    for part in parts_of(text, blocks, at, set()):
        if part.start <= at < part.end and part.is_left_out:
            return part.start
    return next((block.start for block in blocks if block.start >= at), blocks[-1].start)


def words_in(text: str, start: int, end: int, at: int | None) -> Iterator[WordView]:
    """Yield the words of a block; the one at offset `at` is chosen for the cut, unless it is the first."""
    before = start
    for place, (word_start, word_end) in enumerate(tokens(text, start, end)):
        chosen = bool(place) and at is not None and word_start <= at < word_end
        yield WordView(text[before:word_start], text[word_start:word_end], word_start, word_end, chosen)
        before = word_end


def paragraphs_of(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Put parts that stand on one line together; a block that runs over lines joins them."""
    line: list[Part] = []
    for part in parts:
        if part.block is None and LINE_BREAKS.fullmatch(part.text):
            if line:
                yield line
            line = []
        else:
            line.append(part)
    if line:
        yield line
