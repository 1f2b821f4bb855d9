"""What tests of the report's blocks share: two articles and three reviewers, beside much that must not count."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from annotator.domain.roles import Role
from annotator.domain.verdicts import Content, Mark
from annotator.services.tagging import columns_of
from annotator.storage.adjudications import Adjudication
from annotator.storage.articles import Article, Claim
from annotator.storage.codebooks import CodebookVersion
from annotator.storage.verdicts import StandingVerdict, Verdict
from tests.desk import Desk, Somebody

LABELS = ("sourced", "attributed", "editorial")
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
FIRST = "Bridge closed\n\nIts brutal planners shrugged. The council said so. Nobody paid."
SECOND = "Harbour reopens\n\nThe greedy owners smiled. A brutal winter came."


class Study:
    """Claims 0 to 3 stand in the first article (of the Post), 4 to 6 in the second (of the Times)."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.project = desk, desk.project(overlap=3)
        self.judge = desk.member(self.project, Role.ADJUDICATOR, "the judge")
        self.ada, self.ben, self.cem = (desk.member(self.project, name=name) for name in ("ada", "ben", "cem"))
        self.articles = [
            desk.article(self.project, FIRST, outlet="Post"),
            desk.article(self.project, SECOND, outlet="Times"),
        ]
        self.claims = [claim for article in self.articles for claim in desk.claims(article)]
        self._make_noise()

    def _make_noise(self) -> None:
        """Let people say much where it does not count: in another project, of what is withdrawn, and in training."""
        elsewhere = self.desk.project("elsewhere")
        for name in ("ada", "ben"):
            person = self.desk.join(elsewhere, getattr(self, name))
            for claim in self.desk.claims(self.desk.article(elsewhere, f"{FIRST} {name}")):
                self.say(person, claim, "sourced" if name == "ada" else "editorial", ["Bridge"], depth=1)
        for text in ("Bridge gone. All of it is gone.", "Bridge tried. All of it is tried."):
            article = self.desk.article(self.project, text)
            for claim in self.desk.claims(article):
                self.say(self.ada, claim, "attributed", ["it"], depth=2, confidence=1)
                self.say(self.ben, claim, "editorial", ["it"], depth=3, confidence=3)
                self.settle(claim, "sourced")
            with self.desk.inside() as session:
                found = session.get_one(Article, article)
                if "tried" in text:
                    found.purpose = "training"
                else:
                    found.withdrawn_at = NOW

    def say(
        self, person: Somebody, claim: int, label: str | None, words: Any = (), role: str = "loaded", **facts: Any
    ) -> None:
        """Give a verdict that marks words of the claim by what they say."""
        self.desk.verdict(person, claim, label, marks=tuple(self._marks(claim, words, role)), **facts)

    def _marks(self, claim_id: int, words: Any, role: str) -> list[Mark]:
        with self.desk.inside(writes=False) as session:
            claim = session.get_one(Claim, claim_id)
            places = [(claim.start + claim.quote.index(word), word) for word in words if word in claim.quote]
        return [(start, start + len(word), role) for start, word in places]

    def settle(
        self, claim: int, label: str | None, action: str = "decide", cause: str | None = None, revision: int = 1
    ) -> None:
        """Let the desk say something of a claim; no label is a skip."""
        with self.desk.inside() as session:
            article = session.get_one(Claim, claim).article_id
            session.add(
                Adjudication(
                    claim_id=claim, article_id=article, project_id=self.project, adjudicator_id=self.judge.id,
                    codebook_version_id=1, revision=revision, action=action, label=label, cause=cause, reason="",
                    skip_reason=None if label or action == "reopen" else "fragment", client_key=f"{claim} {revision}",
                    client_digest="", decided_at=NOW,
                )
            )  # fmt: skip

    def show(self, person: Somebody, claim_id: int, label: str, exposure: str) -> None:
        """Store a verdict that was given after seeing something of a suggestion."""
        with self.desk.inside() as session:
            claim = session.get_one(Claim, claim_id)
            version = session.scalars(select(CodebookVersion.id).where(CodebookVersion.project_id == self.project))
            facts = {
                "claim_id": claim_id, "article_id": claim.article_id, "project_id": self.project,
                "reviewer_id": person.id, "codebook_version_id": version.first(), "revision": 1, "given_at": NOW,
            }  # fmt: skip
            rest = {"is_first": True, "undoes_id": None, "exposure": exposure, "seconds": None, "client_digest": ""}
            said = columns_of(Content(label=label)) | rest | {"client_key": f"shown {claim_id} {person.id}"}
            number = session.scalars(insert(Verdict).returning(Verdict.id), facts | said).one()
            stands = {name: said[name] for name in ("label", "kind", "skip_reason", "is_flagged")}
            session.execute(insert(StandingVerdict), facts | stands | {"verdict_id": number})
