"""Claims to look at again: blind, answered once, and nothing that stands is touched."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from annotator.storage.projects import Project
from annotator.storage.repeats import Repeat
from annotator.storage.verdicts import StandingVerdict
from tests.desk import Desk
from tests.web.work import Work


@pytest.fixture
def due(desk: Desk, work: Work) -> Work:
    """Give a reviewer whose first two claims are due again."""
    for claim in work.claims[:2]:
        desk.verdict(work.reviewer, claim, "editorial", kind="framing", note="Brutal, I said.")
    with desk.inside() as session:
        project = session.get_one(Project, work.project)
        project.repeat_percent, project.repeat_after_days = 100, 21
        then = datetime.now(UTC) - timedelta(days=22)
        session.execute(update(StandingVerdict).values(given_at=then))
    return work


def page(work: Work) -> str:
    return work.browser.get("/projects/news/repeats").text


def answer(work: Work, number: int, **fields: Any) -> int:
    return work.browser.post(f"/claims/{work.claims[number]}/repeat", fields).status_code


def test_the_claim_comes_without_anything_that_was_said_of_it(due: Work) -> None:
    shown = page(due)
    assert "2 claims are left." in shown
    assert '<mark id="the-claim">Bridge closed after inspection</mark>' in shown
    assert "checked" not in shown.replace('value="" checked', "")
    assert "Brutal, I said." not in shown


def test_the_queue_leads_to_the_claims_that_are_due(due: Work) -> None:
    assert "2 claims to look at again in Project news" in due.browser.get("/").text
    assert answer(due, 0, label="sourced") == 303
    assert "1 claim to look at again in Project news" in due.browser.get("/").text


def test_an_answer_is_kept_beside_what_stands_and_asked_for_once(desk: Desk, due: Work) -> None:
    assert answer(due, 0, label="attributed", kind_attributed="direct") == 303
    assert answer(due, 0, label="sourced") == 303
    assert answer(due, 1, skip_reason="fragment") == 303
    assert "Nothing to look at again" in page(due)
    with desk.inside(writes=False) as session:
        repeats = [(row.label, row.kind, row.skip_reason) for row in session.query(Repeat).order_by(Repeat.id)]
        standing = session.get_one(StandingVerdict, (due.claims[0], due.reviewer.id))
        assert (standing.label, standing.kind, standing.revision) == ("editorial", "framing", 1)
    assert repeats == [("attributed", "direct", None), (None, None, "fragment")]
    assert "2 claims answered twice." in due.browser.get("/results").text


def test_a_bad_answer_and_one_to_a_claim_that_is_not_due_store_nothing(desk: Desk, due: Work) -> None:
    assert answer(due, 0) == 422
    assert answer(due, 0, label="nonsense") == 422
    assert answer(due, 0, label="sourced", kind_sourced="framing") == 422
    assert answer(due, 2, label="sourced") == 409
    assert answer(due, 2, label="") == 404
    with desk.inside(writes=False) as session:
        assert session.query(Repeat).count() == 0


def test_nobody_else_is_asked_about_it(desk: Desk, due: Work) -> None:
    other = desk.reader(desk.member(due.project))
    assert "Nothing to look at again" in other.get("/projects/news/repeats").text
    assert other.post(f"/claims/{due.claims[0]}/repeat", {"label": "sourced"}).status_code == 409
