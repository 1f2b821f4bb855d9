"""The desk settles claims: the queue, the cards without names, a decision, who may not decide, opening again."""

import re
from typing import Any

import pytest

from annotator.domain.roles import Role
from annotator.storage.articles import Article
from annotator.storage.events import Event
from annotator.storage.projects import Project
from tests.desk import Desk
from tests.web.court import Court

JSON = {"Accept": "application/json"}
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> {{7*7}} ${7*7} \u202e"

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""


@pytest.fixture
def court(desk: Desk) -> Court:
    return Court(desk)


def test_a_claim_on_which_people_part_waits_for_the_desk(court: Court) -> None:
    page = court.browser.get(court.queue).text
    assert "Bridge closed after inspection" in page
    assert page.count('class="quote"') == 1, "those on which all agree stand under another tab"
    assert court.browser.get(f"{court.queue}?tab=unanimous").text.count('class="quote"') == 3


def test_a_claim_with_fewer_verdicts_than_the_study_wants_is_shown_on_demand(court: Court) -> None:
    with court.desk.inside() as session:
        session.get_one(Project, court.project).overlap = 3
    assert "Nothing to decide" in court.browser.get(court.queue).text
    shown = court.browser.get(f"{court.queue}?incomplete=1").text
    assert "waits for more verdicts" in shown
    with court.desk.inside() as session:
        session.get_one(Article, court.article).wanted = 2
    assert "Bridge closed" in court.browser.get(court.queue).text, "an article can want fewer than the project"


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [
        ("pair=editorial|sourced", True), ("noted=1", True), ("flagged=1", False), ("mine=1", False),
        ("asked=1", False), ("article=1", True), ("article=999999", False), ("sort=article", True),
        ("sort=newest", True), ("pair='; DROP TABLE claim|--&sort=%27&page=99999999999999999999", True),
    ],
)  # fmt: skip
def test_the_queue_is_filtered_and_sorted(court: Court, asked: str, is_there: bool) -> None:
    answer = court.browser.get(f"{court.queue}?{asked}")
    assert answer.status_code == 200
    assert ('class="quote"' in answer.text) is is_there


def test_training_articles_and_withdrawn_ones_are_not_the_desks(court: Court) -> None:
    with court.desk.inside() as session:
        session.get_one(Article, court.article).purpose = "training"
    assert "Nothing to decide" in court.browser.get(court.queue).text
    assert court.browser.get(court.address()).status_code == 404


@on_sqlite
def test_no_name_of_a_reviewer_stands_on_the_claims_page(court: Court) -> None:
    page = court.browser.get(court.address()).text
    for person in court.people:
        assert person.name not in page
    assert "A note of one." in page
    assert re.findall(r'<span class="letter">(\w+)</span>', page) == ["A", "B"]


@on_sqlite
def test_the_cards_keep_their_order_for_one_adjudicator_and_hide_it_from_others(court: Court) -> None:
    def order(page: str) -> bool:
        return page.index("A note of one.") < page.index("Framing", page.index('id="cards-heading"'))

    first = court.browser.get(court.address()).text
    assert order(first) == order(court.browser.get(court.address()).text)
    found = set()
    for number in range(8):
        judge = court.desk.member(court.project, Role.ADJUDICATOR, f"judge {number}")
        found.add(order(court.desk.reader(judge).get(court.address()).text))
    assert found == {True, False}


@on_sqlite
def test_the_marks_of_all_lie_over_the_one_sentence_with_letters(court: Court) -> None:
    claim = court.claims[0]
    for person, role in zip(court.people, ("loaded", "speaker"), strict=True):
        court.desk.verdict(person, claim, "editorial", marks=((0, 6, role),))
    page = court.browser.get(court.address()).text
    overlay = page[page.index("quote overlay") : page.index("</p>", page.index("quote overlay"))]
    assert '<mark data-sign="word"><mark data-sign="speaker">Bridge</mark></mark>' in overlay
    assert "loaded: " in overlay
    assert "source: " in overlay


