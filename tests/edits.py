"""Random edits of all kinds through the services, as people make them: for what must hold whatever happened."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from sqlalchemy import select

from annotator.domain.report_filter import Filter
from annotator.domain.roles import Role
from annotator.domain.segmentation import Edit
from annotator.domain.verdicts import Content
from annotator.services import articles, codebooks, gold, segmentation, tagging
from annotator.services.tagging import codebook_of
from annotator.services.tallies import differences
from annotator.storage import events
from annotator.storage.articles import LIVING, Article, Claim
from annotator.storage.codebooks import in_force
from annotator.storage.database import db
from annotator.storage.tallies import headline_rows, vote_rows
from tests.desk import Desk, Somebody
from tests.recut import TEXT

KINDS = {
    "verdict": 40, "skip": 6, "undo": 10, "split": 7, "merge": 7, "move": 5, "not-a-claim": 4, "claim": 4,
    "undo edit": 8, "withdraw": 2, "bring back": 8, "purpose": 3, "publish": 1,
}  # fmt: skip
"""How often each kind of edit is tried, beside one another."""


@dataclass
class Edits:
    """A project with a few articles and people, and a source of chance; `done` counts the edits made."""

    desk: Desk
    random: Random
    project: int = 0
    manager: int = 0
    people: list[Somebody] = field(default_factory=list)
    articles: list[int] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    keys: int = 0

    def __post_init__(self) -> None:
        """Make what is edited; one reviewer a claim is enough, so that the claims stay open to edits."""
        self.project = self.desk.project(overlap=1)
        self.people = [self.desk.member(self.project) for _ in range(3)]
        self.manager = self.desk.member(self.project, Role.MANAGER).id
        self.articles = [self.desk.article(self.project, f"Number {n}\n\n{TEXT}") for n in range(4)]

    def make(self, edits: int, *, check_each: int, look_each: int = 1) -> None:
        """Make so many edits; the tallies must equal a recount, and no change of them may lack an event."""
        before = self.look()
        while self.done.total() < edits:
            if not self.step():
                continue
            made = self.done.total()
            if made % look_each == 0:
                after = self.look()
                assert after[:2] == before[:2] or after[2] > before[2], "the tallies changed, and no event says so"
                before = after
            if made % check_each == 0 or made == edits:
                self.check()

    def check(self) -> None:
        """Compare the tallies with a recount, and with counts of the verdicts by another way."""
        with self.desk.inside(writes=False):
            assert differences() == []
            anybody = Filter(reviewers=tuple(person.id for person in self.people))
            assert sorted(vote_rows(self.project)) == sorted(vote_rows(self.project, anybody))

    def look(self) -> tuple[object, object, int]:
        """Return what the tallies hold, and the number of the newest event."""
        with self.desk.inside(writes=False):
            articles, rows = headline_rows(self.project)
            return sorted(vote_rows(self.project)), (articles, len(rows)), events.newest(self.project)

    def step(self) -> bool:
        """Try one edit; tell whether it went through."""
        kind = self.random.choices(list(KINDS), list(KINDS.values()))[0]
        try:
            with self.desk.inside():
                self._edits()[kind](kind)
        except (ValueError, LookupError):  # whatever cannot be done here and now
            return False
        self.done[kind] += 1
        return True

    def _edits(self) -> dict[str, Callable[[str], None]]:
        cuts = dict.fromkeys(("split", "merge", "move", "not-a-claim", "claim"), self._cut)
        return {
            **cuts,
            "verdict": self._say,
            "skip": self._say,
            "undo": self._take_back,
            "undo edit": self._undo_edit,
            "withdraw": self._withdraw,
            "bring back": self._bring_back,
            "purpose": self._purpose,
            "publish": self._publish,
        }

    def _article(self) -> Article:
        return db.session.get_one(Article, self.random.choice(self.articles))

    def _claims(self, article_id: int) -> list[Claim]:
        query = select(Claim).where(Claim.article_id == article_id, LIVING).order_by(Claim.start)
        return list(db.session.scalars(query))

    def _key(self) -> str:
        self.keys += 1
        return f"edit-{self.keys}"

    def _say(self, kind: str) -> None:
        claim, person = self.random.choice(self._claims(self._article().id)), self.random.choice(self.people)
        codebook = codebook_of(db.session.scalar(select(in_force(self.project))) or 0)
        reason = self.random.choice(codebook.skip_reasons).key
        content = Content(label=self.random.choice(codebook.labels).key)
        past = tagging.history(claim.id, person.id)
        tagging.give_verdict(
            claim.id,
            person.id,
            Content(skip_reason=reason) if kind == "skip" else content,
            seen_revision=past[0].revision if past else 0,
            client_key=self._key(),
        )

    def _take_back(self, _kind: str) -> None:
        tagging.undo(self._article().id, self.random.choice(self.people).id, self._key())

    def _cut(self, action: str) -> None:
        article = self._article()
        claims = self._claims(article.id)
        claim = self.random.choice(claims)
        spaces = [place for place in range(claim.start, claim.end) if article.text[place] == " "]
        at = self.random.choice(spaces) + 1 if spaces else claim.start
        begin = self.random.choice([claim.start, at]) if action == "claim" else at
        asked = Edit(action, claim.start, begin, claim.end, self.random.random() < 0.5)
        segmentation.apply(article.id, article.segmentation_revision, asked, person_id=self.manager)

    def _undo_edit(self, _kind: str) -> None:
        article = self._article()
        segmentation.undo(article.id, article.segmentation_revision, person_id=self.manager)

    def _withdraw(self, _kind: str) -> None:
        articles.withdraw(self._article(), self.manager, "")

    def _bring_back(self, _kind: str) -> None:
        articles.bring_back(self._article(), self.manager, "")

    def _purpose(self, _kind: str) -> None:
        purpose = self.random.choice(["work", "work", "work", "work", "training", "qualification"])
        gold.set_purpose(self._article(), purpose, self.manager, is_sure=True)

    def _publish(self, _kind: str) -> None:
        codebook = self.desk._codebook
        labels = self.random.choice([codebook.labels, codebook.labels[:2]])
        draft = codebooks.replace_draft(
            self.project,
            replace(codebook, guidance=f"Version {self._key()}.", labels=labels, questions=()),
            self.manager,
            seen=None,
        )
        codebooks.publish(self.project, self.manager, seen=draft.revision, meanings=["rules"], note="Tried.")
