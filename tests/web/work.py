"""What tests of the annotate page do again and again: read a claim's form, change it, send it."""

import re
from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from annotator.storage.verdicts import Verdict
from tests.desk import Desk, Reader, Somebody

JSON = {"Accept": "application/json"}


class Work:
    """A reviewer before an article of four claims."""

    def __init__(self, desk: Desk, project: int, reviewer: Somebody) -> None:
        self.desk, self.project, self.reviewer = desk, project, reviewer
        self.article = desk.article(project)
        self.claims = desk.claims(self.article)
        self.browser: Reader = desk.reader(reviewer)
        self.sent = 0

    def page(self, number: int) -> str:
        return self.browser.get(f"/articles/{self.article}/claims/{number}").text

    def field(self, number: int, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page(number))
        assert found, name
        return found[1]

    def form(self, number: int, **fields: Any) -> dict[str, Any]:
        self.sent += 1
        given = {"client_key": f"form-number-{self.sent}", "revision": self.field(number, "revision"), "action": "save"}
        return given | {"flagged": self.field(number, "flagged"), "kept_skip": self.field(number, "kept_skip")} | fields

    def save(self, number: int, headers: dict[str, str] | None = None, **fields: Any) -> TestResponse:
        form = fields.pop("form", None) or self.form(number, **fields)
        return self.browser.post(f"/claims/{self.claims[number - 1]}/verdicts", form, headers=headers)

    def data(self, number: int, **fields: Any) -> dict[str, Any]:
        answer = self.save(number, JSON, **fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json or {})

    def stored(self) -> int:
        with self.desk.inside(writes=False) as session:
            return session.scalars(select(func.count()).select_from(Verdict)).one()

    def location(self, number: int) -> str:
        return f"/articles/{self.article}/claims/{number}#claim-{number}"