def test_a_decision_is_stored_beside_the_verdicts_and_recorded(court: Court) -> None:
    answer = court.decide(kind_editorial="framing", also_attributed="1")
    assert answer.status_code == 303
    (row,) = court.decisions()
    assert (row.action, row.label, row.kind, row.skip_reason, row.also_attributed) == (
        "decide", "editorial", "framing", None, True,
    )  # fmt: skip
    assert (row.cause, row.rule, row.reason, row.revision) == ("slip", "R3", "The word is the writer’s own.", 1)
    with court.desk.inside(writes=False) as session:
        event = session.query(Event).filter_by(what="claim settled").one()
        assert event.detail == {"revision": 1, "cause": "slip"}
    settled = court.browser.get(f"{court.queue}?tab=settled").text
    assert "Settled as" in settled


def test_a_claim_can_be_settled_without_a_label(court: Court) -> None:
    assert court.decide(label="skip:question").status_code in {303, 422}
    page = court.browser.get(court.address(2)).text
    found = re.search(r'value="skip:([^"]+)"', page)
    assert found
    assert court.decide(2, label=f"skip:{found[1]}").status_code == 303
    assert court.decisions(2)[0].skip_reason == found[1]


@on_sqlite
@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"label": ""}, "Choose a label"), ({"label": "no-such"}, "no such label"), ({"cause": ""}, "why the verdicts"),
        ({"reason": "  "}, "give a reason"), ({"cause": "weather"}, "no such cause"), ({"rule": "x" * 101}, "too long"),
        ({"reason": "x" * 2001}, "too long"), ({"kind_editorial": "no-such"}, "no such kind"),
        ({"revision": "-1"}, "lost track"), ({"client_key": "short"}, "lost track"),
    ],
)  # fmt: skip
def test_what_makes_no_decision_is_refused_with_a_reason_and_nothing_is_lost(
    court: Court, fields: dict[str, Any], says: str
) -> None:
    answer = court.decide(**({"rule": "Kept rule"} | fields))
    assert answer.status_code == 422
    assert says.lower() in answer.text.lower()
    assert "rule" in fields or "Kept rule" in answer.text
    assert court.decisions() == []


def test_where_all_agree_no_cause_and_reason_are_asked_for(court: Court) -> None:
    assert court.decide(2, label="sourced", cause="", rule="", reason="").status_code == 303
    assert court.decide(3, label="editorial", cause="", rule="", reason="").status_code == 422


def test_saving_leads_to_the_next_claim_of_the_queue(court: Court) -> None:
    court.desk.verdict(court.people[1], court.claims[2], "editorial")
    answer = court.decide(action="next")
    assert answer.headers["Location"] == court.address(3)
    answer = court.decide(3, action="next")
    assert answer.headers["Location"] == court.queue


def test_the_same_request_twice_is_stored_once_and_the_key_with_other_contents_is_refused(court: Court) -> None:
    form = court.form()
    assert [court.browser.post(court.address(), form).status_code for _ in range(3)] == [303] * 3
    assert len(court.decisions()) == 1
    assert court.browser.post(court.address(), form | {"reason": "Another."}).status_code == 422
    assert [row.reason for row in court.decisions()] == ["The word is the writer’s own."]


def test_whoever_comes_second_sees_who_decided_and_why_beside_their_own(court: Court) -> None:
    second = court.desk.reader(court.manager)
    late = court.form(browser=second, label="sourced", reason="I read it otherwise.")
    assert court.decide().status_code == 303
    answer = second.post(court.address(), late)
    assert answer.status_code == 409
    for text in ("Orla Judge", "The word is the writer’s own.", "I read it otherwise.", "before you"):
        assert text in answer.text
    assert len(court.decisions()) == 1
    assert second.post(court.address(), late, headers=JSON).content_type == "application/problem+json"


def test_a_verdict_that_changed_meanwhile_keeps_the_decision_from_being_stored(court: Court) -> None:
    form = court.form()
    court.desk.verdict(court.people[1], court.claims[0], "attributed")
    answer = court.browser.post(court.address(), form)
    assert answer.status_code == 409
    assert answer.text.count("changed since you looked") == 1
    assert "The word is the writer’s own." in answer.text, "what was typed is still there"
    assert court.decisions() == []


def test_nobody_is_the_judge_in_their_own_case(court: Court) -> None:
    form = court.form()
    court.desk.verdict(court.judge, court.claims[0], "editorial")
    page = court.browser.get(court.address()).text
    assert "Somebody else decides" in page
    assert 'id="decision"' not in page
    seen = re.findall(r'name="seen" value="([^"]+)"', court.desk.reader(court.manager).get(court.address()).text)
    assert court.browser.post(court.address(), form | {"seen": seen}).status_code in {403, 409}
    assert court.decisions() == []
    assert "somebody else decides" in court.browser.get(f"{court.queue}?mine=1").text


