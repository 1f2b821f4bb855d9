"""Feedback: where the desk decided otherwise than a reviewer had, by which rule, and nothing of anybody else."""

import pytest

from annotator.storage.notices import Notice
from tests.desk import Desk, without_tokens
from tests.web.court import Court


@pytest.fixture
def court(desk: Desk) -> Court:
    return Court(desk)


def test_a_reviewer_sees_where_they_were_overruled_and_why(court: Court) -> None:
    court.decide()
    page = court.desk.reader(court.people[0]).get("/feedback").text
    for text in ("Bridge closed", "The word is the writer’s own.", "R3", "Slip", "Sourced"):
        assert text in page
    assert "Nothing was decided otherwise" in court.desk.reader(court.people[1]).get("/feedback").text


def test_nothing_of_others_stands_there(court: Court) -> None:
    court.decide()
    mine = court.desk.reader(court.people[0])
    before = without_tokens(mine.get("/feedback").text)
    court.desk.verdict(court.people[1], court.claims[0], "attributed", note="Seen by nobody.")
    assert without_tokens(mine.get("/feedback").text) == before
    for name in (court.people[1].name, court.judge.name):
        assert name not in before


def test_a_first_verdict_that_was_changed_since_is_feedback_too(court: Court) -> None:
    court.decide()
    court.desk.verdict(court.people[0], court.claims[0], "editorial")
    page = court.desk.reader(court.people[0]).get("/feedback").text
    assert "You said at first" in page
    assert "You say" not in page


def test_what_was_opened_again_is_no_feedback(court: Court) -> None:
    court.decide()
    form = {"client_key": "reopen-key-1", "revision": "1", "reason": "A rule was missed."}
    court.browser.post(f"{court.address()}/reopen", form)
    assert "Nothing was decided otherwise" in court.desk.reader(court.people[0]).get("/feedback").text


def test_it_is_narrowed_to_a_project_that_is_theirs(court: Court) -> None:
    court.decide()
    mine = court.desk.reader(court.people[0])
    for path in ("/feedback?slug=news", "/feedback?slug=no-such", "/feedback?before=1x"):
        assert "Bridge closed" in mine.get(path).text
    assert "Bridge closed" not in mine.get("/feedback?before=1").text


def test_one_notice_that_was_not_read_is_enough(court: Court) -> None:
    for claim in (2, 3):
        court.desk.verdict(court.people[0], court.claims[claim - 1], "attributed")
    for number in (1, 2, 3):
        assert court.decide(number).status_code == 303
    with court.desk.inside(writes=False) as session:
        whats = [row.what for row in session.query(Notice).filter_by(person_id=court.people[0].id)]
    assert whats == ["overruled"]
