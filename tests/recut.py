"""What tests of the segmentation need: an article whose claims can be named by their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from annotator.domain.roles import Role
from annotator.domain.segmentation import Edit
from annotator.services import segmentation
from annotator.storage.articles import LIVING, Article, Claim
from annotator.storage.segmentation import CarriedVerdict, SegmentationEdit, asked_of
from annotator.storage.verdicts import StandingVerdict, Verdict
from tests.desk import Desk, Somebody

TEXT = (
    "Harbour reopens\n\nThe cafe\u0301 by the quay, owned by Ines Orvane 👩\u200d🚀, reopened. "
    "“A disgrace,” she said. The mayor shrugged. Nobody paid."
)
"""A headline and four claims, with a combining mark and an emoji of three code points."""


@dataclass
class Recut:
    """An article of `TEXT` with three reviewers and a manager; `overlap` 1 keeps it open to edits."""

    desk: Desk
    article: int
    manager: Somebody
    people: list[Somebody]

    def claims(self, *, living: bool = True) -> list[Claim]:
        """Return the living claims in reading order, or all that there ever were."""
        query = select(Claim).where(Claim.article_id == self.article).order_by(Claim.start, Claim.id)
        with self.desk.inside(writes=False) as session:
            rows = list(session.scalars(query.where(LIVING) if living else query))
            session.expunge_all()
        return rows

    def quotes(self) -> list[str]:
        """Return the words of the living claims."""
        return [claim.quote for claim in self.claims()]

    def claim(self, part: str) -> Claim:
        """Return the living claim that has `part` in it."""
        return next(claim for claim in self.claims() if part in claim.quote)

    def say(self, person: Somebody, part: str, label: str | None = "sourced", **facts: Any) -> int:
        """Let a reviewer say something of the claim with `part` in it."""
        return self.desk.verdict(person, self.claim(part).id, label, **facts).verdict_id

    @property
    def text(self) -> str:
        """Return the article's text."""
        with self.desk.inside(writes=False) as session:
            return session.get_one(Article, self.article).text

    @property
    def revision(self) -> int:
        """Return how often the claims were edited."""
        with self.desk.inside(writes=False) as session:
            return session.get_one(Article, self.article).segmentation_revision

    def edit(self, action: str, part: str, at: str = "", end: str = "", **facts: Any) -> SegmentationEdit:
        """Edit the claim with `part` in it; cut before the words `at`, or after the words `end`."""
        text = self.text
        rest = facts.pop("keeps_rest", True)
        asked = Edit(
            action,
            self.claim(part).start if part else 0,
            text.index(at) if at else 0,
            text.index(end) + len(end) if end else 0,
            rest,
        )
        return self.apply(asked, **facts)

    def apply(
        self, asked: Edit, *, by: Somebody | None = None, revision: int | None = None, reason: str = ""
    ) -> SegmentationEdit:
        """Make an edit."""
        seen = self.revision if revision is None else revision
        with self.desk.inside() as session:
            person = (by or self.manager).id
            made = segmentation.apply(self.article, seen, asked, person_id=person, reason=reason)
            session.expunge(made)
        return made

    def undo(self, by: Somebody | None = None) -> SegmentationEdit:
        """Take the last edit back."""
        seen = self.revision
        with self.desk.inside() as session:
            made = segmentation.undo(self.article, seen, person_id=(by or self.manager).id)
            session.expunge(made)
        return made

    def standing(self, person: Somebody) -> dict[str, str | None]:
        """Return the label or skip reason that stands for a reviewer, by the words of the living claim."""
        with self.desk.inside(writes=False) as session:
            rows = session.execute(
                select(Claim.quote, StandingVerdict.label, StandingVerdict.skip_reason)
                .join(StandingVerdict, StandingVerdict.claim_id == Claim.id)
                .where(Claim.article_id == self.article, LIVING, StandingVerdict.reviewer_id == person.id)
                .order_by(Claim.start)
            )
            return {quote: label or reason for quote, label, reason in rows}

    def asked(self, person: Somebody) -> dict[str, tuple[str, list[int]]]:
        """Return what a reviewer is asked, by the words of the living claim: the outcome and the earlier verdicts."""
        quotes = {claim.id: claim.quote for claim in self.claims()}
        with self.desk.inside(writes=False):
            rows = asked_of(person.id, self.article)
            return {quotes[claim]: (row.outcome, row.verdict_ids) for claim, row in rows.items()}

    def verdict(self, person: Somebody, part: str) -> Verdict:
        """Return the verdict that stands for a reviewer on the living claim with `part` in it."""
        claim = self.claim(part).id
        with self.desk.inside(writes=False) as session:
            row = session.scalars(
                select(Verdict)
                .join(StandingVerdict, StandingVerdict.verdict_id == Verdict.id)
                .where(StandingVerdict.claim_id == claim, StandingVerdict.reviewer_id == person.id)
            ).one()
            session.expunge(row)
        return row

    def check(self) -> None:
        """Hold what must be true whatever happened: offsets, order, one standing verdict that is the newest."""
        text = self.text
        for claim in self.claims(living=False):
            assert text[claim.start : claim.end] == claim.quote
        with self.desk.inside(writes=False) as session:
            blocks: Sequence[Claim] = session.scalars(
                select(Claim).where(Claim.article_id == self.article, Claim.retired_at.is_(None)).order_by(Claim.start)
            ).all()
            for block, following in pairwise(blocks):
                assert block.end <= following.start
            newest: dict[tuple[int, int], int] = {}
            for row in session.scalars(select(Verdict).where(Verdict.article_id == self.article).order_by(Verdict.id)):
                newest[row.claim_id, row.reviewer_id] = row.id
            stands = session.scalars(select(StandingVerdict).where(StandingVerdict.article_id == self.article)).all()
            assert {(row.claim_id, row.reviewer_id): row.verdict_id for row in stands} == newest
            edits = session.scalars(
                select(SegmentationEdit.revision)
                .where(SegmentationEdit.article_id == self.article)
                .order_by(SegmentationEdit.revision)
            ).all()
            assert list(edits) == list(range(1, len(edits) + 1))
            assert session.get_one(Article, self.article).segmentation_revision == len(edits)
            for carried in session.scalars(select(CarriedVerdict).where(CarriedVerdict.outcome == "carried")):
                assert session.get_one(Verdict, carried.standing_id).carried_from == carried.verdict_ids


def make(desk: Desk, *, overlap: int = 1, text: str = TEXT) -> Recut:
    """Make the article, its people, and noise beside it."""
    project = desk.project(overlap=overlap)
    people = [desk.member(project, name=name) for name in ("ada", "ben", "cem")]
    manager = desk.member(project, Role.MANAGER, "mia")
    other = desk.article(project, "Another article. With noise.")
    for claim in desk.claims(other):
        desk.verdict(people[0], claim, "editorial")
    return Recut(desk, desk.article(project, text), manager, people)
