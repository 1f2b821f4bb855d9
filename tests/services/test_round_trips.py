"""The number of statements of a page does not grow with what the page shows."""

import pytest
from sqlalchemy import event, func, select

from annotator.domain.roles import Role
from annotator.services import reports
from annotator.services.exports.records import records
from annotator.services.projects import find_project
from annotator.storage.articles import Article
from annotator.storage.database import db
from tests.desk import Desk, Reader

LISTS = (
    "/projects/news/articles",
    "/projects/news/articles?q=said&text=on&status=doing&sort=progress",
    "/projects/news/disagreements",
    "/?project=news&status=todo",
    "/verdicts",
    "/verdicts?q=said&project=news&confidence=0&since=2020-01-01",
    "/projects/news/guidelines?q=source",
)


@pytest.fixture
def statements(desk: Desk) -> list[str]:
    """Collect the statements that the application runs."""
    seen: list[str] = []
    with desk.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *facts: seen.append(facts[2]))
    return seen


def fill(desk: Desk, project: int, articles: int, reviewers: int) -> None:
    """Add articles, and reviewers who disagree on every claim of them."""
    people = [desk.member(project) for _ in range(reviewers)]
    for number in range(30 + 10 * articles, 30 + 11 * articles):
        text = f"Bridge {number} closed\n\n" + " ".join(f"Somebody said {i}." for i in range(number // 10))
        for claim in desk.claims(desk.article(project, text)):
            for place, person in enumerate(people):
                desk.verdict(person, claim, ("sourced", "attributed", "editorial")[(place + claim) % 3])


def spent(desk: Desk, statements: list[str], project: int, reader: Reader) -> dict[str, int]:
    """Return how many statements each page takes."""
    found = {}
    with desk.inside(writes=False) as session:
        article = session.scalar(select(func.max(Article.id)).where(Article.project_id == project))
    for page in (
        "/",
        f"/articles/{article}",
        f"/articles/{article}/claims/2",
        f"/articles/{article}/work",
        f"/articles/{article}/about",
        *LISTS,
    ):
        statements.clear()
        reports.forget()
        assert reader.get(page).status_code == 200
        found[page.replace(f"articles/{article}", "articles/ID")] = len(statements)
    statements.clear()
    reports.forget()
    with desk.inside(writes=False):
        reports.make_report(find_project("news"))
    found["report"] = len(statements)
    statements.clear()
    with desk.app.app_context():
        list(records(project, history=True))
    found["export"] = len(statements)
    return found


def test_no_page_asks_more_often_for_more_articles_claims_and_reviewers(desk: Desk, statements: list[str]) -> None:
    project = desk.project()
    reader = desk.reader(desk.member(project, Role.MANAGER))
    fill(desk, project, articles=2, reviewers=3)
    spent(desk, statements, project, reader)  # the first time, some things are read once and kept
    few = spent(desk, statements, project, reader)
    fill(desk, project, articles=5, reviewers=3)
    many = spent(desk, statements, project, reader)
    for page in ("report", "/projects/news/disagreements"):  # a block asks only if it has something to say
        assert few.pop(page) <= 60
        assert many.pop(page) <= 60
    assert many == few
    assert max(few.values()) <= 15
