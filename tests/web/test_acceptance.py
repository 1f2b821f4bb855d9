"""Accepting in one step what all agree on: the preview, what it leaves out, taking the step back."""

import pytest

from annotator.storage.events import Event
from tests.desk import Desk
from tests.web.court import Court

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""


@pytest.fixture
def court(desk: Desk) -> Court:
    return Court(desk)


def test_the_preview_counts_by_label_and_accepting_settles_just_that(court: Court) -> None:
    page = court.browser.get(f"{court.queue}/accept").text
    assert "3 claims would be settled" in page
    form = court.preview()
    for _ in range(2):
        assert court.browser.post(f"{court.queue}/accept", form).status_code == 303
    assert [len(court.decisions(number)) for number in (1, 2, 3, 4)] == [0, 1, 1, 1]
    (row,) = court.decisions(2)
    assert (row.action, row.label, row.kind, row.skip_reason, row.revision) == ("accept", "sourced", None, None, 1)
    assert row.batch == form["client_key"]
    assert "There is nothing to accept" in court.browser.get(f"{court.queue}/accept").text
    with court.desk.inside(writes=False) as session:
        event = session.query(Event).filter_by(what="claims accepted").one()
        assert event.detail == {"batch": form["client_key"], "claims": 3}


def test_a_kind_and_a_source_are_taken_over_only_if_all_say_so(court: Court) -> None:
    for person in court.people:
        court.desk.verdict(person, court.claims[1], "editorial", kind="framing", also_attributed=True)
    court.desk.verdict(court.people[0], court.claims[2], "editorial", kind="framing", also_attributed=True)
    court.desk.verdict(court.people[1], court.claims[2], "editorial")
    court.browser.post(f"{court.queue}/accept", court.preview())
    found = [(row.label, row.kind, row.also_attributed) for number in (2, 3) for row in court.decisions(number)]
    assert found == [("editorial", "framing", True), ("editorial", None, False)]


def test_skips_are_accepted_too(court: Court) -> None:
    reason = court.desk._codebook.skip_reasons[0].key
    for person in court.people:
        court.desk.verdict(person, court.claims[3], None, skip_reason=reason)
    court.browser.post(f"{court.queue}/accept", court.preview())
    (row,) = court.decisions(4)
    assert (row.label, row.skip_reason) == (None, reason)


def test_flags_notes_and_few_verdicts_are_left_out_unless_asked_for(court: Court) -> None:
    court.desk.verdict(court.people[0], court.claims[1], "sourced", is_flagged=True)
    court.desk.verdict(court.people[0], court.claims[2], "sourced", note="Look at this.")
    shown = court.browser.get(f"{court.queue}/accept").text
    assert "1 claim would be settled" in shown
    assert "3 claims would be settled" in court.browser.get(f"{court.queue}/accept?flags=1&notes=1").text
    assert "There is nothing to accept" in court.browser.get(f"{court.queue}/accept?at_least=3").text
    assert court.browser.get(f"{court.queue}/accept?at_least=-7&article=zebra").status_code == 200


def test_what_changed_since_the_preview_is_left_out_and_that_is_said(court: Court) -> None:
    form = court.preview()
    court.desk.verdict(court.people[0], court.claims[1], "sourced", note="")
    court.desk.verdict(court.people[0], court.claims[2], "editorial")
    answer = court.browser.post(f"{court.queue}/accept", form, follow_redirects=True)
    assert "1 claim is settled." in answer.text
    assert "2 claims were left out" in answer.text
    assert [len(court.decisions(number)) for number in (1, 2, 3, 4)] == [0, 0, 0, 1]


def test_a_claim_whose_dissenter_went_silent_since_the_preview_is_left_out(court: Court) -> None:
    dissenter = court.desk.member(court.project)
    court.desk.verdict(dissenter, court.claims[1], "editorial")
    form = court.preview()
    court.desk.verdict(dissenter, court.claims[1], None)
    assert court.browser.post(f"{court.queue}/accept", form).status_code == 303
    assert [len(court.decisions(number)) for number in (1, 2, 3, 4)] == [0, 0, 1, 1]
    assert court.browser.post(f"{court.queue}/accept", court.preview()).status_code == 303, "now it is in the preview"
    assert len(court.decisions(2)) == 1


def test_what_somebody_settled_meanwhile_stays_as_they_said(court: Court) -> None:
    form = court.preview()
    assert court.decide(2).status_code == 303
    court.browser.post(f"{court.queue}/accept", form)
    assert [row.action for row in court.decisions(2)] == ["decide"]
    assert [row.action for row in court.decisions(3)] == ["accept"]


def test_a_step_is_taken_back_as_a_whole_but_not_what_was_decided_since(court: Court) -> None:
    form = court.preview()
    court.browser.post(f"{court.queue}/accept", form)
    reopen = {"client_key": "reopen-one-1", "revision": "1", "reason": "Not this one."}
    assert court.browser.post(f"{court.address(2)}/reopen", reopen).status_code == 303
    assert court.decide(2).status_code == 303
    back = {"client_key": "back-step-1", "batch": form["client_key"], "reason": "Too fast."}
    for _ in range(2):
        assert court.browser.post(f"{court.queue}/accept/reopen", back).status_code == 303
    assert [row.action for row in court.decisions(2)] == ["accept", "reopen", "decide"]
    assert [row.action for row in court.decisions(3)] == ["accept", "reopen"]
    assert court.browser.post(f"{court.queue}/accept/reopen", back | {"client_key": "another-key"}).status_code == 409
    assert "There is nothing to accept" in court.browser.get(f"{court.queue}/accept").text, "they need a look now"


@on_sqlite
@pytest.mark.parametrize("form", [{}, {"client_key": "good-enough"}, {"client_key": "good-enough", "seen_id": "x"}])
def test_a_form_that_lost_its_preview_is_refused(court: Court, form: dict[str, str]) -> None:
    assert court.browser.post(f"{court.queue}/accept", form).status_code == 422
    assert court.decisions(2) == []


def test_a_key_with_another_request_is_refused(court: Court) -> None:
    form = court.preview()
    court.browser.post(f"{court.queue}/accept", form)
    assert court.browser.post(f"{court.queue}/accept", form | {"notes": "1"}).status_code == 422
