"""What the tests about projects have in common: their forms, and what the database has afterwards."""

import json
import re
from html import unescape
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from annotator.storage.events import Event
from annotator.storage.projects import Project
from tests.desk import Desk, Reader

JSON = {"Accept": "application/json"}
NEW, SETTINGS = "/projects/new", "/projects/news/settings"
SETUP = {
    "name": "The port study", "language": "en", "overlap": "3", "handout": "planned", "visibility": "never",
    "codebook": "shipped",
}  # fmt: skip
FORM = {
    "name": "Project news", "description": "", "language": "en", "overlap": "2", "handout": "everyone",
    "handout_order": "reading", "visibility": "never", "suggestions": "after", "return_after_days": "",
    "repeat_percent": "0", "repeat_after_days": "21",
}  # fmt: skip


def revision(browser: Reader) -> str:
    found = re.search(r'name="seen" value="(\d+)"', browser.get(SETTINGS).text)
    assert found
    return found[1]


def store(browser: Reader, **fields: Any) -> TestResponse:
    headers = fields.pop("headers", None)
    seen = fields.pop("seen", None) or revision(browser)
    return browser.post(SETTINGS, FORM | {"seen": seen} | fields, headers=headers)


def stored(desk: Desk, slug: str = "news") -> Project:
    with desk.inside(writes=False) as session:
        project = session.scalars(select(Project).where(Project.slug == slug)).one()
        session.expunge(project)
        return project


def events_of(desk: Desk, what: str) -> list[dict[str, Any]]:
    with desk.inside(writes=False) as session:
        return list(session.scalars(select(Event.detail).where(Event.what == what).order_by(Event.id)))


def count(desk: Desk, table: Any) -> int:
    with desk.inside(writes=False) as session:
        return len(session.scalars(select(table)).all())


def faults(answer: TestResponse) -> list[str]:
    return list(json.loads(answer.data)["errors"])


def words(answer: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
