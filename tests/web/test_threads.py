"""Questions about a claim: between one reviewer and the desk, or from the desk to all; text, and nothing else."""

import pytest

from annotator.domain.roles import Role
from annotator.storage.notices import Notice
from annotator.storage.threads import ThreadEntry
from tests.desk import Desk, Somebody
from tests.web.court import Court

HOSTILE = "<svg/onload=alert(1)> {{7*7}} javascript:alert(1) <b>bold</b>"

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""


@pytest.fixture
def court(desk: Desk) -> Court:
    return Court(desk)


def thread(court: Court) -> str:
    return f"/claims/{court.claims[0]}/thread"


def told(court: Court, person: Somebody) -> list[str]:
    with court.desk.inside(writes=False) as session:
        return [row.what for row in session.query(Notice).filter_by(person_id=person.id).order_by(Notice.id)]


def test_a_reviewer_asks_the_desk_answers_and_both_are_told(court: Court) -> None:
    asking, other = (court.desk.reader(person) for person in court.people)
    assert asking.post(thread(court), {"text": "Whose word is it?"}).status_code == 303
    assert told(court, court.judge) == told(court, court.manager) == ["thread asked"]
    assert "Question without an answer" in court.browser.get(court.queue).text
    assert "Bridge closed" in court.browser.get(f"{court.queue}?asked=1").text
    page = court.browser.get(court.address()).text
    assert "Whose word is it?" in page
    assert court.people[0].name not in page
    letter = page[page.index("<b>Reviewer ") + 12]
    to = page[: page.index(f">Reviewer {letter}</option>")].rpartition('value="')[2].rstrip('"')
    answer = {"text": "The writer’s.", "to": to, "desk": "1"}
    assert court.browser.post(thread(court), answer).status_code == 303
    assert told(court, court.people[0]) == ["thread answered"]
    assert told(court, court.people[1]) == []
    assert "The writer’s." in asking.get(thread(court)).text
    assert "Question without an answer" not in court.browser.get(court.queue).text
    seen = other.get(thread(court)).text
    assert "The writer’s." not in seen
    assert "Whose word is it?" not in seen


def test_what_the_desk_says_to_all_reaches_each_reviewer_of_the_claim(court: Court) -> None:
    assert court.browser.post(thread(court), {"text": "Read rule 3."}).status_code == 303
    for person in court.people:
        assert "Read rule 3." in court.desk.reader(person).get(thread(court)).text
        assert told(court, person) == ["thread answered"]
    assert told(court, court.manager) == []


def test_a_reviewer_can_not_speak_for_the_desk(court: Court) -> None:
    reviewer = court.desk.reader(court.people[0])
    assert reviewer.post(thread(court), {"text": "To all.", "to": "", "desk": "1"}).status_code == 303
    with court.desk.inside(writes=False) as session:
        assert session.query(ThreadEntry).one().with_id == court.people[0].id
    assert "To all." not in court.desk.reader(court.people[1]).get(thread(court)).text


@on_sqlite
@pytest.mark.parametrize("form", [{}, {"text": "  \n "}, {"text": "x" * 2001}])
def test_nothing_and_too_much_is_refused(court: Court, form: dict[str, str]) -> None:
    assert court.desk.reader(court.people[0]).post(thread(court), form).status_code == 422
    with court.desk.inside(writes=False) as session:
        assert session.query(ThreadEntry).count() == 0


def test_the_desk_answers_only_those_who_have_a_part_in_the_claim(court: Court) -> None:
    assert court.browser.post(thread(court), {"text": "You.", "to": str(court.people[0].id)}).status_code == 422


@on_sqlite
def test_observers_and_strangers_read_nothing(court: Court, desk: Desk) -> None:
    assert desk.reader(desk.member(court.project, Role.OBSERVER)).get(thread(court)).status_code == 403
    assert desk.reader(desk.member(desk.project("elsewhere"), Role.MANAGER)).get(thread(court)).status_code == 404


@on_sqlite
def test_what_is_said_is_text(court: Court) -> None:
    """D01, D06: on the reviewer's page and on the desk's."""
    asking = court.desk.reader(court.people[0])
    asking.post(thread(court), {"text": HOSTILE})
    for page in (asking.get(thread(court)).text, court.browser.get(court.address()).text):
        assert "&lt;svg/onload=alert(1)&gt; {{7*7}} javascript:alert(1) &lt;b&gt;bold" in page
        assert "<svg/onload" not in page


@on_sqlite
def test_the_annotate_page_leads_to_the_thread(court: Court) -> None:
    page = court.desk.reader(court.people[0]).get(f"/articles/{court.article}/claims/1").text
    assert thread(court) in page