def test_taking_ones_own_verdict_back_makes_nobody_a_judge_in_their_own_case(court: Court) -> None:
    form = court.form()
    for label in ("editorial", None):
        court.desk.verdict(court.judge, court.claims[0], label)
    page = court.browser.get(court.address()).text
    assert "Somebody else decides" in page
    assert 'id="decision"' not in page
    assert court.browser.post(court.address(), form).status_code == 403
    assert court.decisions() == []


def test_ones_own_verdict_can_be_confirmed_where_all_agree_and_not_changed(court: Court) -> None:
    court.desk.verdict(court.judge, court.claims[1], "sourced")
    refused = court.decide(2, label="editorial")
    assert refused.status_code == 403
    assert court.decisions(2) == []
    assert court.decide(2, label="sourced", cause="", reason="").status_code == 303


def test_a_single_verdict_is_not_settled(court: Court, desk: Desk) -> None:
    other = desk.article(court.project, "One sentence alone stands here.")
    claim = desk.claims(other)[0]
    desk.verdict(court.people[0], claim, "sourced")
    court.claims.append(claim)
    assert court.decide(5, label="sourced").status_code == 422


def test_a_settled_claim_is_opened_again_with_a_reason_and_nothing_is_lost(court: Court) -> None:
    court.decide()
    page = court.browser.get(court.address()).text
    assert 'id="decision"' not in page
    again = f"{court.address()}/reopen"
    form = {"client_key": "reopen-key-1", "revision": "1"}
    assert court.browser.post(again, form | {"reason": ""}).status_code == 422
    assert court.browser.post(again, form | {"reason": "A rule was missed.", "revision": "0"}).status_code == 409
    for _ in range(2):
        assert court.browser.post(again, form | {"reason": "A rule was missed."}).status_code == 303
    assert [row.action for row in court.decisions()] == ["decide", "reopen"]
    assert "Bridge closed" in court.browser.get(f"{court.queue}?tab=reopened").text
    assert court.decide(label="sourced").status_code == 303
    page = court.browser.get(court.address()).text
    assert "A rule was missed." in page
    assert [row.label for row in court.decisions()] == ["editorial", None, "sourced"]


def test_a_claim_of_another_project_is_not_there(court: Court, desk: Desk) -> None:
    elsewhere = desk.project("elsewhere")
    foreign = desk.claims(desk.article(elsewhere))[0]
    judge = desk.reader(desk.member(elsewhere, Role.ADJUDICATOR))
    assert court.browser.get(f"{court.queue}/{foreign}").status_code == 404
    assert court.browser.post(f"{court.queue}/{foreign}", court.form()).status_code in {404, 409}
    assert judge.get(f"/projects/elsewhere/adjudication/{court.claims[0]}").status_code == 404
    assert judge.post(f"/projects/elsewhere/adjudication/{court.claims[0]}", court.form()).status_code == 404
    assert court.decisions() == []


def test_a_claim_that_was_cut_anew_leads_to_what_stands_there_now(court: Court) -> None:
    from annotator.domain.segmentation import Edit
    from annotator.services import segmentation
    from annotator.storage.articles import Claim

    form = court.form()
    with court.desk.inside() as session:
        start = session.get_one(Claim, court.claims[0]).start
        edit = Edit("split", start, start + len("Bridge closed "))
        segmentation.apply(court.article, 0, edit, person_id=court.manager.id)
    answer = court.browser.post(court.address(), form)
    assert answer.status_code == 409
    assert "after inspection" in answer.text
    assert court.browser.get(court.address()).status_code == 404
    assert court.decisions() == []


@on_sqlite
def test_what_the_desk_writes_is_text(court: Court) -> None:
    """D01, D06: a reason is shown as it was typed, on the desk's page and on the reviewer's."""
    assert court.decide(reason=HOSTILE, rule="<b>R3</b>").status_code == 303
    for browser, path in (
        (court.browser, court.address()), (court.browser, "/projects/news/gaps"),
        (court.desk.reader(court.people[0]), "/feedback"),
    ):  # fmt: skip
        page = browser.get(path).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page
        assert "<b>R3" not in page
        assert "{{7*7}}" in page
