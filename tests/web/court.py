"""What tests of the desk's decisions share: reviewers who part, a desk, and forms as the pages send them."""

import re
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from annotator.domain.roles import Role
from annotator.storage.adjudications import Adjudication
from tests.desk import Desk, Reader

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Court:
    """Four claims of an article that two reviewers decided: they part on the first, and agree on the others."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.project = desk.project()
        self.manager = desk.member(self.project, Role.MANAGER, "Vera Manager")
        self.judge = desk.member(self.project, Role.ADJUDICATOR, "Orla Judge")
        self.people = [desk.member(self.project, name=name) for name in ("Wilhelmina", "Zebediah")]
        self.article = desk.article(self.project)
        self.claims = desk.claims(self.article)
        desk.verdict(self.people[0], self.claims[0], "sourced", note="A note of one.")
        desk.verdict(self.people[1], self.claims[0], "editorial", kind="framing")
        for claim in self.claims[1:]:
            for person in self.people:
                desk.verdict(person, claim, "sourced")
        self.browser = desk.reader(self.judge)

    @property
    def queue(self) -> str:
        return "/projects/news/adjudication"

    def address(self, number: int = 1) -> str:
        return f"{self.queue}/{self.claims[number - 1]}"

    def form(self, number: int = 1, browser: Reader | None = None, **fields: Any) -> dict[str, Any]:
        """Read the form of a claim's page, and fill it in."""
        found = (browser or self.browser).get(self.address(number)).text
        start = found.index('id="decision"')
        hidden = HIDDEN.findall(found[start : found.index("</form>", start)])
        kept: dict[str, Any] = {name: value for name, value in hidden if name not in {"seen", "csrf_token"}}
        why = {"label": "editorial", "cause": "slip", "rule": "R3", "reason": "The word is the writer’s own."}
        return kept | {"seen": [value for name, value in hidden if name == "seen"], "action": "save"} | why | fields

    def decide(self, number: int = 1, **fields: Any) -> TestResponse:
        return self.browser.post(self.address(number), self.form(number, **fields))

    def decisions(self, number: int = 1) -> list[Adjudication]:
        """Return all that the desk said of a claim, the oldest first."""
        with self.desk.inside(writes=False) as session:
            query = select(Adjudication).where(Adjudication.claim_id == self.claims[number - 1])
            rows = list(session.scalars(query.order_by(Adjudication.revision)))
            session.expunge_all()
        return rows

    def preview(self, **asked: Any) -> dict[str, str]:
        """Read the form of the page that accepts what all agree on."""
        found = self.browser.get(f"{self.queue}/accept", query_string=asked).text
        start = found.index(f'action="{self.queue}/accept"')
        return dict(HIDDEN.findall(found[start : found.index("</form>", start)]))
