"""The annotate page by plain forms and by its script: what is stored, what is refused, and where it leads."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from annotator.domain.roles import Role
from annotator.storage.articles import Article, Claim
from tests.desk import Desk
from tests.web.work import JSON, Work

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_saved_label_leads_back_to_its_claim_and_is_there(work: Work) -> None:
    answer = work.save(2, label="attributed", kind_attributed="collective", note="why", confidence="2", source_name="S")
    assert (answer.status_code, answer.headers["Location"]) == (303, work.location(2))
    page = work.page(2)
    for name, value in (("label", "attributed"), ("kind_attributed", "collective")):
        assert re.search(rf'<input[^>]*name="{name}" value="{value}"[^>]*checked', page), name
    assert ">why</textarea>" in page
    assert re.search(r'name="confidence" value="2" checked', page)
    assert work.field(2, "revision") == "1"


@pytest.mark.parametrize(
    ("action", "number", "leads_to"), [("save", 2, 2), ("next", 2, 3), ("next", 4, 4), ("flag", 3, 3), ("", 1, 1)]
)
@on_sqlite
def test_where_a_button_leads(work: Work, action: str, number: int, leads_to: int) -> None:
    answer = work.save(number, label="sourced", action=action)
    assert answer.headers["Location"] == work.location(leads_to)


@on_sqlite
def test_a_skipped_claim_leads_on_and_stays_skipped_while_its_note_changes(work: Work) -> None:
    assert work.save(2, skip_reason="fragment").headers["Location"] == work.location(3)
    assert work.field(2, "kept_skip") == "fragment"
    assert work.data(2, note="because")["skip_reason"] == "fragment"
    assert work.data(2, action="flag")["skip_reason"] == "fragment"
    relabelled = work.data(2, label="sourced")
    assert (relabelled["skip_reason"], relabelled["label"]) == (None, "sourced")
    assert work.field(2, "kept_skip") == ""


@on_sqlite
def test_skipping_a_labelled_claim_takes_its_label_and_its_kind_away(work: Work) -> None:
    work.data(2, label="editorial", kind_editorial="framing")
    skipped = work.data(2, label="editorial", kind_editorial="framing", skip_reason="boilerplate")
    assert (skipped["label"], skipped["kind"], skipped["skip_reason"]) == (None, None, "boilerplate")


@on_sqlite
def test_the_kind_of_another_label_is_left_out(work: Work) -> None:
    saved = work.data(2, label="sourced", kind_editorial="framing", kind_sourced="named")
    assert (saved["label"], saved["kind"]) == ("sourced", "named")


@on_sqlite
def test_flagging_is_on_and_off_and_leaves_the_label(work: Work) -> None:
    work.data(2, label="sourced")
    assert work.data(2, label="sourced", action="flag")["flagged"] is True
    assert work.field(2, "flagged") == "1"
    assert work.data(2, label="sourced", note="x")["flagged"] is True, "another save leaves the flag"
    assert work.data(2, label="sourced", action="flag")["flagged"] is False
    assert work.data(1, action="flag")["label"] is None, "a claim can be flagged before it is labelled"


def test_the_script_is_told_what_is_stored(work: Work) -> None:
    with work.desk.inside(writes=False) as session:
        row = session.get_one(Claim, work.claims[2])
        at = row.start + row.quote.index("brutal")
    told = work.data(3, label="editorial", kind_editorial="framing", word=[f"{at}-{at + 6}"], note=" n ",
                     evidence_url="https://example.org/a?b=c", confidence="3", seconds="4.5",
                     also_attributed="1")  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", told.pop("at"))
    assert re.fullmatch(r"\d\d:\d\d:\d\d", told.pop("time"))
    assert told == {
        "claim": work.claims[2], "number": 3, "url": f"/articles/{work.article}/claims/3", "revision": 1,
        "label": "editorial", "kind": "framing", "skip_reason": None, "flagged": False,
        "marks": [[at, at + 6, "loaded"]], "source_kind": None, "speech": None, "depth": None, "continues_id": None,
        "rewrite": "", "path": [], "warnings": [], "diff": [],
        "fields": {
            "label": ["editorial"], "kind_editorial": ["framing"], "also_attributed": ["1"], "note": [" n "],
            "evidence_url": ["https://example.org/a?b=c"], "confidence": ["3"], "word": [f"{at}-{at + 6}"],
        },
        "source_name": "", "note": " n ", "evidence_url": "https://example.org/a?b=c", "confidence": 3,
        "also_attributed": True, "done": 1, "total": 4, "next": 4, "next_open": 4, "can_undo": True,
        "lesson": None,
    }  # fmt: skip
    assert f'name="word" value="{at}-{at + 6}" checked' in work.page(3)
    last = work.data(4, label="sourced")
    assert (last["next"], last["next_open"], last["done"]) == (None, 1, 2)


def test_the_same_form_twice_is_one_verdict_with_one_answer(work: Work) -> None:
    form, before = work.form(2, label="sourced"), work.stored()
    first, again = (work.save(2, JSON, form=form) for _ in range(2))
    assert first.json == again.json
    assert work.save(2, form=form).headers["Location"] == work.location(2)
    assert work.stored() == before + 1


def test_the_same_key_with_another_verdict_is_422_and_the_first_stays(work: Work) -> None:
    form = work.form(2, label="sourced")
    work.save(2, form=form)
    assert work.save(2, form=form | {"label": "editorial"}).status_code == 422
    document = work.save(2, JSON, form=form | {"label": "editorial"})
    assert (document.status_code, document.mimetype) == (422, "application/problem+json")
    assert work.data(2, note="x", label="sourced")["revision"] == 2


def test_a_verdict_on_an_older_one_shows_both_and_stores_nothing(work: Work) -> None:
    old = work.form(2, label="editorial", kind_editorial="question", note="mine, typed long", source_name="My source")
    work.data(2, label="sourced", note="theirs")
    before = work.stored()
    page = work.save(2, form=old)
    document = work.save(2, JSON, form=old)
    assert page.status_code == document.status_code == 409
    assert all(part in page.text for part in ("mine, typed long", "theirs", "Editorial", "Sourced", "My source"))
    assert document.mimetype == "application/problem+json"
    current = document.json["current"]  # type: ignore[index]
    assert (current["label"], current["note"], current["revision"]) == ("sourced", "theirs", 1)
    assert work.stored() == before
    sent_again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text.partition("<h1")[2]))
    assert sent_again["revision"] == "1"
    assert sent_again["client_key"] != old["client_key"]
    assert work.save(2, form=sent_again).status_code == 303, "“Keep mine” stores it"
    assert ">mine, typed long</textarea>" in work.page(2)


@on_sqlite
def test_what_was_typed_is_still_there_when_something_else_is_wrong(work: Work) -> None:
    typed: dict[str, Any] = {"note": "a long note", "source_name": "A source", "evidence_url": "nonsense"}
    answer = work.save(2, label="editorial", kind_editorial="framing", **typed)
    assert answer.status_code == 422
    assert 'id="evidence_url-error"' in answer.text
    assert all(part in answer.text for part in (">a long note</textarea>", 'value="A source"', 'value="nonsense"'))
    assert re.search(r'name="label" value="editorial"[^>]*checked', answer.text)
    assert work.field(2, "revision") == "0", "nothing was stored"


@on_sqlite
def test_errors_for_the_script_stand_at_their_fields(work: Work) -> None:
    answer = work.save(2, JSON, label="sourced", evidence_url="javascript:x", note="x" * 5001)
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"evidence_url", "note"}  # type: ignore[index]


def test_undo_goes_back_across_claims_until_nothing_is_left(work: Work) -> None:
    work.data(2, label="sourced", note="first")
    work.data(2, label="editorial")
    work.data(3, label="attributed")
    path, told = f"/articles/{work.article}/undo", []
    for key in ("undo-key-1", "undo-key-2", "undo-key-3"):
        answer = work.browser.post(path, {"client_key": key}, headers=JSON)
        told.append(tuple((answer.json or {})[name] for name in ("number", "label", "note", "can_undo")))
    assert told == [(3, None, "", True), (2, "sourced", "first", True), (2, None, "", False)]
    nothing = work.browser.post(path, {"client_key": "undo-key-4"})
    assert nothing.status_code == 409
    assert "nothing left" in nothing.text
    again = work.browser.post(path, {"client_key": "undo-key-3"})
    assert again.headers["Location"] == work.location(2), "the same again"


@on_sqlite
@pytest.mark.parametrize("key", ["", "short", "x" * 101])
def test_undo_without_a_key_of_its_own_is_refused(work: Work, key: str) -> None:
    work.data(2, label="sourced")
    assert work.browser.post(f"/articles/{work.article}/undo", {"client_key": key}).status_code == 422
    assert work.field(2, "revision") == "1"


@on_sqlite
def test_the_queue_leads_on_where_one_stopped(work: Work) -> None:
    assert "0 of 4 labelled" in work.browser.get("/").text
    work.data(1, label="sourced")
    work.data(3, skip_reason="fragment")
    assert "2 of 4 labelled" in work.browser.get("/").text
    resume = work.browser.get(f"/articles/{work.article}/continue")
    assert resume.headers["Location"] == f"/articles/{work.article}/claims/2"
    for number in (2, 4):
        work.data(number, label="editorial")
    assert work.browser.get(f"/articles/{work.article}/continue").headers["Location"].endswith("/claims/1")
    assert "4 of 4 labelled" in work.browser.get("/").text


@on_sqlite
@pytest.mark.parametrize("number", [0, 5, 99, 2**62])
def test_a_claim_that_the_article_does_not_have_is_no_page(work: Work, number: int) -> None:
    assert work.browser.get(f"/articles/{work.article}/claims/{number}").status_code == 404


@on_sqlite
def test_a_withdrawn_article_and_a_retired_claim_take_no_verdict(work: Work) -> None:
    form = work.form(2, label="sourced")
    with work.desk.inside() as session:
        session.get_one(Claim, work.claims[1]).retired_at = datetime.now(UTC)
    refused = work.save(2, form=form)
    assert refused.status_code == 409
    assert "not stored yet" in refused.text
    form = work.form(2, label="sourced")
    with work.desk.inside() as session:
        session.get_one(Article, work.article).withdrawn_at = datetime.now(UTC)
    assert work.browser.post(f"/claims/{work.claims[2]}/verdicts", form).status_code == 404
    assert work.browser.get(f"/articles/{work.article}/claims/1").status_code == 404
    assert work.browser.get("/").status_code == 200


@on_sqlite
def test_an_empty_queue_says_why_it_is_empty(desk: Desk) -> None:
    desk.article(desk.project())
    observer, stranger = desk.member(1, Role.OBSERVER), desk.person(admin=True)
    assert "Observers read reports" in desk.reader(observer).get("/").text
    assert "You have no role in this project" in desk.reader(stranger).get("/").text
